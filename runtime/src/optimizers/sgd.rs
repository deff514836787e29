//! Gradient descent with momentum.

use super::{Slots, settled};
use crate::float::Float;

/// `g += weight_decay · w; v = momentum · v - learning_rate · g; w += v`, with `nesterov`
/// `w += momentum · v - learning_rate · g`. Without momentum there is no `v`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sgd<T> {
    learning_rate: T,
    momentum: T,
    weight_decay: T,
    nesterov: bool,
}

impl<T: Float> Sgd<T> {
    pub(super) fn new(learning_rate: f64, momentum: f64, nesterov: bool, weight_decay: f64) -> Self {
        let [learning_rate, momentum, weight_decay] = [learning_rate, momentum, weight_decay].map(T::from_f64);
        Self { learning_rate, momentum, weight_decay, nesterov }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([velocity, ..]): Slots<'_, T>) {
        let &Self { learning_rate, momentum, weight_decay, nesterov } = self;
        if velocity.is_empty() {
            for (w, &g) in parameters.iter_mut().zip(gradients) {
                *w -= learning_rate * (g + weight_decay * *w);
            }
        } else if nesterov {
            for ((w, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
                let change = learning_rate * (g + weight_decay * *w);
                *v = settled(momentum * *v - change);
                *w += momentum * *v - change;
            }
        } else {
            for ((w, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
                *v = settled(momentum * *v - learning_rate * (g + weight_decay * *w));
                *w += *v;
            }
        }
    }
}
