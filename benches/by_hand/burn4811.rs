//! 6 inputs, 64 and 8 hidden features with relu, 4 outputs; mean squared error and Adam.

use super::{BATCH, ByHand, multiply_add, rows};

const RATE: f64 = 1e-3;
const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f32 = 1e-7;

/// Rows of eight sums that fill the registers: 16 of eight floats with AVX, 16 of four without.
const TILE: usize = if cfg!(target_feature = "avx") { 8 } else { 4 };

/// A fully connected layer, or its gradient, or one of Adam's means.
#[derive(Clone, Copy)]
struct Dense<const INPUTS: usize, const OUTPUTS: usize> {
    weight: [[f32; OUTPUTS]; INPUTS],
    bias: [f32; OUTPUTS],
}

impl<const INPUTS: usize, const OUTPUTS: usize> Dense<INPUTS, OUTPUTS> {
    const ZERO: Self = Self { weight: [[0.0; OUTPUTS]; INPUTS], bias: [0.0; OUTPUTS] };

    fn new(weight: &[f32], bias: &[f32]) -> Self {
        Self { weight: rows(weight), bias: bias.try_into().expect("a bias of this length") }
    }

    /// So many samples at a time that their sums fill the registers.
    #[inline(always)]
    fn forward<const ROWS: usize>(&self, x: &[[f32; INPUTS]], y: &mut [[f32; OUTPUTS]]) {
        let (tiles, rest) = x.as_chunks::<ROWS>();
        let (y_tiles, y_rest) = y.as_chunks_mut::<ROWS>();
        for (x, y) in tiles.iter().zip(y_tiles) {
            *y = self.tile(x);
        }
        for (x, y) in rest.iter().zip(y_rest) {
            [*y] = self.tile(&[*x]);
        }
    }

    #[inline(always)]
    fn tile<const ROWS: usize>(&self, x: &[[f32; INPUTS]; ROWS]) -> [[f32; OUTPUTS]; ROWS] {
        let mut sums = [self.bias; ROWS];
        for i in 0..INPUTS {
            for (sum, x) in sums.iter_mut().zip(x) {
                for (sum, weight) in sum.iter_mut().zip(&self.weight[i]) {
                    *sum = multiply_add(x[i], *weight, *sum);
                }
            }
        }
        sums
    }

    /// The gradient of the parameters, for so many rows of the weight at a time.
    #[inline(always)]
    fn gradient<const ROWS: usize>(&mut self, x: &[[f32; INPUTS]], d_y: &[[f32; OUTPUTS]]) {
        const { assert!(INPUTS.is_multiple_of(ROWS)) };
        self.bias = [0.0; OUTPUTS];
        for d_y in d_y {
            for (sum, d_y) in self.bias.iter_mut().zip(d_y) {
                *sum += d_y;
            }
        }
        for (tile, weight) in self.weight.as_chunks_mut::<ROWS>().0.iter_mut().enumerate() {
            let mut sums = [[0.0; OUTPUTS]; ROWS];
            for (x, d_y) in x.iter().zip(d_y) {
                let x = &x.as_chunks::<ROWS>().0[tile];
                for (sum, x) in sums.iter_mut().zip(x) {
                    for (sum, d_y) in sum.iter_mut().zip(d_y) {
                        *sum = multiply_add(*x, *d_y, *sum);
                    }
                }
            }
            *weight = sums;
        }
    }

    /// The gradient of the input, where the input, a relu's output, is above 0.
    #[inline(always)]
    fn backward<const ROWS: usize>(&self, x: &[[f32; INPUTS]], d_y: &[[f32; OUTPUTS]], d_x: &mut [[f32; INPUTS]]) {
        let mut transposed = Dense::<OUTPUTS, INPUTS>::ZERO;
        for (i, weight) in self.weight.iter().enumerate() {
            for (row, weight) in transposed.weight.iter_mut().zip(weight) {
                row[i] = *weight;
            }
        }
        transposed.forward::<ROWS>(d_y, d_x);
        for (d_x, x) in d_x.as_flattened_mut().iter_mut().zip(x.as_flattened()) {
            *d_x = if *x > 0.0 { *d_x } else { 0.0 };
        }
    }

    #[inline(always)]
    fn adam(&mut self, gradient: &Self, mean: &mut Self, mean_square: &mut Self, rate: f32) {
        let weights = self.weight.as_flattened_mut();
        let gradients = gradient.weight.as_flattened();
        adam(weights, gradients, mean.weight.as_flattened_mut(), mean_square.weight.as_flattened_mut(), rate);
        adam(&mut self.bias, &gradient.bias, &mut mean.bias, &mut mean_square.bias, rate);
    }
}

