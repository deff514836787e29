//! Metrics, summed up over batches in `f64`.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use monograd_schema::{Link, Loss, Metric, Shape};

use crate::float::Float;
use crate::kernels::{Parts, Threads};
use crate::losses::TargetRows;
use crate::node::MetricNode;

/// About what it costs to compare a score with that of the right class, in multiply-adds.
const COST_OF_A_CLASS: usize = 32;
/// To see which side a score is on.
const COST_OF_A_SIDE: usize = 16;
/// To add an error.
const COST_OF_AN_ERROR: usize = 16;
/// To add to the sums of a feature.
const COST_OF_A_DEVIATION: usize = 64;
/// To make a probability of a score, with functions of `f64`.
const COST_OF_A_PROBABILITY: usize = 128;

/// A metric on its way through a data set. Allocates when it is made, never afterwards.
#[derive(Clone, Debug)]
pub struct MetricState {
    metric: Metric,
    loss: Loss,
    /// The extent of the last axis: classes or features.
    width: usize,
    /// Right decisions, or errors.
    sum: f64,
    /// What the sum is over.
    count: u64,
    /// For `r2`: one for each feature.
    features: Vec<Feature>,
    /// What errors of 1 are in the units of the target.
    unit: f64,
}

impl MetricState {
    /// An empty one. `shape` is that of one sample's output.
    pub fn new(node: &'static MetricNode, shape: Shape) -> Self {
        let features = if node.metric == Metric::R2 { shape.last() } else { 0 };
        Self {
            metric: node.metric,
            loss: node.loss,
            width: shape.last(),
            sum: 0.0,
            count: 0,
            features: vec![Feature::default(); features],
            unit: 1.0,
        }
    }

    /// Gives errors in these units, that of a standardized target's column.
    pub(crate) fn in_units(self, unit: f64) -> Self {
        Self { unit, ..self }
    }

    /// Forgets all batches.
    pub fn reset(&mut self) {
        (self.sum, self.count) = (0.0, 0);
        self.features.fill(Feature::default());
    }

    /// Adds a batch of raw scores and their targets.
    pub fn update<T: Float>(&mut self, scores: &[T], target: &TargetRows<'_, T>, threads: &Threads) {
        match (self.metric, target) {
            (Metric::Accuracy, TargetRows::Values(target)) if !self.decides_among_classes() => {
                self.add_sides(scores, target, threads);
            }
            (Metric::Accuracy, target) => self.add_classes(1, scores, target, threads),
            (Metric::TopK { k }, target) => self.add_classes(k, scores, target, threads),
            (Metric::Mae, TargetRows::Values(target)) => self.add_errors(scores, target, threads, f64::abs),
            (Metric::Mse | Metric::Rmse, TargetRows::Values(target)) => {
                self.add_errors(scores, target, threads, |error| error * error);
            }
            (Metric::R2, TargetRows::Values(target)) => self.add_features(scores, target, threads),
            (metric, TargetRows::Classes(_)) => unreachable!("`{}` compares no classes", metric.name()),
        }
    }

    /// The value over all batches so far; NaN before the first.
    pub fn value(&self) -> f64 {
        let mean = self.sum / self.count as f64;
        match self.metric {
            Metric::Mae => mean * self.unit,
            Metric::Mse => mean * self.unit * self.unit,
            Metric::Rmse => mean.sqrt() * self.unit,
            Metric::R2 => self.features.iter().map(Feature::r2).sum::<f64>() / self.features.len() as f64,
            _ => mean,
        }
    }

    /// Whether the largest score is the decision, and not the side that each score is on.
    fn decides_among_classes(&self) -> bool {
        self.loss.takes_classes() || matches!(self.loss, Loss::CategoricalHinge | Loss::KlDivergence)
    }

    /// Counts rows whose class is among the `k` largest scores.
    fn add_classes<T: Float>(&mut self, k: usize, scores: &[T], target: &TargetRows<'_, T>, threads: &Threads) {
        let width = self.width;
        let is_right = |&row: &usize| {
            let class = match target {
                TargetRows::Classes(classes) => classes[row] as usize,
                TargetRows::Values(values) => largest(&values[row * width..][..width]),
            };
            place(&scores[row * width..][..width], class) < k
        };
        let rows = scores.len() / width;
        self.add_right(rows, width * COST_OF_A_CLASS, threads, |rows| rows.filter(is_right).count());
    }

    /// Counts elements whose score is on the target's side: of ½ for probabilities, of 0 for hinge losses.
    fn add_sides<T: Float>(&mut self, scores: &[T], target: &[T], threads: &Threads) {
        // The probability of a score is above ½ where the score is above 0.
        let middle = if self.loss.link() == Link::Sigmoid { T::from_f64(0.5) } else { T::ZERO };
        let is_right = |&(&score, &target): &(&T, &T)| !score.is_nan() && (score > T::ZERO) == (target > middle);
        self.add_right(scores.len(), COST_OF_A_SIDE, threads, |elements| {
            scores[elements.clone()].iter().zip(&target[elements]).filter(is_right).count()
        });
    }

