//! Threads that wait for work: handing out work allocates nothing, unlike entering a rayon pool from outside.
//!
//! One pool exists for each number of threads; it starts with the first work that is worth it and ends with the process.
//!
//! Between the layers of a step lie microseconds, and waking a thread takes many, so both sides look for a while whether
//! there is something for them before they sleep: workers for parts, the caller for the end of the last one. A part is
//! taken by counting up one word, which says how many parts a call has as well; there is no lock on that way.
//! `cargo bench --bench threads` measures what it costs.

use std::any::Any;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// The most parts that work is cut into, and so the most threads.
pub(super) const MOST_PARTS: usize = 64;

/// A number of waiting threads.
#[derive(Debug)]
pub(super) struct Pool {
    /// Whether somebody has work done; others meanwhile do theirs alone.
    busy: AtomicBool,
    /// Where the closure's reference lies: on the caller's stack. Good only for whoever has a part that is not finished.
    closure: AtomicPtr<Closure<'static>>,
    /// The next part that nobody has begun, and the number of all.
    tickets: Line<AtomicU32>,
    /// Parts that are not finished.
    left: Line<AtomicUsize>,
    workers: OnceLock<Box<[Thread]>>,
    /// Workers that have started.
    ready: AtomicUsize,
    /// One bit for each worker.
    asleep: Line<AtomicU64>,
    /// Where the caller sleeps when others take long.
    bell: Bell,
    /// What the first part that panicked said.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// What is called with each part.
type Closure<'a> = &'a (dyn Fn(usize) + Sync + 'a);

/// A value with cache lines of its own, two for processors that fetch pairs: others' writes do not slow its readers.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Line<T>(T);

impl Pool {
    /// The pool whose work is split over `threads` threads, the caller's among them; nothing if the processor has one core,
    /// or the system refuses to start any.
    ///
    /// It has no more threads than the processor has cores: those would take turns. Their parts are done all the same.
    pub(super) fn of(threads: usize) -> Option<&'static Self> {
        static POOLS: [OnceLock<Option<&'static Pool>>; MOST_PARTS + 1] = [const { OnceLock::new() }; MOST_PARTS + 1];
        *POOLS[threads].get_or_init(|| {
            let cores = thread::available_parallelism().map_or(1, |count| count.get());
            Self::start(threads.min(cores).saturating_sub(1))
        })
    }

    /// A pool with so many threads beside the caller's.
    fn start(workers: usize) -> Option<&'static Self> {
        let pool: &'static Self = Box::leak(Box::new(Self {
            busy: AtomicBool::new(false),
            closure: AtomicPtr::new(ptr::null_mut()),
            tickets: Line::default(),
            left: Line::default(),
            workers: OnceLock::new(),
            ready: AtomicUsize::new(0),
            asleep: Line::default(),
            bell: Bell::default(),
            panic: Mutex::default(),
        }));
        let start = |number: usize| {
            let builder = thread::Builder::new().name(format!("monograd {}", number + 1));
            let worker = builder.spawn(move || pool.work(number)).ok()?;
            Some(worker.thread().clone())
        };
        let workers: Box<[Thread]> = (0..workers).map_while(start).collect();
        // What threads allocate while they start is done when the first step begins.
        pool.bell.wait(|| pool.ready.load(SeqCst) == workers.len());
        let any = !workers.is_empty();
        pool.workers.set(workers).expect("set once");
        any.then_some(pool)
    }

    /// Calls `closure` with each part from 0 on, on all threads, and returns when all are finished.
    ///
    /// Work within work, and work while another thread uses the pool, runs on the caller's thread.
    ///
    /// # Panics
    /// When the closure panics, with what it said.
    pub(super) fn run(&self, parts: usize, closure: Closure<'_>) {
        if parts < 2 || self.busy.swap(true, Acquire) {
            return (0..parts).for_each(closure);
        }
        self.closure.store((&raw const closure).cast_mut().cast(), Relaxed);
        self.left.0.store(parts, Relaxed);
        // From here on workers may take parts; they see what was stored before.
        self.tickets.0.store(Ticket { next: 0, parts }.word(), SeqCst);
        let awake = self.workers().len() - self.asleep.0.load(SeqCst).count_ones() as usize;
        self.wake((parts - 1).saturating_sub(awake));
        while let Some(part) = self.take_part() {
            self.do_part(part);
        }
        let is_finished = || self.left.0.load(SeqCst) == 0;
        if !wait_awake(is_finished) {
            self.bell.wait(is_finished);
        }
        let panic = lock(&self.panic).take();
        self.busy.store(false, Release);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// The number of a part that nobody else will do, if there is one.
    fn take_part(&self) -> Option<usize> {
        let mut word = self.tickets.0.load(Acquire);
        loop {
            let ticket = Ticket::of(word);
            if ticket.left() == 0 {
                return None;
            }
            // Should a later call have come to the same word by now, then this is a part of that call.
            match self.tickets.0.compare_exchange_weak(word, word + 1, SeqCst, Acquire) {
                Ok(_) => return Some(ticket.next),
                Err(now) => word = now,
            }
        }
    }

    /// Does a part that was taken.
    fn do_part(&self, part: usize) {
        let closure = self.closure.load(Relaxed);
        // SAFETY: the pointer was stored before the tickets that this part was taken from, and is not replaced before the
        // part is finished. `run` returns only after that, also on a panic, so what it points to is alive, and the
        // reference there too.
        let closure: Closure<'_> = unsafe { *closure };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| closure(part))) {
            let mut first = lock(&self.panic);
            match &*first {
                None => *first = Some(panic),
                // What it holds might panic when it is dropped, and then this part would never be finished.
                Some(_) => std::mem::forget(panic),
            }
        }
        if self.left.0.fetch_sub(1, SeqCst) == 1 {
            self.bell.ring();
        }
    }

    /// What a worker does, for ever.
    fn work(&self, number: usize) {
        self.ready.fetch_add(1, SeqCst);
        self.bell.ring();
        loop {
            while let Some(part) = self.take_part() {
                self.do_part(part);
            }
            if !wait_awake(|| self.parts_to_begin() > 0) {
                self.sleep(number);
                self.wake(self.parts_to_begin().saturating_sub(1));
            }
        }
    }

    fn parts_to_begin(&self) -> usize {
        Ticket::of(self.tickets.0.load(SeqCst)).left()
    }

    fn workers(&self) -> &[Thread] {
        self.workers.get().map_or(&[], |workers| workers)
    }

    /// A worker sleeps until there are parts to begin, or somebody thought so.
    ///
    /// It says that it sleeps, then looks; whoever wakes it has changed what it looks at, then reads who sleeps. All that is
    /// `SeqCst`, in one order for everyone, so one of the two sees the other.
    fn sleep(&self, number: usize) {
        let own = 1 << number;
        self.asleep.0.fetch_or(own, SeqCst);
        while self.parts_to_begin() == 0 && self.asleep.0.load(SeqCst) & own != 0 {
            thread::park();
        }
        self.asleep.0.fetch_and(!own, SeqCst);
    }

    /// Wakes up to so many workers, if they sleep. It takes microseconds for each, so every one wakes two at most, and those
    /// the others.
    fn wake(&self, wanted: usize) {
        for _ in 0..wanted.min(2) {
            let asleep = self.asleep.0.load(SeqCst);
            let first = asleep & asleep.wrapping_neg();
            let claimed = first != 0 && self.asleep.0.fetch_and(!first, SeqCst) & first != 0;
            if claimed && let Some(worker) = self.workers().get(first.trailing_zeros() as usize) {
                worker.unpark();
            }
        }
    }
}

