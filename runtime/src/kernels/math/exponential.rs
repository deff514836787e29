//! `e^x` and `e^x - 1`.

use super::{multiply_add, polynomial};

/// `log 2` in two parts. The first has so few digits that its products with whole numbers up to 2¹⁴ are exact.
pub(super) const LN_2_HIGH: f32 = 0.693_359_4;
pub(super) const LN_2_LOW: f32 = -2.121_944_4e-4;

/// Above it `e^x` is infinite, and below the other 0.
const HIGHEST: f32 = 89.0;
const LOWEST: f32 = -104.0;

/// 1.5 · 2²³: a number added to it is rounded to a whole one, which is then in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// `x = whole · log 2 + rest` with `rest` in about ±`log 2 / 2`. Both forms of the whole number, and the rest.
#[inline(always)]
fn reduce<const FUSED: bool>(x: f32) -> (f32, i32, f32) {
    let shifted = multiply_add::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let bits = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let rest = multiply_add::<FUSED>(whole, -LN_2_LOW, multiply_add::<FUSED>(whole, -LN_2_HIGH, x));
    (whole, bits, rest)
}

/// 2 to the power of a whole number from -126 to 127.
#[inline(always)]
pub(super) fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits((exponent.wrapping_add(127) << 23) as u32)
}

/// `e^rest` for the rest of a reduction.
#[inline(always)]
fn exp_rest<const FUSED: bool>(rest: f32) -> f32 {
    let curve =
        polynomial::<FUSED, _>(rest, [0.499_999_94, 0.166_665_2, 0.041_668_408, 0.008_368_921, 0.001_381_417_4]);
    multiply_add::<FUSED>(rest * rest, curve, rest) + 1.0
}

/// `e^x`. Largest error 1.01, separate 0.99; monotone.
#[inline(always)]
pub(crate) fn exp<const FUSED: bool>(x: f32) -> f32 {
    let x = if x > HIGHEST { HIGHEST } else { x };
    let x = if x < LOWEST { LOWEST } else { x };
    let (_, whole, rest) = reduce::<FUSED>(x);
    // Two factors, since one alone could be too large or too small. Only the second product rounds.
    let half = whole >> 1;
    exp_rest::<FUSED>(rest) * power_of_two(half) * power_of_two(whole.wrapping_sub(half))
}

/// `e^x` for `x` from -87 to 88.
#[inline(always)]
pub(super) fn exp_of_moderate<const FUSED: bool>(x: f32) -> f32 {
    let (_, whole, rest) = reduce::<FUSED>(x);
    exp_rest::<FUSED>(rest) * power_of_two(whole)
}

/// `e^x - 1` for `x` from 0 to 20, for results in which the error of a large power does not show: `log 2` is in one part.
#[inline(always)]
pub(super) fn exp_m1_of_moderate<const FUSED: bool>(x: f32) -> f32 {
    let shifted = multiply_add::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let rest = multiply_add::<FUSED>(shifted - ROUND, -std::f32::consts::LN_2, x);
    // The whole number is in the lowest bits, and the others are shifted out.
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    // In pairs, which wait for each other less.
    let square = rest * rest;
    let low = multiply_add::<FUSED>(0.166_665_46, rest, 0.499_999_97);
    let high = multiply_add::<FUSED>(0.008_366_263, rest, 0.041_667_435);
    let curve = multiply_add::<FUSED>(square, multiply_add::<FUSED>(square, 0.001_387_066_7, high), low);
    let of_rest = multiply_add::<FUSED>(square, curve, rest);
    multiply_add::<FUSED>(of_rest, power, power - 1.0)
}

/// `e^x - 1`. Largest error 1.44, separate 1.48; monotone.
#[inline(always)]
pub(crate) fn exp_m1<const FUSED: bool>(x: f32) -> f32 {
    /// Below it the result is -1.
    const LOWEST: f32 = -20.0;
    let argument = if x > HIGHEST { HIGHEST } else { x };
    let argument = if argument < LOWEST { LOWEST } else { argument };
    let (whole, bits, rest) = reduce::<FUSED>(argument);
    let curve = polynomial::<FUSED, _>(
        rest,
        [0.5, 0.166_666_66, 0.041_666_36, 0.008_333_39, 0.001_394_092_7, 0.000_198_459_02],
    );
    let of_rest = multiply_add::<FUSED>(rest * rest, curve, rest);
    // Half the result, since 2^whole may be infinite.
    let half_power = power_of_two(bits.wrapping_sub(1));
    let scaled = 2.0 * multiply_add::<FUSED>(of_rest, half_power, half_power - 0.5);
    let result = if whole == 0.0 { of_rest } else { scaled };
    result.copysign(x)
}
