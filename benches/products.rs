//! Matrix products of the shapes that training and predicting need, against matrixmultiply: `cargo bench --bench products`.
//!
//! GFLOP/s of `f32`, the best of many runs, with one thread and with two, and the share of what one core can do at most: of
//! multiply-adds that depend on nothing, measured here too. Both get the same operands; ours includes all copies.
//! matrixmultiply uses one thread. An argument is a part of the rows to print, such as `32 ×`.

use std::hint::black_box;
use std::time::Instant;

use monograd::__private::Threads;
use monograd::__private::arithmetic::{Epilogue, Product, workspace};

const SECONDS: f64 = 0.1;
/// Calls that together take less are timed together: reading the clock takes about 20 ns.
const LEAST_SECONDS: f64 = 2e-5;

fn main() {
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    let peak = peak();
    println!("One core: {peak:.1} GFLOP/s.\n");
    println!("| product | m × k × n | 1 thread | share | 2 threads | matrixmultiply | ratio | time |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    // Layers, in and out, for some numbers of samples: forward, gradient of the weights, gradient of the input.
    let layers = [(784, 512), (512, 256), (256, 10), (1000, 1000), (1024, 1024), (300, 100)];
    let small = [(6, 64), (64, 8), (8, 4), (64, 64)];
    let cases = [1, 2, 5, 8, 13, 32, 128].map(|batch| (batch, &layers[..]));
    for (batch, layers) in cases.into_iter().chain([(1, &small[..]), (32, &small[..])]) {
        for &(inputs, outputs) in layers {
            for (name, m, k, n, transposed_a, transposed_b) in [
                ("x · w", batch, inputs, outputs, false, false),
                ("xᵀ · d", inputs, batch, outputs, true, false),
                ("d · wᵀ", batch, outputs, inputs, false, true),
            ] {
                let product = Product { m, k, n, transposed_a, transposed_b, add: false };
                row(name, &product, peak, &only);
            }
        }
    }
    for (m, k, n) in [(784, 25, 32), (15488, 288, 64), (512, 512, 512), (2048, 2048, 2048)] {
        row("x · w", &Product { m, k, n, transposed_a: false, transposed_b: false, add: false }, peak, &only);
    }
}

fn row(name: &str, product: &Product, peak: f64, only: &str) {
    let &Product { m, k, n, transposed_a, transposed_b, .. } = product;
    let label = format!("{name} | {m} × {k} × {n}");
    if !label.contains(only) {
        return;
    }
    let a: Vec<f32> = (0..m * k).map(|i| (i % 17) as f32 - 8.0).collect();
    let b: Vec<f32> = (0..k * n).map(|i| (i % 13) as f32 - 6.0).collect();
    let (mut ours, mut theirs) = (vec![0f32; m * n], vec![0f32; m * n]);
    let mut workspace = workspace(product);
    let [one, two] = [1, 2].map(|count| {
        let threads = Threads::new(count);
        seconds(&mut || product.compute(&a, &b, Epilogue::NONE, &mut ours, &mut workspace, &threads))
    });
    let (row_a, column_a) = if transposed_a { (1, m as isize) } else { (k as isize, 1) };
    let (row_b, column_b) = if transposed_b { (1, k as isize) } else { (n as isize, 1) };
    let other = seconds(&mut || {
        let (a, b, c) = (a.as_ptr(), b.as_ptr(), theirs.as_mut_ptr());
        // SAFETY: the operands have the extents that the strides reach.
        unsafe { matrixmultiply::sgemm(m, k, n, 1.0, a, row_a, column_a, b, row_b, column_b, 0.0, c, n as isize, 1) };
    });
    assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= 1e-3 * (1.0 + b.abs())), "{label}");
    let speed = |seconds: f64| 2e-9 * (m * k * n) as f64 / seconds;
    let (one_speed, share) = (speed(one), 100.0 * speed(one) / peak);
    let (two, others, ratio, time) = (speed(two), speed(other), other / one, 1e6 * one);
    println!("| {label} | {one_speed:.1} | {share:.0} % | {two:.1} | {others:.1} | {ratio:.2} | {time:.2} µs |");
}

/// Seconds of one call.
fn seconds(action: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    action();
    let count = (LEAST_SECONDS / start.elapsed().as_secs_f64().max(1e-8)) as usize + 1;
    let (mut best, start) = (f64::INFINITY, Instant::now());
    while start.elapsed().as_secs_f64() < SECONDS {
        let start = Instant::now();
        (0..count).for_each(|_| action());
        best = best.min(start.elapsed().as_secs_f64() / count as f64);
    }
    best
}

/// GFLOP/s of multiply-adds in registers alone; NaN for processors whose instructions are not here.
fn peak() -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512.
            return peak_of(16, &|steps| unsafe { chains_of_16(steps) });
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has AVX2 and FMA.
            return peak_of(8, &|steps| unsafe { chains_of_8(steps) });
        }
    }
    f64::NAN
}

/// As many chains as hide the latency of a multiply-add and fit into registers.
#[cfg(target_arch = "x86_64")]
const CHAINS: usize = 12;

#[cfg(target_arch = "x86_64")]
fn peak_of(lanes: usize, run: &dyn Fn(usize)) -> f64 {
    let steps = 100_000;
    let seconds = seconds(&mut || run(black_box(steps)));
    2e-9 * (steps * CHAINS * lanes) as f64 / seconds
}

#[cfg(target_arch = "x86_64")]
macro_rules! chains {
    ($name:ident, $feature:literal, $set:ident, $multiply_add:ident) => {
        #[target_feature(enable = $feature)]
        fn $name(steps: usize) {
            use std::arch::x86_64::*;
            let (factor, addend) = (black_box($set(0.999)), black_box($set(0.001)));
            let mut sums = [$set(1.0); CHAINS];
            for _ in 0..steps {
                for sum in &mut sums {
                    *sum = $multiply_add(*sum, factor, addend);
                }
            }
            black_box(sums);
        }
    };
}

#[cfg(target_arch = "x86_64")]
chains!(chains_of_16, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps);
#[cfg(target_arch = "x86_64")]
chains!(chains_of_8, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps);
