//! Elementwise mathematics of `f32`, without branches and tables, so that the compiler turns a loop over any of these
//! functions into wide instructions.
//!
//! Each function reduces its argument and evaluates a polynomial (minimax, found by Remez' algorithm in 160 bits and rounded
//! coefficient by coefficient). Special values need no branches either: a comparison chooses between results that are
//! computed for every argument.
//!
//! `FUSED` is whether multiply-adds round once. All levels with such an instruction give the same bits; so does any other
//! processor with `FUSED`, slowly, and other bits within the same bounds without.
//!
//! Each function states its largest error in units in the last place over all 2³² arguments, measured against `f64` as in
//! `every_argument` of `tests.rs`: fused, and with separate rounding; and whether it is monotone when fused. A unit in the
//! last place is the distance of neighbouring `f32` about the exact result; among subnormal numbers 2⁻¹⁴⁹.

mod error_function;
mod exponential;
mod hyperbolic;
mod logarithm;
mod map;

#[cfg(test)]
mod tests;

pub(crate) use error_function::erf;
pub(crate) use exponential::{exp, exp_m1};
pub(crate) use hyperbolic::{sigmoid, tanh, tanh_shrink};
pub(crate) use logarithm::{ln, ln_1p, softplus};
pub use map::{Function, map};

/// `x · factor + addend`.
#[inline(always)]
pub(crate) fn multiply_add<const FUSED: bool>(x: f32, factor: f32, addend: f32) -> f32 {
    if FUSED { x.mul_add(factor, addend) } else { x * factor + addend }
}

/// The polynomial with these coefficients, the constant one first.
#[inline(always)]
fn polynomial<const FUSED: bool, const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        sum = multiply_add::<FUSED>(sum, x, coefficients[i]);
    }
    sum
}
