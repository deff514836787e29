//! Softmax losses: one term for each row of scores. A target is a class index or a row of probabilities.

use monograd_schema::Loss;

use super::{Sink, TargetRows};
use crate::float::Float;
use crate::kernels::row_functions::log_sum_exp;

/// The sum of the terms of all rows.
pub(super) fn sum<T: Float>(
    loss: &Loss,
    classes: usize,
    scores: &[T],
    target: &TargetRows<'_, T>,
    mut sink: Option<Sink<'_, T>>,
) -> f64 {
    let mut sum = 0.0;
    for (row, scores) in scores.chunks_exact(classes).enumerate() {
        let sink = sink.as_mut().map(|sink| sink.row(row, classes));
        let target = match *target {
            TargetRows::Classes(indices) => RowTarget::Class(indices[row] as usize),
            TargetRows::Values(values) => RowTarget::Probabilities(&values[row * classes..][..classes]),
        };
        let term = match *loss {
            Loss::CrossEntropy { label_smoothing } => cross_entropy(label_smoothing, scores, target, sink),
            Loss::Focal { alpha, gamma } => focal(alpha, gamma, scores, target, sink),
            _ => unreachable!("`{}` takes no classes", loss.name()),
        };
        sum += term.to_f64();
    }
    sum
}

/// The target of one row.
#[derive(Clone, Copy)]
enum RowTarget<'a, T> {
    Class(usize),
    Probabilities(&'a [T]),
}

impl<T: Float> RowTarget<'_, T> {
    #[inline(always)]
    fn probability(&self, class: usize) -> T {
        match *self {
            RowTarget::Class(target) if class == target => T::ONE,
            RowTarget::Class(_) => T::ZERO,
            RowTarget::Probabilities(row) => row[class],
        }
    }
}

/// `-Σ t · log softmax(p)`; the slope is `softmax(p) · Σ t - t`.
fn cross_entropy<T: Float>(smoothing: f64, scores: &[T], target: RowTarget<'_, T>, sink: Option<Sink<'_, T>>) -> T {
    let (kept, spread) = (T::from_f64(1.0 - smoothing), T::from_f64(smoothing / scores.len() as f64));
    let probability = |class| kept * target.probability(class) + spread;
    let normalizer = log_sum_exp(scores);
    let (mut value, mut total) = (T::ZERO, T::ZERO);
    match target {
        RowTarget::Class(class) if smoothing == 0.0 => (value, total) = (normalizer - scores[class], T::ONE),
        _ => {
            for (class, &score) in scores.iter().enumerate() {
                let t = probability(class);
                total += t;
                // A score of -∞ is right where the target is 0.
                value += if t == T::ZERO { T::ZERO } else { t * (normalizer - score) };
            }
        }
    }
    if let Some(mut sink) = sink {
        for (class, &score) in scores.iter().enumerate() {
            sink.put(class, (score - normalizer).exp() * total - probability(class));
        }
    }
    value
}

/// `-Σ t · alpha · (1 - q)^gamma · log q` with `q = softmax(p)`.
///
/// With `s = -t · alpha · ((1 - q)^gamma - gamma · q · (1 - q)^(gamma - 1) · log q)`, which is `q` times the slope in
/// `q`, the slope in `p` is `s - q · Σ s`.
fn focal<T: Float>(alpha: f64, gamma: f64, scores: &[T], target: RowTarget<'_, T>, sink: Option<Sink<'_, T>>) -> T {
    let (alpha, gamma) = (T::from_f64(alpha), T::from_f64(gamma));
    let normalizer = log_sum_exp(scores);
    // The term of a class and its `s`.
    let term = |class: usize, score: T| {
        let t = target.probability(class);
        if t == T::ZERO {
            return (T::ZERO, T::ZERO);
        }
        let log_q = score - normalizer;
        let miss = -log_q.exp_m1(); // 1 - q
        let focus = miss.powf(gamma);
        let focus_slope = if miss == T::ZERO { T::ZERO } else { gamma * focus / miss };
        (-t * alpha * focus * log_q, -t * alpha * (focus - log_q.exp() * focus_slope * log_q))
    };
    let (mut value, mut total) = (T::ZERO, T::ZERO);
    for (class, &score) in scores.iter().enumerate() {
        let (class_value, slope) = term(class, score);
        value += class_value;
        total += slope;
    }
    if let Some(mut sink) = sink {
        for (class, &score) in scores.iter().enumerate() {
            sink.put(class, term(class, score).1 - (score - normalizer).exp() * total);
        }
    }
    value
}
