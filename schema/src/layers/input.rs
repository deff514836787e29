//! An input of the network.

use crate::attribute::Extents;
use crate::layer::layer;
use crate::{AttributeError, Dtype, Inputs, Layer, Role, Shape, ShapeError};

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
    fn check(&self) -> Result<(), AttributeError> {
        match self.shape.values().iter().find(|extent| **extent < 1) {
            Some(extent) => {
                let error = AttributeError::new("shape", format!("an extent is {extent}, expected 1 or more"));
                let batch = *extent == -1 && self.shape.values().first() == Some(extent);
                Err(if batch { error.help("leave the batch axis out: it is added at run time") } else { error })
            }
            None => Ok(()),
        }
    }

    fn output_shape(&self, _inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let extents: Vec<u64> = self.shape.values().iter().map(|&extent| u64::try_from(extent).unwrap_or(0)).collect();
        Shape::checked(&extents)
    }

    fn output_dtype(&self) -> Dtype {
        self.dtype
    }

    fn role(&self) -> Role {
        Role::View
    }
}
