//! Buffers of numbers that are read and written side by side.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use std::sync::OnceLock;

/// Numbers that begin at a chosen distance from a page's start.
///
/// A processor compares the last twelve bits of addresses first: a number is not read while one at the same place of another
/// page is on its way to memory. Large allocations all begin at the same place of a page, and an optimizer goes through
/// parameters, gradients and averages in step, so with plain vectors Adam takes twice as long (`cargo bench --bench kernels`).
///
/// Buffers of half a large page and more lie in large pages, where the system has them: rows of a weight are in different
/// small pages, and looking up where those are takes 7 % of a training step (benches/README.md).
#[derive(Debug)]
pub(crate) struct Memory<T> {
    /// Where the numbers are; dangling if there are none.
    first: NonNull<T>,
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
    /// Anything else.
    Other = 3,
}

const PAGE: usize = 4096;
const LARGE_PAGE: usize = 2 << 20;
const CACHE_LINE: usize = 64;

/// Rows that are on their way from main memory while one is read.
const ROWS_AHEAD: usize = 2;
/// Lines of each that are asked for. A longer row is read so far that the processor sees where that leads.
const LINES_AHEAD: usize = 64;

impl<T: Copy> Memory<T> {
    /// Nothing yet.
    pub(crate) const fn empty(position: Position) -> Self {
        Self { first: NonNull::dangling(), length: 0, position }
    }

    /// Room for so many numbers, all the same.
    pub(crate) fn new(position: Position, length: usize, value: T) -> Self {
        Self::try_new(position, length, value).unwrap_or_else(|| {
            handle_alloc_error(Place::of::<T>(position, length).map_or(Layout::new::<T>(), |place| place.layout))
        })
    }

    /// The same, or nothing if there is not enough memory.
    pub(crate) fn try_new(position: Position, length: usize, value: T) -> Option<Self> {
        if length == 0 {
            return Some(Self::empty(position));
        }
        let place = Place::of::<T>(position, length)?;
        // SAFETY: the layout is not empty. Between its start and its end there is room for the numbers, which begin where a
        // number may, and all of them are written before anybody sees them.
        unsafe {
            let start = NonNull::new(alloc(place.layout))?;
            if place.layout.align() == LARGE_PAGE {
                ask_for_large_pages(start, place.layout.size());
            }
            let first = start.add(place.skip).cast::<T>();
            for number in 0..length {
                first.add(number).write(value);
            }
            Some(Self { first, length, position })
        }
    }
}

/// A buffer in the memory that was asked for.
struct Place {
    layout: Layout,
    /// Bytes before the first number.
    skip: usize,
}

impl Place {
    /// Nothing if no machine has as much memory.
    fn of<T>(position: Position, length: usize) -> Option<Self> {
        let bytes = length.checked_mul(size_of::<T>())?;
        // Small buffers stay in the nearest cache, and one after another.
        let (page, skip) = match bytes {
            0..PAGE => (64, 0),
            PAGE..LARGE_HALF => (PAGE, position as usize * (PAGE / 4)),
            _ => (LARGE_PAGE, position as usize * (PAGE / 4)),
        };
        let size = bytes.checked_add(skip)?;
        let size = if page == LARGE_PAGE { size.checked_next_multiple_of(page)? } else { size };
        Some(Self { layout: Layout::from_size_align(size, page).ok()?, skip })
    }
}

const LARGE_HALF: usize = LARGE_PAGE / 2;

/// Asks the system for large pages. It is free to have none; nothing but speed depends on it.
#[cfg(all(target_os = "linux", not(miri)))]
fn ask_for_large_pages(start: NonNull<u8>, size: usize) {
    // SAFETY: the range has just been allocated, and the advice changes nothing that is in it.
    unsafe { libc::madvise(start.as_ptr().cast(), size, libc::MADV_HUGEPAGE) };
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn ask_for_large_pages(_start: NonNull<u8>, _size: usize) {}

impl<T> Drop for Memory<T> {
    fn drop(&mut self) {
        if self.length > 0
            && let Some(place) = Place::of::<T>(self.position, self.length)
        {
            // SAFETY: `try_new` allocated this layout and went as far from its start.
            unsafe { dealloc(self.first.cast::<u8>().sub(place.skip).as_ptr(), place.layout) };
        }
    }
}

// SAFETY: the numbers belong to the buffer alone, as those of a `Vec` do.
unsafe impl<T: Send> Send for Memory<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Memory<T> {}

impl<T> Deref for Memory<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: so many numbers were written there, and nobody else may write to them.
        unsafe { slice::from_raw_parts(self.first.as_ptr(), self.length) }
    }
}

