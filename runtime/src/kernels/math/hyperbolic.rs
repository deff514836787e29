//! The hyperbolic tangent and the logistic function.

use super::exponential::{exp, exp_m1_of_moderate};
use super::{multiply_add, polynomial};

/// `tanh x`. Largest error 2.61, separate 2.62; not monotone in the last place.
#[inline(always)]
pub(crate) fn tanh<const FUSED: bool>(x: f32) -> f32 {
    /// Twice a number from which on the result is 1.
    const HIGHEST: f32 = 20.0;
    let double = x.abs() + x.abs();
    let bounded = if double > HIGHEST { HIGHEST } else { double };
    let power = exp_m1_of_moderate::<FUSED>(bounded);
    (power / (power + 2.0)).copysign(x)
}

/// `x - tanh x`. Within 4 units in the last place below 0.6, and within 2·10⁻⁷ up to where the difference is near `x`.
#[inline(always)]
pub(crate) fn tanh_shrink<const FUSED: bool>(x: f32) -> f32 {
    // Near 0 the difference would be what rounding leaves of it.
    let square = x * x;
    let curve = polynomial::<FUSED, _>(
        square,
        [0.333_333_3, -0.133_332_06, 0.053_946_763, -0.021_700_703, 0.008_177_399, -0.002_142_961_8],
    );
    if x.abs() < 0.6 { square * x * curve } else { x - tanh::<FUSED>(x) }
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
