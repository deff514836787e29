//! Adagrad.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct Adagrad {
    pub(super) learning_rate: f64,
    pub(super) epsilon: f64,
}

impl Adagrad {
    /// `s += g²; w -= learning_rate · g / √(s + epsilon)`.
    pub(super) fn update<T: Float>(
        &self,
        parameters: &mut [T],
        gradients: &[T],
        accumulator: &mut [T],
        threads: &Threads,
    ) {
        let (learning_rate, epsilon) = (T::from_f64(self.learning_rate), T::from_f64(self.epsilon));
        let (count, data) = (parameters.len(), (parameters, gradients, accumulator));
        threads.split(count, COST, data, |(parameters, gradients, accumulator)| {
            for ((w, &g), s) in parameters.iter_mut().zip(gradients).zip(accumulator) {
                *s += g * g;
                *w -= learning_rate * g / (*s + epsilon).sqrt();
            }
        });
    }
}
