//! Buffers of numbers that are read and written side by side.

use std::ops::{Deref, DerefMut};

/// Numbers that begin at a chosen distance from a page's start.
///
/// A processor compares the last twelve bits of addresses first: a number is not read while one at the same place of another
/// page is on its way to memory. Large allocations all begin at the same place of a page, and an optimizer goes through
/// parameters, gradients and averages in step, so with plain vectors Adam takes twice as long (`cargo bench --bench kernels`).
#[derive(Debug)]
pub(crate) struct Memory<T> {
    values: Vec<T>,
    start: usize,
    length: usize,
    position: Position,
}

/// Where in a page a buffer begins: a quarter apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Parameters = 0,
    Gradients = 1,
    /// The slots of an optimizer, each at [`stride`] from the last: the third quarter, the last, and half way to the first.
    State = 2,
}

const PAGE: usize = 4096;

impl<T: Copy> Memory<T> {
    /// Nothing yet.
    pub(crate) const fn empty(position: Position) -> Self {
        Self { values: Vec::new(), start: 0, length: 0, position }
    }

    /// Room for so many numbers, all the same.
    pub(crate) fn new(position: Position, length: usize, value: T) -> Self {
        let page = PAGE / size_of::<T>();
        let spare = if length * size_of::<T>() < PAGE { 0 } else { 2 * page };
        let values = vec![value; length + spare];
        // Small buffers stay in the nearest cache, and one after another.
        let start =
            if spare == 0 { 0 } else { values.as_ptr().align_offset(PAGE) % page + position as usize * page / 4 };
        Self { values, start, length, position }
    }
}

impl<T> Deref for Memory<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.values[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for Memory<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.start..self.start + self.length]
    }
}

impl<T: Copy> Clone for Memory<T> {
    fn clone(&self) -> Self {
        let Some(&first) = self.first() else { return Self::empty(self.position) };
        let mut copy = Self::new(self.position, self.length, first);
        copy.copy_from_slice(self);
        copy
    }
}

/// How far apart an optimizer's slots for so many parameters lie, so that these too begin at different places of a page.
pub(crate) fn stride<T>(parameters: usize) -> usize {
    let page = PAGE / size_of::<T>();
    if parameters < page { parameters } else { parameters.next_multiple_of(page) + page / 4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_apart() {
        let place = |values: &[f32]| values.as_ptr() as usize % PAGE;
        for length in [1024, 1025, 100_000] {
            let parameters = Memory::new(Position::Parameters, length, 0f32);
            let gradients = Memory::new(Position::Gradients, length, 0f32);
            let state = Memory::new(Position::State, 3 * stride::<f32>(length), 0f32);
            assert_eq!([place(&parameters), place(&gradients), place(&state)], [0, 1024, 2048], "{length}");
            assert_eq!(place(&state[stride::<f32>(length)..]), 3072, "{length}");
            assert_eq!((parameters.len(), gradients.len()), (length, length));
        }
    }

    #[test]
    fn a_copy_has_the_same_numbers_at_its_own_place() {
        let mut memory = Memory::new(Position::State, 5000, 1f64);
        memory[4999] = 2.0;
        let copy = memory.clone();
        assert_eq!(copy[..], memory[..]);
        assert_eq!(copy.as_ptr() as usize % PAGE, 2048);
        assert!(Memory::<f32>::empty(Position::State).clone().is_empty());
    }
}
