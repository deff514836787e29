//! First values of parameters.

use monograd_schema::{Fans, Initializer, Shape};

use crate::float::Float;
use crate::random::{Draw, Random};

/// Fills a parameter with its first values. The same numbers come out for `f32` (rounded) and `f64`.
pub fn fill<T: Float>(initializer: &Initializer, shape: Shape, fans: Fans, random: Random, values: &mut [T]) {
    debug_assert_eq!(shape.elements(), values.len());
    let mut draw = random.draw();
    if let Initializer::Orthogonal { gain } = *initializer {
        return orthogonal(shape, gain, &mut draw, values);
    }
    let distribution = Distribution::new(initializer, fans);
    values.iter_mut().for_each(|value| *value = T::from_f64(distribution.sample(&mut draw)));
}

/// Where each value is drawn from by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Distribution {
    Constant(f64),
    Uniform {
        minimum: f64,
        maximum: f64,
    },
    Normal {
        mean: f64,
        stddev: f64,
    },
    /// Drawn again beyond two standard deviations.
    TruncatedNormal {
        mean: f64,
        stddev: f64,
    },
}

impl Distribution {
    fn new(initializer: &Initializer, fans: Fans) -> Self {
        let fan_in = fans.input as f64;
        let fan_mean = (fans.input + fans.output) as f64 / 2.0;
        match *initializer {
            Initializer::Zeros => Self::Constant(0.0),
            Initializer::Ones => Self::Constant(1.0),
            Initializer::Constant { value } => Self::Constant(value),
            Initializer::Uniform { minimum, maximum } => Self::Uniform { minimum, maximum },
            Initializer::Normal { mean, stddev } => Self::Normal { mean, stddev },
            Initializer::TruncatedNormal { mean, stddev } => Self::TruncatedNormal { mean, stddev },
            Initializer::GlorotUniform => Self::uniform_of_variance(1.0, fan_mean),
            Initializer::GlorotNormal => Self::normal_of_variance(1.0, fan_mean),
            Initializer::HeUniform => Self::uniform_of_variance(2.0, fan_in),
            Initializer::HeNormal => Self::normal_of_variance(2.0, fan_in),
            Initializer::LecunUniform => Self::uniform_of_variance(1.0, fan_in),
            Initializer::LecunNormal => Self::normal_of_variance(1.0, fan_in),
            Initializer::Orthogonal { .. } => unreachable!("`orthogonal` draws a matrix as a whole"),
        }
    }

    /// Of variance `scale / fan`, around 0; a fan below 1 counts as 1.
    fn uniform_of_variance(scale: f64, fan: f64) -> Self {
        let limit = (3.0 * scale / fan.max(1.0)).sqrt();
        Self::Uniform { minimum: -limit, maximum: limit }
    }

    /// Of variance `scale / fan` after truncation, around 0; a fan below 1 counts as 1.
    fn normal_of_variance(scale: f64, fan: f64) -> Self {
        Self::TruncatedNormal { mean: 0.0, stddev: (scale / fan.max(1.0)).sqrt() / TRUNCATED_STDDEV }
    }

    fn sample(&self, draw: &mut Draw) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { minimum, maximum } => minimum + (maximum - minimum) * draw.uniform(),
            Self::Normal { mean, stddev } => mean + stddev * draw.normal(),
            Self::TruncatedNormal { mean, stddev } => loop {
                let normal = draw.normal();
                if normal.abs() <= 2.0 {
                    break mean + stddev * normal;
                }
            },
        }
    }
}

/// The standard deviation of a standard normal truncated at two standard deviations.
const TRUNCATED_STDDEV: f64 = 0.879_625_661_034_239_8;

