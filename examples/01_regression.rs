//! The smallest network: 2 inputs, 3 hidden units, 1 output.
//!
//! `cargo run --release --example regression`

use monograd::prelude::*;
use ndarray::{Array2, array};

network!({
    /// 2 → 3 → 1 regression.
    pub struct Regression;

    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.01);
});

fn main() -> Result<(), Error> {
    let x = Array2::from_shape_fn((1000, 2), |(row, column)| ((row * 37 + column * 91) % 100) as f32 / 50.0 - 1.0);
    let y = Array2::from_shape_fn((1000, 1), |(row, _)| 2.0 * x[[row, 0]] - 3.0 * x[[row, 1]] + 1.0);

    let mut model = Regression::new(1);
    let history = model.fit(&Dataset::new(&x, &y)?, Fit::default().epochs(100).batch_size(32))?;
    println!("loss {:.5} after {} epochs", history.loss().last().unwrap_or(&f64::NAN), history.epochs().len());
    println!("2 · 0.5 - 3 · 0.25 + 1 = 1.25, predicted {}", model.predict(&array![[0.5, 0.25]])?);
    Ok(())
}
