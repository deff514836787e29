//! Losses with one term for each row of the last axis, whose targets are numbers.

use monograd_schema::Loss;

use super::Sink;
use super::elementwise::EPSILON;
use crate::float::Float;

/// The sum of the terms of all rows.
#[inline(always)]
pub(super) fn sum<T: Float>(
    loss: &Loss,
    width: usize,
    prediction: &[T],
    target: &[T],
    sink: Option<Sink<'_, T>>,
) -> f64 {
    let rows = Rows { width, prediction, target, sink };
    match loss {
        Loss::CategoricalHinge => rows.sum(CategoricalHinge),
        Loss::CosineSimilarity => rows.sum(CosineSimilarity),
        _ => unreachable!("`{}` has terms for elements or classes", loss.name()),
    }
}

/// The term of a row, which hands on its slopes. With a type of its own it is inlined, into code that has the processor's wide
/// instructions; a function that is handed over would not be.
trait Term<T> {
    fn of(&self, p: &[T], t: &[T], sink: Option<Sink<'_, T>>) -> T;
}

struct Rows<'a, T> {
    width: usize,
    prediction: &'a [T],
    target: &'a [T],
    sink: Option<Sink<'a, T>>,
}

impl<T: Float> Rows<'_, T> {
    /// Sums up a term of each row.
    #[inline(always)]
    fn sum(self, term: impl Term<T>) -> f64 {
        let Self { width, prediction, target, mut sink } = self;
        let mut sum = 0.0;
        for (row, (p, t)) in prediction.chunks_exact(width).zip(target.chunks_exact(width)).enumerate() {
            sum += term.of(p, t, sink.as_mut().map(|sink| sink.row(row, width))).to_f64();
        }
        sum
    }
}

/// `max(0, 1 + max((1 - t) · p) - Σ t · p)`; of equal largest scores the first has the slope.
struct CategoricalHinge;

impl<T: Float> Term<T> for CategoricalHinge {
    #[inline(always)]
    fn of(&self, p: &[T], t: &[T], sink: Option<Sink<'_, T>>) -> T {
        let (mut right, mut wrong, mut wrong_class) = (T::ZERO, -T::INFINITY, 0);
        for (j, (&p, &t)) in p.iter().zip(t).enumerate() {
            right += t * p;
            let score = (T::ONE - t) * p;
            if score > wrong || score.is_nan() {
                (wrong, wrong_class) = (score, j);
            }
        }
        let value = (T::ONE + wrong - right).maximum(T::ZERO);
        if let Some(mut sink) = sink {
            for (j, &t) in t.iter().enumerate() {
                let of_wrong = if j == wrong_class { T::ONE - t } else { T::ZERO };
                sink.put(j, if value == T::ZERO { T::ZERO } else { of_wrong - t });
            }
        }
        value
    }
}

/// `-Σ p · t / (|p| · |t|)`; the slope is `-(t / |t| - p · cosine / |p|) / |p|`.
struct CosineSimilarity;

impl<T: Float> Term<T> for CosineSimilarity {
    #[inline(always)]
    fn of(&self, p: &[T], t: &[T], sink: Option<Sink<'_, T>>) -> T {
        let epsilon = T::from_f64(EPSILON);
        let (mut dot, mut p_square, mut t_square) = (T::ZERO, T::ZERO, T::ZERO);
        for (&p, &t) in p.iter().zip(t) {
            dot += p * t;
            p_square += p * p;
            t_square += t * t;
        }
        let (p_norm, t_norm) = (p_square.sqrt().maximum(epsilon), t_square.sqrt().maximum(epsilon));
        let cosine = dot / p_norm / t_norm;
        if let Some(mut sink) = sink {
            // A norm that is held at its least value does not change with p.
            let of_norm = if p_norm > epsilon { cosine / p_norm } else { T::ZERO };
            for (j, (&p, &t)) in p.iter().zip(t).enumerate() {
                sink.put(j, (p * of_norm - t / t_norm) / p_norm);
            }
        }
        -cosine
    }
}
