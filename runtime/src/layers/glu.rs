//! Gated linear unit: `a · sigmoid(b)`.

use monograd_schema::layers::Glu;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::gate::{gate, gate_backward};
use crate::layer::Pass;

impl Arithmetic for Glu {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output, width) = (pass.input(0), pass.output(), pass.output_shape().last());
        let ([y], rest) = pass.tensors.write([output]);
        gate(width, rest.read(input), y);
    }

    /// Reads the input.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, d_output, width) = (pass.input(0), pass.d_output(), pass.output_shape().last());
        let Some((d_input, add)) = pass.d_input(0) else { return };
        let ([d_x], rest) = pass.tensors.write([d_input]);
        gate_backward(width, rest.read(input), rest.read(d_output), d_x, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients() {
        Trial::new(Glu {}, &[&[6]]).check();
        Trial::new(Glu {}, &[&[3, 2]]).check();
    }

    #[test]
    fn output_by_hand() {
        let output = Trial::new(Glu {}, &[&[4]]).forward(&[vec![2.0, 3.0, 0.0, 3f64.ln()]], &[], 1, false);
        assert_eq!(output, [1.0, 2.25]);
    }
}
