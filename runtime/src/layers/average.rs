//! The mean of several tensors; axes of 1 are repeated.

use monograd_schema::layers::Average;

use super::Arithmetic;
use super::elementwise::{broadcast, fold};
use crate::float::Float;
use crate::layer::{Pass, Place};

impl Arithmetic for Average {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, |sum, x| sum + x);
        let output = pass.output();
        divide(pass, output);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (rows, d_output) = (pass.rows, pass.d_output());
        divide(pass, d_output);
        for number in 0..pass.inputs() {
            let Some((d_input, add)) = pass.d_input(number) else { continue };
            let broadcast = broadcast(pass, number);
            let ([d_x], rest) = pass.tensors.write([d_input]);
            broadcast.reduce(rows, rest.read(d_output), d_x, add);
        }
    }
}

/// Divides a tensor by the number of inputs.
fn divide<T: Float>(pass: &mut Pass<'_, T>, place: Place) {
    let inputs = T::from_f64(pass.inputs() as f64);
    let ([values], _) = pass.tensors.write([place]);
    values.iter_mut().for_each(|value| *value /= inputs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients() {
        Trial::new(Average {}, &[&[2, 3], &[2, 3], &[2, 3]]).check();
        Trial::new(Average {}, &[&[2, 1], &[1, 3]]).check();
        Trial::new(Average {}, &[&[3]]).with_inputs(&[0, 0]).check();
    }

    #[test]
    fn output_by_hand() {
        let output = Trial::new(Average {}, &[&[2], &[1]]).forward(&[vec![1.0, 4.0], vec![3.0]], &[], 1, false);
        assert_eq!(output, [2.0, 3.5]);
    }
}
