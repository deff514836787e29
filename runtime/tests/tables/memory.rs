//! How much memory and time bad files may take: 8 times the file and 16 MB, and a second.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use monograd::prelude::*;

/// Counts the bytes of each thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends has no counters any more.
    NOW.try_with(|now| {
        now.set(now.get() + bytes);
        MOST.try_with(|most| most.set(most.get().max(now.get()))).ok();
    })
    .ok();
}

#[allow(unsafe_code, reason = "an allocator is unsafe")]
// SAFETY: every call goes to the system's allocator unchanged. What grows is counted as if it were copied.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The most bytes that were in use at once in a call, those before it apart.
fn most(call: impl FnOnce()) -> usize {
    let before = NOW.get();
    MOST.set(before);
    call();
    (MOST.get() - before) as usize
}

/// Texts that want much memory for what they are.
fn texts() -> Vec<(&'static str, String)> {
    let size = 4 << 20;
    vec![
        ("empty cells", format!("{}\n", ",".repeat(999)).repeat(size / 1000)),
        ("one column of one letter", "1\n".repeat(size / 2)),
        ("every other line empty", "1\n\n".repeat(size / 3)),
        ("one line of commas", ",".repeat(size)),
        ("one text", "x".repeat(size)),
        ("one quote", format!("\"{}", ",\n".repeat(6 << 20))),
        ("one line of long fields", format!("{},", "x".repeat(size / 8)).repeat(8)),
        ("quotes alone", "\"".repeat(size)),
        ("a ragged last row", format!("{}1,2\n", "1\n".repeat(size / 2))),
        ("a last cell that is no number", format!("{}nan\n", "1\n".repeat(size / 2))),
    ]
}

#[test]
fn large_files_take_memory_and_time_in_proportion() {
    for (name, text) in texts() {
        let file = crate::Scratch::new("memory.csv", text.as_bytes());
        let started = time();
        let mut result = None;
        let bytes = most(|| result = Some(Csv::default().header(false).read(file.path())));
        let (seconds, limit) = (time() - started, 8 * text.len() + (16 << 20));
        println!("{name}: {:.2} times the file, {seconds:.2?}", bytes as f64 / text.len() as f64);
        assert!(bytes <= limit, "{name}: {bytes} bytes, expected at most {limit}");
        assert!(bytes > text.len(), "{name}: the file alone takes more");
        let bad = result.is_some_and(|result| result.is_err());
        assert!(!bad || seconds < Duration::from_secs(1), "{name}: {seconds:?}");
    }
}

/// The time that this thread has had on a processor, so that other work on the machine does not count; where the system does
/// not tell, the time of day.
fn time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = statistics.split(' ').next().and_then(|field| field.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}
