//! How far from the reference a number may be.

use monograd::__private::Float;

/// Two orders of the same sum differ by some 1e-15 of its terms, ten steps of training by some 1e-14; most is lost by
/// PyTorch's softplus, which is a line from 20 on: e^-30, 1e-13.
const F64_RELATIVE: f64 = 1e-12;
/// Where terms cancel, what is left has the error of the terms, which are about 1.
const F64_ABSOLUTE: f64 = 1e-14;

/// `f32` has 24 bits, 6e-8; sums of some 20 terms and ten steps of training lose up to 7 bits of them.
const F32_RELATIVE: f64 = 1e-5;
/// Where terms about 1 cancel, one or two units in the last place of `f32` are left.
const F32_ABSOLUTE: f64 = 2e-7;

/// The precision that a network runs in.
pub(crate) trait Tolerance: Float {
    /// Its place in a list of the two.
    const NUMBER: usize;

    /// The difference as a share of what is allowed: agreement up to 1.
    fn share(found: f64, expected: f64) -> f64;
}

impl Tolerance for f64 {
    const NUMBER: usize = 0;

    fn share(found: f64, expected: f64) -> f64 {
        weigh(found, expected, F64_RELATIVE, F64_ABSOLUTE)
    }
}

impl Tolerance for f32 {
    const NUMBER: usize = 1;

    fn share(found: f64, expected: f64) -> f64 {
        // What is larger than any `f32` is infinite there.
        let expected = if expected.abs() > f64::from(f32::MAX) { f64::INFINITY * expected.signum() } else { expected };
        weigh(found, expected, F32_RELATIVE, F32_ABSOLUTE)
    }
}

fn weigh(found: f64, expected: f64, relative: f64, absolute: f64) -> f64 {
    if found == expected { 0.0 } else { (found - expected).abs() / (relative * expected.abs() + absolute) }
}
