//! The error function.

use super::exponential::exp_of_moderate;
use super::{multiply_add, polynomial};

/// `erf x`: near 0 a polynomial of `x²`, elsewhere `1 - e^g(x)` with a polynomial `g` for the logarithm of the complement.
/// Largest error 1.15, separate 1.37; not monotone in the last place.
#[inline(always)]
pub(crate) fn erf<const FUSED: bool>(x: f32) -> f32 {
    /// Above it the result is 1.
    const HIGHEST: f32 = 4.0;
    let size = x.abs();
    let square = x * x;
    let curve = polynomial::<FUSED, _>(
        square,
        [0.128_379_17, -0.376_126_26, 0.112_835_854, -0.026_853_811, 0.005_188_327_7, -0.000_801_019_4, 7.853_861e-5],
    );
    let near_zero = multiply_add::<FUSED>(x, curve, x);
    let bounded = if size > HIGHEST { HIGHEST } else { size };
    let logarithm = polynomial::<FUSED, _>(
        bounded,
        [
            -0.000_177_496_91,
            -1.127_749_6,
            -0.637_059_75,
            -0.104_037_344,
            0.022_277_078,
            -0.003_055_605_3,
            0.000_197_181_48,
        ],
    );
    let far = 1.0 - exp_of_moderate::<FUSED>(logarithm);
    let result = if size < 0.92 { near_zero } else { far };
    result.copysign(x)
}
