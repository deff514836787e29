//! A fully connected layer: `y = activation(x · weight + bias)`.

use monograd_schema::Activation;
use monograd_schema::layers::Dense;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::{Product, activation, elementwise};
use crate::layer::Pass;

impl Arithmetic for Dense {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output) = (pass.input(0), pass.output());
        let (weight, bias) = (pass.parameters.get(0), self.bias.then(|| pass.parameters.get(1)));
        let product = Product {
            m: pass.rows * pass.input_shape(0).leading(), // samples and time
            k: pass.input_shape(0).last(),
            n: self.units,
            transposed_a: false,
            transposed_b: false,
            add: false,
        };
        let keeps_scores = pass.training && activation::reads_input(&self.activation);
        let scores = if keeps_scores { pass.saved(0) } else { output };
        let ([z], rest) = pass.tensors.write([scores]);
        product.compute(rest.read(input), weight, bias, z, pass.workspace, pass.threads);
        if keeps_scores {
            let ([y], rest) = pass.tensors.write([output]);
            activation::forward(&self.activation, self.units, rest.read(scores), y, pass.threads);
        } else {
            activation::forward_in_place(&self.activation, self.units, z, pass.threads);
        }
    }

    /// Reads the input and, for the activation, the output or the scores that were kept.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, d_output, d_input) = (pass.input(0), pass.d_output(), pass.d_input(0));
        let source = if activation::reads_input(&self.activation) { pass.saved(0) } else { pass.output() };
        let (m, k, n) = (pass.rows * pass.input_shape(0).leading(), pass.input_shape(0).last(), self.units);

        let ([d_z], rest) = pass.tensors.write([d_output]);
        if self.activation != Activation::Linear {
            activation::backward_in_place(&self.activation, n, rest.read(source), d_z, pass.threads);
        }

        let x = rest.read(input); // (m, k)
        let (d_weight, add) = pass.gradients.get(0);
        let product = Product { m: k, k: m, n, transposed_a: true, transposed_b: false, add };
        product.compute(x, d_z, None, d_weight, pass.workspace, pass.threads);
        if self.bias {
            let (d_bias, add) = pass.gradients.get(1);
            elementwise::sum_rows(d_z, d_bias, add, pass.threads);
        }

        let Some((d_input, add)) = d_input else { return };
        let ([d_x], rest) = pass.tensors.write([d_input]);
        let product = Product { m, k: n, n: k, transposed_a: false, transposed_b: true, add };
        product.compute(rest.read(d_output), pass.parameters.get(0), None, d_x, pass.workspace, pass.threads);
    }
}

#[cfg(test)]
mod tests {
    use monograd_schema::{Activation, Initializer};

    use super::*;
    use crate::layers::check::Trial;

    fn dense(units: usize, activation: Activation, bias: bool) -> Dense {
        let init = Initializer::GlorotUniform;
        Dense { units, activation, bias, init, bias_init: Initializer::Zeros, regularizer: None }
    }

    #[test]
    fn output_by_hand() {
        let trial = Trial::new(dense(2, Activation::Relu6, true), &[&[3]]);
        let weight_and_bias = [1.0, -1.0, 2.0, 0.5, 0.0, 1.0, 0.5, -4.0];
        let output = trial.forward(&[vec![1.0, 2.0, 3.0, -1.0, 0.0, 4.0]], &weight_and_bias, 2, false);
        assert_eq!(output, [5.5, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn gradients() {
        let elementwise = [Activation::Linear, Activation::Tanh, Activation::Silu, Activation::Relu6];
        let over_rows = [Activation::Softmax, Activation::LogSoftmax, Activation::Sparsemax];
        for activation in elementwise.into_iter().chain(over_rows) {
            Trial::new(dense(5, activation, true), &[&[3]]).check();
            Trial::new(dense(2, activation, true), &[&[4, 3]]).check();
        }
        Trial::new(dense(1, Activation::Linear, false), &[&[1]]).check();
        Trial::new(dense(17, Activation::Gelu { approximate: false }, false), &[&[2, 5]]).check();
    }
}
