//! Training of networks of many widths, depths and batches: `cargo bench --bench networks -- [--threads N] [NAME …]` prints a
//! JSON line for each. `benches/networks.py` trains the same with other frameworks, and compares.
//!
//! A number is of the median epoch of 1.5 seconds, after one that is not counted: shuffle, gather, forward, loss, backward, update.

use std::time::Instant;

use monograd::prelude::*;
use ndarray::{Array1, Array2};

const SECONDS: f64 = 1.5;
const LEAST_EPOCHS: usize = 3;

macro_rules! networks {
    ($(
        $name:ident: $inputs:literal [$($hidden:literal)*] $outputs:literal,
        $function:ident, $loss:ident of $targets:ident, $optimizer:ident($rate:literal), $samples:literal by $batch:literal;
    )*) => {
        $(
            mod $name {
                monograd::network!({
                    pub(crate) struct Network;

                    let x = Input($inputs);
                    $( Dense($hidden, activation = $function); )*
                    Dense($outputs);

                    loss = $loss;
                    optimizer = $optimizer(learning_rate = $rate);
                });
            }
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Trains those that are asked for, or all.
        fn train(names: &[String], threads: usize) -> Result<(), Error> {
            $(
                let name = stringify!($name);
                if names.is_empty() || names.iter().any(|asked| asked == name) {
                    let (x, y) = (inputs($samples, $inputs), $targets($samples, $outputs));
                    let (data, mut network) = (Dataset::new(&x, &y)?, $name::Network::new(1));
                    let settings =
                        || Fit::default().epochs(1).batch_size($batch).threads(threads).progress(Progress::Off);
                    measure(name, $samples, threads, || network.fit(&data, settings()))?;
                }
            )*
            Ok(())
        }
    };
}

networks! {
    table_13: 13 [64 64] 1, relu, mse of values, Adam(0.001), 4096 by 32;
    binary_30: 30 [16] 1, relu, binary_cross_entropy of values, Adam(0.001), 4096 by 16;
    flowers_4: 4 [32 32] 3, tanh, cross_entropy of classes, Sgd(0.01), 4096 by 16;
    table_50: 50 [200 100] 2, relu, cross_entropy of classes, Adam(0.001), 10000 by 100;
    sigmoid_100: 100 [300] 1, sigmoid, mse of values, Adam(0.001), 10000 by 50;
    tanh_20: 20 [2048] 1, tanh, mse of values, Adam(0.001), 6400 by 128;
    encoder_64: 64 [32 16 32] 64, relu, mse of values, Adam(0.001), 12800 by 128;
    deep_100: 100 [100 100 100 100 100 100 100] 10, relu, cross_entropy of classes, Adam(0.001), 6400 by 64;
    digits_784: 784 [128] 10, relu, cross_entropy of classes, Adam(0.001), 12800 by 64;
    wide_256: 256 [1024 1024] 10, gelu, cross_entropy of classes, Adam(0.001), 5120 by 256;
    mlp_by_8: 784 [512 256] 10, relu, cross_entropy of classes, Adam(0.001), 1600 by 8;
    mlp_by_1024: 784 [512 256] 10, relu, cross_entropy of classes, Sgd(0.01), 20480 by 1024;
}

fn main() -> Result<(), Error> {
    let (mut names, mut threads) = (Vec::new(), 1);
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" => {
                let count = words.next().unwrap_or_default();
                threads = count.parse().unwrap_or_else(|_| panic!("found `{count}` threads, expected a number"));
            }
            name if NAMES.contains(&name) => names.push(word),
            _ => panic!("found `{word}`, expected `--threads N` or one of {NAMES:?}"),
        }
    }
    train(&names, threads)
}

fn measure(
    name: &str,
    samples: usize,
    threads: usize,
    mut epoch: impl FnMut() -> Result<History, Error>,
) -> Result<(), Error> {
    epoch()?;
    let (began, mut seconds, mut loss) = (Instant::now(), Vec::new(), 0.0);
    while seconds.len() < LEAST_EPOCHS || began.elapsed().as_secs_f64() < SECONDS {
        let start = Instant::now();
        loss = epoch()?.last().map_or(f64::NAN, |epoch| epoch.loss);
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let speed = samples as f64 / seconds[seconds.len() / 2];
    println!(r#"{{"network": "{name}", "threads": {threads}, "samples_per_second": {speed:.0}, "loss": {loss}}}"#);
    Ok(())
}

fn inputs(samples: usize, width: usize) -> Array2<f32> {
    Array2::from_shape_fn((samples, width), |(sample, number)| ((sample * width + number) as f32 * 0.7371).sin())
}

fn values(samples: usize, width: usize) -> Array2<f32> {
    Array2::from_shape_fn((samples, width), |(sample, number)| f32::from((sample * 31 + number * 17) % 97 > 48))
}

fn classes(samples: usize, count: usize) -> Array1<u32> {
    Array1::from_shape_fn(samples, |sample| (sample * 7919 % count) as u32)
}
