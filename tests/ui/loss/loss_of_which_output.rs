//! Two outputs and a loss that names none of them.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    let h = x.Dense(8, activation = relu);
    let rating = h.Dense(1);
    let finished = h.Dense(1);

    output = (rating, finished);
    loss = mse;
    optimizer = Adam();
});

fn main() -> Result<(), Error> {
    let x = monograd::ndarray::Array2::<f32>::zeros((4, 4));
    let y = monograd::ndarray::Array2::<f32>::zeros((4, 1));
    let data = Dataset::new(&x, (&y, &y))?;
    let mut net = Net::new(1);
    net.fit(&data, Fit::default().epochs(2))?;
    let (rating, finished) = net.predict(&x)?;
    println!("{:?} {:?}", rating.shape(), finished.shape());
    let (rating, [finished]) = net.predict_one(&[0.0; 4]);
    println!("{} {finished}", rating[0]);
    Ok(())
}
