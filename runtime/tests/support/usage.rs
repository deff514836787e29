//! What a call takes: the most memory at once, and time on a processor.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Counts the bytes of each thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn counted(bytes: isize) {
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
        counted(layout.size() as isize);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        counted(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
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

/// What a call gives, the most bytes that were in use at once in it, those before it apart, and its time on a processor.
pub(crate) fn measured<R>(call: impl FnOnce() -> R) -> (R, usize, Duration) {
    let (before, started) = (NOW.get(), time());
    MOST.set(before);
    let result = call();
    let (bytes, taken) = ((MOST.get() - before) as usize, time() - started);
    (result, bytes, taken)
}
