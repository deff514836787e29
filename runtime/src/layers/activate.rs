//! An activation function as a layer of its own.

use monograd_schema::layers::Activate;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::{activation, elementwise};
use crate::layer::Pass;

impl Arithmetic for Activate {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output, width) = (pass.input(0), pass.output(), pass.output_shape().last());
        let ([y], rest) = pass.tensors.write([output]);
        activation::forward(&self.function, width, rest.read(input), y, pass.threads);
    }

    /// Reads the input or the output, whichever the function's derivative is from.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let source = if activation::reads_input(&self.function) { pass.input(0) } else { pass.output() };
        let (d_output, width) = (pass.d_output(), pass.output_shape().last());
        let Some((d_input, add)) = pass.d_input(0) else { return };
        let ([d_y, d_x], rest) = pass.tensors.write([d_output, d_input]);
        activation::backward_in_place(&self.function, width, rest.read(source), d_y, pass.threads);
        elementwise::put(d_y, d_x, add);
    }
}

#[cfg(test)]
mod tests {
    use monograd_schema::Activation;

    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients_of_all_functions() {
        for kind in Activation::CATALOGUE.entries {
            let values = kind.attributes.iter().map(|attribute| (attribute.default.unwrap())()).collect();
            let entry = monograd_schema::Entry { catalogue: Activation::CATALOGUE, kind, values };
            let function = Activation::from_entry(&entry).unwrap();
            Trial::new(Activate { function }, &[&[2, 7]]).check();
        }
    }

    #[test]
    fn gradients_with_other_options() {
        let infinite = f64::INFINITY;
        let functions = [
            Activation::Relu { negative_slope: 0.3, max_value: infinite, threshold: 0.0 },
            Activation::Relu { negative_slope: 0.0, max_value: 1.0, threshold: 0.0 },
            Activation::Relu { negative_slope: -0.3, max_value: 0.2, threshold: 0.5 },
            Activation::Relu { negative_slope: 0.0, max_value: infinite, threshold: -1.0 },
            Activation::LeakyRelu { negative_slope: -0.4 },
            Activation::Elu { alpha: 0.7 },
            Activation::Celu { alpha: 1.7 },
            Activation::Celu { alpha: -0.9 },
            Activation::Gelu { approximate: true },
            Activation::HardShrink { threshold: 1.1 },
            Activation::SoftShrink { threshold: 0.1 },
            Activation::Threshold { threshold: -0.5, default_value: 3.0 },
            Activation::Squareplus { b: 0.0 },
        ];
        for function in functions {
            Trial::new(Activate { function }, &[&[11]]).check();
        }
        Trial::new(Activate { function: Activation::Tanh }, &[&[]]).check();
    }
}
