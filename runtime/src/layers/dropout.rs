//! Zeros at random while training.

use monograd_schema::layers::Dropout;

use super::Arithmetic;
use crate::float::Float;
use crate::kernels::{Rows, Threads};
use crate::layer::Pass;
use crate::random::Random;

/// About what one element of a mask costs, in multiply-adds.
const COST: usize = 8;

impl Arithmetic for Dropout {
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let (input, output) = (pass.input(0), pass.output());
        let mask = Mask { random: pass.random(), rate: self.rate, elements: pass.output_shape().elements() };
        let rows = pass.rows;
        let ([y], rest) = pass.tensors.write([output]);
        mask.apply(rows, rest.read(input), y, false, pass.threads);
    }

    /// Reads nothing: the mask is drawn again.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>) {
        let Some((d_input, add)) = pass.d_input(0) else { return };
        let d_output = pass.d_output();
        let mask = Mask { random: pass.random(), rate: self.rate, elements: pass.output_shape().elements() };
        let rows = pass.rows;
        let ([d_x], rest) = pass.tensors.write([d_input]);
        mask.apply(rows, rest.read(d_output), d_x, add, pass.threads);
    }
}

/// Which elements of each sample become 0 in this step.
struct Mask {
    random: Random,
    rate: f64,
    elements: usize,
}

impl Mask {
    /// Writes or adds the elements that stay, times `1 / (1 - rate)`, and 0 for the others.
    fn apply<T: Float>(&self, rows: usize, from: &[T], to: &mut [T], add: bool, threads: &Threads) {
        let scale = T::from_f64(1.0 / (1.0 - self.rate));
        let threshold = (self.rate * (1u64 << 32) as f64) as u32;
        let data = (0..rows, Rows::new(from, self.elements), Rows::new(to, self.elements));
        threads.split(rows, self.elements * COST, data, |(samples, from, to)| {
            let from = from.values.chunks_exact(self.elements);
            for ((sample, from), to) in samples.zip(from).zip(to.values.chunks_exact_mut(self.elements)) {
                for (block, (from, to)) in from.chunks(4).zip(to.chunks_mut(4)).enumerate() {
                    let words = self.random.block(sample as u32, block as u32);
                    for ((&from, to), word) in from.iter().zip(to).zip(words) {
                        let kept = if word >= threshold { from * scale } else { T::ZERO };
                        *to = if add { *to + kept } else { kept };
                    }
                }
            }
        });
    }
}
