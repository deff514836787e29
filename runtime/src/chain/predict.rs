//! Prediction of one sample by a chain of small layers: no arena, no lock, no call between two layers.

use std::hint::black_box;

use monograd_schema::LARGEST_TINY;

use super::Chain;
use crate::float::Float;
use crate::kernels::registers::One;
use crate::kernels::tiny::Weights;
use crate::kernels::{OnRows, RowProduct};

/// What comes after a value of a chain, up to the output.
pub trait Onward<T: Float, const INPUTS: usize> {
    /// Takes one sample through the rest of the chain. The bits are those of the layers one by one.
    fn go<R: RowProduct<T>>(&self, on: R, parameters: &[T], x: &[T; INPUTS], y: &mut [T]);
}

impl<
    T: Float,
    R: Onward<T, UNITS>,
    const INPUTS: usize,
    const UNITS: usize,
    const RELU: bool,
    const WEIGHT: usize,
    const BIAS: usize,
> Onward<T, INPUTS> for Chain<R, INPUTS, UNITS, RELU, WEIGHT, BIAS>
{
    #[inline(always)]
    fn go<O: RowProduct<T>>(&self, on: O, parameters: &[T], x: &[T; INPUTS], y: &mut [T]) {
        let ((weight, bias), floor) = (Self::parameters(parameters), Self::floor());
        if INPUTS * UNITS <= LARGEST_TINY {
            let h = Weights::<T, INPUTS, UNITS>::load(weight, bias).apply(One, x, floor);
            self.rest.go(on, parameters, &h, y);
        } else {
            let h = on.row(x, weight, bias, floor);
            // The next product takes its values one by one: from memory that is quicker than from registers.
            self.rest.go(on, parameters, black_box(&h), y);
        }
    }
}

/// The output at the end of a chain.
pub struct Predicted;

impl<T: Float, const INPUTS: usize> Onward<T, INPUTS> for Predicted {
    #[inline(always)]
    fn go<R: RowProduct<T>>(&self, _on: R, _parameters: &[T], x: &[T; INPUTS], y: &mut [T]) {
        y.copy_from_slice(x);
    }
}

/// One sample on its way.
struct Predict<'a, C, T, const INPUTS: usize> {
    chain: &'a C,
    parameters: &'a [T],
    x: &'a [T; INPUTS],
    y: &'a mut [T],
}

impl<T: Float, C: Onward<T, INPUTS>, const INPUTS: usize> OnRows<T> for Predict<'_, C, T, INPUTS> {
    #[inline(always)]
    fn run<R: RowProduct<T>>(self, on: R) {
        self.chain.go(on, self.parameters, self.x, self.y);
    }
}

impl<R, const INPUTS: usize, const UNITS: usize, const RELU: bool, const WEIGHT: usize, const BIAS: usize>
    Chain<R, INPUTS, UNITS, RELU, WEIGHT, BIAS>
{
    /// Takes one sample through the whole chain; false where the processor has no wide registers, and for `f64`, for which
    /// nobody waits.
    #[inline]
    pub fn predict<T: Float>(&self, parameters: &[T], x: &[T], y: &mut [T]) -> bool
    where
        R: Onward<T, UNITS>,
    {
        let x = x.try_into().expect("a sample has the length of the input");
        T::on_rows(Predict { chain: self, parameters, x, y })
    }
}