/// `gain` times a matrix with orthonormal rows or columns, whichever are fewer, uniformly distributed among these; of
/// more than two axes, all but the last count as rows.
///
/// It is the Q of the QR decomposition of a Gaussian matrix whose R has a positive diagonal (Mezzadri 2007), which is
/// what Gram and Schmidt's method gives. Doing it twice keeps the columns orthogonal to rounding (Giraud et al. 2005).
fn orthogonal<T: Float>(shape: Shape, gain: f64, draw: &mut Draw, values: &mut [T]) {
    let (rows, columns) = (shape.leading(), shape.last());
    let (length, count) = (rows.max(columns), rows.min(columns));
    let mut vectors: Vec<f64> = Vec::with_capacity(length * count); // (count, length)
    for _ in 0..count {
        let mut vector: Vec<f64> = (0..length).map(|_| draw.normal()).collect();
        for _ in 0..2 {
            for other in vectors.chunks_exact(length) {
                let along: f64 = vector.iter().zip(other).map(|(x, y)| x * y).sum();
                vector.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
            let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
            vector.iter_mut().for_each(|x| *x /= norm);
        }
        vectors.extend(vector);
    }
    for (i, value) in values.iter_mut().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let entry = if rows < columns { vectors[row * length + column] } else { vectors[column * length + row] };
        *value = T::from_f64(gain * entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FANS: Fans = Fans { input: 50, output: 150 };

    fn filled(initializer: Initializer, shape: Shape) -> Vec<f64> {
        let mut values = vec![f64::NAN; shape.elements()];
        fill(&initializer, shape, FANS, Random::new(1, 2, 0), &mut values);
        values
    }

    #[test]
    fn variances_are_those_of_their_papers() {
        let cases = [
            (Initializer::GlorotUniform, 0.01),
            (Initializer::GlorotNormal, 0.01),
            (Initializer::HeUniform, 0.04),
            (Initializer::HeNormal, 0.04),
            (Initializer::LecunUniform, 0.02),
            (Initializer::LecunNormal, 0.02),
            (Initializer::Normal { mean: 0.0, stddev: 0.3 }, 0.09),
            (Initializer::Uniform { minimum: -0.3, maximum: 0.3 }, 0.03),
        ];
        for (initializer, expected) in cases {
            let values = filled(initializer, Shape::new([200, 250]));
            let mean = values.iter().sum::<f64>() / 5e4;
            let variance = values.iter().map(|x| x * x).sum::<f64>() / 5e4;
            // Four standard deviations of the mean and of the variance of 50,000 normal values.
            assert!(mean.abs() < 0.018 * expected.sqrt(), "{initializer:?}: {mean}");
            assert!((variance / expected - 1.0).abs() < 0.026, "{initializer:?}: {variance}");
        }
    }

    #[test]
    fn values_stay_in_their_range() {
        let within = |initializer, low: f64, high: f64| {
            let values = filled(initializer, Shape::new([5000]));
            assert!(values.iter().all(|x| (low..=high).contains(x)), "{initializer:?}");
        };
        within(Initializer::GlorotUniform, -(0.03f64.sqrt()), 0.03f64.sqrt());
        within(Initializer::Uniform { minimum: 2.0, maximum: 3.0 }, 2.0, 3.0);
        within(Initializer::TruncatedNormal { mean: 1.0, stddev: 0.25 }, 0.5, 1.5);
        within(Initializer::Zeros, 0.0, 0.0);
        within(Initializer::Ones, 1.0, 1.0);
        within(Initializer::Constant { value: -7.0 }, -7.0, -7.0);
    }

    #[test]
    fn single_precision_rounds_the_same_numbers() {
        let double = filled(Initializer::HeNormal, Shape::new([7, 3]));
        let mut single = [0f32; 21];
        fill(&Initializer::HeNormal, Shape::new([7, 3]), FANS, Random::new(1, 2, 0), &mut single);
        assert!(single.iter().zip(double).all(|(&single, double)| single == double as f32));
    }

    #[test]
    fn orthogonal_matrices_are_orthonormal() {
        // Rounding of sums of up to 24 products.
        const TOLERANCE: f64 = 1e-14;
        for shape in [Shape::new([1, 1]), Shape::new([5, 5]), Shape::new([3, 8]), Shape::new([2, 3, 4, 5])] {
            let values = filled(Initializer::Orthogonal { gain: 2.0 }, shape);
            let (rows, columns) = (shape.leading(), shape.last());
            let entry = |vector: usize, i: usize| {
                let at = if rows < columns { vector * columns + i } else { i * columns + vector };
                values[at] / 2.0
            };
            for a in 0..rows.min(columns) {
                for b in 0..rows.min(columns) {
                    let dot: f64 = (0..rows.max(columns)).map(|i| entry(a, i) * entry(b, i)).sum();
                    let expected = if a == b { 1.0 } else { 0.0 };
                    assert!((dot - expected).abs() < TOLERANCE, "{shape}: {dot}");
                }
            }
        }
    }
}
