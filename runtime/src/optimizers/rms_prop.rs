//! RMSprop.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct RmsProp {
    pub(super) learning_rate: f64,
    pub(super) rho: f64,
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
    pub(super) centered: bool,
}

impl RmsProp {
    /// `s = rho · s + (1 - rho) g²; v = momentum · v + learning_rate · g / √(s - a² + epsilon); w -= v`, where `a` is
    /// the mean gradient `rho · a + (1 - rho) g` if `centered`, else 0. Without momentum there is no `v`.
    pub(super) fn update<T: Float>(&self, parameters: &mut [T], gradients: &[T], state: &mut [T], threads: &Threads) {
        let learning_rate = T::from_f64(self.learning_rate);
        let (rho, rest) = (T::from_f64(self.rho), T::from_f64(1.0 - self.rho));
        let (momentum, epsilon) = (T::from_f64(self.momentum), T::from_f64(self.epsilon));
        let count = parameters.len();
        let (mean_square, state) = state.split_at_mut(count);
        let (mean, state) = if self.centered { state.split_at_mut(count) } else { (&mut [][..], state) };
        let mean = self.centered.then_some(mean);
        let velocity = (self.momentum != 0.0).then_some(state);
        let data = (parameters, gradients, mean_square, mean, velocity);
        threads.split(count, COST, data, |(parameters, gradients, mean_square, mut mean, mut velocity)| {
            for (i, ((w, &g), s)) in parameters.iter_mut().zip(gradients).zip(mean_square).enumerate() {
                *s = rho * *s + rest * g * g;
                let mut variance = *s;
                if let Some(mean) = &mut mean {
                    mean[i] = rho * mean[i] + rest * g;
                    variance -= mean[i] * mean[i];
                }
                let mut change = learning_rate * g / (variance + epsilon).sqrt();
                if let Some(velocity) = &mut velocity {
                    change += momentum * velocity[i];
                    velocity[i] = change;
                }
                *w -= change;
            }
        });
    }
}
