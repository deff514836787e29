//! Penalties on the size of weights: `l1 · Σ |w| + l2 · Σ w²`.

use monograd_schema::Regularizer;

use crate::float::Float;

/// The penalty, to be added to the loss.
pub fn penalty<T: Float>(regularizer: &Regularizer, weights: &[T]) -> f64 {
    let (l1, l2) = regularizer.strengths();
    weights.iter().map(|w| w.to_f64()).map(|w| l1 * w.abs() + l2 * w * w).sum()
}

/// Adds the penalty's gradient: `l1 · sign(w) + 2 · l2 · w`, where the sign of 0 is 0.
pub fn add_gradient<T: Float>(regularizer: &Regularizer, weights: &[T], gradient: &mut [T]) {
    debug_assert_eq!(weights.len(), gradient.len());
    let (l1, l2) = regularizer.strengths();
    let (l1, twice_l2) = (T::from_f64(l1), T::from_f64(2.0 * l2));
    for (&w, gradient) in weights.iter().zip(gradient) {
        *gradient += l1 * w.sign() + twice_l2 * w;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn penalties_and_gradients_by_hand() {
        let weights = [1.0, -2.0, 0.0];
        let cases = [
            (Regularizer::L1 { l1: 0.5 }, 1.5, [1.5, 0.5, 1.0]),
            (Regularizer::L2 { l2: 0.5 }, 2.5, [2.0, -1.0, 1.0]),
            (Regularizer::L1L2 { l1: 0.5, l2: 0.5 }, 4.0, [2.5, -1.5, 1.0]),
        ];
        for (regularizer, value, gradients) in cases {
            assert_eq!(penalty(&regularizer, &weights), value);
            let mut gradient = [1.0; 3];
            add_gradient(&regularizer, &weights, &mut gradient);
            assert_eq!(gradient, gradients, "{regularizer:?}");
        }
    }
}
