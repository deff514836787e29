//! The loss has the softmax already.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);
    softmax();

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() -> Result<(), Error> {
    let x = monograd::ndarray::Array2::<f32>::zeros((4, 4));
    let mut net = Net::new(1);
    let y = monograd::ndarray::Array1::<u8>::zeros(4);
    println!("{}", net.train_step(&x, &y)?);
    let [a, b, c] = net.predict_one(&[0.0; 4]);
    println!("{}", a + b + c);
    Ok(())
}
