//! Adam with Nesterov momentum.

use super::{Slots, fading_power, settled};
use crate::float::Float;

/// `m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// w -= learning_rate · (μₜ₊₁ m / (1 - Π μ to t + 1) + (1 - μₜ) g / (1 - Π μ to t)) / (√(v / (1 - β₂ᵗ)) + epsilon)`
/// with `μₜ = β₁ (1 - 0.5 · 0.96ᵗ)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nadam<T> {
    learning_rate: T,
    beta_1: T,
    rest_1: T,
    beta_2: T,
    rest_2: T,
    epsilon: T,
    of_mean: T,
    of_gradient: T,
    of_square: T,
}

impl<T: Float> Nadam<T> {
    pub(super) fn new((learning_rate, step): (f64, u64), beta_1: f64, beta_2: f64, epsilon: f64) -> Self {
        let product = momentum_product(beta_1, step);
        let (now, next) = (momentum(beta_1, step), momentum(beta_1, step + 1));
        Self {
            learning_rate: T::from_f64(learning_rate),
            beta_1: T::from_f64(beta_1),
            rest_1: T::from_f64(1.0 - beta_1),
            beta_2: T::from_f64(beta_2),
            rest_2: T::from_f64(1.0 - beta_2),
            epsilon: T::from_f64(epsilon),
            of_mean: T::from_f64(next / (1.0 - product * next)),
            of_gradient: T::from_f64((1.0 - now) / (1.0 - product)),
            of_square: T::from_f64(1.0 / (1.0 - fading_power(beta_2, step))),
        }
    }

    #[inline(always)]
    pub(super) fn apply(&self, parameters: &mut [T], gradients: &[T], Slots([mean, mean_square, _]): Slots<'_, T>) {
        let &Self { learning_rate, beta_1, rest_1, beta_2, rest_2, epsilon, of_mean, of_gradient, of_square } = self;
        for (((w, &g), m), v) in parameters.iter_mut().zip(gradients).zip(mean).zip(mean_square) {
            *m = settled(beta_1 * *m + rest_1 * g);
            *v = settled(beta_2 * *v + rest_2 * g * g);
            let direction = of_mean * *m + of_gradient * g;
            *w -= learning_rate * direction / ((of_square * *v).sqrt() + epsilon);
        }
    }
}

/// What is left in each step of the distance of `μ` from its limit.
const DECAY: f64 = 0.96;

/// `Π (1 - ½ · 0.96ᵗ)` up to each step. In `f64` the factors are 1 before step 910.
static PRODUCTS: [f64; 1001] = {
    let (mut products, mut decay, mut step) = ([1.0; 1001], 1.0, 1);
    while step < products.len() {
        decay *= DECAY;
        products[step] = products[step - 1] * (1.0 - 0.5 * decay);
        step += 1;
    }
    products
};

/// `μₜ`.
fn momentum(beta_1: f64, step: u64) -> f64 {
    beta_1 * (1.0 - 0.5 * fading_power(DECAY, step))
}

/// `Π μ` from 1 to `step`.
fn momentum_product(beta_1: f64, step: u64) -> f64 {
    let product = PRODUCTS[step.min(PRODUCTS.len() as u64 - 1) as usize];
    product * fading_power(beta_1, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_that_of_all_momenta() {
        for step in [1, 2, 3, 10, 500, 909, 910, 999, 1000, 1001, 1_000_000] {
            let (mut decay, mut product) = (1.0, 1.0);
            for _ in 0..step {
                decay *= 0.96;
                product *= 1.0 - 0.5 * decay;
            }
            let expected = 1.0 - product * 0.9f64.powf(step as f64);
            assert_eq!((1.0 - momentum_product(0.9, step)).to_bits(), expected.to_bits(), "step {step}");
        }
    }
}
