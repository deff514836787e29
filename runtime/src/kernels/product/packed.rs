//! Products of operands in panels.

use std::any::TypeId;
use std::ops::Range;

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::{multiply_add, pack, panel_width};
use crate::float::Float;

/// Rows of the largest tile: with 16 columns of `f32` its sums fill 12 of 16 wide registers.
const TILE_ROWS: usize = 6;
/// Steps along the inner extent in which a panel of `b` stays in the first cache.
const INNER_BLOCK: usize = 256;
/// Rows of `a` that stay in the second cache for a block of the inner extent.
const ROW_BLOCK: usize = 120;

/// What all rows of a product have in common; `b` is packed.
pub(super) struct Packed<'a, T> {
    pub(super) k: usize,
    pub(super) n: usize,
    pub(super) a: &'a [T],
    pub(super) a_row: usize,
    pub(super) a_column: usize,
    pub(super) b: &'a [T],
    pub(super) bias: Option<&'a [T]>,
    pub(super) add: bool,
}

/// The rows of the tile at a row of which `left` remain.
const fn tile_height(left: usize) -> usize {
    match left {
        TILE_ROWS.. => TILE_ROWS,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

impl<T: Float> Packed<'_, T> {
    /// Some rows of the result, with the widest instructions that the processor has. `copy` has as many elements as the
    /// rows of `a`.
    pub(super) fn compute(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has both features.
            return unsafe { self.rows_avx2(rows, copy, c) };
        }
        self.rows::<false>(rows, copy, c);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn rows_avx2(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        self.rows::<true>(rows, copy, c);
    }

    #[inline(always)]
    pub(super) fn rows<const FUSED: bool>(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        let (k, count) = (self.k, rows.len());
        let mut i = 0;
        while i < count {
            let height = tile_height(count - i);
            let tile = &mut copy[i * k..(i + height) * k];
            pack::rows(k, self.a, self.a_row, self.a_column, height, rows.start + i, tile);
            i += height;
        }
        // An empty inner extent still has one block, which writes zeros and the bias.
        for block in (0..count).step_by(ROW_BLOCK) {
            let last = (block + ROW_BLOCK).min(count);
            for p in (0..k.max(1)).step_by(INNER_BLOCK) {
                let inner = p..(p + INNER_BLOCK).min(k);
                self.block::<FUSED>(block..last, inner, copy, c);
            }
        }
    }

    /// A block of rows and of the inner extent, for all columns.
    #[inline(always)]
    fn block<const FUSED: bool>(&self, rows: Range<usize>, inner: Range<usize>, a: &[T], c: &mut [T]) {
        let mut j = 0;
        while j < self.n {
            let width = panel_width::<T>(self.n - j);
            let panel = &self.b[j * self.k + inner.start * width..][..inner.len() * width];
            match width {
                16 => self.panel::<FUSED, 16>(rows.clone(), inner.clone(), a, panel, c, j),
                8 => self.panel::<FUSED, 8>(rows.clone(), inner.clone(), a, panel, c, j),
                4 => self.panel::<FUSED, 4>(rows.clone(), inner.clone(), a, panel, c, j),
                2 => self.panel::<FUSED, 2>(rows.clone(), inner.clone(), a, panel, c, j),
                _ => self.panel::<FUSED, 1>(rows.clone(), inner.clone(), a, panel, c, j),
            }
            j += width;
        }
    }

    #[inline(always)]
    fn panel<const FUSED: bool, const WIDTH: usize>(
        &self,
        rows: Range<usize>,
        inner: Range<usize>,
        a: &[T],
        b: &[T],
        c: &mut [T],
        j: usize,
    ) {
        let mut i = rows.start;
        while i < rows.end {
            let height = tile_height(rows.end - i);
            let tile = &a[i * self.k + inner.start * height..][..inner.len() * height];
            let c = &mut c[i * self.n + j..];
            match height {
                TILE_ROWS => self.tile::<FUSED, TILE_ROWS, WIDTH>(&inner, tile, b, c, j),
                4 => self.tile::<FUSED, 4, WIDTH>(&inner, tile, b, c, j),
                2 => self.tile::<FUSED, 2, WIDTH>(&inner, tile, b, c, j),
                _ => self.tile::<FUSED, 1, WIDTH>(&inner, tile, b, c, j),
            }
            i += height;
        }
    }

    #[inline(always)]
    fn tile<const FUSED: bool, const HEIGHT: usize, const WIDTH: usize>(
        &self,
        inner: &Range<usize>,
        a: &[T],
        b: &[T],
        c: &mut [T],
        j: usize,
    ) {
        #[cfg(target_arch = "x86_64")]
        if FUSED && (WIDTH == 16 || WIDTH == 8) && TypeId::of::<T>() == TypeId::of::<f32>() {
            let bias = self.bias.filter(|_| inner.end == self.k).map(|bias| same_type(&bias[j..][..WIDTH]));
            let (a, b, c) = (same_type(a), same_type(b), same_type_mut(c));
            let resume = inner.start > 0 || self.add;
            // SAFETY: `FUSED` is set only where the processor has AVX2 and FMA.
            return unsafe {
                match WIDTH {
                    16 => avx2::tile::<HEIGHT, 2>(a, b, c, self.n, resume, bias),
                    _ => avx2::tile::<HEIGHT, 1>(a, b, c, self.n, resume, bias),
                }
            };
        }
        let mut sums = [[T::ZERO; WIDTH]; HEIGHT];
        if inner.start > 0 || self.add {
            for (row, sums) in sums.iter_mut().enumerate() {
                sums.copy_from_slice(&c[row * self.n..][..WIDTH]);
            }
        }
        for (a, b) in a.chunks_exact(HEIGHT).zip(b.chunks_exact(WIDTH)) {
            for row in 0..HEIGHT {
                for column in 0..WIDTH {
                    sums[row][column] = multiply_add::<T, FUSED>(a[row], b[column], sums[row][column]);
                }
            }
        }
        if let (true, Some(bias)) = (inner.end == self.k, self.bias) {
            for sums in &mut sums {
                for (sum, &bias) in sums.iter_mut().zip(&bias[j..][..WIDTH]) {
                    *sum += bias;
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            c[row * self.n..][..WIDTH].copy_from_slice(sums);
        }
    }
}

/// A slice as one of the type that it is known to have.
///
/// # Panics
/// When it has another.
#[inline(always)]
fn same_type<T: 'static, U: 'static>(values: &[T]) -> &[U] {
    assert!(TypeId::of::<T>() == TypeId::of::<U>());
    // SAFETY: both are the same type.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

/// A slice as one of the type that it is known to have.
///
/// # Panics
/// When it has another.
#[inline(always)]
fn same_type_mut<T: 'static, U: 'static>(values: &mut [T]) -> &mut [U] {
    assert!(TypeId::of::<T>() == TypeId::of::<U>());
    // SAFETY: both are the same type.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) }
}
