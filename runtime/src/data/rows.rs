//! Which rows of a block belong to a data set, and in which order.

use std::ops::Range;
use std::sync::Arc;

use crate::random::{Draw, Random};

/// Rows of a block.
#[derive(Clone, Debug)]
pub(crate) enum Rows {
    /// A range of them.
    Range(Range<usize>),
    /// Any, in any order.
    List(Arc<[usize]>),
}

impl Rows {
    /// The first `count` rows.
    pub(crate) fn first(count: usize) -> Self {
        Rows::Range(0..count)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Rows::Range(range) => range.len(),
            Rows::List(list) => list.len(),
        }
    }

    /// The row of the block at a position in the data set.
    pub(crate) fn at(&self, position: usize) -> usize {
        match self {
            Rows::Range(range) => range.start + position,
            Rows::List(list) => list[position],
        }
    }

    /// All rows, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.len()).map(|position| self.at(position))
    }

    /// The rows at a range of positions.
    pub(crate) fn range(&self, positions: Range<usize>) -> Self {
        match self {
            Rows::Range(range) => Rows::Range(range.start + positions.start..range.start + positions.end),
            Rows::List(list) => Rows::List(list[positions].into()),
        }
    }

    /// The rows at other rows, taken as positions.
    pub(crate) fn all(&self, positions: &Rows) -> Self {
        match positions {
            Rows::Range(range) => self.range(range.clone()),
            Rows::List(list) => self.select(list),
        }
    }

    /// The rows at a list of positions.
    pub(crate) fn select(&self, positions: &Arc<[usize]>) -> Self {
        match self {
            Rows::Range(range) if range.start == 0 => Rows::List(Arc::clone(positions)),
            _ => Rows::List(positions.iter().map(|&position| self.at(position)).collect()),
        }
    }
}

/// Puts numbers into a random order (Fisher and Yates 1938; Durstenfeld 1964).
pub(crate) fn shuffle(numbers: &mut [usize], random: Random) {
    let mut draw: Draw = random.draw();
    for end in (2..=numbers.len()).rev() {
        numbers.swap(end - 1, draw.below(end as u64) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_positions_are_rows() {
        let rows = Rows::first(10).range(2..8);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
        let rows = rows.select(&[5, 0, 3].into());
        assert_eq!(rows.iter().collect::<Vec<_>>(), [7, 2, 5]);
        assert_eq!(rows.range(1..3).iter().collect::<Vec<_>>(), [2, 5]);
    }

    #[test]
    fn shuffling_keeps_every_number() {
        let mut numbers: Vec<usize> = (0..100).collect();
        shuffle(&mut numbers, Random::new(1, 2, 3));
        assert_ne!(numbers, (0..100).collect::<Vec<_>>());
        numbers.sort_unstable();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    }
}
