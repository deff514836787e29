//! Tensors side by side.

use monograd_schema::layers::Concat;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::elementwise::put;
use crate::layer::Pass;

impl Arithmetic for Concat {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let stride = stride(self, pass);
        let mut first = 0;
        for number in 0..pass.inputs() {
            let (input, output, length) = (pass.input(number), pass.output(), piece(self, pass, number));
            let ([y], rest) = pass.tensors.write([output]);
            for (x, y) in rest.read(input).chunks_exact(length).zip(y.chunks_exact_mut(stride)) {
                y[first..first + length].copy_from_slice(x);
            }
            first += length;
        }
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (stride, d_output) = (stride(self, pass), pass.d_output());
        let mut first = 0;
        for number in 0..pass.inputs() {
            let length = piece(self, pass, number);
            if let Some((d_input, add)) = pass.d_input(number) {
                let ([d_x], rest) = pass.tensors.write([d_input]);
                for (d_x, d_y) in d_x.chunks_exact_mut(length).zip(rest.read(d_output).chunks_exact(stride)) {
                    put(&d_y[first..first + length], d_x, add);
                }
            }
            first += length;
        }
    }
}

/// Elements of an input that lie together in the output: those of the joined axis and all after it.
fn piece<T: Float>(concat: &Concat, pass: &Pass<'_, T>, number: usize) -> usize {
    let shape = pass.input_shape(number);
    let axis = concat.axis_of(shape.rank()).expect("the rule has checked the axis");
    shape.extents()[axis..].iter().product()
}

/// Elements of the output from one set of pieces to the next.
fn stride<T: Float>(concat: &Concat, pass: &Pass<'_, T>) -> usize {
    (0..pass.inputs()).map(|number| piece(concat, pass, number)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients_along_every_axis() {
        Trial::new(Concat { axis: -1 }, &[&[2, 3, 1], &[2, 3, 4], &[2, 3, 2]]).check();
        Trial::new(Concat { axis: 1 }, &[&[2, 3, 2], &[2, 1, 2]]).check();
        Trial::new(Concat { axis: 0 }, &[&[2, 3], &[1, 3]]).check();
        Trial::new(Concat { axis: -1 }, &[&[3], &[2]]).with_inputs(&[0, 1, 0]).check();
    }

    #[test]
    fn output_by_hand() {
        let inputs = [vec![1.0, 2.0, 3.0, 4.0], vec![5.0, 6.0]];
        let trial = Trial::new(Concat { axis: -1 }, &[&[2], &[1]]);
        assert_eq!(trial.forward(&inputs, &[], 2, false), [1.0, 2.0, 5.0, 3.0, 4.0, 6.0]);
        let trial = Trial::new(Concat { axis: 0 }, &[&[2, 2], &[1, 2]]);
        assert_eq!(trial.forward(&inputs, &[], 1, false), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
}
