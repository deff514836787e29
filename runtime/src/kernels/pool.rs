//! Threads that wait for work: handing out work allocates nothing, unlike entering a rayon pool from outside.
//!
//! One pool exists for each number of threads; it starts with the first work that is worth it and ends with the process.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread;

/// The most parts that work is cut into, and so the most threads.
pub(super) const MOST_PARTS: usize = 64;

/// A number of waiting threads.
#[derive(Debug)]
pub(super) struct Pool {
    /// Held by whoever has work done; others meanwhile do theirs alone.
    user: Mutex<()>,
    state: Mutex<State>,
    start: Condvar,
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Counts calls, so that a worker does each once.
    call: u64,
    work: Option<Work>,
    /// The next part that nobody has begun.
    next: usize,
    /// Parts that are not finished.
    left: usize,
    panicked: bool,
    /// Workers that have started.
    ready: usize,
}

/// The closure of a call and the number of its parts.
#[derive(Clone, Copy, Debug)]
struct Work {
    closure: *const (dyn Fn(usize) + Sync + 'static),
    parts: usize,
}

// SAFETY: the closure is `Sync`, so calling it from another thread is allowed; `Pool::run` keeps it alive meanwhile.
unsafe impl Send for Work {}

impl Pool {
    /// The pool whose work runs on `threads` threads, the caller's among them; nothing if the system refuses to start any.
    pub(super) fn of(threads: usize) -> Option<&'static Self> {
        static POOLS: OnceLock<Mutex<HashMap<usize, Option<&'static Pool>>>> = OnceLock::new();
        let pools = POOLS.get_or_init(Mutex::default);
        *lock(pools).entry(threads).or_insert_with(|| Self::start(threads))
    }

    fn start(threads: usize) -> Option<&'static Self> {
        let pool: &'static Self = Box::leak(Box::new(Self {
            user: Mutex::new(()),
            state: Mutex::default(),
            start: Condvar::new(),
            done: Condvar::new(),
        }));
        let started = (1..threads).filter(|number| {
            let name = format!("monograd {number}");
            thread::Builder::new().name(name).spawn(|| pool.work()).is_ok()
        });
        let started = started.count();
        // What threads allocate while they start is done when the first step begins.
        let waited = pool.done.wait_while(lock(&pool.state), |state| state.ready < started);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        (started > 0).then_some(pool)
    }

    /// Calls `closure` with each part from 0 on, on all threads, and returns when all are finished.
    ///
    /// Work within work, and work while another thread uses the pool, runs on the caller's thread.
    ///
    /// # Panics
    /// When the closure panics.
    pub(super) fn run(&self, parts: usize, closure: &(dyn Fn(usize) + Sync)) {
        let user = match self.user.try_lock() {
            Ok(user) => user,
            Err(TryLockError::Poisoned(user)) => user.into_inner(),
            Err(TryLockError::WouldBlock) => return (0..parts).for_each(closure),
        };
        let closure: *const (dyn Fn(usize) + Sync + '_) = closure;
        // SAFETY: only the lifetime changes. `finish` below waits until no worker uses the closure, also on a panic.
        let closure: *const (dyn Fn(usize) + Sync + 'static) = unsafe { std::mem::transmute(closure) };
        {
            let mut state = lock(&self.state);
            state.call += 1;
            state.work = Some(Work { closure, parts });
            (state.next, state.left, state.panicked) = (0, parts, false);
        }
        self.start.notify_all();
        drop(self.do_parts(lock(&self.state)));
        let panicked = self.finish();
        drop(user);
        if panicked {
            resume_unwind(Box::new("work on another thread panicked"));
        }
    }

    /// Does parts until none is left to begin.
    fn do_parts<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        while let Some(Work { closure, parts }) = state.work {
            if state.next >= parts {
                break;
            }
            let part = state.next;
            state.next += 1;
            drop(state);
            // SAFETY: `run` returns only after every part is finished, so the closure is alive.
            let closure = unsafe { &*closure };
            let panicked = catch_unwind(AssertUnwindSafe(|| closure(part))).is_err();
            state = lock(&self.state);
            state.panicked |= panicked;
            state.left -= 1;
            if state.left == 0 {
                self.done.notify_all();
            }
        }
        state
    }

    /// Waits for the parts of other threads; says whether one of them panicked.
    fn finish(&self) -> bool {
        let state = lock(&self.state);
        let waited = self.done.wait_while(state, |state| state.left > 0);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        state.work = None;
        state.panicked
    }

    /// What a worker does, for ever.
    fn work(&self) {
        let mut seen = 0;
        let mut state = lock(&self.state);
        state.ready += 1;
        self.done.notify_all();
        loop {
            state = self.do_parts(state);
            seen = seen.max(state.call);
            let waited = self.start.wait_while(state, |state| state.call <= seen);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Nothing that a panic interrupts leaves the state half changed, so poison is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_part_runs_once() {
        let pool = Pool::of(3).unwrap();
        for parts in [0, 1, 2, 3, 7, 64] {
            let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
            for _ in 0..100 {
                pool.run(parts, &|part| {
                    counts[part].fetch_add(1, Ordering::Relaxed);
                });
            }
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 100));
        }
    }

    #[test]
    fn work_within_work_and_beside_work_is_done() {
        let pool = Pool::of(2).unwrap();
        let count = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        pool.run(2, &|_| {
                            pool.run(3, &|_| {
                                count.fetch_add(1, Ordering::Relaxed);
                            })
                        });
                    }
                });
            }
        });
        assert_eq!(count.load(Ordering::Relaxed), 4 * 50 * 2 * 3);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_leaves_the_pool_usable() {
        let pool = Pool::of(2).unwrap();
        let result = catch_unwind(|| pool.run(4, &|part| assert_ne!(part, 3)));
        assert!(result.is_err());
        let count = AtomicUsize::new(0);
        pool.run(4, &|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.load(Ordering::Relaxed), 4);
    }
}