impl<T> DerefMut for Memory<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: so many numbers were written there, and nobody else may use them.
        unsafe { slice::from_raw_parts_mut(self.first.as_ptr(), self.length) }
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

/// Whether the second cache keeps a line of each of so many rows, `stride` numbers apart. Lines whose addresses differ by a
/// multiple of a large power of two compete for few places.
pub(super) fn keeps_rows<T>(rows: usize, stride: usize) -> bool {
    const WAYS: usize = 8;
    let bytes = stride * size_of::<T>();
    let lines = if bytes.is_multiple_of(CACHE_LINE) { bytes / CACHE_LINE } else { 1 };
    let sets = second_cache() / (WAYS * CACHE_LINE);
    rows <= WAYS * (sets >> lines.max(1).trailing_zeros()).max(1)
}

/// Bytes of the second cache of a core.
pub(super) fn second_cache() -> usize {
    const USUAL: usize = 1 << 20;
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::__cpuid;
        static BYTES: OnceLock<usize> = OnceLock::new();
        const CACHES: u32 = 0x8000_0006;
        *BYTES.get_or_init(|| {
            let knows = __cpuid(0x8000_0000).eax >= CACHES;
            match if knows { __cpuid(CACHES).ecx >> 16 } else { 0 } {
                0 => USUAL,
                kibibytes => kibibytes as usize * 1024,
            }
        })
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    USUAL
}

/// Asks for a cache line that is needed soon, into the second cache. The address may be any.
#[inline(always)]
pub(super) fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: every x86-64 processor has the instruction, which does nothing for an address that is not valid.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Rows of a table, of which some are asked for before they are there to be read.
#[inline(always)]
pub(crate) fn rows_ahead<A>(
    values: &[A],
    elements: usize,
    rows: impl Iterator<Item = usize> + Clone,
) -> impl Iterator<Item = &[A]> {
    const { assert!(size_of::<A>() > 0 && size_of::<A>() <= CACHE_LINE) };
    let row = move |number: usize| &values[number * elements..(number + 1) * elements];
    let mut later = rows.clone();
    let mut ask = move || {
        if let Some(number) = later.next() {
            row(number).chunks(CACHE_LINE / size_of::<A>()).take(LINES_AHEAD).for_each(|line| prefetch(line.as_ptr()));
        }
    };
    (0..ROWS_AHEAD).for_each(|_| ask());
    rows.map(move |number| {
        ask();
        row(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_apart() {
        let place = |values: &[f32]| values.as_ptr() as usize % PAGE;
        for length in [1024, 1025, 100_000, 300_000] {
            let parameters = Memory::new(Position::Parameters, length, 0f32);
            let gradients = Memory::new(Position::Gradients, length, 0f32);
            let state = Memory::new(Position::State, 3 * stride::<f32>(length), 0f32);
            assert_eq!([place(&parameters), place(&gradients), place(&state)], [0, 1024, 2048], "{length}");
            assert_eq!(place(&state[stride::<f32>(length)..]), 3072, "{length}");
            assert_eq!((parameters.len(), gradients.len()), (length, length));
        }
    }

    #[test]
    fn every_number_is_there() {
        for length in [0, 1, 1023, 1024, 4096, 262_143, 262_144, 600_001] {
            let mut memory = Memory::new(Position::Gradients, length, 2f32);
            assert!(memory.len() == length && memory.iter().all(|&value| value == 2.0), "{length}");
            memory.iter_mut().enumerate().for_each(|(number, value)| *value = number as f32);
            assert!(memory.iter().enumerate().all(|(number, &value)| value == number as f32), "{length}");
        }
    }

    #[test]
    fn rows_a_power_of_two_apart_compete() {
        let lines = second_cache() / CACHE_LINE;
        assert!(keeps_rows::<f32>(lines, 16) && !keeps_rows::<f32>(lines + 1, 16), "one after the other");
        assert!(keeps_rows::<f32>(lines, 17), "no multiple of a line");
        assert!(keeps_rows::<f32>(lines / 32, 512) && !keeps_rows::<f32>(lines / 32 + 1, 512), "in every 32nd set");
        assert!(keeps_rows::<f32>(8, 1 << 30), "in one set");
        assert!(keeps_rows::<f32>(0, 0));
    }

    #[test]
    fn too_much_is_nothing() {
        for length in [usize::MAX, usize::MAX / 4, 1 << 60] {
            assert!(Memory::try_new(Position::Other, length, 0f32).is_none(), "{length}");
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
