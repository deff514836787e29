//! Functions of several tensors, element by element; axes of 1 are repeated.
//!
//! The same tensor may be given twice: its gradient is then written by one input and added to by the other, so that each
//! input's gradient is finished before the next is begun.

use monograd_schema::layers::{Add, Maximum, Minimum, Multiply, Subtract};

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::broadcast::Broadcast;
use crate::kernels::elementwise::put;
use crate::layer::Pass;

/// How an input lies beside the output.
pub(super) fn broadcast<T: Float>(pass: &Pass<'_, T>, number: usize) -> Broadcast {
    Broadcast::new(pass.input_shape(number), pass.output_shape())
}

/// `y = function(… function(x₀, x₁) …, xₙ)`.
pub(super) fn fold<T: Float>(pass: &mut Pass<'_, T>, function: impl Fn(T, T) -> T) {
    let rows = pass.rows;
    for number in 0..pass.inputs() {
        let (input, output, broadcast) = (pass.input(number), pass.output(), broadcast(pass, number));
        let ([y], rest) = pass.tensors.write([output]);
        if number == 0 {
            broadcast.combine(rows, y, rest.read(input), |_, x| x);
        } else {
            broadcast.combine(rows, y, rest.read(input), &function);
        }
    }
}

impl Arithmetic for Add {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, |sum, x| sum + x);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (rows, d_output) = (pass.rows, pass.d_output());
        for number in 0..pass.inputs() {
            let Some((d_input, add)) = pass.d_input(number) else { continue };
            let broadcast = broadcast(pass, number);
            let ([d_x], rest) = pass.tensors.write([d_input]);
            broadcast.reduce(rows, rest.read(d_output), d_x, add);
        }
    }
}

impl Arithmetic for Subtract {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, |a, b| a - b);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (rows, d_output) = (pass.rows, pass.d_output());
        for number in 0..2 {
            if number == 1 {
                let ([d_y], _) = pass.tensors.write([d_output]);
                d_y.iter_mut().for_each(|d_y| *d_y = -*d_y);
            }
            let Some((d_input, add)) = pass.d_input(number) else { continue };
            let broadcast = broadcast(pass, number);
            let ([d_x], rest) = pass.tensors.write([d_input]);
            broadcast.reduce(rows, rest.read(d_output), d_x, add);
        }
    }
}

impl Arithmetic for Multiply {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, |product, x| product * x);
    }

    /// Reads the inputs: `d_x` is `d_y` times all others.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (rows, d_output) = (pass.rows, pass.d_output());
        for number in 0..pass.inputs() {
            let Some((d_input, add)) = pass.d_input(number) else { continue };
            if pass.inputs() == 2 && pass.input_shape(0) == pass.input_shape(1) {
                let other = pass.input(1 - number);
                let ([d_x], rest) = pass.tensors.write([d_input]);
                for ((d_x, &d_y), &other) in d_x.iter_mut().zip(rest.read(d_output)).zip(rest.read(other)) {
                    *d_x = if add { *d_x + d_y * other } else { d_y * other };
                }
                continue;
            }
            let workspace = std::mem::take(&mut pass.workspace);
            let product = &mut workspace[..rows * pass.output_shape().elements()];
            put(pass.tensors.read(d_output), product, false);
            for other in (0..pass.inputs()).filter(|&other| other != number) {
                broadcast(pass, other).combine(rows, product, pass.tensors.read(pass.input(other)), |d, x| d * x);
            }
            let broadcast = broadcast(pass, number);
            let ([d_x], _) = pass.tensors.write([d_input]);
            broadcast.reduce(rows, product, d_x, add);
            pass.workspace = workspace;
        }
    }
}

impl Arithmetic for Maximum {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, T::maximum);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        share_among_equals(pass);
    }
}

impl Arithmetic for Minimum {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        fold(pass, T::minimum);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        share_among_equals(pass);
    }
}