#[inline(always)]
fn adam(parameters: &mut [f32], gradients: &[f32], means: &mut [f32], mean_squares: &mut [f32], rate: f32) {
    for (((w, &g), m), v) in parameters.iter_mut().zip(gradients).zip(means).zip(mean_squares) {
        *m = BETA_1 as f32 * *m + (1.0 - BETA_1) as f32 * g;
        *v = BETA_2 as f32 * *v + (1.0 - BETA_2) as f32 * g * g;
        *w -= rate * *m / (v.sqrt() + EPSILON);
    }
}

#[inline(always)]
fn relu(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

#[derive(Clone, Copy)]
struct Layers {
    first: Dense<6, 64>,
    second: Dense<64, 8>,
    third: Dense<8, 4>,
}

impl Layers {
    const ZERO: Self = Self { first: Dense::ZERO, second: Dense::ZERO, third: Dense::ZERO };
}

pub(crate) struct Burn4811 {
    layers: Layers,
    gradient: Layers,
    mean: Layers,
    mean_square: Layers,
    steps: i32,
}

impl ByHand<6, 4> for Burn4811 {
    fn new(parameters: &[&[f32]]) -> Self {
        let [weight_1, bias_1, weight_2, bias_2, weight_3, bias_3] = parameters else { panic!("six parameters") };
        let layers = Layers {
            first: Dense::new(weight_1, bias_1),
            second: Dense::new(weight_2, bias_2),
            third: Dense::new(weight_3, bias_3),
        };
        Self { layers, gradient: Layers::ZERO, mean: Layers::ZERO, mean_square: Layers::ZERO, steps: 0 }
    }

    fn predict(&self, x: &[f32; 6]) -> [f32; 4] {
        let Layers { first, second, third } = &self.layers;
        let [mut h_1] = first.tile(&[*x]);
        relu(&mut h_1);
        // Four sums for each output: one would wait for itself 64 times.
        let mut sums = [second.bias, [0.0; 8], [0.0; 8], [0.0; 8]];
        for (h, weight) in h_1.as_chunks::<4>().0.iter().zip(second.weight.as_chunks::<4>().0) {
            for ((sum, h), weight) in sums.iter_mut().zip(h).zip(weight) {
                for (sum, weight) in sum.iter_mut().zip(weight) {
                    *sum = multiply_add(*h, *weight, *sum);
                }
            }
        }
        let mut h_2 = std::array::from_fn(|i| (sums[0][i] + sums[1][i]) + (sums[2][i] + sums[3][i]));
        relu(&mut h_2);
        let [y] = third.tile(&[h_2]);
        y
    }

    fn step(&mut self, x: &[[f32; 6]], y: &[[f32; 4]]) -> f32 {
        let count = x.len();
        let Self { layers: Layers { first, second, third }, gradient, mean, mean_square, .. } = self;
        let (mut h_1, mut h_2, mut output) = ([[0.0; 64]; BATCH], [[0.0; 8]; BATCH], [[0.0; 4]; BATCH]);
        let (mut d_1, mut d_2) = ([[0.0; 64]; BATCH], [[0.0; 8]; BATCH]);
        let (h_1, h_2, output) = (&mut h_1[..count], &mut h_2[..count], &mut output[..count]);
        let (d_1, d_2) = (&mut d_1[..count], &mut d_2[..count]);

        first.forward::<1>(x, h_1);
        relu(h_1.as_flattened_mut());
        second.forward::<TILE>(h_1, h_2);
        relu(h_2.as_flattened_mut());
        third.forward::<TILE>(h_2, output);

        let mut loss = 0.0;
        let elements = (count * 4) as f32;
        for (output, y) in output.as_flattened_mut().iter_mut().zip(y.as_flattened()) {
            let error = *output - y;
            loss += error * error;
            *output = 2.0 / elements * error;
        }

        gradient.third.gradient::<TILE>(h_2, output);
        third.backward::<TILE>(h_2, output, d_2);
        gradient.second.gradient::<TILE>(h_1, d_2);
        second.backward::<1>(h_1, d_2, d_1);
        gradient.first.gradient::<1>(x, d_1);

        self.steps += 1;
        let rate = RATE * (1.0 - BETA_2.powi(self.steps)).sqrt() / (1.0 - BETA_1.powi(self.steps));
        first.adam(&gradient.first, &mut mean.first, &mut mean_square.first, rate as f32);
        second.adam(&gradient.second, &mut mean.second, &mut mean_square.second, rate as f32);
        third.adam(&gradient.third, &mut mean.third, &mut mean_square.third, rate as f32);
        loss / elements
    }
}
