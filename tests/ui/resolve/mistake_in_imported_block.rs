//! A block of another crate is used with a size that it cannot have.

use monograd::prelude::*;

mod library {
    monograd::blocks!({
        /// One layer and a dropout.
        pub(crate) fn Story(x: Tensor, width: usize) -> Tensor {
            Dense(width, activation = relu);
            Dropout(0.5);
        }
    });
}

network!({
    struct Net;

    use library::Story;

    let x = Input(8);
    Story(0);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() -> Result<(), Error> {
    let x = monograd::ndarray::Array2::<f32>::zeros((4, 8));
    let y = monograd::ndarray::Array2::<f32>::zeros((4, 1));
    let data = Dataset::new(&x, &y)?;
    let mut net = Net::new(1);
    let history = net.fit(&data, Fit::default().epochs(2))?;
    println!("{:?} {:?}", history.last().map(|epoch| epoch.loss), net.evaluate(&data)?.loss);
    println!("{:?} {:?}", net.predict(&x)?.shape(), net.predict_raw(&x)?.shape());
    let first: f32 = net.predict_one(&[0.5; 8])[0];
    let [a] = net.predict_one(&[0.5; 8]);
    println!("{first} {} {}", a, net.train_step(&x, &y)?);
    for (path, shape, values) in net.parameters() {
        println!("{path} {shape:?} {}", values.len());
    }
    for (_, _, values) in net.parameters_mut() {
        values.fill(0.0);
    }
    net.save("net.safetensors")?;
    Net::load("net.safetensors")?.clone().save("net.safetensors")?;
    println!(
        "{} {} {} {} {}",
        Net::INPUT_SHAPE[0],
        Net::OUTPUT_SHAPE[0],
        8 / Net::PARAMETERS,
        Net::MULTIPLY_ADDS,
        Net::SUMMARY
    );
    Ok(())
}
