//! Losses: value and gradient of each with respect to the prediction.
//!
//! The formulas are with [`Loss`]. Terms are computed in the element type and summed up in `f64`, sample after sample.

mod elementwise;
mod over_classes;
mod over_rows;

use monograd_schema::{Link, Loss, Shape};

use crate::float::Float;
use crate::kernels::functions::sigmoid;
use crate::kernels::row_functions::softmax;

/// The targets of one batch.
#[derive(Clone, Copy, Debug)]
pub enum TargetRows<'a, T> {
    /// Numbers of the prediction's shape; one-hot or probability rows for losses that take classes.
    Values(&'a [T]),
    /// Class indices, of the prediction's shape without its last axis.
    Classes(&'a [u32]),
}

/// The loss of one batch: the mean over its samples and terms. `shape` is that of one sample's prediction.
///
/// The mean over no samples is 0.
pub fn value<T: Float>(loss: &Loss, shape: Shape, prediction: &[T], target: &TargetRows<'_, T>) -> f64 {
    let count = terms(loss, shape, prediction.len());
    if count == 0 {
        return 0.0;
    }
    sum(loss, shape, prediction, target, None) / count as f64
}

/// The same, and `weight` times its gradient with respect to the prediction, written or added to `gradient`.
pub fn value_and_gradient<T: Float>(
    loss: &Loss,
    shape: Shape,
    prediction: &[T],
    target: &TargetRows<'_, T>,
    weight: f64,
    gradient: &mut [T],
    add: bool,
) -> f64 {
    debug_assert_eq!(prediction.len(), gradient.len());
    let count = terms(loss, shape, prediction.len());
    if count == 0 {
        return 0.0;
    }
    let sink = Sink { gradient, scale: T::from_f64(weight / count as f64), add };
    sum(loss, shape, prediction, target, Some(sink)) / count as f64
}

/// What `predict` applies to raw scores, in place.
pub fn apply_link<T: Float>(link: Link, shape: Shape, scores: &mut [T]) {
    match link {
        Link::Identity => {}
        Link::Softmax => scores.chunks_exact_mut(shape.last()).for_each(softmax),
        Link::Sigmoid => scores.iter_mut().for_each(|score| *score = sigmoid(*score)),
    }
}

/// The number of terms that the mean is over.
fn terms(loss: &Loss, shape: Shape, elements: usize) -> usize {
    if loss.reduces_last_axis() { elements / shape.last() } else { elements }
}

/// The sum of all terms; the gradient, already a mean, goes into the sink.
fn sum<T: Float>(
    loss: &Loss,
    shape: Shape,
    prediction: &[T],
    target: &TargetRows<'_, T>,
    sink: Option<Sink<'_, T>>,
) -> f64 {
    if loss.takes_classes() {
        return over_classes::sum(loss, shape.last(), prediction, target, sink);
    }
    let TargetRows::Values(target) = target else { unreachable!("`{}` takes no classes", loss.name()) };
    debug_assert_eq!(prediction.len(), target.len());
    if loss.reduces_last_axis() {
        over_rows::sum(loss, shape.last(), prediction, target, sink)
    } else {
        elementwise::sum(loss, prediction, target, sink)
    }
}

/// Where a gradient goes.
struct Sink<'a, T> {
    gradient: &'a mut [T],
    scale: T,
    add: bool,
}

impl<T: Float> Sink<'_, T> {
    /// Writes or adds the scaled slope of one element.
    #[inline(always)]
    fn put(&mut self, i: usize, slope: T) {
        let slope = self.scale * slope;
        self.gradient[i] = if self.add { self.gradient[i] + slope } else { slope };
    }

    /// The sink of one row.
    fn row(&mut self, row: usize, width: usize) -> Sink<'_, T> {
        Sink { gradient: &mut self.gradient[row * width..][..width], scale: self.scale, add: self.add }
    }
}

#[cfg(test)]
mod tests;
