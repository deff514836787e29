//! A rectifier that learns its slope.

use crate::layer::layer;
use crate::{AttributeError, Fans, Initializer, Inputs, Layer, Parameter, Regularizer, Saves, Shape, ShapeError};

layer! {
    /// `x` where `x > 0`, else `slope · x` with a learned slope for each element (He et al. 2015).
    ///
    /// Any shape, kept. Parameters: `slope`, of the input's shape, or with an extent of 1 for shared axes as in Keras.
    /// (PyTorch has one slope, or one for each channel.)
    pub struct PRelu = "PRelu", Inputs::One, {
        /// First values of the slope.
        init: Initializer = Initializer::Zeros,
        /// A penalty on the slope.
        regularizer: Option<Regularizer> = None,
        /// Whether all axes but the last share their slopes: one for each feature or channel.
        shared: bool = false,
    }
}

impl PRelu {
    /// The shape of the slopes.
    pub fn slope_shape(&self, input: Shape) -> Shape {
        let mut extents = input.extents().to_vec();
        if let (true, Some((_, leading))) = (self.shared, extents.split_last_mut()) {
            leading.fill(1);
        }
        Shape::of(&extents)
    }
}

impl Layer for PRelu {
    fn check(&self) -> Result<(), AttributeError> {
        Ok(())
    }

    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(inputs[0])
    }

    fn parameters(&self, inputs: &[Shape]) -> Vec<Parameter> {
        let shape = self.slope_shape(inputs[0]);
        vec![Parameter {
            name: "slope",
            shape,
            initializer: self.init,
            fans: Fans::of_vector(shape.elements()),
            regularizer: self.regularizer,
            trainable: true,
            fused: false,
            pytorch: &[],
        }]
    }

    fn saves(&self) -> Saves {
        Saves::INPUTS
    }

    fn multiply_adds(&self, inputs: &[Shape]) -> u64 {
        inputs[0].elements() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_axes_have_one_slope() {
        let mut layer = PRelu { init: Initializer::Zeros, regularizer: None, shared: false };
        assert_eq!(layer.slope_shape(Shape::new([4, 3])), Shape::new([4, 3]));
        layer.shared = true;
        assert_eq!(layer.slope_shape(Shape::new([4, 3])), Shape::new([1, 3]));
        assert_eq!(layer.slope_shape(Shape::new([])), Shape::new([]));
    }
}
