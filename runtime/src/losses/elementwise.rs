//! Losses with a term of its own for each element. Each term comes with its slope in the prediction.

use monograd_schema::Loss;

use super::Sink;
use crate::float::Float;
use crate::kernels::registers::{LANES, total};

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
    let (zero, two, half, epsilon) = (T::ZERO, number(2.0), number(0.5), number(EPSILON));
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
        Loss::LogCosh => elements.sum_of(LogCosh::<FUSED>),
        Loss::Mape => {
            let hundred = number(100.0);
            elements.sum(|p, t| {
                let scale = hundred / t.abs().maximum(epsilon);
                (scale * (p - t).abs(), scale * (p - t).sign())
            })
        }
        Loss::Msle => elements.sum_of(Msle::<FUSED>),
        Loss::Poisson => elements.sum_of(Poisson::<FUSED>),
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
            elements.sum_of(BinaryCrossEntropy::<T, FUSED> { kept, spread })
        }
        Loss::BinaryFocal { gamma } => elements.sum_of(BinaryFocal::<T, FUSED> { gamma: number(gamma) }),
        Loss::KlDivergence => elements.sum_of(KlDivergence::<FUSED>),
        Loss::CategoricalHinge | Loss::CosineSimilarity | Loss::CrossEntropy { .. } | Loss::Focal { .. } => {
            unreachable!("`{}` runs over the last axis", loss.name())
        }
    }
}

/// A term of a loss and its slope.
trait Term<T> {
    fn of(&self, p: T, t: T) -> (T, T);
}

/// A short term. A long closure would not be inlined, and so be compiled without the processor's wide instructions: longer terms
/// have types of their own.
struct Short<F>(F);

impl<T, F: Fn(T, T) -> (T, T)> Term<T> for Short<F> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        self.0(p, t)
    }
}

/// `log cosh e = |e| + log(1 + e^(-2 |e|)) - log 2`, in which nothing overflows.
struct LogCosh<const FUSED: bool>;

impl<T: Float, const FUSED: bool> Term<T> for LogCosh<FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let size = (p - t).abs();
        let log_2 = T::from_f64(std::f64::consts::LN_2);
        (size + (-(size + size)).softplus::<FUSED>() - log_2, (p - t).tanh::<FUSED>())
    }
}

/// `(log(1 + p) - log(1 + t))²`, both clipped.
struct Msle<const FUSED: bool>;

impl<T: Float, const FUSED: bool> Term<T> for Msle<FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let (epsilon, two) = (T::from_f64(EPSILON), T::ONE + T::ONE);
        let error = p.maximum(epsilon).ln_1p::<FUSED>() - t.maximum(epsilon).ln_1p::<FUSED>();
        (error * error, if p > epsilon { two * error / (T::ONE + p) } else { T::ZERO })
    }
}

/// `p - t · log p`.
struct Poisson<const FUSED: bool>;

impl<T: Float, const FUSED: bool> Term<T> for Poisson<FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let above = p + T::from_f64(EPSILON);
        (p - t * above.ln::<FUSED>(), T::ONE - t / above)
    }
}

/// `t · log(t / p)`, both clipped; the slope is `-t / p`, and 0 where `p` is clipped.
struct KlDivergence<const FUSED: bool>;

impl<T: Float, const FUSED: bool> Term<T> for KlDivergence<FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let (low, high) = (T::from_f64(EPSILON), T::ONE);
        let (p_clipped, t) = (p.maximum(low).minimum(high), t.maximum(low).minimum(high));
        let slope = if p < low || p > high { T::ZERO } else { -t / p };
        (t * (t / p_clipped).ln::<FUSED>(), slope)
    }
}

/// The cross entropy of a score, with smoothed targets: `kept · t + spread`.
struct BinaryCrossEntropy<T, const FUSED: bool> {
    kept: T,
    spread: T,
}

impl<T: Float, const FUSED: bool> Term<T> for BinaryCrossEntropy<T, FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let t = self.kept * t + self.spread;
        (binary_cross_entropy::<T, FUSED>(p, t), p.sigmoid::<FUSED>() - t)
    }
}

/// The cross entropy of a score, times a power of what the prediction misses.
struct BinaryFocal<T, const FUSED: bool> {
    gamma: T,
}

impl<T: Float, const FUSED: bool> Term<T> for BinaryFocal<T, FUSED> {
    #[inline(always)]
    fn of(&self, p: T, t: T) -> (T, T) {
        let (gamma, zero, one, two) = (self.gamma, T::ZERO, T::ONE, T::ONE + T::ONE);
        let (yes, no) = (p.sigmoid::<FUSED>(), (-p).sigmoid::<FUSED>());
        let entropy = binary_cross_entropy::<T, FUSED>(p, t);
        let miss = t * no + (one - t) * yes; // 1 - q
        let focus = miss.powf(gamma);
        let focus_slope = if miss == zero { zero } else { gamma * focus / miss * (one - two * t) * yes * no };
        (focus * entropy, focus * (yes - t) + entropy * focus_slope)
    }
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
    /// Sums up a short term and hands on its slope.
    #[inline(always)]
    fn sum(self, term: impl Fn(T, T) -> (T, T)) -> f64 {
        self.sum_of(Short(term))
    }

    /// Sums up a term and hands on its slope.
    ///
    /// `term` stands in one place, so that it is inlined there.
    #[inline(always)]
    fn sum_of(self, term: impl Term<T>) -> f64 {
        let Self { prediction, target, mut sink } = self;
        let (mut values, mut slopes) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let mut sums = [0.0; LANES];
        for (number, (p, t)) in prediction.chunks(BLOCK).zip(target.chunks(BLOCK)).enumerate() {
            let (values, slopes) = (&mut values[..p.len()], &mut slopes[..p.len()]);
            for (((value, slope), &p), &t) in values.iter_mut().zip(slopes.iter_mut()).zip(p).zip(t) {
                (*value, *slope) = term.of(p, t);
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
