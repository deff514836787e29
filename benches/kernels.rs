//! Elementwise functions, softmax, losses and optimizers over 4 Ki, 64 Ki and 4 Mi values, on one thread unless the row
//! says two: `cargo bench --bench kernels`. Words after `--` choose rows whose names contain one of them.
//!
//! Three columns: values in 10⁹ each second; how many times as fast as the loop that one would write with the functions of
//! std; bytes read and written in GB each second, and their share of what a triad `a = b + s · c` over as many values
//! moves, measured between the same runs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use monograd::__private::arithmetic::{Function, losses, map, optimizers, sum_rows as add_rows};
use monograd::__private::{Link, Loss, Optimizer, Shape, Threads};

const COUNTS: [usize; 3] = [1 << 12, 1 << 16, 1 << 22];
/// How long each loop is measured.
const DURATION: Duration = Duration::from_millis(60);

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    println!("|  | 4 Ki values |  |  | 64 Ki |  |  | 4 Mi |  |  |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let row = |name: &str, streams: f64, make: &dyn Fn(usize) -> Pair| {
        if !chosen.is_empty() && !chosen.iter().any(|word| name.contains(word.as_str())) {
            return;
        }
        print!("| {name} |");
        for count in COUNTS {
            let Pair { ours, naive } = make(count);
            let (a, b, c) = (vec![0f32; count], vec![1f32; count], vec![2f32; count]);
            let [ours, naive, triad] = best([ours, naive, Box::new(triad(a, b, c))]);
            let (speed, bytes) = (count as f64 / ours, 4.0 * streams * count as f64 / ours);
            let share = 100.0 * bytes / (12.0 * count as f64 / triad);
            let (speed, bytes) = (1e-9 * speed, 1e-9 * bytes);
            print!(" {speed:.2} | {:.1} × | {bytes:.0} GB/s, {share:.0} % |", naive / ours);
        }
        println!();
    };
    for &function in Function::ALL {
        row(function.name(), 2.0, &|count| elementwise(function, count));
    }
    for classes in [10, 1000] {
        row(&format!("softmax of {classes}"), 2.0, &|count| softmax(classes, count));
        row(&format!("cross_entropy of {classes}"), 2.0, &|count| cross_entropy(classes, count, 1));
    }
    row("cross_entropy of 1000 on 2 threads", 2.0, &|count| cross_entropy(1000, count, 2));
    row("binary_cross_entropy", 3.0, &binary_cross_entropy);
    row("mse", 3.0, &|count| loss(Loss::Mse, 1, count, |p, t| ((p - t) * (p - t), 2.0 * (p - t))));
    row("msle", 3.0, &|count| loss(Loss::Msle, 1, count, msle));
    row("log_cosh", 3.0, &|count| loss(Loss::LogCosh, 1, count, log_cosh));
    row("poisson", 3.0, &|count| loss(Loss::Poisson, 1, count, |p, t| (p - t * p.ln(), 1.0 - t / p)));
    row("kl_divergence of 10", 3.0, &|count| loss(Loss::KlDivergence, 10, count, kl_divergence));
    for width in [10, 512] {
        row(&format!("sum of rows of {width}"), 1.0, &|count| sum_rows(width, count));
    }
    for optimizer in every_optimizer() {
        let slots = optimizer.slots().len() as f64;
        let name = match optimizer {
            Optimizer::Sgd { momentum, .. } if momentum != 0.0 => "Sgd with momentum",
            _ => optimizer.name(),
        };
        row(name, 3.0 + 2.0 * slots, &|count| update(optimizer, count));
    }
}

type Work = Box<dyn FnMut()>;

/// The same work, as the runtime does it and as one would write it.
struct Pair {
    ours: Work,
    naive: Work,
}

