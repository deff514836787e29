//! Matrix products.
//!
//! Every element of the result is one chain of multiply-adds from 0 over the inner extent, in order, whatever the
//! extents, the tile it falls into or the thread that computes it. A row of the result therefore does not depend on
//! how many other rows there are.

use std::ops::Range;

use crate::float::Float;
use crate::kernels::{Rows, Threads};

/// `C = A · B`, `m × n` from `m × k` and `k × n`, all row after row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product {
    /// Rows of the result.
    pub(crate) m: usize,
    /// The inner extent.
    pub(crate) k: usize,
    /// Columns of the result.
    pub(crate) n: usize,
    /// Whether `a` holds the transposed matrix, `k × m`.
    pub(crate) transposed_a: bool,
    /// Whether `b` holds the transposed matrix, `n × k`.
    pub(crate) transposed_b: bool,
    /// Whether the product is added to what `c` holds.
    pub(crate) add: bool,
}

impl Product {
    /// Elements of workspace that are needed; with as many for a `b` that is not transposed, the product may be faster.
    #[cfg(test)]
    pub(crate) fn workspace(&self) -> usize {
        if self.transposed_b { self.k * self.n } else { 0 }
    }

    /// Computes the product, and adds a row of `n` to each row of the result.
    pub(crate) fn compute<T: Float>(
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
        let packed = transposed_b || (m >= LEAST_ROWS_TO_PACK && workspace.len() >= k * n);
        let b = if packed {
            let copy = &mut workspace[..k * n];
            pack(k, n, b, transposed_b, copy);
            &*copy
        } else {
            b
        };
        let (a_row, a_column) = if transposed_a { (1, m) } else { (k, 1) };
        let operands = Operands { k, n, a, a_row, a_column, b, packed, bias, add };
        threads.split(m, k * n, (0..m, Rows::new(c, n)), |(rows, c)| operands.compute_rows(rows, c.values));
    }
}

/// Below this number of rows, copying `b` costs more than reading it across its rows.
const LEAST_ROWS_TO_PACK: usize = 16;

/// Rows of the largest tile: with 16 columns, enough chains of multiply-adds to hide their latency.
const TILE_ROWS: usize = 4;

/// The columns of the panel at a column of which `left` remain: the largest tile that eight 32-byte registers hold.
const fn panel_width<T>(left: usize) -> usize {
    match left {
        16.. if size_of::<T>() == 4 => 16,
        8.. => 8,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// Copies a matrix panel by panel: the columns `j..j + width` lie together, row after row, from `j · k`.
fn pack<T: Float>(k: usize, n: usize, b: &[T], transposed: bool, copy: &mut [T]) {
    let mut j = 0;
    while j < n {
        let width = panel_width::<T>(n - j);
        let panel = &mut copy[j * k..(j + width) * k];
        for (p, row) in panel.chunks_exact_mut(width).enumerate() {
            if transposed {
                for (column, value) in row.iter_mut().enumerate() {
                    *value = b[(j + column) * k + p];
                }
            } else {
                row.copy_from_slice(&b[p * n + j..][..width]);
            }
        }
        j += width;
    }
}

/// What all rows of a product have in common.
struct Operands<'a, T> {
    k: usize,
    n: usize,
    a: &'a [T],
    a_row: usize,
    a_column: usize,
    b: &'a [T],
    packed: bool,
    bias: Option<&'a [T]>,
    add: bool,
}

impl<T: Float> Operands<'_, T> {
    /// Some rows of the result, with the widest instructions that the processor has.
    fn compute_rows(&self, rows: Range<usize>, c: &mut [T]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has both features.
            return unsafe { self.compute_rows_avx2(rows, c) };
        }
        self.panels::<false>(rows, c);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn compute_rows_avx2(&self, rows: Range<usize>, c: &mut [T]) {
        self.panels::<true>(rows, c);
    }

    #[inline(always)]
    fn panels<const FUSED: bool>(&self, rows: Range<usize>, c: &mut [T]) {
        let mut j = 0;
        if rows.len() < TILE_ROWS && !self.packed {
            // One row alone needs more columns for as many chains of multiply-adds.
            while j + 64 <= self.n {
                self.panel::<FUSED, 1, 64>(rows.clone(), c, j);
                j += 64;
            }
        }
        while j < self.n {
            let width = panel_width::<T>(self.n - j);
            match width {
                16 => self.panel::<FUSED, TILE_ROWS, 16>(rows.clone(), c, j),
                8 => self.panel::<FUSED, TILE_ROWS, 8>(rows.clone(), c, j),
                4 => self.panel::<FUSED, TILE_ROWS, 4>(rows.clone(), c, j),
                2 => self.panel::<FUSED, TILE_ROWS, 2>(rows.clone(), c, j),
                _ => self.panel::<FUSED, TILE_ROWS, 1>(rows.clone(), c, j),
            }
            j += width;
        }
    }

    /// The columns `j..j + COLUMNS` of some rows.
    #[inline(always)]
    fn panel<const FUSED: bool, const ROWS: usize, const COLUMNS: usize>(
        &self,
        rows: Range<usize>,
        c: &mut [T],
        j: usize,
    ) {
        // Without an inner extent both operands are empty, and no tile reads them.
        let (b, b_row) = if self.packed { (self.b.get(j * self.k..), COLUMNS) } else { (self.b.get(j..), self.n) };
        let b = b.unwrap_or_default();
        let (mut i, first) = (rows.start, rows.start);
        while i + ROWS <= rows.end {
            let tile = self.tile::<FUSED, ROWS, COLUMNS>(i, b, b_row);
            self.store(&tile, &mut c[(i - first) * self.n..], j);
            i += ROWS;
        }
        while i < rows.end {
            let tile = self.tile::<FUSED, 1, COLUMNS>(i, b, b_row);
            self.store(&tile, &mut c[(i - first) * self.n..], j);
            i += 1;
        }
    }

    #[inline(always)]
    fn tile<const FUSED: bool, const ROWS: usize, const COLUMNS: usize>(
        &self,
        i: usize,
        b: &[T],
        b_row: usize,
    ) -> [[T; COLUMNS]; ROWS] {
        let mut sums = [[T::ZERO; COLUMNS]; ROWS];
        let a = self.a.get(i * self.a_row..).unwrap_or_default();
        for p in 0..self.k {
            let b_values = &b[p * b_row..][..COLUMNS];
            for (row, sums) in sums.iter_mut().enumerate() {
                let a_value = a[row * self.a_row + p * self.a_column];
                for (sum, &b_value) in sums.iter_mut().zip(b_values) {
                    *sum = if FUSED { a_value.mul_add(b_value, *sum) } else { *sum + a_value * b_value };
                }
            }
        }
        sums
    }

    #[inline(always)]
    fn store<const ROWS: usize, const COLUMNS: usize>(&self, tile: &[[T; COLUMNS]; ROWS], c: &mut [T], j: usize) {
        for (row, sums) in tile.iter().enumerate() {
            let values = &mut c[row * self.n + j..][..COLUMNS];
            for (column, (value, &sum)) in values.iter_mut().zip(sums).enumerate() {
                let start = if self.add { *value + sum } else { sum };
                *value = self.bias.map_or(start, |bias| start + bias[j + column]);
            }
        }
    }
}
