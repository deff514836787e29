//! Networks as one would write them by hand in safe Rust: constant sizes, arrays, plain loops, no allocation.

mod burn4811;
mod linreg;

pub(crate) use burn4811::Burn4811;
pub(crate) use linreg::Linreg;

/// Samples of a batch.
pub(crate) const BATCH: usize = 32;

/// Samples of the data.
pub(crate) const SAMPLES: usize = 1000;

/// What a training loop and a measurement need of a network.
pub(crate) trait ByHand<const INPUTS: usize, const OUTPUTS: usize> {
    /// The network with these parameters, as [`monograd`] orders them.
    fn new(parameters: &[&[f32]]) -> Self;

    /// The prediction for one sample.
    fn predict(&self, x: &[f32; INPUTS]) -> [f32; OUTPUTS];

    /// Forward, loss, backward, update; the mean loss over the batch.
    fn step(&mut self, x: &[[f32; INPUTS]], y: &[[f32; OUTPUTS]]) -> f32;

    /// The work of `fit`: every epoch shuffles, and gathers each batch, the last one with what is left over. The mean loss
    /// of the last epoch.
    fn fit(
        &mut self,
        x: &[[f32; INPUTS]; SAMPLES],
        y: &[[f32; OUTPUTS]; SAMPLES],
        epochs: usize,
        random: &mut Random,
    ) -> f64 {
        let mut order: [usize; SAMPLES] = std::array::from_fn(|sample| sample);
        let (mut batch_x, mut batch_y) = ([[0.0; INPUTS]; BATCH], [[0.0; OUTPUTS]; BATCH]);
        let mut loss = 0.0;
        for _ in 0..epochs {
            random.shuffle(&mut order);
            let mut sum = 0.0;
            for batch in order.chunks(BATCH) {
                for ((&sample, batch_x), batch_y) in batch.iter().zip(&mut batch_x).zip(&mut batch_y) {
                    *batch_x = x[sample];
                    *batch_y = y[sample];
                }
                let rows = batch.len();
                sum += f64::from(self.step(&batch_x[..rows], &batch_y[..rows])) * rows as f64;
            }
            loss = sum / SAMPLES as f64;
        }
        loss
    }
}

/// A linear congruential generator (Knuth's MMIX), as the other frameworks' programs use.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * bound as u64) >> 32) as usize
    }

    /// Fisher and Yates' shuffle.
    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            order.swap(last, self.below(last + 1));
        }
    }
}

/// `a · b + c`, in one rounding where the program is compiled for a processor that has it.
#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(target_feature = "fma") { a.mul_add(b, c) } else { a * b + c }
}

/// Rows of weights from a slice.
fn rows<const COLUMNS: usize, const ROWS: usize>(values: &[f32]) -> [[f32; COLUMNS]; ROWS] {
    values.as_chunks().0.try_into().expect("a weight of this shape")
}
