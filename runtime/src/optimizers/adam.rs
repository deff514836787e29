//! Adam and AdamW.

use super::{Slots, fading_power, settled};
use crate::float::Float;

/// `w -= learning_rate · weight_decay · w`, then `m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// w -= learning_rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + epsilon)`. Adam is without `weight_decay`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Adam<T> {
    /// `learning_rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ)`.
    rate: T,
    /// What the decay leaves of a parameter.
    kept: T,
    beta_1: T,
    rest_1: T,
    beta_2: T,
    rest_2: T,
    epsilon: T,
}

impl<T: Float> Adam<T> {
    pub(super) fn new(
        (learning_rate, step): (f64, u64),
        (beta_1, beta_2): (f64, f64),
        epsilon: f64,
        weight_decay: f64,
    ) -> Self {
        let correction = (1.0 - fading_power(beta_2, step)).sqrt() / (1.0 - fading_power(beta_1, step));
        Self {
            rate: T::from_f64(learning_rate * correction),
            kept: T::from_f64(1.0 - learning_rate * weight_decay),
            beta_1: T::from_f64(beta_1),
            rest_1: T::from_f64(1.0 - beta_1),
            beta_2: T::from_f64(beta_2),
            rest_2: T::from_f64(1.0 - beta_2),
            epsilon: T::from_f64(epsilon),
        }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([mean, mean_square, _]): Slots<'_, T>) {
        let &Self { rate, kept, beta_1, rest_1, beta_2, rest_2, epsilon } = self;
        for (((w, &g), m), v) in parameters.iter_mut().zip(gradients).zip(mean).zip(mean_square) {
            *m = settled(beta_1 * *m + rest_1 * g);
            *v = settled(beta_2 * *v + rest_2 * g * g);
            *w = kept * *w - rate * *m / (v.sqrt() + epsilon);
        }
    }
}