    /// Counts right decisions, a whole number: threads may add to it in any order.
    fn add_right(
        &mut self,
        decisions: usize,
        cost: usize,
        threads: &Threads,
        count: impl Fn(Range<usize>) -> usize + Sync,
    ) {
        let right = AtomicUsize::new(0);
        threads.split(decisions, cost, 0..decisions, |decisions| {
            right.fetch_add(count(decisions), Ordering::Relaxed);
        });
        self.sum += right.into_inner() as f64;
        self.count += decisions as u64;
    }

    fn add_errors<T: Float>(
        &mut self,
        scores: &[T],
        target: &[T],
        threads: &Threads,
        size: impl Fn(f64) -> f64 + Sync,
    ) {
        let link = self.loss.link();
        let error = |(&score, &target): (&T, &T)| size(prediction(link, score) - target.to_f64());
        let parts = Parts::new(scores.len(), 1, COST_OF_AN_ERROR + cost_of_a_prediction(link));
        self.sum += parts.sum::<T>(threads, None, |range, _| {
            scores[range.clone()].iter().zip(&target[range]).map(error).fold(0.0, |sum, error| sum + error)
        });
        self.count += scores.len() as u64;
    }

    /// Threads take different features.
    fn add_features<T: Float>(&mut self, scores: &[T], target: &[T], threads: &Threads) {
        let (link, width) = (self.loss.link(), self.width);
        let cost = scores.len() / width * (COST_OF_A_DEVIATION + cost_of_a_prediction(link));
        threads.split(width, cost, (0..width, &mut self.features[..]), |(columns, features)| {
            for (scores, target) in scores.chunks_exact(width).zip(target.chunks_exact(width)) {
                let columns = scores[columns.clone()].iter().zip(&target[columns.clone()]);
                for (feature, (&score, &target)) in features.iter_mut().zip(columns) {
                    feature.add(prediction(link, score), target.to_f64());
                }
            }
        });
    }
}

/// What `predict` makes of a score: errors are those of the value that a user sees.
fn prediction<T: Float>(link: Link, score: T) -> f64 {
    let score = score.to_f64();
    if link == Link::Sigmoid { score.sigmoid::<false>() } else { score }
}

fn cost_of_a_prediction(link: Link) -> usize {
    if link == Link::Sigmoid { COST_OF_A_PROBABILITY } else { 0 }
}

/// The first of the largest values; NaN counts as none.
fn largest<T: Float>(row: &[T]) -> usize {
    (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}

/// How many scores come before that of a class: the larger ones, and equal ones of lower index. NaN comes before all, and
/// a class whose score is NaN after all, so that it never counts as right.
fn place<T: Float>(scores: &[T], class: usize) -> usize {
    let score = scores[class];
    let before =
        |(i, &other): (usize, &T)| other > score || other.is_nan() || score.is_nan() || (other == score && i < class);
    scores.iter().enumerate().filter(|&pair| before(pair)).count()
}

/// The coefficient of determination of one feature, from sums that lose no digits (Welford 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Feature {
    count: f64,
    mean: f64,
    /// `Σ (t - mean t)²`.
    variation: f64,
    /// `Σ (p - t)²`.
    error: f64,
}

impl Feature {
    fn add(&mut self, prediction: f64, target: f64) {
        self.count += 1.0;
        let from_old_mean = target - self.mean;
        self.mean += from_old_mean / self.count;
        self.variation += from_old_mean * (target - self.mean);
        self.error += (prediction - target) * (prediction - target);
    }