/// The next part and the number of all, in one word.
struct Ticket {
    next: usize,
    parts: usize,
}

impl Ticket {
    fn of(word: u32) -> Self {
        Self { next: (word & 0xFFFF) as usize, parts: (word >> 16) as usize }
    }

    fn word(&self) -> u32 {
        debug_assert!(self.next <= self.parts && self.parts <= MOST_PARTS);
        (self.parts as u32) << 16 | self.next as u32
    }

    fn left(&self) -> usize {
        self.parts - self.next
    }
}

/// Looks for a while; says whether it became so. First without a pause, then letting others have the core.
fn wait_awake(is_so: impl Fn() -> bool) -> bool {
    const LOOKS: u32 = if cfg!(miri) { 4 } else { 500 };
    const PATIENCE: Duration = Duration::from_micros(50);
    for _ in 0..LOOKS {
        if is_so() {
            return true;
        }
        spin_loop();
    }
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        thread::yield_now();
        if is_so() {
            return true;
        }
    }
    false
}

/// Where one thread sleeps until something is so.
#[derive(Debug, Default)]
struct Bell {
    is_awaited: AtomicBool,
    lock: Mutex<()>,
    condition: Condvar,
}

impl Bell {
    /// Sleeps until something is so that others change before they call [`Bell::ring`]. As in [`Pool::sleep`], one of the
    /// two sees the other.
    fn wait(&self, is_so: impl Fn() -> bool) {
        let mut guard = lock(&self.lock);
        self.is_awaited.store(true, SeqCst);
        while !is_so() {
            guard = self.condition.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        self.is_awaited.store(false, SeqCst);
    }

    fn ring(&self) {
        if self.is_awaited.load(SeqCst) {
            // Once the lock is free, whoever looked in vain sleeps.
            drop(lock(&self.lock));
            self.condition.notify_one();
        }
    }
}

/// Nothing that a panic interrupts leaves what is locked half changed, so poison is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    /// Calls of one test; under Miri each takes milliseconds.
    const CALLS: usize = if cfg!(miri) { 10 } else { 1_000 };

