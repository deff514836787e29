//! `log x`, `log(1 + x)` and `log(1 + e^x)`.

use super::exponential::{LN_2_HIGH, LN_2_LOW, exp, power_of_two};
use super::{multiply_add, polynomial};

/// The bits of `√½`.
const SQRT_HALF: i32 = 0x3f35_04f3;

/// `x = 2^exponent · mantissa` with a mantissa from `√½` to `√2`, for positive numbers that are not subnormal.
#[inline(always)]
fn split(x: f32) -> (i32, f32) {
    let bits = (x.to_bits() as i32).wrapping_sub(SQRT_HALF);
    (bits >> 23, f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF) as u32))
}

/// `exponent · log 2 + log(1 + x)` for `x` from `√½ - 1` to `√2 - 1`.
#[inline(always)]
fn ln_near_one<const FUSED: bool>(exponent: f32, x: f32) -> f32 {
    let curve = polynomial::<FUSED, _>(
        x,
        [
            0.333_333_13,
            -0.250_000_1,
            0.200_021_19,
            -0.166_679_96,
            0.142_195_52,
            -0.124_055_89,
            0.118_881_62,
            -0.116_756_51,
            0.067_466_4,
        ],
    );
    let square = x * x;
    let small = multiply_add::<FUSED>(exponent, LN_2_LOW, square * x * curve);
    let sum = x + multiply_add::<FUSED>(square, -0.5, small);
    multiply_add::<FUSED>(exponent, LN_2_HIGH, sum)
}

/// `log x`: -∞ of 0, NaN of negative numbers. Largest error 0.84, separate 0.85; monotone.
#[inline(always)]
pub(crate) fn ln<const FUSED: bool>(x: f32) -> f32 {
    let is_subnormal = x < f32::MIN_POSITIVE;
    let (exponent, mantissa) = split(if is_subnormal { x * 8_388_608.0 } else { x });
    let exponent = exponent as f32 - if is_subnormal { 23.0 } else { 0.0 };
    let result = ln_near_one::<FUSED>(exponent, mantissa - 1.0);
    let result = if x < f32::INFINITY { result } else { x };
    let result = if x == 0.0 { f32::NEG_INFINITY } else { result };
    if x < 0.0 { f32::NAN } else { result }
}

/// `log(1 + x)`: -∞ of -1, NaN of smaller numbers. Largest error 1.39, separate 1.39; monotone.
#[inline(always)]
pub(crate) fn ln_1p<const FUSED: bool>(x: f32) -> f32 {
    let sum = 1.0 + x;
    // What the sum lost to rounding.
    let lost = if x.abs() < 1.0 { x - (sum - 1.0) } else { 1.0 - (sum - x) };
    let (exponent, mantissa) = split(sum);
    // Beyond 2⁶⁰ what was lost does not count, and nothing below may become infinite.
    let scale = power_of_two(-(if exponent > 60 { 60 } else { exponent }));
    let near_one = multiply_add::<FUSED>(lost, scale, mantissa - 1.0);
    let result = ln_near_one::<FUSED>(exponent as f32, near_one);
    let result = if x < f32::INFINITY { result } else { x };
    let result = if x == -1.0 { f32::NEG_INFINITY } else { result };
    let result = if x < -1.0 { f32::NAN } else { result };
    // Keeps the sign of 0.
    if x.abs() < 1e-9 { x } else { result }
}

/// `log(1 + e^x)`. Largest error 1.68, separate 1.68; not monotone in the last place.
#[inline(always)]
pub(crate) fn softplus<const FUSED: bool>(x: f32) -> f32 {
    let small = exp::<FUSED>(-x.abs());
    // 1 + small or half of it lies from √½ to √2.
    let is_large = small > std::f32::consts::SQRT_2 - 1.0;
    let near_one = if is_large { multiply_add::<FUSED>(small, 0.5, -0.5) } else { small };
    let positive = if x > 0.0 { x } else { 0.0 };
    positive + ln_near_one::<FUSED>(if is_large { 1.0 } else { 0.0 }, near_one)
}
