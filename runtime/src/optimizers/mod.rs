//! Optimizers: one update step of each, in one pass over all trainable parameters.

use monograd_schema::Optimizer;

use crate::float::Float;
use crate::kernels::Threads;

/// Moves parameters along their gradients.
///
/// `state` holds the optimizer's slots one after another, each as long as `parameters`; `step` counts from 1.
/// `learning_rate` stands in for that of the declaration, so that schedules can change it.
pub fn update<T: Float>(
    _optimizer: &Optimizer,
    _learning_rate: f64,
    _step: u64,
    _parameters: &mut [T],
    _gradients: &[T],
    _state: &mut [T],
    _threads: &Threads,
) {
    unimplemented!()
}
