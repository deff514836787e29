//! Tiny networks against the same ones written by hand: `cargo bench --bench handwritten -- [--repeat R]`.
//!
//! Both sides do the same work with the same data from the same first values: `fit` over 100 epochs of 1,000 samples in
//! batches of 32, on one thread, and predictions of one sample. They run alternately, R pairs; each number is a median.
//! `RUSTFLAGS="-C target-cpu=native"` compiles both for this processor; ours finds its instructions at run time too.

mod by_hand;
mod tiny;

use std::hint::black_box;
use std::time::Instant;

use monograd::prelude::*;
use ndarray::Array2;

use by_hand::{ByHand, Random, SAMPLES};
use tiny::{Burn4811, Linreg, burn4811_data, linreg_data};

const EPOCHS: usize = 100;
const BATCHES_OF_CALLS: usize = 200;

/// One side's measurements: microseconds of an epoch, nanoseconds of a prediction, and the loss after training.
#[derive(Default)]
struct Side {
    fit: Vec<f64>,
    predict: Vec<f64>,
    loss: f64,
}

fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip_while(|word| word != "--repeat").skip(1);
    let repeat = words.next().and_then(|word| word.parse().ok()).unwrap_or(11);
    let (mut linreg, mut burn4811) = ([(); 2].map(|()| Side::default()), [(); 2].map(|()| Side::default()));
    for _ in 0..repeat {
        let (x, y) = linreg_data();
        let data = Dataset::new(&x, &y)?;
        let mut ours = Linreg::new(1);
        let mut theirs = by_hand::Linreg::new(&ours.parameters().map(|(_, _, values)| values).collect::<Vec<_>>());
        measure_by_hand(&mut linreg[1], &mut theirs, &x, &y);
        measure_fit(&mut linreg[0], || ours.fit(&data, settings()))?;
        measure_predict(&mut linreg[0], &x, |x| _ = black_box(ours.predict_one(black_box(x))));

        let (x, y) = burn4811_data();
        let data = Dataset::new(&x, &y)?;
        let mut ours = Burn4811::new(1);
        let mut theirs = by_hand::Burn4811::new(&ours.parameters().map(|(_, _, values)| values).collect::<Vec<_>>());
        measure_by_hand(&mut burn4811[1], &mut theirs, &x, &y);
        measure_fit(&mut burn4811[0], || ours.fit(&data, settings()))?;
        measure_predict(&mut burn4811[0], &x, |x| _ = black_box(ours.predict_one(black_box(x))));
    }
    println!("| network | | monograd | by hand | ratio of times |");
    println!("|---|---|---:|---:|---:|");
    report("linreg, 2-3-1", &linreg);
    report("burn4811, 6-64-8-4", &burn4811);
    Ok(())
}

fn settings() -> Fit<'static> {
    Fit::default().epochs(EPOCHS).batch_size(by_hand::BATCH).threads(1).progress(Progress::Off)
}

fn measure_fit(side: &mut Side, fit: impl FnOnce() -> Result<History, Error>) -> Result<(), Error> {
    let start = Instant::now();
    let history = fit()?;
    side.fit.push(start.elapsed().as_secs_f64() * 1e6 / EPOCHS as f64);
    side.loss = history.last().map_or(f64::NAN, |epoch| epoch.loss);
    Ok(())
}

fn measure_by_hand<const INPUTS: usize, const OUTPUTS: usize>(
    side: &mut Side,
    network: &mut impl ByHand<INPUTS, OUTPUTS>,
    x: &Array2<f32>,
    y: &Array2<f32>,
) {
    let (samples, targets) = (rows(x), rows(y));
    let start = Instant::now();
    side.loss = network.fit(black_box(samples), black_box(targets), EPOCHS, &mut Random(1));
    side.fit.push(start.elapsed().as_secs_f64() * 1e6 / EPOCHS as f64);
    measure_predict(side, x, |x| _ = black_box(network.predict(black_box(x))));
}

/// The nanoseconds of a call: the median of many batches of [`SAMPLES`] calls.
fn measure_predict<const INPUTS: usize>(side: &mut Side, x: &Array2<f32>, mut call: impl FnMut(&[f32; INPUTS])) {
    let samples = rows(x);
    let batch = |_| {
        let start = Instant::now();
        samples.iter().for_each(&mut call);
        start.elapsed().as_secs_f64() * 1e9 / SAMPLES as f64
    };
    side.predict.push(median(&(0..BATCHES_OF_CALLS).map(batch).collect::<Vec<_>>()));
}

fn rows<const COLUMNS: usize>(table: &Array2<f32>) -> &[[f32; COLUMNS]; SAMPLES] {
    let values = table.as_slice().expect("a table in standard order");
    values.as_chunks().0.try_into().expect("a table of so many rows")
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn report(name: &str, [ours, theirs]: &[Side; 2]) {
    let line = |what: &str, ours: f64, theirs: f64, unit: &str| {
        println!("| {name} | {what} | {ours:.1} {unit} | {theirs:.1} {unit} | {:.2} |", ours / theirs);
    };
    line("an epoch of `fit`", median(&ours.fit), median(&theirs.fit), "µs");
    line("a prediction", median(&ours.predict), median(&theirs.predict), "ns");
    println!("| {name} | loss at the end | {:.2e} | {:.2e} | |", ours.loss, theirs.loss);
    assert!(ours.loss.max(theirs.loss) < 0.02, "{name} learns: {} and {}", ours.loss, theirs.loss);
}
