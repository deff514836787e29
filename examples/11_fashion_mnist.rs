//! Articles of clothing, 28 × 28 pixels, from the files that Fashion-MNIST comes in.
//!
//! `cargo run --release --example fashion_mnist -- --data FOLDER`, where the folder has the four files of
//! <https://github.com/zalandoresearch/fashion-mnist> (31 MB, MIT, not part of this repository). Another seed:
//! `… -- --data FOLDER 2`; predict by the file that an earlier run has saved: `… -- --data FOLDER --load`

use std::path::Path;

use monograd::prelude::*;
use ndarray::{Array1, Array3, s};

network!({
    /// 28 × 28 pixels → 10 kinds of clothing.
    pub struct Fashion;

    const CLASSES: usize = 10;

    let image = Input(28, 28);
    Flatten();
    Dense(256, activation = relu);
    Dropout(0.2);
    Dense(128, activation = relu);
    Dense(CLASSES);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 1e-3);
    metrics = [accuracy];
});

const NAMES: [&str; Fashion::CLASSES] =
    ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

/// The images and labels of one part, `train` or `t10k`. Pixels stay bytes, from 0 to 255.
fn read(folder: &str, part: &str) -> Result<(Array3<u8>, Array1<u8>), Error> {
    let folder = Path::new(folder);
    let images = files::read_idx(folder.join(format!("{part}-images-idx3-ubyte.gz")))?;
    let labels = files::read_idx(folder.join(format!("{part}-labels-idx1-ubyte.gz")))?;
    Ok((images, labels))
}

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--data");
    let Some(folder) = arguments.nth(1) else {
        println!("`-- --data FOLDER` trains on Fashion-MNIST, from https://github.com/zalandoresearch/fashion-mnist");
        return Ok(());
    };
    let file = std::env::temp_dir().join("monograd-fashion-mnist.safetensors");
    let (images, labels) = read(&folder, "t10k")?;
    // Bytes become numbers from 0 to 1 on their way into the network.
    let test = Dataset::new(Scaled::pixels(&images), &labels)?;
    let last = std::env::args().next_back().unwrap_or_default();
    if last != "--load" {
        let (images, labels) = read(&folder, "train")?;
        let train = Dataset::new(Scaled::pixels(&images), &labels)?;
        let seed = last.parse().unwrap_or(1);
        println!("{}\n", Fashion::SUMMARY);
        let mut model = Fashion::new(seed);
        model.fit(&train, Fit::default().epochs(10).batch_size(128).seed(seed).progress(Progress::Lines))?;
        model.save(&file)?;
    }

    let model = Fashion::load(&file)?;
    println!("\n{} images that it has not seen: {}", test.len(), model.evaluate(&test)?);
    let shown = images.slice(s![..images.dim().0.min(5), .., ..]);
    let probabilities = model.predict(Scaled::pixels(&shown))?;
    for (probabilities, &label) in probabilities.outer_iter().zip(&labels) {
        let kind = (0..Fashion::CLASSES).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b])).unwrap_or(0);
        println!("{} with probability {:.3}; it is: {}", NAMES[kind], probabilities[kind], NAMES[usize::from(label)]);
    }
    Ok(())
}
