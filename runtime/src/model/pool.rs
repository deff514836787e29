//! Memory for predictions, so that several threads can predict at once and none allocates twice.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::data::Scratch;
use crate::float::Float;

/// Memory that nobody uses now.
#[derive(Debug)]
#[allow(clippy::vec_box, reason = "a loan moves a pointer, not all that memory consists of")]
pub(super) struct Pool<T>(Mutex<Vec<Box<Scratch<T>>>>);

/// Memory on loan; goes back when dropped.
pub(super) struct Loan<'a, T> {
    pool: &'a Pool<T>,
    /// Always there until `drop`.
    scratch: Option<Box<Scratch<T>>>,
}

impl<T: Float> Pool<T> {
    /// Without memory yet.
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Memory of some prediction before, or new.
    pub(super) fn borrow(&self) -> Loan<'_, T> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Loan { pool: self, scratch: Some(free.pop().unwrap_or_else(|| Box::new(Scratch::new()))) }
    }
}

impl<T> Deref for Loan<'_, T> {
    type Target = Scratch<T>;

    fn deref(&self) -> &Scratch<T> {
        self.scratch.as_ref().expect("a loan holds memory until it is dropped")
    }
}

impl<T> DerefMut for Loan<'_, T> {
    fn deref_mut(&mut self) -> &mut Scratch<T> {
        self.scratch.as_mut().expect("a loan holds memory until it is dropped")
    }
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        let mut free = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.extend(self.scratch.take());
    }
}
