//! The innermost loop for `f32` with AVX2 and FMA. Written with intrinsics, since the compiler's own vectorization of the
//! same loop keeps sums in memory (bench `products`: 75 against 25 to 75 GFLOP/s, depending on what it is inlined into).

use std::arch::x86_64::{
    __m256, _mm256_add_ps, _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps,
};

/// Lanes of a register.
const LANES: usize = 8;

/// A tile of `HEIGHT` rows and `8 · REGISTERS` columns: `a` holds the rows' values column after column, `b` the columns'
/// row after row. `c` begins at the tile and has rows of `stride`; sums go on from it if `resume` is set.
#[target_feature(enable = "avx2,fma")]
pub(super) fn tile<const HEIGHT: usize, const REGISTERS: usize>(
    a: &[f32],
    b: &[f32],
    c: &mut [f32],
    stride: usize,
    resume: bool,
    bias: Option<&[f32]>,
) {
    let (steps, width) = (a.len() / HEIGHT, REGISTERS * LANES);
    assert!(b.len() >= steps * width, "the panel has a row for each step");
    assert!(c.len() >= (HEIGHT - 1) * stride + width, "the result has the tile's extents");
    assert!(bias.is_none_or(|bias| bias.len() >= width), "the bias has the tile's width");
    let mut sums = [[_mm256_setzero_ps(); REGISTERS]; HEIGHT];
    let (mut a, mut b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
    if resume {
        each(&mut sums, |row, register, _| {
            // SAFETY: the tile lies within `c`, as asserted.
            unsafe { _mm256_loadu_ps(c.add(row * stride + register * LANES)) }
        });
    }
    for _ in 0..steps {
        // SAFETY: `a` and `b` hold `HEIGHT` and `width` values for each step, as asserted.
        unsafe {
            let columns: [__m256; REGISTERS] = std::array::from_fn(|register| _mm256_loadu_ps(b.add(register * LANES)));
            each(&mut sums, |row, register, sum| {
                _mm256_fmadd_ps(_mm256_broadcast_ss(&*a.add(row)), columns[register], sum)
            });
            (a, b) = (a.add(HEIGHT), b.add(width));
        }
    }
    if let Some(bias) = bias {
        let bias = bias.as_ptr();
        each(&mut sums, |_, register, sum| {
            // SAFETY: the bias has `width` values, as asserted.
            _mm256_add_ps(sum, unsafe { _mm256_loadu_ps(bias.add(register * LANES)) })
        });
    }
    each(&mut sums, |row, register, sum| {
        // SAFETY: the tile lies within `c`, as asserted.
        unsafe { _mm256_storeu_ps(c.add(row * stride + register * LANES), sum) };
        sum
    });
}

/// Replaces each register of a tile.
#[inline(always)]
fn each<const HEIGHT: usize, const REGISTERS: usize>(
    sums: &mut [[__m256; REGISTERS]; HEIGHT],
    mut value: impl FnMut(usize, usize, __m256) -> __m256,
) {
    for (row, sums) in sums.iter_mut().enumerate() {
        for (register, sum) in sums.iter_mut().enumerate() {
            *sum = value(row, register, *sum);
        }
    }
}
