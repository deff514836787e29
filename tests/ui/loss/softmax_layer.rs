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
    println!("{}", net.train_step(&x, vec![0u8, 1, 2, 0])?);
    let [a, b, c] = net.predict_one(&[0.0; 4]);
    println!("{}", a + b + c);
    Ok(())
}
