//! What operators between a tensor and a constant become: `scale · x + shift`.

use monograd_schema::layers::ScaleShift;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::elementwise::put_each;
use crate::layer::Pass;

impl Arithmetic for ScaleShift {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output) = (pass.input(0), pass.output());
        let (scale, shift) = (T::from_f64(self.scale), T::from_f64(self.shift));
        let ([y], rest) = pass.tensors.write([output]);
        put_each(rest.read(input), y, false, |x| scale * x + shift);
    }

    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let d_output = pass.d_output();
        let Some((d_input, add)) = pass.d_input(0) else { return };
        let scale = T::from_f64(self.scale);
        let ([d_x], rest) = pass.tensors.write([d_input]);
        put_each(rest.read(d_output), d_x, add, |d_y| scale * d_y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients() {
        Trial::new(ScaleShift { scale: -2.5, shift: 1.0 }, &[&[2, 3]]).check();
    }

    #[test]
    fn output_by_hand() {
        let output =
            Trial::new(ScaleShift { scale: 2.0, shift: 1.0 }, &[&[2]]).forward(&[vec![3.0, -1.0]], &[], 1, true);
        assert_eq!(output, [7.0, -1.0]);
    }
}
