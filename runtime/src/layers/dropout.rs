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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::check::Trial;

    #[test]
    fn gradients() {
        for rate in [0.0, 0.3, 0.9] {
            Trial::new(Dropout { rate }, &[&[3, 3]]).check();
        }
    }

    #[test]
    fn zeros_have_their_share_and_the_mean_stays() {
        let (rows, elements) = (10, 1_001);
        let output =
            Trial::new(Dropout { rate: 0.25 }, &[&[elements]]).forward(&[vec![3.0; rows * elements]], &[], rows, true);
        let zeros = output.iter().filter(|&&y| y == 0.0).count() as f64 / output.len() as f64;
        // Four standard deviations of a share among 10,010 elements.
        assert!((zeros - 0.25).abs() < 0.018, "{zeros}");
        assert!(output.iter().all(|&y| y == 0.0 || y == 4.0));
        assert_ne!(output[..elements], output[elements..2 * elements]);
    }

    #[test]
    fn a_samples_mask_depends_neither_on_the_batch_nor_on_the_threads() {
        let mask = Mask { random: Random::new(1, 2, 3), rate: 0.5, elements: 4_099 };
        let from = vec![1f32; 7 * mask.elements];
        let results = [1, 2, 3, 7].map(|count| {
            let mut to = vec![0.0; from.len()];
            mask.apply(7, &from, &mut to, false, &Threads::new(count));
            to
        });
        assert!(results.iter().all(|result| result == &results[0]));
        let mut first = vec![0.0; mask.elements];
        mask.apply(1, &from[..mask.elements], &mut first, false, &Threads::default());
        assert_eq!(first, results[0][..mask.elements]);
    }
}
