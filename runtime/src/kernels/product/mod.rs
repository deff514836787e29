//! Matrix products.
//!
//! Every element of the result is one chain of multiply-adds over the inner extent, in order, from 0 or from what the
//! result holds, whatever the extents, the tile it falls into, the packing or the thread that computes it. A row of the
//! result therefore does not depend on how many other rows there are.
//!
//! Large products copy both operands into panels, so that the innermost loop reads memory in order, and go through them in
//! blocks that stay in the caches (Goto and van de Geijn 2008). Small ones read operands where they lie.

mod pack;
mod packed;
mod strided;
#[cfg(target_arch = "x86_64")]
mod wide;

#[cfg(test)]
mod tests;

use crate::float::Float;
use crate::kernels::{Level, PORTABLE_FUSES, Rows, Threads};
use packed::Packed;
use strided::Strided;

/// `C = A · B`, `m × n` from `m × k` and `k × n`, all row after row.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Rows of the result.
    pub m: usize,
    /// The inner extent.
    pub k: usize,
    /// Columns of the result.
    pub n: usize,
    /// Whether `a` holds the transposed matrix, `k × m`.
    pub transposed_a: bool,
    /// Whether `b` holds the transposed matrix, `n × k`.
    pub transposed_b: bool,
    /// Whether the product is added to what `c` holds.
    pub add: bool,
}

/// Below this number of rows, copying `b` costs more than reading it across its rows.
const LEAST_ROWS_TO_PACK: usize = 16;
/// Below this number of columns, copying `a` costs more than reading it across its rows.
const LEAST_COLUMNS_TO_PACK: usize = 32;

impl Product {
    /// Elements of workspace with which the product is fastest: copies of both operands, one of them on a cache line.
    pub fn workspace(&self) -> usize {
        self.m * self.k + self.k * self.n + monograd_schema::Workspace::CACHE_LINE
    }

    /// Elements of workspace without which it cannot be computed.
    #[cfg(test)]
    fn least_workspace(&self) -> usize {
        if self.transposed_b { self.k * self.n } else { 0 }
    }

    /// Computes the product, and adds a row of `n` to each row of the result.
    pub fn compute<T: Float>(
        &self,
        a: &[T],
        b: &[T],
        bias: Option<&[T]>,
        c: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let &Self { m, k, n, transposed_a, transposed_b, add } = self;
        assert_eq!((a.len(), b.len(), c.len()), (m * k, k * n, m * n), "the operands have their extents");
        assert!(bias.is_none_or(|bias| bias.len() == n), "the bias has one element for each column");
        let (a_row, a_column) = if transposed_a { (1, m) } else { (k, 1) };
        let packs_a = m >= LEAST_ROWS_TO_PACK && n >= LEAST_COLUMNS_TO_PACK && workspace.len() >= self.workspace();
        let packs_b = packs_a || transposed_b || (m >= LEAST_ROWS_TO_PACK && workspace.len() >= k * n);
        // Panels begin on a cache line where there is room for that: wide loads across two lines take twice as long.
        let skip =
            if packs_a { workspace.as_ptr().align_offset(64).min(monograd_schema::Workspace::CACHE_LINE) } else { 0 };
        let workspace = &mut workspace[skip..];
        let level = Level::of::<T>();
        let widest = if packs_a { level.panel() } else { strided::PANEL };
        let (copy_b, rest) = workspace.split_at_mut(if packs_b { k * n } else { 0 });
        if packs_b {
            pack::columns(k, n, b, transposed_b, widest, copy_b, threads);
        }
        let b = if packs_b { &*copy_b } else { b };
        if packs_a {
            let packed = Packed { k, n, a, a_row, a_column, b, bias, add };
            let data = (0..m, Rows::new(&mut rest[..m * k], k), Rows::new(c, n));
            threads.split(m, k * n, data, |(rows, copy, c)| packed.compute(level, rows, copy.values, c.values));
        } else {
            let strided = Strided { k, n, a, a_row, a_column, b, packed: packs_b, bias, add };
            threads.split(m, k * n, (0..m, Rows::new(c, n)), |(rows, c)| strided.compute(level, rows, c.values));
        }
    }
}

impl Level {
    /// Columns of the widest panel.
    const fn panel(self) -> usize {
        match self {
            Level::Avx512 => 32,
            _ => 16,
        }
    }

    /// Rows of the tallest tile: with the widest panel its sums fill most of the registers.
    const fn tile(self) -> usize {
        match self {
            Level::Avx512 => 12,
            _ => 6,
        }
    }
}

/// The columns of the panel at a column of which `left` remain.
const fn panel_width<T>(left: usize, widest: usize) -> usize {
    match left {
        32.. if size_of::<T>() == 4 && widest == 32 => 32,
        16.. if size_of::<T>() == 4 => 16,
        8.. => 8,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// One more product on a chain.
#[inline(always)]
fn multiply_add<T: Float, const FUSED: bool>(a: T, b: T, sum: T) -> T {
    if FUSED || PORTABLE_FUSES { a.mul_add(b, sum) } else { sum + a * b }
}
