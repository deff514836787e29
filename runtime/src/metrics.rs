//! Metrics, summed up over batches.

use crate::float::Float;
use crate::losses::TargetRows;
use crate::node::MetricNode;
use monograd_schema::Shape;

/// A metric on its way through a data set. Allocates when it is made, never afterwards.
#[derive(Clone, Debug)]
pub struct MetricState {}

impl MetricState {
    /// An empty one. `shape` is that of one sample's output.
    pub fn new(_node: &'static MetricNode, _shape: Shape) -> Self {
        unimplemented!()
    }

    /// Forgets all batches.
    pub fn reset(&mut self) {
        unimplemented!()
    }

    /// Adds a batch of raw scores and their targets.
    pub fn update<T: Float>(&mut self, _scores: &[T], _target: &TargetRows<'_, T>) {
        unimplemented!()
    }

    /// The value over all batches so far; NaN before the first.
    pub fn value(&self) -> f64 {
        unimplemented!()
    }
}
