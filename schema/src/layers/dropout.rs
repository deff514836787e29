//! Zeros at random while training.

use crate::error::in_range;
use crate::layer::layer;
use crate::{AttributeError, Inputs, Layer, Role, Saves, Shape, ShapeError};

layer! {
    /// In training 0 with probability `rate`, else `x / (1 - rate)`; in prediction `x` (Srivastava et al. 2014).
    ///
    /// Each element by itself; which ones follows from the seed, the layer, the step and the sample alone. Any shape, kept;
    /// no parameters.
    pub struct Dropout = "Dropout", Inputs::One, {
        /// The share of zeros, in `[0, 1)`.
        rate: f64,
    }
}

impl Layer for Dropout {
    fn check(&self) -> Result<(), AttributeError> {
        let percent =
            (2.0..100.0).contains(&self.rate).then(|| format!("write {} % as `{}`", self.rate, self.rate / 100.0));
        in_range("rate", self.rate, 0.0..1.0).map_err(|error| AttributeError { help: percent, ..error })
    }

    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(inputs[0])
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }

    fn role(&self) -> Role {
        Role::Training
    }
}
