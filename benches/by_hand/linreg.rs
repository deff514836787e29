//! 2 inputs, 3 hidden features with relu, 1 output; mean squared error and gradient descent.

use super::{ByHand, multiply_add, rows};

const HIDDEN: usize = 3;
const RATE: f32 = 0.01;

/// Everything lies in one place, small enough for registers.
#[derive(Clone, Copy, Default)]
struct Parameters {
    weight_1: [[f32; HIDDEN]; 2],
    bias_1: [f32; HIDDEN],
    weight_2: [f32; HIDDEN],
    bias_2: f32,
}

pub(crate) struct Linreg {
    parameters: Parameters,
}

impl Parameters {
    #[inline(always)]
    fn hidden(&self, x: &[f32; 2]) -> [f32; HIDDEN] {
        std::array::from_fn(|i| {
            let sum = multiply_add(x[0], self.weight_1[0][i], self.bias_1[i]);
            multiply_add(x[1], self.weight_1[1][i], sum).max(0.0)
        })
    }

    #[inline(always)]
    fn output(&self, hidden: &[f32; HIDDEN]) -> f32 {
        (0..HIDDEN).fold(self.bias_2, |sum, i| multiply_add(hidden[i], self.weight_2[i], sum))
    }
}

impl ByHand<2, 1> for Linreg {
    fn new(parameters: &[&[f32]]) -> Self {
        let [weight_1, bias_1, weight_2, bias_2] = parameters else { panic!("four parameters") };
        let take = |values: &[f32]| values.try_into().expect("three values");
        let parameters =
            Parameters { weight_1: rows(weight_1), bias_1: take(bias_1), weight_2: take(weight_2), bias_2: bias_2[0] };
        Self { parameters }
    }

    fn predict(&self, x: &[f32; 2]) -> [f32; 1] {
        [self.parameters.output(&self.parameters.hidden(x))]
    }

    fn step(&mut self, x: &[[f32; 2]], y: &[[f32; 1]]) -> f32 {
        let mut parameters = self.parameters;
        let mut gradient = Parameters::default();
        let mut loss = 0.0;
        let count = x.len() as f32;
        for (x, &[y]) in x.iter().zip(y) {
            let hidden = parameters.hidden(x);
            let error = parameters.output(&hidden) - y;
            loss += error * error;
            let d_output = 2.0 / count * error;
            gradient.bias_2 += d_output;
            for (i, hidden) in hidden.into_iter().enumerate() {
                gradient.weight_2[i] = multiply_add(hidden, d_output, gradient.weight_2[i]);
                let d_hidden = if hidden > 0.0 { d_output * parameters.weight_2[i] } else { 0.0 };
                gradient.bias_1[i] += d_hidden;
                gradient.weight_1[0][i] = multiply_add(x[0], d_hidden, gradient.weight_1[0][i]);
                gradient.weight_1[1][i] = multiply_add(x[1], d_hidden, gradient.weight_1[1][i]);
            }
        }
        for i in 0..HIDDEN {
            parameters.weight_1[0][i] -= RATE * gradient.weight_1[0][i];
            parameters.weight_1[1][i] -= RATE * gradient.weight_1[1][i];
            parameters.bias_1[i] -= RATE * gradient.bias_1[i];
            parameters.weight_2[i] -= RATE * gradient.weight_2[i];
        }
        parameters.bias_2 -= RATE * gradient.bias_2;
        self.parameters = parameters;
        loss / count
    }
}
