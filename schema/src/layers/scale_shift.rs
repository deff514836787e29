//! What operators between a tensor and a constant become.

use crate::layer::layer;
use crate::{Inputs, Layer, Saves, Shape, ShapeError};

layer! {
    /// `scale · x + shift` with two constants: what `2.0 * x`, `x + 1.0` and `-x` become. Any shape, kept.
    pub struct ScaleShift = "scaled tensor", Inputs::One, {
        /// The factor.
        scale: f64 = 1.0,
        /// What is added.
        shift: f64 = 0.0,
    }
}

impl Layer for ScaleShift {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(inputs[0])
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }
}
