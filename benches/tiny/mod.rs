//! The two tiny networks that are measured against hand-written Rust and other frameworks, and their data.

use monograd::prelude::*;
use ndarray::Array2;

network!({
    /// A line through two inputs: 13 parameters.
    pub(crate) struct Linreg;

    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.01);
});

network!({
    /// The network of burn's issue 4811: 1,004 parameters. The issue predicts with it; loss and optimizer are ours.
    pub(crate) struct Burn4811;

    let x = Input(6);
    Dense(64, activation = relu);
    Dense(8, activation = relu);
    Dense(4);

    loss = mse;
    optimizer = Adam(learning_rate = 1e-3);
});

/// A 32-bit hash of a counter under a seed.
pub(crate) fn mix(index: u32, seed: u32) -> u32 {
    let mut word = index.wrapping_add(seed.wrapping_mul(0x9E37_79B9));
    word ^= word >> 16;
    word = word.wrapping_mul(0x7FEB_352D);
    word ^= word >> 15;
    word = word.wrapping_mul(0x846C_A68B);
    word ^ (word >> 16)
}

/// A number in `[0, 1)`.
pub(crate) fn uniform(index: usize, seed: u32) -> f32 {
    (mix(index as u32, seed) >> 8) as f32 / 16_777_216.0
}

/// 1,000 samples of `3 x₁ - 2 x₂ + 0.5`.
pub(crate) fn linreg_data() -> (Array2<f32>, Array2<f32>) {
    let x = Array2::from_shape_fn((1000, 2), |(row, column)| uniform(2 * row + column, 1) * 2.0 - 1.0);
    let y = Array2::from_shape_fn((1000, 1), |(row, _)| 3.0 * x[[row, 0]] - 2.0 * x[[row, 1]] + 0.5);
    (x, y)
}

/// 1,000 samples of `yⱼ = xⱼ · xⱼ₊₁ + xⱼ₊₂ / 2`.
pub(crate) fn burn4811_data() -> (Array2<f32>, Array2<f32>) {
    let x = Array2::from_shape_fn((1000, 6), |(row, column)| uniform(6 * row + column, 1) * 2.0 - 1.0);
    let y = Array2::from_shape_fn((1000, 4), |(row, j)| x[[row, j]] * x[[row, j + 1]] + 0.5 * x[[row, j + 2]]);
    (x, y)
}
