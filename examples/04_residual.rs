//! A residual network: a block with a skip connection, repeated by a `for`.
//!
//! `cargo run --release --example residual`

use monograd::prelude::*;
use ndarray::{Array1, Array2};

network!({
    /// Which arm of a double spiral a point lies on.
    pub struct Spirals;

    const WIDTH: usize = 32;
    const BLOCKS: usize = 4;

    /// `x + f(x)`: gradients reach the first layer through the sum.
    fn Residual(x: Tensor, width: usize) -> Tensor {
        let f = x.Dense(width, activation = silu).Dense(width, init = zeros);
        x + f
    }

    let point = Input(2);
    Dense(WIDTH, activation = silu);
    for _ in 0..BLOCKS {
        Residual(WIDTH);
    }
    Dense(2);

    loss = cross_entropy;
    optimizer = AdamW(learning_rate = 5e-3, weight_decay = 1e-3);
    metrics = [accuracy];
});

/// Two spirals of three half turns each, one row a point, the second arm turned by half a turn.
fn spirals(points: usize) -> (Array2<f32>, Array1<u32>) {
    let arm = |row: usize| row % 2;
    let position = |row: usize| {
        let radius = 0.1 + 0.9 * row as f32 / points as f32;
        let angle = radius * 3.0 * std::f32::consts::PI + arm(row) as f32 * std::f32::consts::PI;
        [radius * angle.cos(), radius * angle.sin()]
    };
    let x = Array2::from_shape_fn((points, 2), |(row, column)| position(row)[column]);
    (x, (0..points).map(|row| arm(row) as u32).collect())
}

fn main() -> Result<(), Error> {
    let (x, y) = spirals(600);
    let data = Dataset::new(&x, &y)?;
    println!("{}\n", Spirals::SUMMARY);
    let mut model = Spirals::new(3);
    let history = model.fit(&data, Fit::default().epochs(120).batch_size(32).progress(Progress::Off))?;
    println!("{} epochs: {}", history.epochs().len(), model.evaluate(&data)?);

    // The plane as the network sees it.
    for y in (-10..=10).rev() {
        let line: String = (-20..=20)
            .map(|x| {
                let [first, _] = model.predict_one(&[x as f32 / 20.0, y as f32 / 10.0]);
                if first > 0.5 { '#' } else { '.' }
            })
            .collect();
        println!("{line}");
    }
    Ok(())
}
