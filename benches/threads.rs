//! What it costs to hand work to other threads and to wait for its end: `cargo bench --bench threads`.
//!
//! Each row is a call with nothing to do, in nanoseconds: back to back, and after a pause on the caller's thread, as between
//! the layers of a step. Ten thousand calls a row; the mean is what a training step pays.

use std::time::{Duration, Instant};

use monograd::__private::Threads;

const CALLS: usize = 10_000;

fn main() {
    println!("| threads | pause µs | least | median | 99 % | mean |");
    println!("|---:|---:|---:|---:|---:|---:|");
    for threads in [2, 4, 8] {
        for pause in [0, 5, 20, 100] {
            let mut times = calls(&Threads::new(threads), threads, Duration::from_micros(pause));
            let mean = times.iter().sum::<u128>() / times.len() as u128;
            times.sort_unstable();
            let (least, median, most) = (times[0], times[CALLS / 2], times[CALLS / 100 * 99]);
            println!("| {threads} | {pause} | {least} | {median} | {most} | {mean} |");
        }
    }
}

fn calls(threads: &Threads, parts: usize, pause: Duration) -> Vec<u128> {
    let nothing = |part: usize| {
        std::hint::black_box(part);
    };
    let call = |_| {
        let end = Instant::now() + pause;
        while Instant::now() < end {}
        let start = Instant::now();
        threads.hand_out(parts, &nothing);
        start.elapsed().as_nanos()
    };
    (0..CALLS).map(call).collect()
}
