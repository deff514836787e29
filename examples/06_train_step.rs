//! A training loop of one's own: `train_step` does one forward pass, one backward pass and one update.
//!
//! `cargo run --release --example train_step`

use monograd::prelude::*;
use ndarray::{Array2, Axis};

network!({
    /// A sine wave.
    pub struct Wave;

    let x = Input(1);
    Dense(32, activation = tanh);
    Dense(32, activation = tanh);
    Dense(1);

    loss = huber(delta = 0.5);
    optimizer = Adam(learning_rate = 2e-3);
});

fn main() -> Result<(), Error> {
    // Neighbouring rows lie far apart, so that each batch sees the whole wave.
    let x = Array2::from_shape_fn((512, 1), |(row, _)| (row * 197 % 512) as f32 / 256.0 - 1.0);
    let y = x.mapv(|x| (4.0 * x).sin());

    let mut model = Wave::new(11);
    let mut average = 1.0;
    for epoch in 1..=400 {
        for (x, y) in x.axis_chunks_iter(Axis(0), 64).zip(y.axis_chunks_iter(Axis(0), 64)) {
            average = 0.99 * average + 0.01 * model.train_step(x, y)?;
        }
        if epoch % 50 == 0 {
            println!("epoch {epoch:3}: mean loss of the last hundred steps {average:.5}");
        }
    }

    for (path, shape, values) in model.parameters() {
        let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        println!("{path:16} {shape:?} norm {norm:.3}");
    }
    println!("sin(2.0) = {:.4}, predicted {:.4}", 2f32.sin(), model.predict_one(&[0.5])[0]);
    Ok(())
}
