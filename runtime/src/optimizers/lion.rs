//! Lion.

use super::{Slots, settled};
use crate::float::Float;

/// `w -= learning_rate · (sign(β₁ m + (1 - β₁) g) + weight_decay · w); m = β₂ m + (1 - β₂) g`; the sign of 0 is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lion<T> {
    learning_rate: T,
    weight_decay: T,
    beta_1: T,
    rest_1: T,
    beta_2: T,
    rest_2: T,
}

impl<T: Float> Lion<T> {
    pub(super) fn new(learning_rate: f64, beta_1: f64, beta_2: f64, weight_decay: f64) -> Self {
        Self {
            learning_rate: T::from_f64(learning_rate),
            weight_decay: T::from_f64(weight_decay),
            beta_1: T::from_f64(beta_1),
            rest_1: T::from_f64(1.0 - beta_1),
            beta_2: T::from_f64(beta_2),
            rest_2: T::from_f64(1.0 - beta_2),
        }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([mean, ..]): Slots<'_, T>) {
        let &Self { learning_rate, weight_decay, beta_1, rest_1, beta_2, rest_2 } = self;
        for ((w, &g), m) in parameters.iter_mut().zip(gradients).zip(mean) {
            let direction = (beta_1 * *m + rest_1 * g).sign();
            *w -= learning_rate * (direction + weight_decay * *w);
            *m = settled(beta_2 * *m + rest_2 * g);
        }
    }
}
