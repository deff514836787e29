//! What an optimizer keeps for each parameter.

use std::ops::Range;

use crate::kernels::Divide;
use crate::kernels::stride;

/// What an optimizer keeps for a piece of the parameters: a slice as long as the piece for each of its slots.
///
/// Slots that the optimizer does not have are empty.
#[derive(Debug)]
pub struct Slots<'a, T>(pub(super) [&'a mut [T]; MOST]);

/// The most slots that an optimizer has.
const MOST: usize = 3;

impl<'a, T> Slots<'a, T> {
    /// The slots of all parameters, from a state that holds one after another, each as long as the parameters.
    pub fn new(state: &'a mut [T], parameters: usize) -> Self {
        debug_assert!(state.len() <= MOST * parameters);
        let mut slots = state.chunks_exact_mut(parameters.max(1));
        Self(std::array::from_fn(|_| slots.next().unwrap_or_default()))
    }

    /// The same, from a state whose slots lie [`stride`] apart.
    #[inline]
    pub(crate) fn apart(state: &'a mut [T], parameters: usize) -> Self {
        if state.is_empty() {
            return Self([&mut [], &mut [], &mut []]);
        }
        // One after the other: as chunks, they would be counted first, by a division.
        let (mut left, stride) = (state, stride::<T>(parameters).max(1));
        Self(std::array::from_fn(|_| match std::mem::take(&mut left).split_at_mut_checked(stride) {
            Some((slot, rest)) => {
                left = rest;
                &mut slot[..parameters]
            }
            None => &mut [],
        }))
    }

    /// These slots of a piece.
    pub(crate) fn of(slots: [&'a mut [T]; MOST]) -> Self {
        Self(slots)
    }

    /// Something made of each slot.
    pub(crate) fn map<S>(self, function: impl FnMut(&'a mut [T]) -> S) -> [S; MOST] {
        self.0.map(function)
    }

    /// The slots of some of these parameters.
    #[inline]
    pub fn range(&mut self, range: Range<usize>) -> Slots<'_, T> {
        Slots(self.0.each_mut().map(|slot| if slot.is_empty() { &mut [][..] } else { &mut slot[range.clone()] }))
    }

    /// All of them, for a while.
    pub(crate) fn reborrow(&mut self) -> Slots<'_, T> {
        Slots(self.0.each_mut().map(|slot| &mut **slot))
    }
}

impl<T: Send> Divide for Slots<'_, T> {
    fn divide(self, items: usize) -> (Self, Self) {
        let [a, b, c] = self.0.map(|slot| {
            let items = items.min(slot.len());
            slot.split_at_mut(items)
        });
        (Self([a.0, b.0, c.0]), Self([a.1, b.1, c.1]))
    }
}
