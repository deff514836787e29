//! Networks written by hand as `network!` writes them.

#![allow(dead_code, unused_imports, reason = "each test uses some of them")]

mod classifier;
mod recommender;
mod regression;

pub(crate) use classifier::CLASSIFIER;
pub(crate) use recommender::RECOMMENDER;
pub(crate) use regression::REGRESSION;

use monograd::__private::{Activation, Fans, Initializer, Parameter, Regularizer, Shape, layers};
use monograd::ndarray::Array2;

/// ReLU as `activation = relu` makes it.
pub(crate) const RELU: Activation = Activation::Relu { negative_slope: 0.0, max_value: f64::INFINITY, threshold: 0.0 };

/// `Dense(units, activation = …)`.
pub(crate) const fn dense(units: usize, activation: Activation) -> layers::Dense {
    layers::Dense {
        units,
        activation,
        bias: true,
        init: Initializer::GlorotUniform,
        bias_init: Initializer::Zeros,
        regularizer: None,
    }
}

const fn weight(path: &'static str, offset: usize, input: usize, output: usize) -> Parameter {
    Parameter {
        path,
        shape: Shape::new([input, output]),
        offset,
        initializer: Initializer::GlorotUniform,
        fans: Fans { input, output },
        regularizer: None,
        trainable: true,
        fused: false,
        pytorch: &[1, 0],
    }
}

const fn regularized(parameter: Parameter, regularizer: Regularizer) -> Parameter {
    Parameter { regularizer: Some(regularizer), ..parameter }
}

const fn bias(path: &'static str, offset: usize, units: usize) -> Parameter {
    Parameter {
        path,
        shape: Shape::new([units]),
        offset,
        initializer: Initializer::Zeros,
        fans: Fans::of_vector(units),
        regularizer: None,
        trainable: true,
        fused: false,
        pytorch: &[],
    }
}

/// Numbers without a pattern, the same ones each time.
pub(crate) fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    let mut draw = monograd::__private::Random::new(seed, 1, 0).draw();
    Array2::from_shape_simple_fn((rows, columns), || draw.normal() as f32)
}

/// A sample and its target that a small network can learn: `y = x₀ - 2 x₁ + 1`.
pub(crate) fn line(rows: usize) -> (Array2<f32>, Array2<f32>) {
    let x = noise(rows, 2, 5);
    let y = Array2::from_shape_fn((rows, 1), |(row, _)| x[[row, 0]] - 2.0 * x[[row, 1]] + 1.0);
    (x, y)
}
