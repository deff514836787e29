//! The workloads that other frameworks are measured by, through `network!` and `fit`, as a user would write them.
//!
//! `cargo bench --bench peers -- --workload NAME --threads N --repeat R [--budget SECONDS]`, where NAME is one of `linreg`,
//! `mlp`, `mlp_small_batch` and `infer_mlp_1`. One JSON line for each repeat. The data are made by the same formulas as the
//! peers', so they are bit-identical; each framework has its own first values and its own shuffle.

use std::time::Instant;

use monograd::prelude::*;
use ndarray::{Array1, Array2};

network!({
    struct Linreg;

    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.01);
});

network!({
    struct Mlp;

    let x = Input(784);
    Dense(512, activation = relu);
    Dense(256, activation = relu);
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 1e-3);
});

/// What the command line asks for.
struct Arguments {
    workload: String,
    threads: usize,
    repeat: usize,
    budget: f64,
}

impl Arguments {
    fn parse() -> Self {
        let mut arguments = Self { workload: "mlp".into(), threads: 1, repeat: 3, budget: 30.0 };
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(name) = words.next() {
            let value = words.next().unwrap_or_default();
            match name.as_str() {
                "--workload" => arguments.workload = value,
                "--threads" => arguments.threads = value.parse().unwrap_or(1),
                "--repeat" => arguments.repeat = value.parse().unwrap_or(3),
                "--budget" => arguments.budget = value.parse().unwrap_or(30.0),
                _ => eprintln!("unknown argument {name}"),
            }
        }
        arguments
    }

    fn report(&self, seconds: f64, samples: f64, loss: Option<f64>, warm_up: f64) {
        let (workload, threads, version) = (&self.workload, self.threads, env!("CARGO_PKG_VERSION"));
        let loss = loss.filter(|loss| loss.is_finite()).map_or("null".to_string(), |loss| loss.to_string());
        println!(
            "{{\"peer\": \"monograd\", \"version\": \"{version}\", \"workload\": \"{workload}\", \"threads\": {threads}, \
             \"seconds\": {seconds}, \"microseconds\": {}, \"samples_per_second\": {}, \"final_loss\": {loss}, \
             \"compile_seconds\": {warm_up}}}",
            seconds * 1e6,
            samples / seconds,
        );
    }
}

fn mix(index: u32, seed: u32) -> u32 {
    let mut word = index.wrapping_add(seed.wrapping_mul(0x9E37_79B9));
    word ^= word >> 16;
    word = word.wrapping_mul(0x7FEB_352D);
    word ^= word >> 15;
    word = word.wrapping_mul(0x846C_A68B);
    word ^ (word >> 16)
}

fn uniform(index: usize, seed: u32) -> f32 {
    (mix(index as u32, seed) >> 8) as f32 / 16_777_216.0
}

fn linreg_data() -> (Array2<f32>, Array2<f32>) {
    let x = Array2::from_shape_fn((1000, 2), |(row, column)| uniform(2 * row + column, 1) * 2.0 - 1.0);
    let y = Array2::from_shape_fn((1000, 1), |(row, _)| 3.0 * x[[row, 0]] - 2.0 * x[[row, 1]] + 0.5);
    (x, y)
}

fn image_data(rows: usize) -> (Array2<f32>, Array1<u32>) {
    let label = Array1::from_shape_fn(rows, |row| mix(row as u32, 2) % 10);
    let pixel = |(row, column): (usize, usize)| {
        (uniform(row * 784 + column, 1) + uniform(label[row] as usize * 784 + column, 3)) * 0.5
    };
    (Array2::from_shape_fn((rows, 784), pixel), label)
}

fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    match arguments.workload.as_str() {
        "linreg" => {
            let (x, y) = linreg_data();
            let mut model = Linreg::new(1);
            train(&arguments, &Dataset::new(&x, &y)?, 32, 100, |data, fit| model.fit(data, fit))
        }
        "mlp" | "mlp_small_batch" => {
            let (rows, batch) = if arguments.workload == "mlp" { (60_000, 128) } else { (10_000, 32) };
            let (x, y) = image_data(rows);
            let mut model = Mlp::new(1);
            train(&arguments, &Dataset::new(&x, &y)?, batch, 1, |data, fit| model.fit(data, fit))
        }
        "infer_mlp_1" => {
            let (x, _) = image_data(2000);
            infer(&arguments, &x);
            Ok(())
        }
        other => {
            println!("{{\"peer\": \"monograd\", \"workload\": \"{other}\", \"skipped\": \"no such layers yet\"}}");
            Ok(())
        }
    }
}

/// Times whole calls of `fit`: shuffle, gather, forward, loss, backward, update, with the last partial batch.
fn train(
    arguments: &Arguments,
    data: &Dataset<'_>,
    batch: usize,
    epochs: usize,
    mut fit: impl FnMut(&Dataset<'_>, Fit<'_>) -> Result<History, Error>,
) -> Result<(), Error> {
    let settings = || Fit::default().batch_size(batch).threads(arguments.threads).progress(Progress::Off);
    let start = Instant::now();
    fit(&data.take(data.len().min(20 * batch))?, settings())?;
    let warm_up = start.elapsed().as_secs_f64();
    let mut spent = 0.0;
    for _ in 0..arguments.repeat {
        let start = Instant::now();
        let history = fit(data, settings().epochs(epochs))?;
        let seconds = start.elapsed().as_secs_f64();
        let loss = history.last().map(|epoch| epoch.loss);
        arguments.report(seconds, (epochs * data.len()) as f64, loss, warm_up);
        spent += seconds;
        if spent > arguments.budget {
            break;
        }
    }
    Ok(())
}

/// The median time of a call for one sample.
fn infer(arguments: &Arguments, x: &Array2<f32>) {
    let model = Mlp::new(1);
    let call = |row: usize| {
        let sample: &[f32; 784] = x.row(row).to_slice().and_then(|row| row.try_into().ok()).expect("784 pixels");
        model.predict_one(std::hint::black_box(sample))
    };
    let start = Instant::now();
    for row in 0..200 {
        std::hint::black_box(call(row));
    }
    let warm_up = start.elapsed().as_secs_f64();
    for _ in 0..arguments.repeat {
        let mut times: Vec<f64> = (0..2000)
            .map(|row| {
                let start = Instant::now();
                std::hint::black_box(call(row));
                start.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        arguments.report(times[times.len() / 2], 1.0, None, warm_up);
    }
}
