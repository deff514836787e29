//! Memory for predictions, so that several threads can predict at once and none allocates twice.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::data::Scratch;
use crate::float::Float;

/// Memory for one prediction after another, and for those at the same time.
#[derive(Debug)]
#[allow(clippy::vec_box, reason = "a loan moves a pointer, not all that memory consists of")]
pub(super) struct Pool<T> {
    /// Locked by the prediction that uses it: one lock is quicker than two around taking it and giving it back.
    first: Mutex<Scratch<T>>,
    /// What predictions beside that one do not use now.
    free: Mutex<Vec<Box<Scratch<T>>>>,
}

/// Memory on loan; goes back when dropped.
pub(super) enum Loan<'a, T> {
    /// The memory of those who predict alone.
    First(MutexGuard<'a, Scratch<T>>),
    /// Further memory, always there until `drop`.
    Further(&'a Pool<T>, Option<Box<Scratch<T>>>),
}

impl<T: Float> Pool<T> {
    /// Without memory yet.
    pub(super) fn new() -> Self {
        Self { first: Mutex::new(Scratch::new()), free: Mutex::default() }
    }

    /// Memory of some prediction before, or new.
    #[inline]
    pub(super) fn borrow(&self) -> Loan<'_, T> {
        match self.first.try_lock() {
            Ok(scratch) => Loan::First(scratch),
            // Nothing in it matters to the next prediction.
            Err(TryLockError::Poisoned(error)) => Loan::First(error.into_inner()),
            Err(TryLockError::WouldBlock) => self.borrow_further(),
        }
    }

    #[cold]
    fn borrow_further(&self) -> Loan<'_, T> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        Loan::Further(self, Some(free.pop().unwrap_or_else(|| Box::new(Scratch::new()))))
    }
}

impl<T> Deref for Loan<'_, T> {
    type Target = Scratch<T>;

    fn deref(&self) -> &Scratch<T> {
        match self {
            Loan::First(scratch) => scratch,
            Loan::Further(_, scratch) => scratch.as_ref().expect("a loan holds memory until it is dropped"),
        }
    }
}

impl<T> DerefMut for Loan<'_, T> {
    fn deref_mut(&mut self) -> &mut Scratch<T> {
        match self {
            Loan::First(scratch) => scratch,
            Loan::Further(_, scratch) => scratch.as_mut().expect("a loan holds memory until it is dropped"),
        }
    }
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        if let Loan::Further(pool, scratch) = self {
            let mut free = pool.free.lock().unwrap_or_else(PoisonError::into_inner);
            free.extend(scratch.take());
        }
    }
}
