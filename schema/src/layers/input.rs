//! An input of the network.

use crate::attribute::Extents;
use crate::layer::layer;
use crate::{Dtype, Inputs, Layer, Role, Shape, ShapeError};

layer! {
    /// An input of the network: its shape per sample, and its element type.
    ///
    /// `Input(2)` is a vector, `Input(28, 28, 1)` an image, `Input(64, dtype = u32)` a row of tokens.
    pub struct Input = "Input", Inputs::None, {
        /// The extents of one sample, without the batch axis.
        shape: Extents = Extents::NONE,
        /// `f32` for numbers, `u32` for tokens and categories.
        dtype: Dtype = Dtype::F32,
    }
}

impl Layer for Input {
    fn output_shape(&self, _inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let mut extents = Vec::new();
        for &extent in self.shape.values() {
            let found = || ShapeError::new(format!("an input's extent is 1 or more, found {extent}"));
            extents.push(u64::try_from(extent).ok().filter(|&extent| extent > 0).ok_or_else(found)?);
        }
        Shape::checked(&extents)
    }

    fn output_dtype(&self) -> Dtype {
        self.dtype
    }

    fn role(&self) -> Role {
        Role::View
    }
}
