//! Products of operands where they lie; `b` may be packed.

use std::ops::Range;

use super::{multiply_add, panel_width};
use crate::float::Float;
use crate::kernels::Level;

/// Columns of the widest panel: with the tile's rows, sums that fit into registers.
pub(super) const PANEL: usize = 16;
/// Rows of the largest tile: with 16 columns, enough chains of multiply-adds to hide their latency.
const TILE_ROWS: usize = 4;

/// What all rows of a product have in common.
pub(super) struct Strided<'a, T> {
    pub(super) k: usize,
    pub(super) n: usize,
    pub(super) a: &'a [T],
    pub(super) a_row: usize,
    pub(super) a_column: usize,
    pub(super) b: &'a [T],
    pub(super) packed: bool,
    pub(super) bias: Option<&'a [T]>,
    pub(super) add: bool,
}

impl<T: Float> Strided<'_, T> {
    /// Some rows of the result.
    pub(super) fn compute(&self, level: Level, rows: Range<usize>, c: &mut [T]) {
        match level {
            // SAFETY: a level is chosen only where the processor has its instructions; AVX-512 comes with AVX2.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 | Level::Avx2 => unsafe { self.compute_avx2(rows, c) },
            _ => self.panels::<false>(rows, c),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn compute_avx2(&self, rows: Range<usize>, c: &mut [T]) {
        self.panels::<true>(rows, c);
    }

    #[inline(always)]
    pub(super) fn panels<const FUSED: bool>(&self, rows: Range<usize>, c: &mut [T]) {
        let mut j = 0;
        if rows.len() < TILE_ROWS && !self.packed {
            // One row alone needs more columns for as many chains of multiply-adds.
            while j + 64 <= self.n {
                self.panel::<FUSED, 1, 64>(rows.clone(), c, j);
                j += 64;
            }
        }
        while j < self.n {
            let width = panel_width::<T>(self.n - j, PANEL);
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
            self.tile::<FUSED, ROWS, COLUMNS>(i, b, b_row, &mut c[(i - first) * self.n..], j);
            i += ROWS;
        }
        while i < rows.end {
            self.tile::<FUSED, 1, COLUMNS>(i, b, b_row, &mut c[(i - first) * self.n..], j);
            i += 1;
        }
    }

    #[inline(always)]
    fn tile<const FUSED: bool, const ROWS: usize, const COLUMNS: usize>(
        &self,
        i: usize,
        b: &[T],
        b_row: usize,
        c: &mut [T],
        j: usize,
    ) {
        let mut sums = [[T::ZERO; COLUMNS]; ROWS];
        if self.add {
            for (row, sums) in sums.iter_mut().enumerate() {
                sums.copy_from_slice(&c[row * self.n + j..][..COLUMNS]);
            }
        }
        let a = self.a.get(i * self.a_row..).unwrap_or_default();
        for p in 0..self.k {
            let b_values = &b[p * b_row..][..COLUMNS];
            for (row, sums) in sums.iter_mut().enumerate() {
                let a_value = a[row * self.a_row + p * self.a_column];
                for (sum, &b_value) in sums.iter_mut().zip(b_values) {
                    *sum = multiply_add::<T, FUSED>(a_value, b_value, *sum);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let values = &mut c[row * self.n + j..][..COLUMNS];
            for (column, (value, &sum)) in values.iter_mut().zip(sums).enumerate() {
                *value = self.bias.map_or(sum, |bias| sum + bias[j + column]);
            }
        }
    }
}
