//! Decisions taken from the bytes of an input.

/// The bytes that are left. Where none are left, every decision is the first.
pub struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    /// From the bytes of an input.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether all bytes are used.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number below `end`, which is 256 or less and not 0.
    pub fn below(&mut self, end: usize) -> usize {
        match self.bytes.split_first() {
            Some((&first, rest)) => {
                self.bytes = rest;
                usize::from(first) % end
            }
            None => 0,
        }
    }

    /// A number of two bytes.
    pub fn word(&mut self) -> usize {
        256 * self.below(256) + self.below(256)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
