//! Inputs and targets that depend on a seed alone.

use monograd::__private::Random;
use ndarray::{Array, Array1, Array2, Dimension};

/// Numbers from -1 to 1 that depend on the seed alone.
pub(crate) fn numbers(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    uniform((rows, columns), seed)
}

/// The same in any shape.
pub(crate) fn uniform<D: Dimension, S: ndarray::ShapeBuilder<Dim = D>>(shape: S, seed: u64) -> Array<f32, D> {
    let mut draw = Random::new(seed, 77, 0).draw();
    Array::from_shape_simple_fn(shape, || 2.0 * draw.uniform() as f32 - 1.0)
}

/// Class indices below `classes`.
pub(crate) fn classes(rows: usize, classes: u64, seed: u64) -> Array1<u32> {
    let mut draw = Random::new(seed, 78, 0).draw();
    Array::from_shape_simple_fn(rows, || draw.below(classes) as u32)
}
