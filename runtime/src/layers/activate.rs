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
