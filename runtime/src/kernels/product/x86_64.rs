//! Registers of x86-64 processors.

use std::arch::x86_64::*;

use super::lanes::Lanes;

/// 8 values, with AVX2 and FMA.
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256);

/// Some of the first of 8 values.
#[derive(Clone, Copy)]
pub(super) struct FirstOf8 {
    mask: __m256i,
    count: usize,
}

/// 16 values, with AVX-512.
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

/// Transposes the 4 × 4 values in each quarter of four AVX-512 registers, or in each half of four AVX2 registers.
macro_rules! transpose_quarters {
    ($rows:ident, $low:ident, $high:ident, $shuffle:ident) => {{
        let [a, b, c, d] = $rows;
        let (ab, cd) = ($low(a, b), $low(c, d));
        let (ab_high, cd_high) = ($high(a, b), $high(c, d));
        [
            $shuffle(ab, cd, 0x44),
            $shuffle(ab, cd, 0xee),
            $shuffle(ab_high, cd_high, 0x44),
            $shuffle(ab_high, cd_high, 0xee),
        ]
    }};
}

macro_rules! shuffle {
    ($name:ident, $intrinsic:ident, $register:ty) => {
        #[inline(always)]
        unsafe fn $name(a: $register, b: $register, high: i32) -> $register {
            // SAFETY: the caller's: the processor has the instruction.
            unsafe { if high == 0x44 { $intrinsic::<0x44>(a, b) } else { $intrinsic::<0xee>(a, b) } }
        }
    };
}

shuffle!(shuffle_256, _mm256_shuffle_ps, __m256);
shuffle!(shuffle_512, _mm512_shuffle_ps, __m512);

impl Lanes for Avx2 {
    type Value = f32;
    type First = FirstOf8;
    type AtMostEight = Self;
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn first(count: usize) -> FirstOf8 {
        // SAFETY: the caller has the instructions.
        let mask =
            unsafe { _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)) };
        FirstOf8 { mask, count }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_setzero_ps() })
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller has the instructions, and all values may be read.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, first: FirstOf8) -> Self {
        // SAFETY: the caller has the instructions, and the first values may be read; no others are.
        Self(unsafe { _mm256_maskload_ps(from, first.mask) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller has the instructions, and all values may be written.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, mut to: *mut f32, FirstOf8 { count, .. }: FirstOf8) {
        // Some processors take twenty cycles for a store with a mask (AMD before Zen 2: 42 operations).
        // SAFETY: the caller has the instructions, and the first values may be written; no others are.
        unsafe {
            let mut values = _mm256_castps256_ps128(self.0);
            if count >= 8 {
                return self.store(to);
            }
            if count >= 4 {
                _mm_storeu_ps(to, values);
                (values, to) = (_mm256_extractf128_ps::<1>(self.0), to.add(4));
            }
            if count & 2 != 0 {
                _mm_storel_pd(to.cast(), _mm_castps_pd(values));
                (values, to) = (_mm_movehl_ps(values, values), to.add(2));
            }
            if count & 1 != 0 {
                _mm_store_ss(to, values);
            }
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn at_least(self, floor: Self) -> Self {
        // The second operand where the first is not above it.
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_max_ps(floor.0, self.0) })
    }

    #[inline(always)]
    unsafe fn multiply(self, factor: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_mul_ps(self.0, factor.0) })
    }

    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, sum.0) })
    }

    #[inline(always)]
    unsafe fn transpose(row: impl Fn(usize) -> *const f32) -> [Self; 4] {
        // SAFETY: the caller has the instructions, and four values of each row may be read.
        unsafe {
            let mut rows = [_mm256_setzero_ps(); 4];
            for (i, quarters) in rows.iter_mut().enumerate() {
                *quarters = _mm256_castps128_ps256(_mm_loadu_ps(row(i)));
                *quarters = _mm256_insertf128_ps::<1>(*quarters, _mm_loadu_ps(row(4 + i)));
            }
            let [a, b, c, d] = transpose_quarters!(rows, _mm256_unpacklo_ps, _mm256_unpackhi_ps, shuffle_256);
            [Self(a), Self(b), Self(c), Self(d)]
        }
    }
}

impl Lanes for Avx512 {
    type Value = f32;
    type First = __mmask16;
    type AtMostEight = Avx2;
    const COUNT: usize = 16;

    #[inline(always)]
    unsafe fn first(count: usize) -> __mmask16 {
        ((1_u32 << count) - 1) as __mmask16
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_setzero_ps() })
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller has the instructions, and all values may be read.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, first: __mmask16) -> Self {
        // SAFETY: the caller has the instructions, and the first values may be read; no others are.
        Self(unsafe { _mm512_maskz_loadu_ps(first, from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller has the instructions, and all values may be written.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, first: __mmask16) {
        // SAFETY: the caller has the instructions, and the first values may be written; no others are.
        unsafe { _mm512_mask_storeu_ps(to, first, self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn at_least(self, floor: Self) -> Self {
        // The second operand where the first is not above it.
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_max_ps(floor.0, self.0) })
    }

    #[inline(always)]
    unsafe fn multiply(self, factor: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_mul_ps(self.0, factor.0) })
    }

    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: the caller has the instructions.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, sum.0) })
    }

    #[inline(always)]
    unsafe fn transpose(row: impl Fn(usize) -> *const f32) -> [Self; 4] {
        // SAFETY: the caller has the instructions, and four values of each row may be read.
        unsafe {
            let mut rows = [_mm512_setzero_ps(); 4];
            for (i, quarters) in rows.iter_mut().enumerate() {
                *quarters = _mm512_castps128_ps512(_mm_loadu_ps(row(i)));
                *quarters = _mm512_insertf32x4::<1>(*quarters, _mm_loadu_ps(row(4 + i)));
                *quarters = _mm512_insertf32x4::<2>(*quarters, _mm_loadu_ps(row(8 + i)));
                *quarters = _mm512_insertf32x4::<3>(*quarters, _mm_loadu_ps(row(12 + i)));
            }
            let [a, b, c, d] = transpose_quarters!(rows, _mm512_unpacklo_ps, _mm512_unpackhi_ps, shuffle_512);
            [Self(a), Self(b), Self(c), Self(d)]
        }
    }
}
