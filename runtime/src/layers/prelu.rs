//! A rectifier that learns its slope: `y = max(0, x) + slope · min(0, x)`.

use monograd_schema::layers::PRelu;

use super::Arithmetic;
use crate::float::Float;
use crate::layer::Pass;

impl Arithmetic for PRelu {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output, slope) = (pass.input(0), pass.output(), pass.parameters.get(0));
        let ([y], rest) = pass.tensors.write([output]);
        let rows = y.chunks_exact_mut(slope.len()).zip(rest.read(input).chunks_exact(slope.len()));
        for (y, x) in rows {
            for ((y, &x), &slope) in y.iter_mut().zip(x).zip(slope) {
                *y = if x < T::ZERO { slope * x } else { x };
            }
        }
    }

    /// Reads the input.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, d_output, d_input) = (pass.input(0), pass.d_output(), pass.d_input(0));
        let slope = pass.parameters.get(0);
        let (d_slope, add) = pass.gradients.get(0);
        if !add {
            d_slope.fill(T::ZERO);
        }
        let rows = pass.tensors.read(d_output).chunks_exact(slope.len());
        for (d_y, x) in rows.zip(pass.tensors.read(input).chunks_exact(slope.len())) {
            for ((d_slope, &d_y), &x) in d_slope.iter_mut().zip(d_y).zip(x) {
                *d_slope += if x < T::ZERO { d_y * x } else { T::ZERO };
            }
        }
        let Some((d_input, add)) = d_input else { return };
        let ([d_x], rest) = pass.tensors.write([d_input]);
        let rows = rest.read(d_output).chunks_exact(slope.len()).zip(rest.read(input).chunks_exact(slope.len()));
        for (d_x, (d_y, x)) in d_x.chunks_exact_mut(slope.len()).zip(rows) {
            for (((d_x, &d_y), &x), &slope) in d_x.iter_mut().zip(d_y).zip(x).zip(slope) {
                let gradient = if x < T::ZERO { slope * d_y } else { d_y };
                *d_x = if add { *d_x + gradient } else { gradient };
            }
        }
    }
}
