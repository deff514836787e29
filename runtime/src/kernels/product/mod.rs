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

use std::fmt::{Debug, Formatter};
use std::ops::Range;

use crate::float::Float;
use crate::kernels::{Level, Rows, Threads};
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

/// What happens to the rows of a product as soon as they are computed.
pub struct Epilogue<'a, T> {
    /// A row of `n` that is added to each row.
    pub bias: Option<&'a [T]>,
    /// Called once for each row, in ranges of rows and with these rows, on the thread that computed them and while they are
    /// in its cache. What it does to a row must not depend on where the ranges begin and end.
    pub finish: Option<&'a Finish<'a, T>>,
}

/// A function of some rows of the result: their numbers, and what they hold.
pub type Finish<'a, T> = dyn Fn(Range<usize>, &mut [T]) + Sync + 'a;

impl<'a, T> Epilogue<'a, T> {
    /// Nothing happens.
    pub const NONE: Self = Self { bias: None, finish: None };

    /// A bias alone.
    pub fn bias(bias: Option<&'a [T]>) -> Self {
        Self { bias, finish: None }
    }

    fn finish(&self, rows: Range<usize>, c: &mut [T]) {
        if let Some(finish) = self.finish {
            finish(rows, c);
        }
    }
}

impl<T> Clone for Epilogue<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Epilogue<'_, T> {}

impl<T> Debug for Epilogue<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let (bias, finish) = (self.bias.is_some(), self.finish.is_some());
        formatter.debug_struct("Epilogue").field("bias", &bias).field("finish", &finish).finish()
    }
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

    /// Computes the product, and does to the rows of the result what the epilogue says.
    pub fn compute<T: Float>(
        &self,
        a: &[T],
        b: &[T],
        epilogue: Epilogue<'_, T>,
        c: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let &Self { m, k, n, transposed_a, transposed_b, add } = self;
        assert_eq!((a.len(), b.len(), c.len()), (m * k, k * n, m * n), "the operands have their extents");
        let bias = epilogue.bias;
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
            threads.split(m, k * n, data, |(rows, copy, c)| {
                packed.compute(level, rows.clone(), copy.values, c.values);
                epilogue.finish(rows, c.values);
            });
        } else {
            let strided = Strided { k, n, a, a_row, a_column, b, packed: packs_b, bias, add };
            threads.split(m, k * n, (0..m, Rows::new(c, n)), |(rows, c)| {
                strided.compute(level, rows.clone(), c.values);
                epilogue.finish(rows, c.values);
            });
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
    if FUSED { a.mul_add(b, sum) } else { sum + a * b }
}
