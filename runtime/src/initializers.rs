//! First values of parameters.

use monograd_schema::{Fans, Initializer, Shape};

use crate::float::Float;
use crate::random::Random;

/// Fills a parameter with its first values. The same numbers come out for `f32` (rounded) and `f64`.
pub fn fill<T: Float>(_initializer: &Initializer, _shape: Shape, _fans: Fans, _random: Random, _values: &mut [T]) {
    unimplemented!()
}