    /// `1 - error / variation`. Where the target never varies: 1 if there is no error, else 0, as in scikit-learn.
    fn r2(&self) -> f64 {
        match (self.count > 0.0, self.variation == 0.0, self.error == 0.0) {
            (false, ..) => f64::NAN,
            (_, true, true) => 1.0,
            (_, true, false) => 0.0,
            _ => 1.0 - self.error / self.variation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CROSS_ENTROPY: Loss = Loss::CrossEntropy { label_smoothing: 0.0 };
    const BINARY: Loss = Loss::BinaryCrossEntropy { label_smoothing: 0.0 };

    fn state(metric: Metric, loss: Loss, shape: Shape) -> MetricState {
        let node = MetricNode { name: "metric", metric, output: 0, target: 0, loss };
        MetricState::new(Box::leak(Box::new(node)), shape)
    }

    fn value_of(metric: Metric, loss: Loss, shape: Shape, scores: &[f32], target: TargetRows<'_, f32>) -> f64 {
        let mut state = state(metric, loss, shape);
        state.update(scores, &target, &Threads::default());
        state.value()
    }

    #[test]
    fn accuracy_of_classes() {
        let (scores, shape) = ([0.1, 0.7, 0.2, 5.0, 5.0, 1.0], Shape::new([3]));
        let accuracy = |target| value_of(Metric::Accuracy, CROSS_ENTROPY, shape, &scores, target);
        assert_eq!(accuracy(TargetRows::Classes(&[1, 0])), 1.0);
        assert_eq!(accuracy(TargetRows::Classes(&[1, 1])), 0.5);
        assert_eq!(accuracy(TargetRows::Values(&[0.0, 1.0, 0.0, 0.2, 0.1, 0.7])), 0.5);
    }

    #[test]
    fn accuracy_of_sides() {
        let (scores, shape) = ([0.1, -0.7, 2.0, f32::NAN], Shape::new([2]));
        let accuracy = |loss, target| value_of(Metric::Accuracy, loss, shape, &scores, TargetRows::Values(target));
        assert_eq!(accuracy(BINARY, &[1.0, 0.0, 0.4, 0.0]), 0.5);
        assert_eq!(accuracy(Loss::BinaryFocal { gamma: 2.0 }, &[1.0, 0.0, 1.0, 1.0]), 0.75);
        assert_eq!(accuracy(Loss::Hinge, &[1.0, -1.0, 1.0, 1.0]), 0.75);
        assert_eq!(accuracy(Loss::SquaredHinge, &[0.0, -1.0, 1.0, 1.0]), 0.5);
    }

    #[test]
    fn top_k_counts_ties_by_index() {
        let (scores, shape) = ([3.0, 1.0, 3.0, 2.0], Shape::new([4]));
        let hit = |k, class| {
            let target = [class];
            value_of(Metric::TopK { k }, CROSS_ENTROPY, shape, &scores, TargetRows::Classes(&target))
        };
        assert_eq!([hit(1, 0), hit(1, 2), hit(2, 2), hit(2, 3), hit(3, 3)], [1.0, 0.0, 1.0, 0.0, 1.0]);
        let nan = [f32::NAN, 1.0];
        assert_eq!(
            value_of(Metric::TopK { k: 2 }, CROSS_ENTROPY, Shape::new([2]), &nan, TargetRows::Classes(&[0])),
            0.0
        );
    }

    #[test]
    fn errors_by_hand() {
        let (scores, target) = ([1.0, 2.0, 3.0, 6.0], TargetRows::Values(&[1.0, 4.0, 3.0, 2.0]));
        let error = |metric| value_of(metric, Loss::Mse, Shape::new([2]), &scores, target);
        assert_eq!(error(Metric::Mae), 1.5);
        assert_eq!(error(Metric::Mse), 5.0);
        assert_eq!(error(Metric::Rmse), 5f64.sqrt());
    }

    #[test]
    fn errors_of_probabilities_are_those_that_predict_shows() {
        let target = TargetRows::Values(&[1.0, 0.0]);
        assert_eq!(value_of(Metric::Mae, BINARY, Shape::new([1]), &[0.0, 0.0], target), 0.5);
    }

    #[test]
    fn r2_is_the_mean_over_features() {
        // The first feature: 1 - 1 / 8; the second never varies and is wrong.
        let (scores, target) = ([1.0, 5.0, 3.0, 5.0, 4.0, 5.0], [1.0, 4.0, 3.0, 4.0, 5.0, 4.0]);
        let r2 = |scores| value_of(Metric::R2, Loss::Mse, Shape::new([2]), scores, TargetRows::Values(&target));
        assert_eq!(r2(&scores), 0.875 / 2.0);
        assert_eq!(r2(&target), 1.0);
    }

    #[test]
    fn batches_add_up_until_reset() {
        let mut mae = state(Metric::Mae, Loss::Mse, Shape::new([]));
        assert!(mae.value().is_nan());
        mae.update(&[1f32, 2.0], &TargetRows::Values(&[0.0, 0.0]), &Threads::default());
        mae.update(&[6f32], &TargetRows::Values(&[0.0]), &Threads::default());
        assert_eq!(mae.value(), 3.0);
        mae.reset();
        assert!(mae.value().is_nan());
        assert!(state(Metric::R2, Loss::Mse, Shape::new([2])).value().is_nan());
    }

    #[test]
    fn wide_outputs_have_the_same_bits_on_any_number_of_threads() {
        let mut draw = crate::random::Random::new(3, 0, 0).draw();
        let (rows, width) = (37, 1_001);
        let mut uniform = || (0..rows * width).map(|_| draw.uniform() as f32).collect::<Vec<_>>();
        let (scores, values) = (uniform(), uniform());
        let classes: Vec<u32> = (0..rows).map(|row| (row * 27) as u32).collect();
        let (values, classes) = (TargetRows::Values(&values), TargetRows::Classes(&classes));
        for (metric, loss, target) in [
            (Metric::Accuracy, CROSS_ENTROPY, values),
            (Metric::TopK { k: 500 }, CROSS_ENTROPY, classes),
            (Metric::Accuracy, BINARY, values),
            (Metric::Mae, BINARY, values),
            (Metric::Rmse, Loss::Mse, values),
            (Metric::R2, Loss::Mse, values),
        ] {
            let value = |threads| {
                let mut state = state(metric, loss, Shape::new([width]));
                state.update(&scores, &target, &Threads::new(threads));
                state.value()
            };
            let alone = value(1);
            assert!(alone.is_finite());
            assert!([2, 3, 4, 7, 8].into_iter().all(|threads| value(threads) == alone), "{metric:?}");
        }
    }
}
