//! Adam and AdamW.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct Adam {
    pub(super) learning_rate: f64,
    pub(super) beta_1: f64,
    pub(super) beta_2: f64,
    pub(super) epsilon: f64,
    /// Of AdamW; 0 for Adam.
    pub(super) weight_decay: f64,
}

impl Adam {
    /// `w -= learning_rate · weight_decay · w`, then `m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
    /// w -= learning_rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + epsilon)`.
    pub(super) fn update<T: Float>(
        &self,
        step: u64,
        parameters: &mut [T],
        gradients: &[T],
        state: &mut [T],
        threads: &Threads,
    ) {
        let correction = (1.0 - self.beta_2.powf(step as f64)).sqrt() / (1.0 - self.beta_1.powf(step as f64));
        let rate = T::from_f64(self.learning_rate * correction);
        let kept = T::from_f64(1.0 - self.learning_rate * self.weight_decay);
        let (beta_1, rest_1) = (T::from_f64(self.beta_1), T::from_f64(1.0 - self.beta_1));
        let (beta_2, rest_2) = (T::from_f64(self.beta_2), T::from_f64(1.0 - self.beta_2));
        let epsilon = T::from_f64(self.epsilon);
        let (mean, mean_square) = state.split_at_mut(parameters.len());
        let (count, data) = (parameters.len(), (parameters, gradients, mean, mean_square));
        threads.split(count, COST, data, |(parameters, gradients, mean, mean_square)| {
            for (((w, &g), m), v) in parameters.iter_mut().zip(gradients).zip(mean).zip(mean_square) {
                *m = beta_1 * *m + rest_1 * g;
                *v = beta_2 * *v + rest_2 * g * g;
                *w = kept * *w - rate * *m / (v.sqrt() + epsilon);
            }
        });
    }
}
