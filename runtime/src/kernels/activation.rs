//! Activation functions over many values, and the gradients before them.

use monograd_schema::{Activation, Derivative};

use super::functions::{Visit, show};
use super::row_functions::{
    log_softmax, log_softmax_backward, softmax, softmax_backward, sparsemax, sparsemax_backward,
};
use crate::float::Float;
use crate::kernels::{Kernel, Level, Rows, Threads};

/// About what one value of an activation function costs, in multiply-adds.
const COST: usize = 16;

/// Replaces `x` by `y = activation(x)`; `width` is the extent of the last axis.
pub(crate) fn forward_in_place<T: Float>(activation: &Activation, width: usize, values: &mut [T], threads: &Threads) {
    if *activation != Activation::Linear {
        let rows = Rows::new(values, width);
        threads
            .split(rows.values.len() / width, width * COST, rows, |rows| forward_rows(activation, width, rows.values));
    }
}

/// `y = activation(x)`; `width` is the extent of the last axis.
pub(crate) fn forward<T: Float>(activation: &Activation, width: usize, x: &[T], y: &mut [T], threads: &Threads) {
    let data = (Rows::new(x, width), Rows::new(y, width));
    threads.split(x.len() / width, width * COST, data, |(x, y)| {
        let chunk = chunk(width);
        for (x, y) in x.values.chunks(chunk).zip(y.values.chunks_mut(chunk)) {
            y.copy_from_slice(x);
            forward_rows(activation, width, y);
        }
    });
}

/// Replaces the gradient of `y` by that of `x`. `source` is what [`Activation::derivative`] names: `x` or `y`.
pub(crate) fn backward_in_place<T: Float>(
    activation: &Activation,
    width: usize,
    source: &[T],
    gradient: &mut [T],
    threads: &Threads,
) {
    if *activation != Activation::Linear {
        let data = (Rows::new(source, width), Rows::new(gradient, width));
        threads.split(source.len() / width, width * COST, data, |(source, gradient)| {
            backward_rows(activation, width, source.values, gradient.values);
        });
    }
}

/// [`backward_in_place`] for whole rows, on this thread.
pub(crate) fn backward_rows<T: Float>(activation: &Activation, width: usize, source: &[T], gradient: &mut [T]) {
    Level::of::<T>().run(BackwardRows { activation, width, source, gradient });
}

/// Elements that are copied and then worked on while they are in the nearest cache: whole rows, 1024 elements or more.
fn chunk(width: usize) -> usize {
    width * 1024usize.div_ceil(width)
}

/// Replaces whole rows by their activation, on this thread.
pub(crate) fn forward_rows<T: Float>(activation: &Activation, width: usize, values: &mut [T]) {
    Level::of::<T>().run(ForwardRows { activation, width, values });
}

struct ForwardRows<'a, T> {
    activation: &'a Activation,
    width: usize,
    values: &'a mut [T],
}

impl<T: Float> Kernel for ForwardRows<'_, T> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { activation, width, values } = self;
        match activation {
            Activation::Softmax => softmax::<T, FUSED>(width, values),
            Activation::LogSoftmax => log_softmax::<T, FUSED>(width, values),
            Activation::Sparsemax => values.chunks_exact_mut(width).for_each(sparsemax),
            elementwise => show::<T, FUSED>(elementwise, Forward(values)),
        }
    }
}

struct BackwardRows<'a, T> {
    activation: &'a Activation,
    width: usize,
    source: &'a [T],
    gradient: &'a mut [T],
}

impl<T: Float> Kernel for BackwardRows<'_, T> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { activation, width, source, gradient } = self;
        let rows = gradient.chunks_exact_mut(width).zip(source.chunks_exact(width));
        match activation {
            Activation::Softmax => rows.for_each(|(d_row, y)| softmax_backward(d_row, y)),
            Activation::LogSoftmax => rows.for_each(|(d_row, y)| log_softmax_backward::<T, FUSED>(d_row, y)),
            Activation::Sparsemax => rows.for_each(|(d_row, y)| sparsemax_backward(d_row, y)),
            elementwise => show::<T, FUSED>(elementwise, Backward(source, gradient)),
        }
    }
}

struct Forward<'a, T>(&'a mut [T]);

impl<T: Float> Visit<T> for Forward<'_, T> {
    #[inline(always)]
    fn visit(self, function: impl Fn(T) -> T, _derivative: impl Fn(T) -> T) {
        for value in self.0 {
            *value = function(*value);
        }
    }
}

struct Backward<'a, T>(&'a [T], &'a mut [T]);

impl<T: Float> Visit<T> for Backward<'_, T> {
    #[inline(always)]
    fn visit(self, _function: impl Fn(T) -> T, derivative: impl Fn(T) -> T) {
        for (&source, gradient) in self.0.iter().zip(self.1) {
            *gradient *= derivative(source);
        }
    }
}

/// The activation as the least output, where it is one, and what is left to apply.
#[inline(always)]
pub(crate) fn floor<T: Float>(activation: &Activation) -> (T, Option<&Activation>) {
    match activation {
        Activation::Linear => (-T::INFINITY, None),
        Activation::Relu { negative_slope: 0.0, max_value: f64::INFINITY, threshold: 0.0 } => (T::ZERO, None),
        activation => (-T::INFINITY, Some(activation)),
    }
}

/// Whether backward reads what the function was applied to.
pub(crate) fn reads_input(activation: &Activation) -> bool {
    activation.derivative() == Derivative::FromInput
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_fuse_agree_on_every_bit() {
        let x: Vec<f32> = (0..600).map(|i| 0.05 * (i as f32 - 300.0)).collect();
        let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for activation in [
            Activation::Exponential,
            Activation::Elu { alpha: 1.0 },
            Activation::Gelu { approximate: false },
            Activation::Gelu { approximate: true },
            Activation::Silu,
            Activation::Mish,
            Activation::Softplus,
            Activation::Tanh,
            Activation::Softmax,
            Activation::LogSoftmax,
        ] {
            for width in [10, 24, 300] {
                let mut levels = Level::available().filter(|&level| level != Level::Portable);
                let Some(first) = levels.next() else { return };
                let results = std::iter::once(first).chain(levels).map(|level| {
                    let (mut y, mut gradient) = (x.clone(), vec![1.0; x.len()]);
                    level.run(ForwardRows { activation: &activation, width, values: &mut y });
                    let source = if reads_input(&activation) { &x } else { &y };
                    level.run(BackwardRows { activation: &activation, width, source, gradient: &mut gradient });
                    (bits(&y), bits(&gradient))
                });
                let results: Vec<_> = results.collect();
                assert!(results.iter().all(|result| result == &results[0]), "{activation:?}");
            }
        }
    }
}
