//! Predictions of several samples at a time: `cargo bench --bench predictions -- [--threads N] [SAMPLES …]` prints a JSON line for
//! each number of samples. `benches/predictions.py` predicts the same with ONNX Runtime, and compares.
//!
//! A number is of the median of nine turns of some calls of `predict`, after one turn that is not counted.

mod mlp;

use std::hint::black_box;
use std::time::Instant;

use monograd::prelude::*;
use ndarray::Array2;

use mlp::Mlp;

const TURNS: usize = 9;
/// Samples of a turn, about.
const SAMPLES: usize = 2000;
const INPUTS: usize = 784;

fn main() -> Result<(), Error> {
    let (mut numbers, mut threads) = (Vec::new(), 1);
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let number = |word: &str| word.parse().unwrap_or_else(|_| panic!("found `{word}`, expected a number"));
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" => threads = number(&words.next().unwrap_or_default()),
            samples => numbers.push(number(samples)),
        }
    }
    if numbers.is_empty() {
        numbers.extend([1, 2, 4, 8, 16, 32, 64, 128, 256, 1024]);
    }
    assert!(!numbers.contains(&0), "found 0 samples, expected at least 1");
    let mut network = Mlp::new(1);
    network.set_threads(threads)?;
    for samples in numbers {
        let x = Array2::from_shape_fn((samples, INPUTS), |(row, column)| ((row * 7 + column * 3) % 11) as f32 * 0.1);
        let calls = (SAMPLES / samples).max(1);
        let mut microseconds = Vec::new();
        for turn in 0..=TURNS {
            let start = Instant::now();
            for _ in 0..calls {
                black_box(network.predict(black_box(&x))?);
            }
            if turn > 0 {
                microseconds.push(start.elapsed().as_secs_f64() * 1e6 / calls as f64);
            }
        }
        microseconds.sort_by(f64::total_cmp);
        let call = microseconds[TURNS / 2];
        println!(r#"{{"samples": {samples}, "threads": {threads}, "microseconds": {call:.1}}}"#);
    }
    Ok(())
}
