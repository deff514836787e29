//! Gated linear unit.

use crate::layer::layer;
use crate::{Inputs, Layer, Saves, Shape, ShapeError};

layer! {
    /// `a · sigmoid(b)`, where `a` and `b` are the halves of the last axis (Dauphin et al. 2016).
    ///
    /// Input `(batch, …, 2 n)`, output `(batch, …, n)`. No parameters.
    pub struct Glu = "glu", Inputs::One, {}
}

impl Layer for Glu {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let input = inputs[0];
        if input.rank() == 0 || !input.last().is_multiple_of(2) {
            return Err(ShapeError::new(format!("`glu` halves the last axis, found {input}, expected an even extent"))
                .needs("[2 n]"));
        }
        Ok(input.with_last(input.last() / 2))
    }

    fn saves(&self) -> Saves {
        Saves::INPUTS
    }
}
