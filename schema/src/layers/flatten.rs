//! All axes in one.

use crate::layer::layer;
use crate::{Inputs, Layer, Role, Saves, Shape, ShapeError};

layer! {
    /// All axes of a sample in one, in memory order; no values move.
    ///
    /// Input `(batch, …)`, output `(batch, elements)`.
    pub struct Flatten = "Flatten", Inputs::One, {}
}

impl Layer for Flatten {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(Shape::new([inputs[0].elements()]))
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }

    fn role(&self) -> Role {
        Role::View
    }
}