/// Reads the inputs and the output: the inputs that are equal to the output share its gradient evenly.
fn share_among_equals<T: Float>(pass: &mut Pass<'_, T>) {
    let (rows, output, d_output) = (pass.rows, pass.output(), pass.d_output());
    let elements = rows * pass.output_shape().elements();
    let workspace = std::mem::take(&mut pass.workspace);
    let (share, rest) = workspace.split_at_mut(elements);
    let equal = &mut rest[..elements]; // 1 where the input is equal to the output, else 0
    let compare = |pass: &Pass<'_, T>, number: usize, equal: &mut [T]| {
        put(pass.tensors.read(output), equal, false);
        let one_if_equal = |y, x| if x == y { T::ONE } else { T::ZERO };
        broadcast(pass, number).combine(rows, equal, pass.tensors.read(pass.input(number)), one_if_equal);
    };

    share.fill(T::ZERO);
    for number in 0..pass.inputs() {
        compare(pass, number, equal);
        put(equal, share, true);
    }
    for (share, &d_y) in share.iter_mut().zip(pass.tensors.read(d_output)) {
        // Nothing is equal to NaN, which then gives no gradient.
        *share = if *share == T::ZERO { T::ZERO } else { d_y / *share };
    }
    for number in 0..pass.inputs() {
        let Some((d_input, add)) = pass.d_input(number) else { continue };
        compare(pass, number, equal);
        equal.iter_mut().zip(&*share).for_each(|(equal, &share)| *equal *= share);
        let broadcast = broadcast(pass, number);
        let ([d_x], _) = pass.tensors.write([d_input]);
        broadcast.reduce(rows, equal, d_x, add);
    }
    pass.workspace = workspace;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Layer;
    use crate::layers::check::Trial;

    fn check_several(layer: impl Layer<f64> + Copy + 'static) {
        Trial::new(layer, &[&[2, 3], &[2, 3]]).check();
        Trial::new(layer, &[&[2, 3], &[1, 3]]).check();
        Trial::new(layer, &[&[2, 1], &[1, 3]]).check();
        Trial::new(layer, &[&[], &[]]).check();
        Trial::new(layer, &[&[2, 3, 2], &[1, 3, 1]]).check();
    }

    #[test]
    fn gradients() {
        check_several(Add {});
        check_several(Subtract {});
        check_several(Multiply {});
        check_several(Maximum {});
        check_several(Minimum {});
    }

    #[test]
    fn gradients_of_three_inputs() {
        let shapes: &[&[usize]] = &[&[2, 3], &[2, 1], &[1, 3]];
        Trial::new(Add {}, shapes).check();
        Trial::new(Multiply {}, shapes).check();
        Trial::new(Multiply {}, &[&[4], &[4], &[4]]).check();
        Trial::new(Maximum {}, shapes).check();
        Trial::new(Minimum {}, shapes).check();
    }

    #[test]
    fn gradients_of_one_tensor_given_twice() {
        Trial::new(Add {}, &[&[5]]).with_inputs(&[0, 0]).check();
        Trial::new(Subtract {}, &[&[5]]).with_inputs(&[0, 0]).check();
        Trial::new(Multiply {}, &[&[5]]).with_inputs(&[0, 0]).check();
        Trial::new(Multiply {}, &[&[5]]).with_inputs(&[0, 0, 0]).check();
        Trial::new(Multiply {}, &[&[2, 3], &[1, 3]]).with_inputs(&[0, 1, 0]).check();
        Trial::new(Maximum {}, &[&[5]]).with_inputs(&[0, 0]).check();
    }

    #[test]
    fn outputs_by_hand() {
        let inputs = [vec![1.0, 5.0, -2.0], vec![4.0, 3.0, -2.0]];
        let shapes: &[&[usize]] = &[&[3], &[3]];
        let output = |layer: Trial| layer.forward(&inputs, &[], 1, false);
        assert_eq!(output(Trial::new(Add {}, shapes)), [5.0, 8.0, -4.0]);
        assert_eq!(output(Trial::new(Subtract {}, shapes)), [-3.0, 2.0, 0.0]);
        assert_eq!(output(Trial::new(Multiply {}, shapes)), [4.0, 15.0, 4.0]);
        assert_eq!(output(Trial::new(Maximum {}, shapes)), [4.0, 5.0, -2.0]);
        assert_eq!(output(Trial::new(Minimum {}, shapes)), [1.0, 3.0, -2.0]);
    }

    #[test]
    fn equal_values_share_the_gradient_and_nan_has_none() {
        let inputs = [vec![1.0, 5.0, f64::NAN], vec![1.0, 3.0, 0.0], vec![0.0, 5.0, 1.0]];
        let trial = Trial::new(Maximum {}, &[&[3], &[3], &[3]]);
        assert!(trial.forward(&inputs, &[], 1, true)[2].is_nan());
        let (gradients, _) = trial.gradients(&inputs, &[], 1, &[6.0; 3], &[true; 3], None);
        assert_eq!(gradients, [[3.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 3.0, 0.0]]);
    }
}
