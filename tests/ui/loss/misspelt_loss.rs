//! A misspelt loss.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = cross_entrpy;
    optimizer = Adam();
});

fn main() -> Result<(), Error> {
    let x = monograd::ndarray::Array2::<f32>::zeros((4, 4));
    let y = monograd::ndarray::Array2::<f32>::zeros((4, 3));
    let data = Dataset::new(&x, &y)?;
    let mut net = Net::new(1);
    let history = net.fit(&data, Fit::default().epochs(2))?;
    println!("{:?} {:?}", history.last().map(|epoch| epoch.loss), net.evaluate(&data)?.loss);
    println!("{:?} {:?}", net.predict(&x)?.shape(), net.predict_raw(&x)?.shape());
    let first: f32 = net.predict_one(&[0.5; 4])[0];
    let [a, b, c] = net.predict_one(&[0.5; 4]);
    println!("{first} {} {}", a + b + c, net.train_step(&x, &y)?);
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
