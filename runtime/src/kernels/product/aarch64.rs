//! Registers of 64-bit ARM processors.

use std::arch::aarch64::*;

use super::lanes::Lanes;

/// 4 values, with NEON.
#[derive(Clone, Copy)]
pub(super) struct Neon(float32x4_t);

impl Lanes for Neon {
    type Value = f32;
    type First = usize;
    type AtMostEight = Self;
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn first(count: usize) -> usize {
        count
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vdupq_n_f32(0.0) })
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vdupq_n_f32(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON, and all values may be read.
        Self(unsafe { vld1q_f32(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, first: usize) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON, and the first values may be read; no others are.
        let values: [f32; 4] = std::array::from_fn(|lane| if lane < first { unsafe { *from.add(lane) } } else { 0.0 });
        // SAFETY: every 64-bit ARM processor has NEON, and the first values may be read; no others are.
        Self(unsafe { vld1q_f32(values.as_ptr()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: every 64-bit ARM processor has NEON, and all values may be written.
        unsafe { vst1q_f32(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, first: usize) {
        let mut values = [0.0; 4];
        // SAFETY: every 64-bit ARM processor has NEON, and the first values may be written; no others are.
        unsafe {
            vst1q_f32(values.as_mut_ptr(), self.0);
            to.copy_from_nonoverlapping(values.as_ptr(), first);
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn at_least(self, floor: Self) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vbslq_f32(vcgtq_f32(floor.0, self.0), floor.0, self.0) })
    }

    #[inline(always)]
    unsafe fn multiply(self, factor: Self) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vmulq_f32(self.0, factor.0) })
    }

    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: every 64-bit ARM processor has NEON.
        Self(unsafe { vfmaq_f32(sum.0, self.0, factor.0) })
    }

    #[inline(always)]
    unsafe fn transpose(row: impl Fn(usize) -> *const f32) -> [Self; 4] {
        // SAFETY: every 64-bit ARM processor has NEON, and four values of each row may be read.
        unsafe {
            let (a, b, c, d) = (vld1q_f32(row(0)), vld1q_f32(row(1)), vld1q_f32(row(2)), vld1q_f32(row(3)));
            let (even, odd) = (vtrnq_f32(a, b), vtrnq_f32(c, d));
            [
                Self(vcombine_f32(vget_low_f32(even.0), vget_low_f32(odd.0))),
                Self(vcombine_f32(vget_low_f32(even.1), vget_low_f32(odd.1))),
                Self(vcombine_f32(vget_high_f32(even.0), vget_high_f32(odd.0))),
                Self(vcombine_f32(vget_high_f32(even.1), vget_high_f32(odd.1))),
            ]
        }
    }
}
