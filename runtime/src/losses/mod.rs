//! Losses: value and gradient of each with respect to the prediction.

use monograd_schema::{Loss, Shape};

use crate::float::Float;

/// The targets of one batch.
#[derive(Clone, Copy, Debug)]
pub enum TargetRows<'a, T> {
    /// Numbers of the prediction's shape; one-hot or probability rows for losses that take classes.
    Values(&'a [T]),
    /// Class indices, of the prediction's shape without its last axis.
    Classes(&'a [u32]),
}

/// The loss of one batch: the mean over its samples and terms. `shape` is that of one sample's prediction.
pub fn value<T: Float>(_loss: &Loss, _shape: Shape, _prediction: &[T], _target: &TargetRows<'_, T>) -> f64 {
    unimplemented!()
}

/// The same, and `weight` times its gradient with respect to the prediction, written or added to `gradient`.
pub fn value_and_gradient<T: Float>(
    _loss: &Loss,
    _shape: Shape,
    _prediction: &[T],
    _target: &TargetRows<'_, T>,
    _weight: f64,
    _gradient: &mut [T],
    _add: bool,
) -> f64 {
    unimplemented!()
}

/// What `predict` applies to raw scores, in place.
pub fn apply_link<T: Float>(_link: monograd_schema::Link, _shape: Shape, _scores: &mut [T]) {
    unimplemented!()
}
