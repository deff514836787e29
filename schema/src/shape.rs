//! Shapes of one sample and element types.

use std::fmt;

use crate::ShapeError;

/// The extents of one sample of a tensor; the batch axis is added at run time.
///
/// Images are `[height, width, channels]`, sequences `[time, features]`.
/// Prints as `[28, 28, 1]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    rank: usize,
    /// Those beyond the rank are 1.
    extents: [usize; Shape::MAX_RANK],
    /// Their product: every step of training asks for it many times.
    elements: usize,
}

impl Shape {
    /// The largest number of axes of one sample.
    pub const MAX_RANK: usize = 6;

    /// The largest number of elements of one tensor, on every host and target.
    pub const MAX_ELEMENTS: u64 = 1 << 40;

    /// A shape of known rank.
    ///
    /// # Panics
    /// When there are more than [`Shape::MAX_RANK`] axes.
    pub const fn new<const N: usize>(extents: [usize; N]) -> Self {
        Self::of(&extents)
    }

    /// A shape from a slice of extents.
    ///
    /// # Panics
    /// When there are more than [`Shape::MAX_RANK`] axes.
    pub const fn of(slice: &[usize]) -> Self {
        assert!(slice.len() <= Self::MAX_RANK, "a sample has at most 6 axes");
        let mut extents = [1; Self::MAX_RANK];
        let (mut axis, mut elements) = (0, 1_usize);
        while axis < slice.len() {
            extents[axis] = slice[axis];
            elements = elements.saturating_mul(slice[axis]);
            axis += 1;
        }
        Self { rank: slice.len(), extents, elements }
    }

    /// A shape from extents that a user wrote.
    ///
    /// # Errors
    /// When there are too many axes, an axis is empty, or the element count is over [`Shape::MAX_ELEMENTS`].
    pub fn checked(extents: &[u64]) -> Result<Self, ShapeError> {
        if extents.len() > Self::MAX_RANK {
            let found = extents.len();
            return Err(ShapeError::new(format!("a sample has at most {} axes, found {found}", Self::MAX_RANK)));
        }
        let mut elements: u64 = 1;
        for &extent in extents {
            if extent == 0 {
                let written = list(extents);
                return Err(ShapeError::new(format!("the shape {written} has an axis of 0, expected 1 or more")));
            }
            elements = elements.saturating_mul(extent);
        }
        if elements > Self::MAX_ELEMENTS {
            let written = list(extents);
            return Err(ShapeError::new(format!("the shape {written} has more than 2^40 elements")));
        }
        let extents: Vec<usize> = extents.iter().map(|&extent| extent as usize).collect();
        Ok(Self::of(&extents))
    }

    /// The number of axes.
    pub const fn rank(&self) -> usize {
        self.rank
    }

    /// The extents, one per axis.
    pub fn extents(&self) -> &[usize] {
        &self.extents[..self.rank]
    }

    /// The number of elements of one sample.
    pub const fn elements(&self) -> usize {
        self.elements
    }

    /// The extent of the last axis; 1 for a single number.
    pub const fn last(&self) -> usize {
        if self.rank == 0 { 1 } else { self.extents[self.rank - 1] }
    }

    /// The number of elements over all axes but the last.
    pub const fn leading(&self) -> usize {
        let mut product = 1;
        let mut axis = 0;
        while axis + 1 < self.rank {
            product *= self.extents[axis];
            axis += 1;
        }
        product
    }

    /// The same shape with another last axis.
    ///
    /// # Panics
    /// When it has no axis.
    pub fn with_last(&self, extent: usize) -> Self {
        let mut extents = self.extents;
        extents[self.rank - 1] = extent;
        Self::of(&extents[..self.rank])
    }

    /// The same shape without its last axis; a shape without axes stays as it is.
    pub fn without_last(&self) -> Self {
        Self::of(&self.extents()[..self.rank.saturating_sub(1)])
    }
}

fn list(extents: &[u64]) -> String {
    let extents: Vec<String> = extents.iter().map(u64::to_string).collect();
    format!("[{}]", extents.join(", "))
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.extents()).finish()
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// 32-bit floating point numbers.
    F32,
    /// 32-bit unsigned integers: tokens, categories, class indices.
    U32,
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dtype::F32 => "f32",
            Dtype::U32 => "u32",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_a_list() {
        assert_eq!(Shape::new([3, 32, 32]).to_string(), "[3, 32, 32]");
        assert_eq!(Shape::new([]).to_string(), "[]");
    }

    #[test]
    fn counts_elements() {
        assert_eq!(Shape::new([3, 4]).elements(), 12);
        assert_eq!(Shape::new([]).elements(), 1);
        assert_eq!(Shape::new([3, 4]).leading(), 3);
    }

    #[test]
    fn refuses_what_cannot_exist() {
        assert!(Shape::checked(&[2, 0]).unwrap_err().message.contains("axis of 0"));
        assert!(Shape::checked(&[1 << 30, 1 << 30]).is_err());
        assert!(Shape::checked(&[u64::MAX, u64::MAX]).is_err());
        assert!(Shape::checked(&[1; 7]).is_err());
    }
}
