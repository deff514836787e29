//! A fully connected layer: `y = activation(x · weight + bias)`.

use monograd_schema::Activation;
use monograd_schema::layers::Dense;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::{Epilogue, Product, activation, elementwise, tiny};
use crate::layer::{Pass, Row, Tiny};

impl Arithmetic for Dense {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output) = (pass.input(0), pass.output());
        let (weight, bias) = (pass.parameters.weight(0), self.bias.then(|| pass.parameters.get(1)));
        let product = Product {
            m: pass.rows * pass.input_shape(0).leading(), // samples and time
            k: pass.input_shape(0).last(),
            n: self.units,
            transposed_a: false,
            transposed_b: false,
            add: false,
        };
        let keeps_scores = pass.training && activation::reads_input(&self.activation);
        let scores = keeps_scores.then(|| pass.saved(0));
        let (function, workspace, threads) = (&self.activation, &mut *pass.workspace, pass.threads);
        if *function == Activation::Linear {
            let ([y], rest) = pass.tensors.write([output]);
            product.compute_with(rest.read(input), weight, Epilogue::bias(bias), y, workspace, threads);
        } else if let Some(scores) = scores {
            let ([scores, y], rest) = pass.tensors.write([scores, output]);
            let x = rest.read(input);
            product.compute_activated(x, weight, bias, function, Some(scores), y, workspace, threads);
        } else {
            let ([y], rest) = pass.tensors.write([output]);
            product.compute_activated(rest.read(input), weight, bias, function, None, y, workspace, threads);
        }
    }

    fn forward_row<T: Float>(&self, row: Row<'_, T>) -> bool {
        let (weight, bias) = (row.parameter(0), self.bias.then(|| row.parameter(1)));
        let (Row { x, y, .. }, (floor, rest)) = (row, activation::floor(&self.activation));
        let computed = y.len() == self.units && Product::row(x, weight, bias, floor, y);
        if computed && let Some(activation) = rest {
            activation::forward_rows(activation, self.units, y);
        }
        computed
    }

    /// Reads the input and, for the activation, the output or the scores that were kept.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, d_output, d_input) = (pass.input(0), pass.d_output(), pass.d_input(0));
        let source = if activation::reads_input(&self.activation) { pass.saved(0) } else { pass.output() };
        let slope = pass.d_input_slope(0);
        let (m, k, n) = (pass.rows * pass.input_shape(0).leading(), pass.input_shape(0).last(), self.units);

        let ([d_z], rest) = pass.tensors.write([d_output]);
        if self.activation != Activation::Linear && !pass.wiring.slope_taken {
            activation::backward_in_place(&self.activation, n, rest.read(source), d_z, pass.threads);
        }

        if self.bias {
            let (d_bias, add) = pass.gradients.get(1);
            elementwise::sum_rows(d_z, d_bias, add, pass.threads);
        }

        // Before the weight is updated.
        if let Some((d_input, add)) = d_input {
            let ([d_x], rest) = pass.tensors.write([d_input]);
            let product = Product { m, k: n, n: k, transposed_a: false, transposed_b: true, add };
            let (d_z, weight) = (rest.read(d_output), pass.parameters.get(0));
            match slope {
                Some(function) => {
                    let x = rest.read(input);
                    product.compute_through(d_z, weight, &function, x, d_x, pass.workspace, pass.threads);
                }
                None => product.compute(d_z, weight, Epilogue::NONE, d_x, pass.workspace, pass.threads),
            }
        }

        let (x, d_z) = (pass.tensors.read(input), pass.tensors.read(d_output)); // (m, k), (m, n)
        let (d_weight, add) = pass.gradients.get(0);
        let product = Product { m: k, k: m, n, transposed_a: true, transposed_b: false, add };
        match pass.parameters.learned(0) {
            Some(learned) => product.compute_and_update(x, d_z, d_weight, learned, pass.workspace, pass.threads),
            None => product.compute(x, d_z, Epilogue::NONE, d_weight, pass.workspace, pass.threads),
        }
    }
}

impl<const INPUTS: usize, const UNITS: usize> Tiny<INPUTS, UNITS> for Dense {
    #[inline]
    fn forward_tiny<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output) = (pass.input(0), pass.output());
        let (weight, bias) = (pass.parameters.get(0), self.bias.then(|| pass.parameters.get(1)));
        let (floor, rest) = activation::floor(&self.activation);
        let keeps_scores = pass.training && rest.is_some_and(activation::reads_input);
        let scores = if keeps_scores { pass.saved(0) } else { output };
        let ([z], tensors) = pass.tensors.write([scores]);
        tiny::forward::<T, INPUTS, UNITS>(tensors.read(input), weight, bias, floor, z);
        let Some(activation) = rest else { return };
        if keeps_scores {
            let ([y], rest) = pass.tensors.write([output]);
            y.copy_from_slice(rest.read(scores));
            T::activate(activation, UNITS, y);
        } else {
            T::activate(activation, UNITS, z);
        }
    }

    #[inline]
    fn forward_row_tiny<T: Float>(&self, row: Row<'_, T>) {
        let (weight, bias) = (row.parameter(0), self.bias.then(|| row.parameter(1)));
        let (Row { x, y, .. }, (floor, rest)) = (row, activation::floor(&self.activation));
        tiny::forward::<T, INPUTS, UNITS>(x, weight, bias, floor, y);
        if let Some(activation) = rest {
            T::activate(activation, UNITS, y);
        }
    }

    /// As the general backward, with the slope of `relu` taken in the same loop.
    #[inline]
    fn backward_tiny<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output, d_output, d_input) = (pass.input(0), pass.output(), pass.d_output(), pass.d_input(0));
        let (floor, rest) = activation::floor(&self.activation);
        if let Some(activation) = rest {
            let source = if activation::reads_input(activation) { pass.saved(0) } else { output };
            let ([d_z], rest) = pass.tensors.write([d_output]);
            T::deactivate(activation, UNITS, rest.read(source), d_z);
        }
        let (d_x, tensors) = match d_input {
            Some((place, add)) => {
                let ([d_x], rest) = pass.tensors.write([place]);
                (Some((d_x, add)), rest)
            }
            None => (None, pass.tensors.write([]).1),
        };
        let d_y = tensors.read(d_output);
        // Without a floor the output is not read, nor kept.
        let y = if floor == -T::INFINITY { d_y } else { tensors.read(output) };
        let backward = tiny::Backward { x: tensors.read(input), y, d_y, weight: pass.parameters.get(0), floor };
        let d_bias = backward.compute::<INPUTS, UNITS>(pass.gradients.get(0), d_x);
        if self.bias {
            let (sum, add) = pass.gradients.get(1);
            elementwise::put(&d_bias, sum, add);
        }
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
