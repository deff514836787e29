//! Ctrl-C while a model trains.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// Ctrl-C arrived while somebody trained.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The next Ctrl-C kills the program, as it always does outside of training.
static DEADLY: AtomicBool = AtomicBool::new(true);
/// How many trainings run now.
static RUNNING: Mutex<usize> = Mutex::new(0);

/// Watches for Ctrl-C, and for a flag of the user's, while one training runs.
pub(crate) struct Interrupt<'a> {
    ctrl_c: bool,
    flag: Option<&'a AtomicBool>,
}

impl<'a> Interrupt<'a> {
    /// Starts to watch.
    pub(crate) fn watch(ctrl_c: bool, flag: Option<&'a AtomicBool>) -> Self {
        if ctrl_c {
            install();
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            if *running == 0 {
                INTERRUPTED.store(false, Ordering::SeqCst);
                DEADLY.store(false, Ordering::SeqCst);
            }
            *running += 1;
        }
        Self { ctrl_c, flag }
    }

    /// Whether training should end.
    pub(crate) fn is_raised(&self) -> bool {
        (self.ctrl_c && INTERRUPTED.load(Ordering::Relaxed))
            || self.flag.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

impl Drop for Interrupt<'_> {
    fn drop(&mut self) {
        if self.ctrl_c {
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            *running -= 1;
            if *running == 0 {
                DEADLY.store(true, Ordering::SeqCst);
            }
        }
    }
}

/// Once for the program: where there are no signals, training goes on without Ctrl-C.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // The order matters: the first Ctrl-C must not find the flag that it sets itself.
        let _ = flag::register_conditional_default(SIGINT, &DEADLY)
            .and_then(|_| flag::register(SIGINT, &DEADLY))
            .and_then(|_| flag::register(SIGINT, &INTERRUPTED));
    });
}
