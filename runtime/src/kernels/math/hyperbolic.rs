//! The hyperbolic tangent and the logistic function.

use super::exponential::{exp, exp_of_moderate};
use super::{multiply_add, polynomial};

/// `tanh x`. Largest error 1.34, separate 1.34; monotone.
#[inline(always)]
pub(crate) fn tanh<const FUSED: bool>(x: f32) -> f32 {
    /// Above it the result is 1.
    const HIGHEST: f32 = 10.0;
    let size = x.abs();
    let square = x * x;
    let curve = polynomial::<FUSED, _>(
        square,
        [-0.333_333_3, 0.133_332_06, -0.053_946_763, 0.021_700_703, -0.008_177_399, 0.002_142_961_8],
    );
    let near_zero = multiply_add::<FUSED>(square * x, curve, x);
    let bounded = if size > HIGHEST { HIGHEST } else { size };
    let far = 1.0 - 2.0 / (exp_of_moderate::<FUSED>(2.0 * bounded) + 1.0);
    let result = if size < 0.6 { near_zero } else { far };
    result.copysign(x)
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
