//! Our matrix product against those of other libraries, and against what the machine can do.
//!
//! `cargo run --release [--features openblas,mkl] -- [THREADS [ROUNDS]]`. All libraries get the same operands and run
//! alternately; a number is the best stretch of calls of all turns. The ratio is the median of all turns, each against the
//! library that is the fastest by its median: a clock that changes while they run changes both. Ours includes packing, as a
//! training step does.

mod limits;
mod product;

use std::hint::black_box;
use std::time::{Duration, Instant};

use product::{LIBRARIES, Product, Shape, set_threads};

/// Stretches of calls that a library has in one round, of about [`STRETCH`] seconds each.
const STRETCHES: usize = 20;
const STRETCH: f64 = 0.002;

/// What it takes until the threads of the library before no longer wait for more work with their cores held.
const REST: Duration = Duration::from_millis(60);

/// `m`, `k`, `n` and which operands are transposed: forward is NN, the gradient of the weight TN, that of the input NT.
const SHAPES: [(usize, usize, usize, bool, bool); 21] = [
    (128, 784, 512, false, false),
    (128, 512, 256, false, false),
    (128, 256, 10, false, false),
    (512, 512, 512, false, false),
    (2048, 2048, 2048, false, false),
    (32, 784, 512, false, false),
    (768, 128, 512, false, false),
    (768, 512, 128, false, false),
    (784, 25, 32, false, false),
    (15488, 288, 64, false, false),
    (32, 256, 1024, false, false),
    (1, 784, 512, false, false),
    (784, 128, 512, true, false),
    (512, 128, 256, true, false),
    (256, 128, 10, true, false),
    (784, 32, 512, true, false),
    (128, 768, 512, true, false),
    (128, 512, 784, false, true),
    (128, 256, 512, false, true),
    (128, 10, 256, false, true),
    (768, 512, 128, false, true),
];

fn main() {
    let mut words = std::env::args().skip(1);
    let mut number = |default| words.next().and_then(|word| word.parse().ok()).unwrap_or(default);
    let (threads, rounds) = (number(1), number(5));
    set_threads(threads);
    let peak = limits::report(threads);

    let names: Vec<&str> = LIBRARIES.iter().map(|library| library.name).collect();
    println!("\n| GFLOP/s, m × k × n | {} | ours / best other | ours / peak |", names.join(" | "));
    println!("|---|{}", "---:|".repeat(names.len() + 2));
    let mut ratios = Vec::new();
    for (m, k, n, transposed_a, transposed_b) in SHAPES {
        let shape = Shape { m, k, n, transposed_a, transposed_b };
        let turns = measure(shape, threads, rounds);
        let operations = 2.0 * (m * k * n) as f64;
        let best = |seconds: &Vec<f64>| seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let speeds: Vec<f64> = turns.iter().map(|seconds| 1e-9 * operations / best(seconds)).collect();
        let (ours, others) = turns.split_first().expect("ours comes first");
        let rival = others.iter().min_by(|a, b| median(a).total_cmp(&median(b))).expect("there are others");
        let ratio = median(&rival.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect::<Vec<_>>());
        ratios.push(ratio);
        let kind: String =
            [transposed_a, transposed_b].map(|transposed| if transposed { 'T' } else { 'N' }).iter().collect();
        let cells: Vec<String> = speeds.iter().map(|speed| format!("{speed:.1}")).collect();
        let share = speeds[0] / peak;
        println!("| {kind} {m} × {k} × {n} | {} | {ratio:.2} | {share:.2} |", cells.join(" | "));
    }
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    println!("\nGeometric mean of ours / best other: {mean:.2}");
}

/// The seconds of a call of each library, for each of its turns.
fn measure(shape: Shape, threads: usize, rounds: usize) -> Vec<Vec<f64>> {
    let operations = 2.0 * (shape.m * shape.k * shape.n) as f64;
    let mut product = Product::new(shape, threads);
    let results: Vec<Vec<f32>> = LIBRARIES
        .iter()
        .map(|library| {
            product.c.fill(f32::NAN);
            (library.compute)(&mut product);
            product.c.clone()
        })
        .collect();
    for (library, result) in LIBRARIES.iter().zip(&results) {
        let agrees = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-3 * (1.0 + b.abs());
        assert!(result.iter().zip(&results[0]).all(agrees), "{} computes the product", library.name);
    }
    // One stretch a turn, and more turns; threads that have slept need some stretches to find their cores.
    let (turns, stretches) = match (threads, operations > 1e9) {
        (1, false) => (rounds * STRETCHES, 1),
        (1, true) => (3 * rounds, 1),
        (_, false) => (rounds, STRETCHES),
        (_, true) => (rounds, 3),
    };
    let calls = (STRETCH * 5e10 / operations).ceil() as usize;
    let mut seconds = vec![Vec::new(); LIBRARIES.len()];
    for _ in 0..turns {
        for (library, seconds) in LIBRARIES.iter().zip(&mut seconds) {
            if threads > 1 {
                std::thread::sleep(REST);
            }
            let mut best = f64::INFINITY;
            for _ in 0..stretches {
                let start = Instant::now();
                for _ in 0..calls {
                    (library.compute)(&mut product);
                    black_box(&product.c);
                }
                best = best.min(start.elapsed().as_secs_f64() / calls as f64);
            }
            seconds.push(best);
        }
    }
    seconds
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
