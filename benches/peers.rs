//! The workloads that other frameworks are measured by, through `network!` and `fit`, as a user would write them.
//!
//! `cargo bench --bench peers -- --workload NAME --threads N --repeat R [--budget SECONDS]`, where NAME is one of `linreg`,
//! `burn4811`, `mlp`, `mlp_small_batch`, `infer_linreg_1`, `infer_burn4811_1` and `infer_mlp_1`. One JSON line for each
//! repeat. The data are made by the same formulas as the
//! peers', so they are bit-identical; each framework has its own first values and its own shuffle.

mod mlp;
mod tiny;

use std::hint::black_box;
use std::time::Instant;

use monograd::prelude::*;
use ndarray::{Array1, Array2};

use mlp::Mlp;
use tiny::{Burn4811, Linreg, burn4811_data, linreg_data, mix, uniform};

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
        "burn4811" => {
            let (x, y) = burn4811_data();
            let mut model = Burn4811::new(1);
            train(&arguments, &Dataset::new(&x, &y)?, 32, 100, |data, fit| model.fit(data, fit))
        }
        "mlp" | "mlp_small_batch" => {
            let (rows, batch) = if arguments.workload == "mlp" { (60_000, 128) } else { (10_000, 32) };
            let (x, y) = image_data(rows);
            let mut model = Mlp::new(1);
            train(&arguments, &Dataset::new(&x, &y)?, batch, 1, |data, fit| model.fit(data, fit))
        }
        "infer_linreg_1" => {
            let model = Linreg::new(1);
            infer(&arguments, samples(&linreg_data().0), 1000, |x| _ = black_box(model.predict_one(black_box(x))));
            Ok(())
        }
        "infer_burn4811_1" => {
            let model = Burn4811::new(1);
            infer(&arguments, samples(&burn4811_data().0), 1000, |x| _ = black_box(model.predict_one(black_box(x))));
            Ok(())
        }
        "infer_mlp_1" => {
            let (x, _) = image_data(2000);
            let model = Mlp::new(1);
            infer(&arguments, samples(&x), 1, |x| _ = black_box(model.predict_one(black_box(x))));
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

/// The rows of a table.
fn samples<const FEATURES: usize>(table: &Array2<f32>) -> &[[f32; FEATURES]] {
    table.as_slice().map(|values| values.as_chunks().0).expect("a table in standard order")
}

/// The time of a call for one sample: the median of 2,000 batches of calls. A batch of one is for calls that take much longer
/// than reading the clock does.
fn infer<const FEATURES: usize>(
    arguments: &Arguments,
    samples: &[[f32; FEATURES]],
    batch: usize,
    mut call: impl FnMut(&[f32; FEATURES]),
) {
    let start = Instant::now();
    samples.iter().take(200).for_each(&mut call);
    let warm_up = start.elapsed().as_secs_f64();
    let mut samples = samples.iter().cycle();
    for _ in 0..arguments.repeat {
        let mut times: Vec<f64> = (0..2000)
            .map(|_| {
                let start = Instant::now();
                samples.by_ref().take(batch).for_each(&mut call);
                start.elapsed().as_secs_f64() / batch as f64
            })
            .collect();
        times.sort_by(f64::total_cmp);
        arguments.report(times[times.len() / 2], 1.0, None, warm_up);
    }
}
