//! Gated linear unit: `a · sigmoid(b)`.

use monograd_schema::layers::Glu;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::functions::sigmoid;
use crate::layer::Pass;

impl Arithmetic for Glu {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output, width) = (pass.input(0), pass.output(), pass.output_shape().last());
        let ([y], rest) = pass.tensors.write([output]);
        for (y, x) in y.chunks_exact_mut(width).zip(rest.read(input).chunks_exact(2 * width)) {
            let (a, b) = x.split_at(width);
            for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                *y = a * sigmoid(b);
            }
        }
    }

    /// Reads the input.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, d_output, width) = (pass.input(0), pass.d_output(), pass.output_shape().last());
        let Some((d_input, add)) = pass.d_input(0) else { return };
        let ([d_x], rest) = pass.tensors.write([d_input]);
        let d_y = rest.read(d_output).chunks_exact(width);
        let x = rest.read(input).chunks_exact(2 * width);
        for ((d_x, x), d_y) in d_x.chunks_exact_mut(2 * width).zip(x).zip(d_y) {
            let (a, b) = x.split_at(width);
            let (d_a, d_b) = d_x.split_at_mut(width);
            for i in 0..width {
                let gate = sigmoid(b[i]);
                let (to_a, to_b) = (d_y[i] * gate, d_y[i] * a[i] * gate * (T::ONE - gate));
                d_a[i] = if add { d_a[i] + to_a } else { to_a };
                d_b[i] = if add { d_b[i] + to_b } else { to_b };
            }
        }
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
