//! What it costs to hand work to other threads and to wait for its end: `cargo bench --bench threads`.
//!
//! Nanoseconds of a call, back to back and after a pause of the caller's thread, as between the layers of a step. `nothing`
//! is work that the caller has done before others look. In `meeting`, each part waits until all have begun, so that every
//! thread has to come: that is how long it takes to have them, from the call to its end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use monograd::__private::Threads;

const CALLS: usize = 10_000;

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
    println!("| work | threads | pause µs | least | median | 99 % | mean |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for threads in [2, 4, 8] {
        for pause in [0, 5, 20, 100] {
            let (count, pause) = (Threads::new(threads), Duration::from_micros(pause));
            report("nothing", threads, pause, |call| {
                count.hand_out(threads, &|part| {
                    std::hint::black_box(part + call);
                });
            });
            if threads <= cores {
                let begun = AtomicUsize::new(0);
                report("meeting", threads, pause, |call| {
                    count.hand_out(threads, &|_| {
                        begun.fetch_add(1, Ordering::Relaxed);
                        while begun.load(Ordering::Relaxed) < (call + 1) * threads {
                            std::hint::spin_loop();
                        }
                    });
                });
            }
        }
    }
}

fn report(work: &str, threads: usize, pause: Duration, hand_out: impl Fn(usize)) {
    let call = |call| {
        let end = Instant::now() + pause;
        while Instant::now() < end {}
        let start = Instant::now();
        hand_out(call);
        start.elapsed().as_nanos()
    };
    let mut times: Vec<u128> = (0..CALLS).map(call).collect();
    let mean = times.iter().sum::<u128>() / CALLS as u128;
    times.sort_unstable();
    let (least, median, most) = (times[0], times[CALLS / 2], times[CALLS / 100 * 99]);
    println!("| {work} | {threads} | {} | {least} | {median} | {most} | {mean} |", pause.as_micros());
}
