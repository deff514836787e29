//! RMSprop.

use super::{Slots, settled};
use crate::float::Float;

/// `s = rho · s + (1 - rho) g²; v = momentum · v + learning_rate · g / √(s - a² + epsilon); w -= v`, where `a` is
/// the mean gradient `rho · a + (1 - rho) g` if `centered`, else 0. Without momentum there is no `v`.
#[derive(Clone, Copy, Debug)]
pub(super) struct RmsProp<T> {
    learning_rate: T,
    rho: T,
    rest: T,
    momentum: T,
    epsilon: T,
    centered: bool,
}

impl<T: Float> RmsProp<T> {
    pub(super) fn new(learning_rate: f64, rho: f64, momentum: f64, epsilon: f64, centered: bool) -> Self {
        Self {
            learning_rate: T::from_f64(learning_rate),
            rho: T::from_f64(rho),
            rest: T::from_f64(1.0 - rho),
            momentum: T::from_f64(momentum),
            epsilon: T::from_f64(epsilon),
            centered,
        }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([mean_square, b, c]): Slots<'_, T>) {
        let momentum = self.momentum;
        let pairs = parameters.iter_mut().zip(gradients).zip(mean_square);
        match (self.centered, momentum != T::ZERO) {
            (false, false) => pairs.for_each(|((w, &g), s)| *w -= self.step(g, self.mean_square(g, s))),
            (true, false) => {
                for (((w, &g), s), a) in pairs.zip(b) {
                    *w -= self.step(g, self.variance(g, s, a));
                }
            }
            (false, true) => {
                for (((w, &g), s), v) in pairs.zip(b) {
                    *v = settled(self.step(g, self.mean_square(g, s)) + momentum * *v);
                    *w -= *v;
                }
            }
            (true, true) => {
                for ((((w, &g), s), a), v) in pairs.zip(b).zip(c) {
                    *v = settled(self.step(g, self.variance(g, s, a)) + momentum * *v);
                    *w -= *v;
                }
            }
        }
    }

    /// The new mean square of the gradient.
    #[inline(always)]
    fn mean_square(&self, g: T, s: &mut T) -> T {
        *s = settled(self.rho * *s + self.rest * g * g);
        *s
    }

    /// The new mean square about the mean.
    #[inline(always)]
    fn variance(&self, g: T, s: &mut T, a: &mut T) -> T {
        *a = settled(self.rho * *a + self.rest * g);
        self.mean_square(g, s) - *a * *a
    }

    #[inline(always)]
    fn step(&self, g: T, variance: T) -> T {
        self.learning_rate * g / (variance + self.epsilon).sqrt()
    }
}
