//! The mean of several tensors.

use super::elementwise::broadcast;
use crate::layer::layer;
use crate::{Inputs, Layer, Saves, Shape, ShapeError};

layer! {
    /// `(a + b + …) / n` of tensors of one shape, or with axes of 1 that are repeated.
    pub struct Average = "average", Inputs::Several, {}
}

impl Layer for Average {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("average", inputs)
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }
}
