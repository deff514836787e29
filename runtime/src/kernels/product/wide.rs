//! The innermost loop for `f32` with AVX2 and AVX-512. Written with intrinsics, since the compiler's own vectorization of
//! the same loop keeps sums in memory (bench `products`: 25 to 75 GFLOP/s, depending on what it is inlined into).

use std::arch::x86_64::*;

/// A loop for one kind of register. Every element of a tile is the same chain of multiply-adds with either.
macro_rules! tile {
    (
        $(#[$docs:meta])* $name:ident, $feature:literal, $register:ident, $lanes:literal,
        $zero:ident, $load:ident, $store:ident, $broadcast:ident, $add:ident, $multiply_add:ident
    ) => {
        $(#[$docs])*
        ///
        /// A tile of `HEIGHT` rows and `REGISTERS` registers of columns: `a` holds the rows' values column after column,
        /// `b` the columns' row after row. `c` begins at the tile and has rows of `stride`; sums go on from it if `resume`
        /// is set.
        #[target_feature(enable = $feature)]
        pub(super) fn $name<const HEIGHT: usize, const REGISTERS: usize>(
            a: &[f32],
            b: &[f32],
            c: &mut [f32],
            stride: usize,
            resume: bool,
            bias: Option<&[f32]>,
        ) {
            let (steps, width) = (a.len() / HEIGHT, REGISTERS * $lanes);
            assert!(b.len() >= steps * width, "the panel has a row for each step");
            assert!(c.len() >= (HEIGHT - 1) * stride + width, "the result has the tile's extents");
            assert!(bias.is_none_or(|bias| bias.len() >= width), "the bias has the tile's width");
            let mut sums = [[$zero(); REGISTERS]; HEIGHT];
            let (mut a, mut b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
            if resume {
                each(&mut sums, |row, register, _| {
                    // SAFETY: the tile lies within `c`, as asserted.
                    unsafe { $load(c.add(row * stride + register * $lanes)) }
                });
            }
            for _ in 0..steps {
                // SAFETY: `a` and `b` hold `HEIGHT` and `width` values for each step, as asserted.
                unsafe {
                    let columns: [$register; REGISTERS] = std::array::from_fn(|register| $load(b.add(register * $lanes)));
                    each(&mut sums, |row, register, sum| $multiply_add($broadcast(*a.add(row)), columns[register], sum));
                    (a, b) = (a.add(HEIGHT), b.add(width));
                }
            }
            if let Some(bias) = bias {
                let bias = bias.as_ptr();
                each(&mut sums, |_, register, sum| {
                    // SAFETY: the bias has `width` values, as asserted.
                    $add(sum, unsafe { $load(bias.add(register * $lanes)) })
                });
            }
            each(&mut sums, |row, register, sum| {
                // SAFETY: the tile lies within `c`, as asserted.
                unsafe { $store(c.add(row * stride + register * $lanes), sum) };
                sum
            });
        }
    };
}

tile! {
    /// With registers of 8 values.
    tile_of_8, "avx2,fma", __m256, 8,
    _mm256_setzero_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps, _mm256_add_ps, _mm256_fmadd_ps
}

tile! {
    /// With registers of 16 values.
    tile_of_16, "avx512f", __m512, 16,
    _mm512_setzero_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps, _mm512_add_ps, _mm512_fmadd_ps
}

/// Replaces each register of a tile.
#[inline(always)]
fn each<V: Copy, const HEIGHT: usize, const REGISTERS: usize>(
    sums: &mut [[V; REGISTERS]; HEIGHT],
    mut value: impl FnMut(usize, usize, V) -> V,
) {
    for (row, sums) in sums.iter_mut().enumerate() {
        for (register, sum) in sums.iter_mut().enumerate() {
            *sum = value(row, register, *sum);
        }
    }
}
