//! Two inputs, two outputs, a weighted sum of losses: will this user like this film, and will they finish it?
//!
//! `cargo run --release --example two_inputs`

use monograd::prelude::*;
use ndarray::Array2;

network!({
    /// How a user rates a film, and whether they see it to its end.
    pub struct Recommender;

    const WIDTH: usize = 16;

    fn Tower(x: Tensor) -> Tensor {
        Dense(32, activation = relu);
        Dense(WIDTH, activation = relu);
    }

    let user = Input(8);
    let film = Input(12);
    let u = user.Tower();
    let f = film.Tower();
    let h = concat(u, f, u * f).Dense(32, activation = relu);
    let rating = h.Dense(1);
    let finished = h.Dense(1);

    output = (rating, finished);
    loss = mse(rating) + 0.5 * binary_cross_entropy(finished);
    optimizer = Adam(learning_rate = 3e-3);
    metrics = [mae(rating), accuracy(finished)];
});

/// Tastes and genres as numbers from -1 to 1, without a pattern and the same on every machine.
fn features(rows: usize, columns: usize, salt: u64) -> Array2<f32> {
    let mix = |mut word: u64| {
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    };
    let number = |word: u64| (word >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
    Array2::from_shape_fn((rows, columns), |(row, column)| number(mix((salt << 48) + (row * columns + column) as u64)))
}

fn main() -> Result<(), Error> {
    let rows = 8000;
    let (user, film) = (features(rows, 8, 1), features(rows, 12, 2));
    // A user likes a film whose genres match their tastes, and finishes those they like.
    let rating = Array2::from_shape_fn((rows, 1), |(row, _)| (0..8).map(|i| user[[row, i]] * film[[row, i]]).sum());
    let finished = rating.mapv(|rating: f32| if rating > 0.0 { 1.0 } else { 0.0 });

    let data = Dataset::new((&user, &film), (&rating, &finished))?;
    let (train, test) = data.split(0.2, 5)?;
    println!("{}\n", Recommender::SUMMARY);
    let mut model = Recommender::new(5);
    model.fit(&train, Fit::default().epochs(30).batch_size(64).progress(Progress::Lines))?;
    println!("\ntest: {}", model.evaluate(&test)?);

    let (ratings, chances) = model.predict(&test.take(3)?)?;
    for row in 0..3 {
        println!("rating {:+.2}, finished with probability {:.2}", ratings[[row, 0]], chances[[row, 0]]);
    }
    Ok(())
}
