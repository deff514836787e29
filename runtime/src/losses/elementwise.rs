//! Losses with a term of its own for each element. Each term comes with its slope in the prediction.

use monograd_schema::Loss;

use super::Sink;
use crate::float::Float;
use crate::kernels::functions::{sigmoid, softplus};

/// Keeps divisors and arguments of logarithms away from 0, as Keras does.
pub(super) const EPSILON: f64 = 1e-7;

/// The sum of the terms of all elements.
pub(super) fn sum<T: Float>(loss: &Loss, prediction: &[T], target: &[T], sink: Option<Sink<'_, T>>) -> f64 {
    let number = T::from_f64;
    let (zero, one, two, half, epsilon) = (T::ZERO, T::ONE, number(2.0), number(0.5), number(EPSILON));
    let elements = Elements { prediction, target, sink };
    match *loss {
        Loss::Mse => elements.sum(|p, t| ((p - t) * (p - t), two * (p - t))),
        Loss::Mae => elements.sum(|p, t| ((p - t).abs(), (p - t).sign())),
        Loss::Huber { delta } => {
            let delta = number(delta);
            elements.sum(|p, t| {
                let error = p - t;
                if error.abs() <= delta {
                    (half * error * error, error)
                } else {
                    (delta * (error.abs() - half * delta), delta * error.sign())
                }
            })
        }
        Loss::LogCosh => {
            let log_2 = number(std::f64::consts::LN_2);
            elements.sum(|p, t| {
                // log cosh e = |e| + log(1 + e^(-2 |e|)) - log 2, in which nothing overflows.
                let size = (p - t).abs();
                (size + (-two * size).exp().ln_1p() - log_2, (p - t).tanh())
            })
        }
        Loss::Mape => {
            let hundred = number(100.0);
            elements.sum(|p, t| {
                let scale = hundred / t.abs().maximum(epsilon);
                (scale * (p - t).abs(), scale * (p - t).sign())
            })
        }
        Loss::Msle => elements.sum(|p, t| {
            let error = p.maximum(epsilon).ln_1p() - t.maximum(epsilon).ln_1p();
            (error * error, if p > epsilon { two * error / (one + p) } else { zero })
        }),
        Loss::Poisson => elements.sum(|p, t| (p - t * (p + epsilon).ln(), one - t / (p + epsilon))),
        Loss::Hinge => elements.sum(|p, t| {
            let (t, margin) = margin(p, t);
            (margin, if margin > zero { -t } else { zero })
        }),
        Loss::SquaredHinge => elements.sum(|p, t| {
            let (t, margin) = margin(p, t);
            (margin * margin, -two * t * margin)
        }),
        Loss::BinaryCrossEntropy { label_smoothing } => {
            let (kept, spread) = (number(1.0 - label_smoothing), number(0.5 * label_smoothing));
            elements.sum(|p, t| {
                let t = kept * t + spread;
                (binary_cross_entropy(p, t), sigmoid(p) - t)
            })
        }
        Loss::BinaryFocal { gamma } => {
            let gamma = number(gamma);
            elements.sum(|p, t| {
                let (yes, no) = (sigmoid(p), sigmoid(-p));
                let entropy = binary_cross_entropy(p, t);
                let miss = t * no + (one - t) * yes; // 1 - q
                let focus = miss.powf(gamma);
                let focus_slope = if miss == zero { zero } else { gamma * focus / miss * (one - two * t) * yes * no };
                (focus * entropy, focus * (yes - t) + entropy * focus_slope)
            })
        }
        Loss::KlDivergence
        | Loss::CategoricalHinge
        | Loss::CosineSimilarity
        | Loss::CrossEntropy { .. }
        | Loss::Focal { .. } => unreachable!("`{}` runs over the last axis", loss.name()),
    }
}

/// `max(p, 0) - t p + log(1 + e^-|p|)`, which is `-t · log sigmoid(p) - (1 - t) · log sigmoid(-p)`.
#[inline(always)]
fn binary_cross_entropy<T: Float>(p: T, t: T) -> T {
    softplus(p) - t * p
}

/// The target as -1 or 1, and `max(0, 1 - t · p)`.
#[inline(always)]
fn margin<T: Float>(p: T, t: T) -> (T, T) {
    let t = if t == T::ZERO { -T::ONE } else { t };
    (t, (T::ONE - t * p).maximum(T::ZERO))
}

struct Elements<'a, T> {
    prediction: &'a [T],
    target: &'a [T],
    sink: Option<Sink<'a, T>>,
}

impl<T: Float> Elements<'_, T> {
    /// Sums up a term and hands on its slope.
    #[inline(always)]
    fn sum(self, term: impl Fn(T, T) -> (T, T)) -> f64 {
        let pairs = self.prediction.iter().zip(self.target);
        let mut sum = 0.0;
        match self.sink {
            None => pairs.for_each(|(&p, &t)| sum += term(p, t).0.to_f64()),
            Some(mut sink) => {
                for (i, (&p, &t)) in pairs.enumerate() {
                    let (value, slope) = term(p, t);
                    sum += value.to_f64();
                    sink.put(i, slope);
                }
            }
        }
        sum
    }
}