/// The least seconds of each, in turns, so that all see the same machine.
fn best<const N: usize>(mut work: [Work; N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    let start = Instant::now();
    while start.elapsed() < DURATION * N as u32 {
        for (work, best) in work.iter_mut().zip(&mut best) {
            // Twice: the first run brings its memory into the caches.
            work();
            let start = Instant::now();
            work();
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    best
}

fn triad(mut a: Vec<f32>, b: Vec<f32>, c: Vec<f32>) -> impl FnMut() {
    move || {
        let factor = black_box(3.0);
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the instructions.
            return unsafe { wide_triad(&mut a, &b, &c, factor) };
        }
        add_scaled(&mut a, &b, &c, factor);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn wide_triad(a: &mut [f32], b: &[f32], c: &[f32], factor: f32) {
    add_scaled(a, b, c, factor);
}

#[inline(always)]
fn add_scaled(a: &mut [f32], b: &[f32], c: &[f32], factor: f32) {
    for ((a, &b), &c) in a.iter_mut().zip(b).zip(c) {
        *a = b + factor * c;
    }
}

/// Values about 0, from -6 to 6.
fn values(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * 0.618_034).fract() * 12.0 - 6.0).collect()
}

fn elementwise(function: Function, count: usize) -> Pair {
    let x = match function {
        Function::Ln | Function::Ln1p => values(count).into_iter().map(f32::exp).collect(),
        _ => values(count),
    };
    let (mut y, mut z, copy) = (vec![0.0; count], vec![0.0; count], x.clone());
    let naive: Work = match function {
        Function::Exp => Box::new(move || naive_loop(&x, &mut y, f32::exp)),
        Function::ExpM1 => Box::new(move || naive_loop(&x, &mut y, f32::exp_m1)),
        Function::Ln => Box::new(move || naive_loop(&x, &mut y, f32::ln)),
        Function::Ln1p => Box::new(move || naive_loop(&x, &mut y, f32::ln_1p)),
        Function::Tanh => Box::new(move || naive_loop(&x, &mut y, f32::tanh)),
        Function::Sigmoid => Box::new(move || naive_loop(&x, &mut y, sigmoid)),
        Function::Softplus => Box::new(move || naive_loop(&x, &mut y, softplus)),
        // Nearly std's: `f32::erf` is not stable.
        Function::Erf => Box::new(move || naive_loop(&x, &mut y, libm::erff)),
    };
    Pair { ours: Box::new(move || map(function, black_box(&copy), &mut z)), naive }
}

fn naive_loop(x: &[f32], y: &mut [f32], function: impl Fn(f32) -> f32) {
    for (y, &x) in y.iter_mut().zip(black_box(x)) {
        *y = function(x);
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn softmax(classes: usize, count: usize) -> Pair {
    let (mut x, shape) = (values(count / classes * classes), Shape::of(&[classes]));
    let mut y = x.clone();
    let ours = move || losses::apply_link(Link::Softmax, shape, black_box(&mut x), &Threads::default());
    let naive = move || {
        for row in black_box(&mut y).chunks_exact_mut(classes) {
            let largest = row.iter().fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
            let mut sum = 0.0;
            for x in row.iter_mut() {
                *x = (*x - largest).exp();
                sum += *x;
            }
            row.iter_mut().for_each(|x| *x /= sum);
        }
    };
    Pair { ours: Box::new(ours), naive: Box::new(naive) }
}

fn cross_entropy(classes: usize, count: usize, threads: usize) -> Pair {
    let threads = Threads::new(threads);
    let (scores, shape) = (values(count / classes * classes), Shape::of(&[classes]));
    let target: Vec<u32> = (0..count / classes).map(|row| (row * 7 % classes) as u32).collect();
    let (scores_too, target_too) = (scores.clone(), target.clone());
    let (mut gradient, mut gradient_too) = (vec![0.0; scores.len()], vec![0.0; scores.len()]);
    let ours = move || {
        let (loss, target) = (Loss::CrossEntropy { label_smoothing: 0.0 }, losses::TargetRows::Classes(&target));
        let gradient = (&mut gradient[..], false);
        black_box(losses::value_and_gradient(&loss, shape, &scores, &target, 1.0, gradient, &threads));
    };
    let naive = move || {
        let (rows, scale) = (target_too.len(), 1.0 / target_too.len() as f32);
        let mut sum = 0.0;
        let gradient = gradient_too.chunks_exact_mut(classes);
        for ((row, gradient), &target) in scores_too.chunks_exact(classes).zip(gradient).zip(&target_too) {
            let largest = row.iter().fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
            let normalizer = largest + row.iter().map(|x| (x - largest).exp()).sum::<f32>().ln();
            sum += f64::from(normalizer - row[target as usize]);
            for (class, (gradient, x)) in gradient.iter_mut().zip(row).enumerate() {
                let t = if class == target as usize { 1.0 } else { 0.0 };
                *gradient = scale * ((x - normalizer).exp() - t);
            }
        }
        black_box(sum / rows as f64);
    };
    Pair { ours: Box::new(ours), naive: Box::new(naive) }
}

fn binary_cross_entropy(count: usize) -> Pair {
    let scores = values(count);
    let target: Vec<f32> = (0..count).map(|i| (i % 2) as f32).collect();
    let (scores_too, target_too) = (scores.clone(), target.clone());
    let (mut gradient, mut gradient_too) = (vec![0.0; count], vec![0.0; count]);
    let ours = move || {
        let (loss, target) = (Loss::BinaryCrossEntropy { label_smoothing: 0.0 }, losses::TargetRows::Values(&target));
        let (shape, gradient) = (Shape::of(&[1]), (&mut gradient[..], false));
        black_box(losses::value_and_gradient(&loss, shape, &scores, &target, 1.0, gradient, &Threads::default()));
    };
    let naive = move || {
        let (mut sum, scale) = (0.0, 1.0 / scores_too.len() as f32);
        for ((&x, &t), gradient) in scores_too.iter().zip(&target_too).zip(&mut gradient_too) {
            sum += f64::from(softplus(x) - t * x);
            *gradient = scale * (sigmoid(x) - t);
        }
        black_box(sum);
    };
    Pair { ours: Box::new(ours), naive: Box::new(naive) }
}

/// A loss with a term for each element, and what one would write for it: the term and its slope.
fn loss(loss: Loss, width: usize, count: usize, term: fn(f32, f32) -> (f32, f32)) -> Pair {
    let count = count / width * width;
    let prediction: Vec<f32> = values(count).iter().map(|x| 0.1 + x.abs()).collect();
    let target: Vec<f32> = prediction.iter().rev().copied().collect();
    let (prediction_too, target_too) = (prediction.clone(), target.clone());
    let (mut gradient, mut gradient_too) = (vec![0.0; count], vec![0.0; count]);
    let ours = move || {
        let (target, gradient) = (losses::TargetRows::Values(&target), (&mut gradient[..], false));
        let shape = Shape::of(&[width]);
        black_box(losses::value_and_gradient(&loss, shape, &prediction, &target, 1.0, gradient, &Threads::default()));
    };
    let naive = move || {
        let (mut sum, scale) = (0.0, 1.0 / count as f32);
        for ((&p, &t), gradient) in prediction_too.iter().zip(&target_too).zip(&mut gradient_too) {
            let (value, slope) = term(p, t);
            sum += f64::from(value);
            *gradient = scale * slope;
        }
        black_box(sum);
    };
    Pair { ours: Box::new(ours), naive: Box::new(naive) }
}

fn msle(p: f32, t: f32) -> (f32, f32) {
    let error = p.ln_1p() - t.ln_1p();
    (error * error, 2.0 * error / (1.0 + p))
}

fn log_cosh(p: f32, t: f32) -> (f32, f32) {
    let size = (p - t).abs();
    (size + softplus(-2.0 * size) - std::f32::consts::LN_2, (p - t).tanh())
}

fn kl_divergence(p: f32, t: f32) -> (f32, f32) {
    let (p, t) = (p.clamp(1e-7, 1.0), t.clamp(1e-7, 1.0));
    (t * (t / p).ln(), -t / p)
}

/// The gradient of a bias.
fn sum_rows(width: usize, count: usize) -> Pair {
    let rows = values(count / width * width);
    let (rows_too, mut sum, mut sum_too) = (rows.clone(), vec![0.0; width], vec![0.0; width]);
    let ours = move || add_rows(black_box(&rows), &mut sum, false, &Threads::default());
    let naive = move || {
        sum_too.fill(0.0);
        for row in black_box(&rows_too).chunks_exact(width) {
            sum_too.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    };
    Pair { ours: Box::new(ours), naive: Box::new(naive) }
}

fn every_optimizer() -> Vec<Optimizer> {
    let learning_rate = 1e-3;
    let (beta_1, beta_2, epsilon, weight_decay) = (0.9, 0.999, 1e-7, 0.01);
    vec![
        Optimizer::Sgd { learning_rate, momentum: 0.0, nesterov: false, weight_decay: 0.0 },
        Optimizer::Sgd { learning_rate, momentum: 0.9, nesterov: false, weight_decay: 0.0 },
        Optimizer::Adam { learning_rate, beta_1, beta_2, epsilon },
        Optimizer::AdamW { learning_rate, beta_1, beta_2, epsilon, weight_decay },
        Optimizer::RmsProp { learning_rate, rho: 0.9, momentum: 0.0, epsilon, centered: false },
        Optimizer::Adagrad { learning_rate, initial_accumulator_value: 0.1, epsilon },
        Optimizer::Nadam { learning_rate, beta_1, beta_2, epsilon },
        Optimizer::Lion { learning_rate, beta_1, beta_2: 0.99, weight_decay },
    ]
}

fn update(optimizer: Optimizer, count: usize) -> Pair {
    let gradients = values(count);
    let (mut parameters, mut state) = (vec![1f32; count], vec![0.1f32; count * optimizer.slots().len()]);
    let update = optimizers::Update::new(&optimizer, 1e-3, 7);
    let naive = naive_update(optimizer, gradients.clone());
    let ours = move || update.apply(&mut parameters, black_box(&gradients), optimizers::Slots::new(&mut state, count));
    Pair { ours: Box::new(ours), naive }
}

/// The loop over indices that one would write, with constants for the options.
fn naive_update(optimizer: Optimizer, gradients: Vec<f32>) -> Work {
    let count = gradients.len();
    let (mut w, mut m, mut v) = (vec![1f32; count], vec![0.1f32; count], vec![0.1f32; count]);
    macro_rules! each {
        (|$w:ident, $m:ident, $v:ident, $g:ident| $body:block) => {
            Box::new(move || {
                for (i, &$g) in black_box(&gradients).iter().enumerate() {
                    let ($w, $m, $v) = (&mut w[i], &mut m[i], &mut v[i]);
                    $body
                }
            })
        };
    }
    match optimizer {
        Optimizer::Sgd { momentum: 0.0, .. } => each!(|w, _m, _v, g| { *w -= 1e-3 * g }),
        Optimizer::Sgd { .. } => each!(|w, m, _v, g| {
            *m = 0.9 * *m - 1e-3 * g;
            *w += *m;
        }),
        Optimizer::RmsProp { .. } => each!(|w, m, _v, g| {
            *m = 0.9 * *m + 0.1 * g * g;
            *w -= 1e-3 * g / (*m + 1e-7).sqrt();
        }),
        Optimizer::Adagrad { .. } => each!(|w, m, _v, g| {
            *m += g * g;
            *w -= 1e-3 * g / (*m + 1e-7).sqrt();
        }),
        Optimizer::Nadam { .. } => each!(|w, m, v, g| {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            *w -= 1e-3 * (0.9 * *m + 0.1 * g) / (v.sqrt() + 1e-7);
        }),
        Optimizer::Lion { .. } => each!(|w, m, _v, g| {
            let direction = 0.9 * *m + 0.1 * g;
            *w -= 1e-3 * (direction.signum() + 0.01 * *w);
            *m = 0.99 * *m + 0.01 * g;
        }),
        _ => each!(|w, m, v, g| {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            *w -= 1e-3 * *m / (v.sqrt() + 1e-7);
        }),
    }
}
