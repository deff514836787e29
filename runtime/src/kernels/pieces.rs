//! A slice that several threads write, each its own part.

use std::marker::PhantomData;
use std::ops::Range;

/// A slice whose parts are written on several threads at once.
///
/// Where the parts of a slice are known before the work is split, [`Threads::split`](super::Threads) divides it. This is for
/// what is written beside a result, in the ranges in which the result becomes ready.
pub(super) struct Pieces<'a, T> {
    start: *mut T,
    length: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: a part that is handed out is a mutable slice that one thread holds, as if it had been sent there.
unsafe impl<T: Send> Send for Pieces<'_, T> {}
// SAFETY: as above; the caller of `range` makes sure that parts do not overlap.
unsafe impl<T: Send> Sync for Pieces<'_, T> {}

impl<'a, T> Pieces<'a, T> {
    /// All of a slice.
    pub(super) fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), length: slice.len(), slice: PhantomData }
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// A part of it.
    ///
    /// # Safety
    /// No other part that overlaps this one is in use.
    ///
    /// # Panics
    /// When the slice has no such part.
    #[allow(clippy::mut_from_ref, reason = "the caller makes sure that parts do not overlap")]
    pub(super) unsafe fn range(&self, range: Range<usize>) -> &mut [T] {
        assert!(range.start <= range.end && range.end <= self.length, "the part lies within the slice");
        // SAFETY: the part lies within the slice, which is borrowed for as long as `self` lives; nobody else uses it, as
        // the caller promises.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}
