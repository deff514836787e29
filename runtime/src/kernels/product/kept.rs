//! Copies of weights that are kept from one prediction to the next.

use std::fmt::{Debug, Formatter};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{MOST_ROWS_IN_PLACE, Product};
use crate::float::Float;
use crate::kernels::{Memory, Position};

/// Rows after which a copy of a weight is worth its time. It takes about as long as three rows, and saves up to a tenth of each.
const ROWS_BEFORE: usize = MOST_ROWS_IN_PLACE;

/// The right operand of a product, and where a copy of it may be kept in the order in which tiles read it.
#[derive(Debug)]
pub(crate) struct Weight<'a, T> {
    pub(super) values: &'a [T],
    pub(super) kept: Option<&'a Kept<T>>,
}

impl<T> Clone for Weight<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Weight<'_, T> {}

impl<'a, T> Weight<'a, T> {
    /// Values of which no copy is kept: they may change before they are needed again.
    pub(crate) fn passing(values: &'a [T]) -> Self {
        Self { values, kept: None }
    }

    /// Values that stay as they are until `kept` is told to forget its copy.
    pub(crate) fn lasting(values: &'a [T], kept: &'a Kept<T>) -> Self {
        Self { values, kept: Some(kept) }
    }
}

/// The place of a copy. It is made by the first product before which so many rows have gone through the weight, since its values
/// changed, that it is worth its time: a weight that changes after each few predictions is not copied each time.
pub(crate) struct Kept<T> {
    copy: OnceLock<Memory<T>>,
    before: Mutex<Before<T>>,
}

/// What there is before there is a copy.
struct Before<T> {
    /// Memory for it.
    memory: Memory<T>,
    /// Rows that went through the weight since its values changed.
    rows: usize,
}

impl<T: Float> Kept<T> {
    /// No copy yet.
    pub(crate) fn nothing() -> Self {
        let memory = Memory::empty(Position::Other);
        Self { copy: OnceLock::new(), before: Mutex::new(Before { memory, rows: 0 }) }
    }

    /// The values change: another copy will be made, in the same memory.
    #[inline]
    pub(crate) fn forget(&mut self) {
        let before = self.before.get_mut().unwrap_or_else(PoisonError::into_inner);
        before.rows = 0;
        if let Some(memory) = self.copy.take() {
            before.memory = memory;
        }
    }

    /// The copy for a product that goes through the weight; nothing while none is worth its time, and where there is not enough
    /// memory. The first call allocates, so that no later one has to. One thread makes the copy; others that need it wait.
    pub(super) fn copy(&self, product: &Product, make: impl FnOnce(&mut [T])) -> Option<&[T]> {
        let length = product.k * product.n;
        if self.copy.get().is_none() {
            let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have made it in the meantime.
            if self.copy.get().is_none() {
                if before.memory.len() != length {
                    before.memory = Memory::try_new(Position::Other, length, T::ZERO)?;
                }
                if before.rows < ROWS_BEFORE {
                    before.rows += product.m;
                    return None;
                }
                let mut memory = std::mem::replace(&mut before.memory, Memory::empty(Position::Other));
                make(&mut memory);
                return Some(self.copy.get_or_init(|| memory));
            }
        }
        self.copy.get().map(|copy| &**copy).filter(|copy| copy.len() == length)
    }
}

impl<T> Kept<T> {
    /// Whether there is a copy.
    pub(super) fn is_there(&self) -> bool {
        self.copy.get().is_some()
    }
}

impl<T> Debug for Kept<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Kept").field("is_there", &self.is_there()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: Product = Product { m: 20, k: 3, n: 40, transposed_a: false, transposed_b: false, add: false };

    /// What the copy for one more product holds; a copy is all of this value.
    fn next(kept: &Kept<f32>, value: f32) -> Option<f32> {
        let copy = kept.copy(&PRODUCT, |copy| copy.fill(value))?;
        assert!(copy.len() == 120 && copy.iter().all(|&other| other == copy[0]));
        Some(copy[0])
    }

    #[test]
    fn a_copy_is_made_when_it_is_worth_its_time_and_stays_until_the_values_change() {
        let mut kept = Kept::nothing();
        for value in [1.0, 2.0] {
            assert_eq!([3.0, 4.0, 5.0].map(|other| next(&kept, other)), [None; 3], "fewer than 48 rows before");
            assert_eq!([value, 6.0, 7.0].map(|other| next(&kept, other)), [Some(value); 3]);
            let memory = kept.copy.get().map(|copy| copy.as_ptr());
            kept.forget();
            assert!(!kept.is_there());
            assert_eq!(Some(kept.before.get_mut().unwrap().memory.as_ptr()), memory, "it will be used again");
        }
    }

    #[test]
    fn threads_at_once_see_one_copy() {
        let kept = Kept::nothing();
        let first = std::thread::scope(|scope| {
            let threads = (0..8).map(|number| {
                let kept = &kept;
                scope.spawn(move || (0..50).filter_map(|_| next(kept, number as f32)).collect::<Vec<f32>>())
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<f32>>()
        });
        assert!(first.len() == 8 * 50 - 3 && first.iter().all(|value| value == &first[0]));
    }

    #[test]
    fn more_than_there_is_memory_for_is_not_copied() {
        let kept = Kept::<f32>::nothing();
        let product = Product { k: 1 << 30, n: 1 << 30, ..PRODUCT };
        for _ in 0..5 {
            assert!(kept.copy(&product, |_| unreachable!("there is no memory")).is_none());
        }
    }
}
