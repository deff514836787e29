//! The hyperbolic tangent and the logistic function.

use super::exponential::{exp, exp_m1_of_moderate};
use super::multiply_add;

/// `tanh x`. Largest error 2.61, separate 2.62; not monotone in the last place.
#[inline(always)]
pub(crate) fn tanh<const FUSED: bool>(x: f32) -> f32 {
    /// Twice what the result is 1 from.
    const HIGHEST: f32 = 20.0;
    let double = x.abs() + x.abs();
    let bounded = if double > HIGHEST { HIGHEST } else { double };
    let power = exp_m1_of_moderate::<FUSED>(bounded);
    (power / (power + 2.0)).copysign(x)
}

/// `1 / (1 + e^-x)`. Largest error 1.97, separate 1.97; not monotone in the last place.
#[inline(always)]
pub(crate) fn sigmoid<const FUSED: bool>(x: f32) -> f32 {
    let small = exp::<FUSED>(-x.abs());
    // Below 0 it is e^x / (1 + e^x), so that nothing overflows.
    let sum = 1.0 + small;
    let quotient = (if x < 0.0 { small } else { 1.0 }) / sum;
    // What the sum lost to rounding, times about 1 / sum.
    let lost = (small - (sum - 1.0)) * multiply_add::<FUSED>(small, -0.5, 1.0);
    multiply_add::<FUSED>(quotient, -lost, quotient)
}
