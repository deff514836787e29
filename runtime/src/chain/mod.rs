//! Networks that are nothing but a chain of small layers, as one function: what lies between the layers stays in registers
//! or on the stack, and every size and place is a constant.

mod predict;
mod train;

pub use predict::{Onward, Predicted};
pub use train::{End, Run, Tail};

use crate::float::Float;

/// The `BIAS` of a [`Chain`] whose layer has no bias.
pub const NO_BIAS: usize = usize::MAX;

/// A layer, with `relu` or without an activation, and what comes after it. Its weight and its bias begin at `WEIGHT` and `BIAS`
/// among all parameters: a product need not wait for loads that say where they are.
pub struct Chain<R, const INPUTS: usize, const UNITS: usize, const RELU: bool, const WEIGHT: usize, const BIAS: usize> {
    rest: R,
}

impl<R, const INPUTS: usize, const UNITS: usize, const RELU: bool, const WEIGHT: usize, const BIAS: usize>
    Chain<R, INPUTS, UNITS, RELU, WEIGHT, BIAS>
{
    /// A layer before `rest`.
    pub const fn new(rest: R) -> Self {
        Self { rest }
    }

    /// The weight and the bias among all parameters.
    #[inline(always)]
    fn parameters<T>(all: &[T]) -> (&[T], Option<&[T]>) {
        let bias = (BIAS != NO_BIAS).then(|| &all[BIAS..][..UNITS]);
        (&all[WEIGHT..][..INPUTS * UNITS], bias)
    }

    /// The least value of the output.
    #[inline(always)]
    fn floor<T: Float>() -> T {
        if RELU { T::ZERO } else { -T::INFINITY }
    }
}
