//! Softmax losses: one term for each row of scores. A target is a class index or a row of probabilities.

use monograd_schema::Loss;

use super::{Sink, TargetRows};
use crate::float::Float;
use crate::kernels::row_functions::{Normalizer, exponentials, normalizer, sum_of};

/// The sum of the terms of all rows.
#[inline(always)]
pub(super) fn sum<T: Float, const FUSED: bool>(
    loss: &Loss,
    classes: usize,
    scores: &[T],
    target: &TargetRows<'_, T>,
    mut sink: Option<Sink<'_, T>>,
) -> f64 {
    let target = |row: usize| match *target {
        TargetRows::Classes(indices) => RowTarget::Class(indices[row] as usize),
        TargetRows::Values(values) => RowTarget::Probabilities(&values[row * classes..][..classes]),
    };
    let mut sum = 0.0;
    match *loss {
        Loss::CrossEntropy { label_smoothing } => {
            let smoothing = Smoothing::new(label_smoothing, classes);
            match sink {
                Some(Sink { gradient, scale, add: false }) => {
                    // The gradient holds the scores, then the exponentials, then itself.
                    gradient.copy_from_slice(scores);
                    exponentials::<T, FUSED>(classes, gradient, |row, exponentials, normalizer| {
                        let (scores, target) = (&scores[row * classes..][..classes], target(row));
                        let (value, total) = smoothing.value(scores, target, normalizer);
                        sum += value.to_f64();
                        let factor = scale * total / normalizer.sum;
                        exponentials.iter_mut().for_each(|x| *x *= factor);
                        smoothing.subtract(target, scale, exponentials);
                    });
                }
                mut sink => {
                    for (row, scores) in scores.chunks_exact(classes).enumerate() {
                        let normalizer = normalizer::<T, FUSED>(scores);
                        let (value, total) = smoothing.value(scores, target(row), normalizer);
                        sum += value.to_f64();
                        if let Some(sink) = &mut sink {
                            let Sink { gradient, scale, .. } = sink.row(row, classes);
                            let factor = scale * total / normalizer.sum;
                            for (gradient, &score) in gradient.iter_mut().zip(scores) {
                                *gradient += (score - normalizer.largest).exp::<FUSED>() * factor;
                            }
                            smoothing.subtract(target(row), scale, gradient);
                        }
                    }
                }
            }
        }
        Loss::Focal { alpha, gamma } => {
            for (row, scores) in scores.chunks_exact(classes).enumerate() {
                let sink = sink.as_mut().map(|sink| sink.row(row, classes));
                sum += focal::<T, FUSED>(alpha, gamma, scores, target(row), sink).to_f64();
            }
        }
        _ => unreachable!("`{}` takes no classes", loss.name()),
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

/// Cross entropy is `-Σ t · log softmax(p)`, with the slope `softmax(p) · Σ t - t`, where `t = kept · target + spread`.
#[derive(Clone, Copy)]
struct Smoothing<T> {
    kept: T,
    spread: T,
    is_none: bool,
}

impl<T: Float> Smoothing<T> {
    fn new(smoothing: f64, classes: usize) -> Self {
        let (kept, spread) = (T::from_f64(1.0 - smoothing), T::from_f64(smoothing / classes as f64));
        Self { kept, spread, is_none: smoothing == 0.0 }
    }

    /// The cross entropy of a row, and `Σ t`.
    #[inline(always)]
    fn value(&self, scores: &[T], target: RowTarget<'_, T>, normalizer: Normalizer<T>) -> (T, T) {
        let Normalizer { largest, log_sum, .. } = normalizer;
        if let (RowTarget::Class(class), true) = (target, self.is_none) {
            return (log_sum + (largest - scores[class]), T::ONE);
        }
        // A score of -∞ is right where the target is 0.
        let term = |t: T, score: T| if t == T::ZERO { T::ZERO } else { t * (log_sum + (largest - score)) };
        match target {
            RowTarget::Class(class) => {
                let (mut value, mut total) = (T::ZERO, T::ZERO);
                for (i, &score) in scores.iter().enumerate() {
                    let t = if i == class { self.kept + self.spread } else { self.spread };
                    total += t;
                    value += term(t, score);
                }
                (value, total)
            }
            RowTarget::Probabilities(row) => {
                let t = |target: T| self.kept * target + self.spread;
                let value = sum_of(row, scores, |target, score| term(t(target), score));
                (value, sum_of(row, row, |target, _| t(target)))
            }
        }
    }

    /// Subtracts `scale · t` from each element.
    #[inline(always)]
    fn subtract(&self, target: RowTarget<'_, T>, scale: T, gradient: &mut [T]) {
        let (kept, spread) = (scale * self.kept, scale * self.spread);
        match target {
            RowTarget::Class(class) => {
                if !self.is_none {
                    gradient.iter_mut().for_each(|gradient| *gradient -= spread);
                }
                gradient[class] -= kept;
            }
            RowTarget::Probabilities(row) => {
                for (gradient, &target) in gradient.iter_mut().zip(row) {
                    *gradient -= kept * target + spread;
                }
            }
        }
    }
}

/// `-Σ t · alpha · (1 - q)^gamma · log q` with `q = softmax(p)`.
///
/// With `s = -t · alpha · ((1 - q)^gamma - gamma · q · (1 - q)^(gamma - 1) · log q)`, which is `q` times the slope in
/// `q`, the slope in `p` is `s - q · Σ s`.
fn focal<T: Float, const FUSED: bool>(
    alpha: f64,
    gamma: f64,
    scores: &[T],
    target: RowTarget<'_, T>,
    sink: Option<Sink<'_, T>>,
) -> T {
    let (alpha, gamma) = (T::from_f64(alpha), T::from_f64(gamma));
    let Normalizer { largest, log_sum, .. } = normalizer::<T, FUSED>(scores);
    let normalizer = largest + log_sum;
    // The term of a class and its `s`.
    let term = |class: usize, score: T| {
        let t = target.probability(class);
        if t == T::ZERO {
            return (T::ZERO, T::ZERO);
        }
        let log_q = score - normalizer;
        let miss = -log_q.exp_m1::<FUSED>(); // 1 - q
        let focus = miss.powf(gamma);
        let focus_slope = if miss == T::ZERO { T::ZERO } else { gamma * focus / miss };
        (-t * alpha * focus * log_q, -t * alpha * (focus - log_q.exp::<FUSED>() * focus_slope * log_q))
    };
    let (mut value, mut total) = (T::ZERO, T::ZERO);
    for (class, &score) in scores.iter().enumerate() {
        let (class_value, slope) = term(class, score);
        value += class_value;
        total += slope;
    }
    if let Some(mut sink) = sink {
        for (class, &score) in scores.iter().enumerate() {
            sink.put(class, term(class, score).1 - (score - normalizer).exp::<FUSED>() * total);
        }
    }
    value
}
