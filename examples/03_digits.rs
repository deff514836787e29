//! Handwritten digits: train, measure on digits never seen, save, load, predict.
//!
//! `cargo run --release --example digits`; another seed: `cargo run --release --example digits -- 2`

use monograd::prelude::*;
use ndarray::{Array1, Array3};

network!({
    /// 8 × 8 pixels → 10 digits.
    pub struct Digits;

    const CLASSES: usize = 10;

    let image = Input(8, 8);
    Flatten();
    Dense(256, activation = relu);
    Dropout(0.4);
    Dense(128, activation = relu);
    Dropout(0.2);
    Dense(CLASSES);

    loss = cross_entropy(label_smoothing = 0.05);
    optimizer = AdamW(learning_rate = 1e-3, weight_decay = 0.01);
    metrics = [accuracy];
});

static IMAGES: &[u8] = include_bytes!("data/digits-images.idx3-ubyte");
static LABELS: &[u8] = include_bytes!("data/digits-labels.idx1-ubyte");

fn digits() -> Result<(Array3<f32>, Array1<u8>), Error> {
    let images: Array3<f32> = files::decode_idx(IMAGES)?;
    Ok((images / 16.0, files::decode_idx(LABELS)?))
}

fn main() -> Result<(), Error> {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (x, y) = digits()?;
    let (train, test) = Dataset::new(&x, &y)?.split(0.25, seed)?;

    let mut model = Digits::new(seed);
    println!("{}\n", Digits::SUMMARY);
    model.fit(&train, Fit::default().epochs(60).batch_size(32).seed(seed))?;
    println!("\n{} digits that it has not seen: {}", test.len(), model.evaluate(&test)?);

    let file = std::env::temp_dir().join(format!("monograd-digits-{}.safetensors", std::process::id()));
    model.save(&file)?;
    let loaded = Digits::load(&file)?;
    std::fs::remove_file(&file).ok();

    let shown = test.take(5)?;
    let probabilities = loaded.predict(&shown)?;
    assert_eq!(probabilities, model.predict(&shown)?, "a loaded network predicts the same bits");
    let images = shown.inputs().array(0).expect("the network has one input");
    for (image, probabilities) in images.outer_iter().zip(probabilities.outer_iter()) {
        let digit = (0..Digits::CLASSES).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b])).unwrap_or(0);
        println!("\npredicted {digit} with probability {:.3}", probabilities[digit]);
        print_image(image.iter().copied().collect());
    }
    Ok(())
}

/// Dark pixels as dense characters, each twice as wide since characters are tall.
fn print_image(image: Vec<f32>) {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    for line in image.chunks(8) {
        let line: String = line.iter().flat_map(|&pixel| [SHADES[(pixel * 4.0).round() as usize]; 2]).collect();
        println!("  {}", line.trim_end());
    }
}
