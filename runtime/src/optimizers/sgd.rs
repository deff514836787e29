//! Gradient descent with momentum.

use super::COST;
use crate::float::Float;
use crate::kernels::Threads;

pub(super) struct Sgd {
    pub(super) learning_rate: f64,
    pub(super) momentum: f64,
    pub(super) nesterov: bool,
    pub(super) weight_decay: f64,
}

impl Sgd {
    /// `g += weight_decay · w; v = momentum · v - learning_rate · g; w += v`, with `nesterov`
    /// `w += momentum · v - learning_rate · g`. Without momentum there is no `v`.
    pub(super) fn update<T: Float>(
        &self,
        parameters: &mut [T],
        gradients: &[T],
        velocity: &mut [T],
        threads: &Threads,
    ) {
        let (learning_rate, momentum) = (T::from_f64(self.learning_rate), T::from_f64(self.momentum));
        let (weight_decay, count) = (T::from_f64(self.weight_decay), parameters.len());
        if self.momentum == 0.0 {
            threads.split(count, COST, (parameters, gradients), |(parameters, gradients)| {
                for (w, &g) in parameters.iter_mut().zip(gradients) {
                    *w -= learning_rate * (g + weight_decay * *w);
                }
            });
            return;
        }
        threads.split(count, COST, (parameters, gradients, velocity), |(parameters, gradients, velocity)| {
            for ((w, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
                let change = learning_rate * (g + weight_decay * *w);
                *v = momentum * *v - change;
                *w += if self.nesterov { momentum * *v - change } else { *v };
            }
        });
    }
}
