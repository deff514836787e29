//! Products of operands in panels.

use std::any::TypeId;
use std::ops::Range;

#[cfg(target_arch = "x86_64")]
use super::wide;
use super::{multiply_add, pack, panel_width};
use crate::float::Float;
use crate::kernels::Level;

/// Steps along the inner extent in which a panel of `b` stays in the first cache.
const INNER_BLOCK: usize = 256;
/// Rows of `a` that stay in the second cache for a block of the inner extent; a multiple of every tile's.
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
const fn tile_height(left: usize, tallest: usize) -> usize {
    match left {
        12.. if tallest == 12 => 12,
        6.. => 6,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// [`Level`] as a constant argument.
const PORTABLE: u8 = Level::Portable as u8;
#[cfg(target_arch = "x86_64")]
const AVX2: u8 = Level::Avx2 as u8;
const AVX512: u8 = Level::Avx512 as u8;

const fn level(code: u8) -> Level {
    match code {
        PORTABLE => Level::Portable,
        AVX512 => Level::Avx512,
        _ => Level::Avx2,
    }
}

impl<T: Float> Packed<'_, T> {
    /// Some rows of the result. `copy` has as many elements as the rows of `a`; the panels of `b` are as wide as the level's.
    pub(super) fn compute(&self, level: Level, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        match level {
            // SAFETY: a level is chosen only where the processor has its instructions.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { self.rows_avx512(rows, copy, c) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { self.rows_avx2(rows, copy, c) },
            _ => self.rows::<PORTABLE>(rows, copy, c),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,fma")]
    fn rows_avx512(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        self.rows::<AVX512>(rows, copy, c);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn rows_avx2(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        self.rows::<AVX2>(rows, copy, c);
    }

    #[inline(always)]
    fn rows<const LEVEL: u8>(&self, rows: Range<usize>, copy: &mut [T], c: &mut [T]) {
        let (k, count) = (self.k, rows.len());
        let mut i = 0;
        while i < count {
            let height = tile_height(count - i, level(LEVEL).tile());
            let tile = &mut copy[i * k..(i + height) * k];
            pack::rows(k, self.a, self.a_row, self.a_column, height, rows.start + i, tile);
            i += height;
        }
        // An empty inner extent still has one block, which writes zeros and the bias.
        for block in (0..count).step_by(ROW_BLOCK) {
            let last = (block + ROW_BLOCK).min(count);
            for p in (0..k.max(1)).step_by(INNER_BLOCK) {
                let inner = p..(p + INNER_BLOCK).min(k);
                self.block::<LEVEL>(block..last, inner, copy, c);
            }
        }
    }

    /// A block of rows and of the inner extent, for all columns.
    #[inline(always)]
    fn block<const LEVEL: u8>(&self, rows: Range<usize>, inner: Range<usize>, a: &[T], c: &mut [T]) {
        let mut j = 0;
        while j < self.n {
            let width = panel_width::<T>(self.n - j, level(LEVEL).panel());
            let panel = &self.b[j * self.k + inner.start * width..][..inner.len() * width];
            match width {
                32 => self.panel::<LEVEL, 32>(rows.clone(), inner.clone(), a, panel, c, j),
                16 => self.panel::<LEVEL, 16>(rows.clone(), inner.clone(), a, panel, c, j),
                8 => self.panel::<LEVEL, 8>(rows.clone(), inner.clone(), a, panel, c, j),
                4 => self.panel::<LEVEL, 4>(rows.clone(), inner.clone(), a, panel, c, j),
                2 => self.panel::<LEVEL, 2>(rows.clone(), inner.clone(), a, panel, c, j),
                _ => self.panel::<LEVEL, 1>(rows.clone(), inner.clone(), a, panel, c, j),
            }
            j += width;
        }
    }

    #[inline(always)]
    fn panel<const LEVEL: u8, const WIDTH: usize>(
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
            let height = tile_height(rows.end - i, level(LEVEL).tile());
            let tile = &a[i * self.k + inner.start * height..][..inner.len() * height];
            let c = &mut c[i * self.n + j..];
            match height {
                12 => self.tile::<LEVEL, 12, WIDTH>(&inner, tile, b, c, j),
                6 => self.tile::<LEVEL, 6, WIDTH>(&inner, tile, b, c, j),
                4 => self.tile::<LEVEL, 4, WIDTH>(&inner, tile, b, c, j),
                2 => self.tile::<LEVEL, 2, WIDTH>(&inner, tile, b, c, j),
                _ => self.tile::<LEVEL, 1, WIDTH>(&inner, tile, b, c, j),
            }
            i += height;
        }
    }

    #[inline(always)]
    fn tile<const LEVEL: u8, const HEIGHT: usize, const WIDTH: usize>(
        &self,
        inner: &Range<usize>,
        a: &[T],
        b: &[T],
        c: &mut [T],
        j: usize,
    ) {
        #[cfg(target_arch = "x86_64")]
        if LEVEL != PORTABLE && WIDTH >= 8 && TypeId::of::<T>() == TypeId::of::<f32>() {
            let bias = self.bias.filter(|_| inner.end == self.k).map(|bias| same_type(&bias[j..][..WIDTH]));
            let (a, b, c) = (same_type(a), same_type(b), same_type_mut(c));
            let (stride, resume) = (self.n, inner.start > 0 || self.add);
            // SAFETY: a level is chosen only where the processor has its instructions; AVX-512 comes with AVX2.
            return unsafe {
                match (LEVEL, WIDTH) {
                    (AVX512, 32) => wide::tile_of_16::<HEIGHT, 2>(a, b, c, stride, resume, bias),
                    (AVX512, 16) => wide::tile_of_16::<HEIGHT, 1>(a, b, c, stride, resume, bias),
                    (_, 16) => wide::tile_of_8::<HEIGHT, 2>(a, b, c, stride, resume, bias),
                    _ => wide::tile_of_8::<HEIGHT, 1>(a, b, c, stride, resume, bias),
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
                    sums[row][column] = if LEVEL == PORTABLE {
                        multiply_add::<T, false>(a[row], b[column], sums[row][column])
                    } else {
                        multiply_add::<T, true>(a[row], b[column], sums[row][column])
                    };
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
