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
            // Measured on 256 × 512 × 512: 1.8 ms, where the portable code takes 5.4 ms.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::reference;
    use crate::random::Random;

    /// Rounding of sums of 33 products below 1, in another order.
    const TOLERANCE: f64 = 1e-13;

    fn numbers<T: Float>(stream: u32, count: usize) -> Vec<T> {
        let mut draw = Random::new(1, stream, 0).draw();
        (0..count).map(|_| T::from_f64(2.0 * draw.uniform() - 1.0)).collect()
    }

    #[test]
    fn agrees_with_the_definition_on_odd_extents() {
        for m in [0, 1, 3, 4, 5, 17] {
            for k in [0, 1, 2, 33] {
                for n in [0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 63, 64, 67] {
                    for case in 0..16 {
                        let flag = |bit: usize| case >> bit & 1 == 1;
                        let product = Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: flag(2) };
                        let (a, b, bias) = (numbers(1, m * k), numbers(2, k * n), numbers::<f64>(3, n));
                        let bias = flag(3).then_some(&bias[..]);
                        let mut expected = numbers(4, m * n);
                        let mut c = expected.clone();
                        reference::product(&product, &a, &b, bias, &mut expected);
                        let mut workspace = vec![f64::NAN; product.workspace()];
                        product.compute(&a, &b, bias, &mut c, &mut workspace, &Threads::default());
                        for (found, expected) in c.iter().zip(&expected) {
                            assert!((found - expected).abs() <= TOLERANCE, "{product:?}: {found} for {expected}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_other_rows() {
        for transposed_b in [false, true] {
            for n in [1, 10, 37, 83] {
                let (m, k) = (50, 29);
                let product = Product { m, k, n, transposed_a: false, transposed_b, add: false };
                let (a, b) = (numbers::<f32>(1, m * k), numbers(2, k * n));
                let (mut all, mut workspace) = (vec![0.0; m * n], vec![0.0; k * n]);
                product.compute(&a, &b, None, &mut all, &mut workspace, &Threads::default());
                for (a, expected) in a.chunks_exact(k).zip(all.chunks_exact(n)) {
                    let mut row = vec![0.0; n];
                    let product = Product { m: 1, ..product };
                    product.compute(a, &b, None, &mut row, &mut workspace, &Threads::default());
                    assert_eq!(row, expected);
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_threads() {
        let (m, k, n) = (101, 67, 93);
        for (transposed_a, transposed_b) in [(false, false), (true, false), (false, true)] {
            let product = Product { m, k, n, transposed_a, transposed_b, add: false };
            let (a, b) = (numbers::<f32>(1, m * k), numbers(2, k * n));
            let results = [1, 2, 3, 7].map(|count| {
                let (mut c, mut workspace) = (vec![0.0; m * n], vec![0.0; k * n]);
                product.compute(&a, &b, None, &mut c, &mut workspace, &Threads::new(count));
                c
            });
            assert!(results.iter().all(|result| result == &results[0]));
        }
    }

    /// The portable code and the code for wider instructions round differently, but compute the same.
    #[test]
    fn the_portable_code_agrees_with_the_definition() {
        let (m, k, n) = (7, 19, 23);
        let (a, b) = (numbers(1, m * k), numbers(2, k * n));
        let mut expected = vec![0.0; m * n];
        let product = Product { m, k, n, transposed_a: false, transposed_b: false, add: false };
        reference::product(&product, &a, &b, None, &mut expected);
        let (mut c, bias, add, packed) = (vec![0.0; m * n], None, false, false);
        let operands = Operands { k, n, a: &a, a_row: k, a_column: 1, b: &b, packed, bias, add };
        operands.panels::<false>(0..m, &mut c);
        for (found, expected) in c.iter().zip(&expected) {
            assert!((found - expected).abs() <= TOLERANCE, "{found} for {expected}");
        }
    }
}
