//! Losses: value and gradient of each with respect to the prediction.
//!
//! The formulas are with [`Loss`]. Terms are computed in the element type and summed up in `f64`, sample after sample within
//! each of the [`Parts`] that threads take.

mod elementwise;
mod over_classes;
mod over_rows;

use std::ops::Range;

use monograd_schema::{Activation, Link, Loss, Shape};

use crate::float::Float;
use crate::kernels::activation::forward_in_place;
use crate::kernels::registers::LANES;
use crate::kernels::{Kernel, Level, Parts, Threads};

/// The targets of one batch.
#[derive(Clone, Copy, Debug)]
pub enum TargetRows<'a, T> {
    /// Numbers of the prediction's shape; one-hot or probability rows for losses that take classes.
    Values(&'a [T]),
    /// Class indices, of the prediction's shape without its last axis.
    Classes(&'a [u32]),
}

impl<'a, T> TargetRows<'a, T> {
    /// Those of a range of the prediction's elements, which is one of whole rows of `width` elements where these are classes.
    fn of(&self, range: Range<usize>, width: usize) -> Self {
        match *self {
            Self::Values(values) => Self::Values(&values[range]),
            Self::Classes(classes) => Self::Classes(&classes[range.start / width..range.end / width]),
        }
    }
}

/// The loss of one batch: the mean over its samples and terms. `shape` is that of one sample's prediction.
///
/// The mean over no samples is 0.
pub fn value<T: Float>(
    loss: &Loss,
    shape: Shape,
    prediction: &[T],
    target: &TargetRows<'_, T>,
    threads: &Threads,
) -> f64 {
    let count = terms(loss, shape, prediction.len());
    if count == 0 {
        return 0.0;
    }
    sum(loss, shape, prediction, target, None, threads) / count as f64
}

/// The same, and `weight` times its gradient with respect to the prediction, written to `gradient` or, with `add`, added.
pub fn value_and_gradient<T: Float>(
    loss: &Loss,
    shape: Shape,
    prediction: &[T],
    target: &TargetRows<'_, T>,
    weight: f64,
    (gradient, add): (&mut [T], bool),
    threads: &Threads,
) -> f64 {
    debug_assert_eq!(prediction.len(), gradient.len());
    let count = terms(loss, shape, prediction.len());
    if count == 0 {
        return 0.0;
    }
    let sink = Sink { gradient, scale: T::from_f64(weight / count as f64), add };
    sum(loss, shape, prediction, target, Some(sink), threads) / count as f64
}

/// What `predict` applies to raw scores, in place.
pub fn apply_link<T: Float>(link: Link, shape: Shape, scores: &mut [T], threads: &Threads) {
    match link {
        Link::Identity => {}
        Link::Softmax => forward_in_place(&Activation::Softmax, shape.last(), scores, threads),
        Link::Sigmoid => forward_in_place(&Activation::Sigmoid, 1, scores, threads),
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
    threads: &Threads,
) -> f64 {
    let (level, width) = (Level::of::<T>(), shape.last());
    let (scale, add) = sink.as_ref().map_or((T::ZERO, false), |sink| (sink.scale, sink.add));
    let gradient = sink.map(|sink| sink.gradient);
    parts(loss, width, prediction.len()).sum(threads, gradient, |range, gradient| {
        let sink = gradient.map(|gradient| Sink { gradient, scale, add });
        let target = &target.of(range.clone(), width);
        level.run(Sum { loss, width, prediction: &prediction[range], target, sink })
    })
}

/// The parts in which the terms of a batch are summed up; `width` is the extent of the last axis.
///
/// Where each element of a narrow row has a term, parts are whole groups of [`LANES`] rows, which a chain of tiny layers
/// takes at a time.
pub(crate) fn parts(loss: &Loss, width: usize, elements: usize) -> Parts {
    let unit = match loss.reduces_last_axis() {
        true => width,
        false if width <= elementwise::BLOCK => LANES * width,
        false => elementwise::BLOCK,
    };
    Parts::new(elements, unit, cost(loss))
}

/// About what the term of one element and its slope cost, in multiply-adds, beside [`Activation::Sigmoid`], which costs 16.
fn cost(loss: &Loss) -> usize {
    match loss {
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Mape | Loss::Hinge | Loss::SquaredHinge => 16,
        Loss::CategoricalHinge | Loss::CosineSimilarity => 16,
        Loss::CrossEntropy { .. } | Loss::BinaryCrossEntropy { .. } | Loss::LogCosh => 32,
        Loss::Poisson | Loss::Msle | Loss::KlDivergence => 32,
        // The power is one of the C library, element by element.
        Loss::Focal { .. } | Loss::BinaryFocal { .. } => 256,
    }
}

struct Sum<'a, T> {
    loss: &'a Loss,
    /// The extent of the last axis.
    width: usize,
    prediction: &'a [T],
    target: &'a TargetRows<'a, T>,
    sink: Option<Sink<'a, T>>,
}

impl<T: Float> Kernel for Sum<'_, T> {
    type Element = T;
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let Self { loss, width, prediction, target, sink } = self;
        if loss.takes_classes() {
            return over_classes::sum::<T, FUSED>(loss, width, prediction, target, sink);
        }
        let TargetRows::Values(target) = target else { unreachable!("`{}` takes no classes", loss.name()) };
        debug_assert_eq!(prediction.len(), target.len());
        // A row's term of `kl_divergence` is itself a sum over its elements, so these are added one by one.
        match loss {
            Loss::CategoricalHinge | Loss::CosineSimilarity => over_rows::sum(loss, width, prediction, target, sink),
            _ => elementwise::sum::<T, FUSED>(loss, prediction, target, sink),
        }
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

    /// Writes or adds the scaled slopes of all elements.
    #[inline(always)]
    fn put_all(&mut self, slopes: &[T]) {
        let scale = self.scale;
        if self.add {
            for (gradient, &slope) in self.gradient.iter_mut().zip(slopes) {
                *gradient += scale * slope;
            }
        } else {
            for (gradient, &slope) in self.gradient.iter_mut().zip(slopes) {
                *gradient = scale * slope;
            }
        }
    }

    /// The sink of all elements from one on.
    #[inline(always)]
    fn from(&mut self, first: usize) -> Sink<'_, T> {
        Sink { gradient: &mut self.gradient[first..], scale: self.scale, add: self.add }
    }

    /// The sink of one row.
    #[inline(always)]
    fn row(&mut self, row: usize, width: usize) -> Sink<'_, T> {
        Sink { gradient: &mut self.gradient[row * width..][..width], scale: self.scale, add: self.add }
    }
}

#[cfg(test)]
mod tests;
