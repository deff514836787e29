//! Adam with Nesterov momentum.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct Nadam {
    pub(super) learning_rate: f64,
    pub(super) beta_1: f64,
    pub(super) beta_2: f64,
    pub(super) epsilon: f64,
}

impl Nadam {
    /// `m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
    /// w -= learning_rate · (μₜ₊₁ m / (1 - Π μ to t + 1) + (1 - μₜ) g / (1 - Π μ to t)) / (√(v / (1 - β₂ᵗ)) + epsilon)`
    /// with `μₜ = β₁ (1 - 0.5 · 0.96ᵗ)`.
    pub(super) fn update<T: Float>(
        &self,
        step: u64,
        parameters: &mut [T],
        gradients: &[T],
        state: &mut [T],
        threads: &Threads,
    ) {
        let (now, next, product) = (self.momentum(step), self.momentum(step + 1), self.momentum_product(step));
        let of_mean = T::from_f64(next / (1.0 - product * next));
        let of_gradient = T::from_f64((1.0 - now) / (1.0 - product));
        let of_square = T::from_f64(1.0 / (1.0 - self.beta_2.powf(step as f64)));
        let (beta_1, rest_1) = (T::from_f64(self.beta_1), T::from_f64(1.0 - self.beta_1));
        let (beta_2, rest_2) = (T::from_f64(self.beta_2), T::from_f64(1.0 - self.beta_2));
        let (learning_rate, epsilon) = (T::from_f64(self.learning_rate), T::from_f64(self.epsilon));
        let (mean, mean_square) = state.split_at_mut(parameters.len());
        let (count, data) = (parameters.len(), (parameters, gradients, mean, mean_square));
        threads.split(count, COST, data, |(parameters, gradients, mean, mean_square)| {
            for (((w, &g), m), v) in parameters.iter_mut().zip(gradients).zip(mean).zip(mean_square) {
                *m = beta_1 * *m + rest_1 * g;
                *v = beta_2 * *v + rest_2 * g * g;
                let direction = of_mean * *m + of_gradient * g;
                *w -= learning_rate * direction / ((of_square * *v).sqrt() + epsilon);
            }
        });
    }

    /// `μₜ`.
    fn momentum(&self, step: u64) -> f64 {
        self.beta_1 * (1.0 - 0.5 * 0.96f64.powf(step as f64))
    }

    /// `Π μ` from 1 to `step`. The factors beside `β₁` are 1 in `f64` long before step 1000, so no more are multiplied.
    fn momentum_product(&self, step: u64) -> f64 {
        let (mut decay, mut product) = (1.0, 1.0);
        for _ in 0..step.min(1000) {
            decay *= 0.96;
            product *= 1.0 - 0.5 * decay;
        }
        product * self.beta_1.powf(step as f64)
    }
}
