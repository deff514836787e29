//! An activation function as a layer of its own.

use crate::layer::layer;
use crate::{Activation, Derivative, Inputs, Layer, Saves, Shape, ShapeError};

layer! {
    /// A function of each element or over the last axis: `relu();`, `x.softmax()`. Any shape, kept; no parameters.
    pub struct Activate = "activation layer", Inputs::One, {
        /// The function.
        function: Activation,
    }
}

impl Layer for Activate {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        self.function.check_shape(inputs[0])?;
        Ok(inputs[0])
    }

    fn saves(&self) -> Saves {
        match self.function.derivative() {
            Derivative::FromOutput => Saves::OUTPUT,
            Derivative::FromInput => Saves::INPUTS,
        }
    }

    fn as_activation(&self) -> Option<Activation> {
        Some(self.function)
    }
}