    #[test]
    fn every_part_runs_once() {
        // Also more workers than there are cores.
        for workers in [1, 2, 3, 7] {
            let pool = Pool::start(workers).unwrap();
            for parts in [0, 1, 2, 3, 7, 64] {
                let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
                for _ in 0..CALLS / 10 {
                    pool.run(parts, &|part| {
                        counts[part].fetch_add(1, Ordering::Relaxed);
                    });
                }
                assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == CALLS / 10));
            }
        }
    }

    #[test]
    fn workers_take_part_awake_or_asleep() {
        let pool = Pool::start(2).unwrap();
        for call in 0..30 {
            if call % 3 == 0 {
                // Long enough for the workers to sleep: the next call has to wake them.
                while pool.asleep.0.load(SeqCst) != 0b11 {
                    thread::yield_now();
                }
            }
            let begun = AtomicUsize::new(0);
            pool.run(3, &|_| {
                begun.fetch_add(1, SeqCst);
                // No thread can have two parts.
                while begun.load(SeqCst) < 3 {
                    thread::yield_now();
                }
            });
        }
    }

    #[test]
    fn what_parts_write_is_seen_by_the_caller() {
        let pool = Pool::start(3).unwrap();
        let mut values = [0u64; 8];
        for call in 1..=CALLS as u64 {
            let rows: Vec<Mutex<&mut u64>> = values.iter_mut().map(Mutex::new).collect();
            pool.run(8, &|part| **rows[part].lock().unwrap() += 1);
            drop(rows);
            assert_eq!(values, [call; 8]);
        }
    }

    #[test]
    fn work_within_work_and_beside_work_is_done() {
        let pool = Pool::start(2).unwrap();
        let count = AtomicUsize::new(0);
        let callers = if cfg!(miri) { 2 } else { 8 };
        thread::scope(|scope| {
            for _ in 0..callers {
                scope.spawn(|| {
                    for _ in 0..CALLS {
                        pool.run(2, &|_| {
                            pool.run(3, &|_| {
                                count.fetch_add(1, Ordering::Relaxed);
                            })
                        });
                    }
                });
            }
        });
        assert_eq!(count.load(Ordering::Relaxed), callers * CALLS * 2 * 3);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_leaves_the_pool_usable() {
        let pool = Pool::start(1).unwrap();
        for _ in 0..10 {
            let result = catch_unwind(|| pool.run(4, &|part| assert_ne!(part, 3, "part three")));
            let message = result.unwrap_err().downcast::<String>().unwrap();
            assert!(message.contains("part three"), "{message}");
            let count = AtomicUsize::new(0);
            pool.run(4, &|_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(count.load(Ordering::Relaxed), 4);
        }
    }
}
