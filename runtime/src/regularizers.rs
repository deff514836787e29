//! Penalties on the size of weights.

use monograd_schema::Regularizer;

use crate::float::Float;

/// The penalty, to be added to the loss.
pub fn penalty<T: Float>(_regularizer: &Regularizer, _weights: &[T]) -> f64 {
    unimplemented!()
}

/// Adds the penalty's gradient.
pub fn add_gradient<T: Float>(_regularizer: &Regularizer, _weights: &[T], _gradient: &mut [T]) {
    unimplemented!()
}
