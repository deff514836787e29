//! A fully connected layer.

use std::sync::Arc;

use crate::layer::layer;
use crate::{
    Activation, AttributeError, ChainLink, Derivative, Fans, Initializer, Inputs, LARGEST_TINY, Layer, Parameter,
    Regularizer, Saves, Shape, ShapeError, Tiny, Workspace,
};

layer! {
    /// `y = activation(x · weight + bias)`: every output sees every input feature.
    ///
    /// Input `(batch, features)` or `(batch, time, features)`, output the same with `units` as its last axis.
    /// Parameters: `weight` `(features, units)`, `bias` `(units)`. (PyTorch's `Linear` stores the transposed weight.)
    pub struct Dense = "Dense", Inputs::One, {
        /// The number of outputs, 1 or more.
        units: usize,
        /// A function of the output.
        activation: Activation = Activation::Linear,
        /// Whether a bias is added.
        bias: bool = true,
        /// First values of the weight.
        init: Initializer = Initializer::GlorotUniform,
        /// First values of the bias.
        bias_init: Initializer = Initializer::Zeros,
        /// A penalty on the weight.
        regularizer: Option<Regularizer> = None,
    }
}

impl Layer for Dense {
    fn check(&self) -> Result<(), AttributeError> {
        if self.units == 0 {
            return Err(AttributeError::new("units", "`units` is 0, expected 1 or more"));
        }
        self.bias_init
            .check_shape(Shape::new([self.units]))
            .map_err(|error| AttributeError { attribute: "bias_init", ..error })
    }

    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let input = inputs[0];
        let takes = "`Dense` takes [features] or [time, features]";
        match input.rank() {
            0 => Err(ShapeError::new(format!("{takes}, found a single number: []")).needs("[features]")),
            1 | 2 => {
                Shape::checked(&[input.last() as u64, self.units as u64])?;
                let mut extents: Vec<u64> = input.extents().iter().map(|&extent| extent as u64).collect();
                *extents.last_mut().expect("the rank is 1 or 2") = self.units as u64;
                Shape::checked(&extents)
            }
            rank => {
                let what = if rank == 3 { "an image".to_string() } else { format!("{rank} axes") };
                let features = input.elements();
                Err(ShapeError::new(format!("{takes}, found {what}: {input}"))
                    .needs("[features]")
                    .help(format!("insert `Flatten();` before it: {input} becomes [{features}]")))
            }
        }
    }

    fn parameters(&self, inputs: &[Shape]) -> Vec<Parameter> {
        let features = inputs[0].last();
        let weight = Parameter {
            name: "weight",
            shape: Shape::new([features, self.units]),
            initializer: self.init,
            fans: Fans { input: features, output: self.units },
            regularizer: self.regularizer,
            trainable: true,
            fused: self.tiny(inputs).is_none(),
            pytorch: &[1, 0],
        };
        let bias = Parameter {
            name: "bias",
            shape: Shape::new([self.units]),
            initializer: self.bias_init,
            fans: Fans::of_vector(self.units),
            regularizer: None,
            trainable: true,
            fused: false,
            pytorch: &[],
        };
        if self.bias { vec![weight, bias] } else { vec![weight] }
    }

    fn saves(&self) -> Saves {
        match self.activation {
            Activation::Linear => Saves::INPUTS,
            activation if activation.derivative() == Derivative::FromOutput => Saves::BOTH,
            _ => Saves::INPUTS,
        }
    }

    fn saved(&self, inputs: &[Shape]) -> Vec<Shape> {
        match self.activation.derivative() {
            Derivative::FromOutput => Vec::new(),
            Derivative::FromInput => vec![inputs[0].with_last(self.units)],
        }
    }

    /// Copies of both operands of the largest product.
    fn workspace(&self, inputs: &[Shape]) -> Workspace {
        let output = inputs[0].leading() * self.units;
        Workspace {
            per_sample: inputs[0].elements() + output,
            fixed: inputs[0].last() * self.units + Workspace::CACHE_LINE,
        }
    }

    fn tiny(&self, inputs: &[Shape]) -> Option<Tiny> {
        let (features, units) = (inputs[0].last(), self.units);
        (features * units <= LARGEST_TINY).then_some(Tiny { inputs: features, units })
    }

    fn link(&self, inputs: &[Shape]) -> Option<ChainLink> {
        let relu = match self.activation {
            Activation::Linear => false,
            Activation::Relu { negative_slope: 0.0, max_value: f64::INFINITY, threshold: 0.0 } => true,
            _ => return None,
        };
        (inputs[0].rank() == 1).then_some(ChainLink { inputs: inputs[0].last(), units: self.units, relu })
    }

    fn multiply_adds(&self, inputs: &[Shape]) -> u64 {
        inputs[0].elements() as u64 * self.units as u64
    }

    fn is_product(&self) -> bool {
        true
    }

    fn final_activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn last_slope(&self) -> Option<Activation> {
        let follows = self.activation.derivative() == Derivative::FromOutput && self.activation.is_elementwise();
        (follows && self.activation != Activation::Linear).then_some(self.activation)
    }

    fn takes_slopes(&self) -> bool {
        true
    }

    fn with_activation(&self, activation: Activation) -> Option<Arc<dyn Layer>> {
        let free = self.activation == Activation::Linear && activation.is_elementwise();
        free.then(|| Arc::new(Self { activation, ..*self }) as Arc<dyn Layer>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(units: usize) -> Dense {
        Dense {
            units,
            activation: Activation::Linear,
            bias: true,
            init: Initializer::GlorotUniform,
            bias_init: Initializer::Zeros,
            regularizer: None,
        }
    }

    #[test]
    fn keeps_the_time_axis() {
        assert_eq!(dense(10).output_shape(&[Shape::new([5, 3])]), Ok(Shape::new([5, 10])));
    }

    #[test]
    fn refuses_an_image_and_says_what_to_insert() {
        let error = dense(10).output_shape(&[Shape::new([5, 5, 64])]).unwrap_err();
        assert_eq!(error.message, "`Dense` takes [features] or [time, features], found an image: [5, 5, 64]");
        assert_eq!(error.help.unwrap(), "insert `Flatten();` before it: [5, 5, 64] becomes [1600]");
    }

    #[test]
    fn refuses_a_weight_that_is_too_large() {
        assert!(dense(1 << 30).output_shape(&[Shape::new([1 << 20])]).is_err());
    }
}
