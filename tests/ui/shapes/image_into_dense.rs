//! An image goes into a layer for features.

use monograd::prelude::*;

network!({
    struct Net;

    const CLASSES: usize = 10;

    let image = Input(28, 28, 1);
    relu();
    Dense(CLASSES);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() -> Result<(), Error> {
    let x = monograd::ndarray::Array4::<f32>::zeros((4, 28, 28, 1));
    let y = monograd::ndarray::Array1::<u8>::zeros(4);
    let data = Dataset::new(&x, &y)?;
    let mut net = Net::new(1);
    net.fit(&data, Fit::default().epochs(2))?;
    println!("{:?}", net.evaluate(&data)?.get("accuracy"));
    let scores: [f32; Net::CLASSES] = net.predict_one(&[0.0; 784]);
    println!("{} {}", scores[9], Net::SUMMARY);
    Ok(())
}
