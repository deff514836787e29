//! Exclusive or: what no single layer can learn. The data has 4 rows, so each step sees all of them.
//!
//! `cargo run --release --example xor`

use monograd::prelude::*;
use ndarray::array;

network!({
    /// One if exactly one of two inputs is one.
    pub struct Xor;

    let x = Input(2);
    Dense(8, activation = tanh);
    Dense(1);

    loss = binary_cross_entropy;
    optimizer = Adam(learning_rate = 0.05);
    metrics = [accuracy];
});

fn main() -> Result<(), Error> {
    let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let y = array![[0.0], [1.0], [1.0], [0.0]];

    let mut model = Xor::new(7);
    println!("{}", Xor::SUMMARY);
    let fit = Fit::default().epochs(1000).batch_size(4).until_loss(0.01).progress(Progress::Off);
    let history = model.fit(&Dataset::new(&x, &y)?, fit)?;
    println!("{} epochs, ended by {:?}", history.epochs().len(), history.ended());
    println!("{}", model.evaluate(&Dataset::new(&x, &y)?)?);
    for row in x.rows() {
        let [probability] = model.predict_one(&[row[0], row[1]]);
        println!("{} xor {} = {probability:.3}", row[0], row[1]);
    }
    Ok(())
}
