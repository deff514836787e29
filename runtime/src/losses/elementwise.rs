//! Losses with a term of its own for each element. Each term comes with its slope in the prediction.

use monograd_schema::Loss;

use super::Sink;
use crate::float::Float;
use crate::kernels::registers::LANES;
use crate::kernels::registers::total;

/// Keeps divisors and arguments of logarithms away from 0, as Keras does.
pub(super) const EPSILON: f64 = 1e-7;

/// Elements whose terms are computed in one loop, before they are summed up in another.
pub(super) const BLOCK: usize = 256;

/// The sum of the terms of all elements, in [`LANES`] chains.
#[inline(always)]
pub(super) fn sum<T: Float, const FUSED: bool>(
    loss: &Loss,
    prediction: &[T],
    target: &[T],
    sink: Option<Sink<'_, T>>,
) -> f64 {
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
                (size + (-two * size).softplus::<FUSED>() - log_2, (p - t).tanh::<FUSED>())
            })
        }
        Loss::Mape => {
            let hundred = number(100.0);
            elements.sum(|p, t| {
                let scale = hundred / t.abs().maximum(epsilon);
                (scale * (p - t).abs(), scale * (p - t).sign())
            })
        }
        Loss::Msle => elements.sum(msle::<T, FUSED>),
        Loss::Poisson => elements.sum(|p, t| (p - t * (p + epsilon).ln::<FUSED>(), one - t / (p + epsilon))),
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
                (binary_cross_entropy::<T, FUSED>(p, t), p.sigmoid::<FUSED>() - t)
            })
        }
        Loss::BinaryFocal { gamma } => {
            let gamma = number(gamma);
            elements.sum(|p, t| {
                let (yes, no) = (p.sigmoid::<FUSED>(), (-p).sigmoid::<FUSED>());
                let entropy = binary_cross_entropy::<T, FUSED>(p, t);
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

/// `(log(1 + p) - log(1 + t))²`, both clipped. A closure of this size would not be inlined, and so be compiled without the
/// processor's wide instructions.
#[inline(always)]
fn msle<T: Float, const FUSED: bool>(p: T, t: T) -> (T, T) {
    let (epsilon, two) = (T::from_f64(EPSILON), T::ONE + T::ONE);
    let error = p.maximum(epsilon).ln_1p::<FUSED>() - t.maximum(epsilon).ln_1p::<FUSED>();
    (error * error, if p > epsilon { two * error / (T::ONE + p) } else { T::ZERO })
}

/// `max(p, 0) - t p + log(1 + e^-|p|)`, which is `-t · log sigmoid(p) - (1 - t) · log sigmoid(-p)`.
#[inline(always)]
fn binary_cross_entropy<T: Float, const FUSED: bool>(p: T, t: T) -> T {
    p.softplus::<FUSED>() - t * p
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
    ///
    /// `term` stands in one place, so that it is inlined there.
    #[inline(always)]
    fn sum(self, term: impl Fn(T, T) -> (T, T)) -> f64 {
        let Self { prediction, target, mut sink } = self;
        let (mut values, mut slopes) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let mut sums = [0.0; LANES];
        for (number, (p, t)) in prediction.chunks(BLOCK).zip(target.chunks(BLOCK)).enumerate() {
            let (values, slopes) = (&mut values[..p.len()], &mut slopes[..p.len()]);
            for (((value, slope), &p), &t) in values.iter_mut().zip(slopes.iter_mut()).zip(p).zip(t) {
                (*value, *slope) = term(p, t);
            }
            for values in values.chunks(LANES) {
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value.to_f64());
            }
            if let Some(sink) = &mut sink {
                sink.from(number * BLOCK).put_all(slopes);
            }
        }
        total(sums)
    }
}
