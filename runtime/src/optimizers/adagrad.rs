//! Adagrad.

use super::Slots;
use crate::float::Float;

/// `s += g²; w -= learning_rate · g / √(s + epsilon)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Adagrad<T> {
    learning_rate: T,
    epsilon: T,
}

impl<T: Float> Adagrad<T> {
    pub(super) fn new(learning_rate: f64, epsilon: f64) -> Self {
        Self { learning_rate: T::from_f64(learning_rate), epsilon: T::from_f64(epsilon) }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([accumulator, ..]): Slots<'_, T>) {
        let &Self { learning_rate, epsilon } = self;
        for ((w, &g), s) in parameters.iter_mut().zip(gradients).zip(accumulator) {
            *s += g * g;
            *w -= learning_rate * g / (*s + epsilon).sqrt();
        }
    }
}
