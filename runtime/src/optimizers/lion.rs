//! Lion.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct Lion {
    pub(super) learning_rate: f64,
    pub(super) beta_1: f64,
    pub(super) beta_2: f64,
    pub(super) weight_decay: f64,
}

impl Lion {
    /// `w -= learning_rate · (sign(β₁ m + (1 - β₁) g) + weight_decay · w); m = β₂ m + (1 - β₂) g`; the sign of 0 is 0.
    pub(super) fn update<T: Float>(&self, parameters: &mut [T], gradients: &[T], mean: &mut [T], threads: &Threads) {
        let (learning_rate, weight_decay) = (T::from_f64(self.learning_rate), T::from_f64(self.weight_decay));
        let (beta_1, rest_1) = (T::from_f64(self.beta_1), T::from_f64(1.0 - self.beta_1));
        let (beta_2, rest_2) = (T::from_f64(self.beta_2), T::from_f64(1.0 - self.beta_2));
        let (count, data) = (parameters.len(), (parameters, gradients, mean));
        threads.split(count, COST, data, |(parameters, gradients, mean)| {
            for ((w, &g), m) in parameters.iter_mut().zip(gradients).zip(mean) {
                let direction = (beta_1 * *m + rest_1 * g).sign();
                *w -= learning_rate * (direction + weight_decay * *w);
                *m = beta_2 * *m + rest_2 * g;
            }
        });
    }
}
