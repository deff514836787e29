//! What the machine can do: multiply-adds in registers, and the bandwidth of each level of memory.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// Prints the limits; returns the GFLOP/s of multiply-adds.
pub(crate) fn report(threads: usize) -> f64 {
    println!("### {threads} thread{}\n", if threads == 1 { "" } else { "s" });
    let [narrow, wide] = peaks(threads);
    println!("- multiply-adds in registers: {narrow:.1} GFLOP/s with 256 bits, {wide:.1} with 512");
    for (level, floats) in [("L1", 2 << 10), ("L2", 32 << 10), ("L3", 512 << 10), ("DRAM", 32 << 20)] {
        let speed = triad(threads, floats);
        println!("- triad in {level} (3 × {} KiB a thread): {speed:.1} GB/s", floats * 4 / 1024);
    }
    narrow.max(wide)
}

/// The time of the slowest thread.
fn together(threads: usize, work: impl Fn() -> f64 + Sync) -> f64 {
    thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        started.into_iter().map(|thread| thread.join().expect("no panic")).fold(0.0, f64::max)
    })
}

/// GFLOP/s with 256 and 512 bits; 0 where the processor has no such instructions.
fn peaks(threads: usize) -> [f64; 2] {
    const STEPS: usize = 20_000_000;
    let peak = |width: usize, run: &(dyn Fn() + Sync)| {
        let start = Barrier::new(threads);
        let pass = || {
            start.wait();
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        };
        let best = (0..3).map(|_| together(threads, pass)).fold(f64::INFINITY, f64::min);
        1e-9 * (threads * STEPS * 2 * CHAINS * width) as f64 / best
    };
    #[cfg(target_arch = "x86_64")]
    {
        let narrow = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        // SAFETY: the processor has the instructions.
        let narrow = if narrow { peak(8, &|| unsafe { narrow_chains(STEPS) }) } else { 0.0 };
        // SAFETY: the processor has the instructions.
        let wide = if is_x86_feature_detected!("avx512f") { peak(16, &|| unsafe { wide_chains(STEPS) }) } else { 0.0 };
        [narrow, wide]
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        _ = peak;
        [0.0; 2]
    }
}

/// Sums that do not wait for each other: more than two units times the latency of a multiply-add.
const CHAINS: usize = 12;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn narrow_chains(steps: usize) {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps};

    let (factor, term) = (_mm256_set1_ps(black_box(0.999)), _mm256_set1_ps(black_box(0.001)));
    let mut sums = [_mm256_set1_ps(1.0); CHAINS];
    for _ in 0..steps {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(*sum, factor, term);
        }
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn wide_chains(steps: usize) {
    use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_set1_ps};

    let (factor, term) = (_mm512_set1_ps(black_box(0.999)), _mm512_set1_ps(black_box(0.001)));
    let mut sums = [_mm512_set1_ps(1.0); CHAINS];
    for _ in 0..steps {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, factor, term);
        }
    }
    black_box(sums);
}

/// GB/s of `a = b + s · c` over three arrays of so many floats a thread, counting 12 bytes an element.
fn triad(threads: usize, floats: usize) -> f64 {
    let passes = (1_usize << 28).div_ceil(floats * 12).max(4);
    let start = Barrier::new(threads);
    let work = || {
        let (mut a, b, c) = (vec![0f32; floats], vec![1f32; floats], vec![2f32; floats]);
        let factor = black_box(3.0);
        triad_pass(&mut a, &b, &c, factor);
        start.wait();
        let start = Instant::now();
        for _ in 0..passes {
            triad_pass(&mut a, &b, &c, factor);
            black_box(&mut a);
        }
        start.elapsed().as_secs_f64()
    };
    let best = (0..3).map(|_| together(threads, work)).fold(f64::INFINITY, f64::min);
    1e-9 * (threads * passes * floats * 12) as f64 / best
}

fn triad_pass(a: &mut [f32], b: &[f32], c: &[f32], factor: f32) {
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        *a = b + factor * c;
    }
}
