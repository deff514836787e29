//! Sums over so much that several threads take their parts.

use std::ops::Range;

use monograd_schema::WORTH_A_THREAD;

use super::pool::MOST_PARTS;
use super::{Rows, Threads};

/// The parts of a sum over all elements of a batch. Their size does not depend on the number of threads, and so neither does
/// what the sums of all parts, added in order, come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    elements: usize,
    /// Elements of each part but the last, which may have fewer.
    size: usize,
    /// Of one element, in multiply-adds.
    cost: usize,
}

impl Parts {
    /// Parts that are whole multiples of `unit` and each worth a thread, but no more than 64; `cost` is that of one element in
    /// multiply-adds. What is not worth two threads is one part. Another cost gives other parts, and so other last bits.
    #[inline]
    pub(crate) fn new(elements: usize, unit: usize, cost: usize) -> Self {
        let parts = (elements.saturating_mul(cost) / WORTH_A_THREAD).min(MOST_PARTS);
        let size = if parts < 2 { elements.max(unit) } else { elements.div_ceil(parts).next_multiple_of(unit) };
        Self { elements, size, cost }
    }

    /// Elements of each part but the last.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The sum of what `part` gives for each part. It takes the range of its elements and what lies `beside` them, one value
    /// to each.
    pub(crate) fn sum<T: Send>(
        &self,
        threads: &Threads,
        beside: Option<&mut [T]>,
        part: impl Fn(Range<usize>, Option<&mut [T]>) -> f64 + Sync,
    ) -> f64 {
        let Self { elements, size, cost } = *self;
        if elements <= size {
            return part(0..elements, beside);
        }
        let count = elements.div_ceil(size);
        let mut sums = [0.0; MOST_PARTS];
        let sums = &mut sums[..count];
        let data = (0..count, beside.map(|beside| Rows::new(beside, size)), &mut *sums);
        threads.split(count, size.saturating_mul(cost), data, |(numbers, beside, sums)| {
            let mut beside = beside.map(|rows| rows.values.chunks_mut(size));
            for (number, sum) in numbers.zip(sums) {
                let range = number * size..elements.min((number + 1) * size);
                *sum = part(range, beside.as_mut().and_then(Iterator::next));
            }
        });
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Such elements are worth a thread if they are [`PART`].
    const COST: usize = WORTH_A_THREAD / PART;
    const PART: usize = 128;

    #[test]
    fn parts_are_worth_a_thread_and_whole_units() {
        let size = |elements, unit| Parts::new(elements, unit, COST).size();
        assert_eq!([size(0, 7), size(1, 7), size(2 * PART - 1, 7)], [7, 7, 255], "one part");
        assert_eq!([size(2 * PART, 7), size(3 * PART - 1, 7)], [133, 196], "two parts of 19 and 28 units");
        assert_eq!([size(64 * PART, 1), size(64 * PART + 1, 1), size(640 * PART, 1)], [128, 129, 1_280], "64 parts");
        assert_eq!(size(10 * PART, 5_000), 5_000, "a unit is never cut");
    }

    /// Powers of ten in an order in which every other one gives another sum.
    #[test]
    fn every_element_is_in_one_part_whatever_the_threads() {
        for elements in [0, 1, 255, 256, 257, 1_009, 8_191, 8_192, 8_193, 20_011] {
            let parts = Parts::new(elements, 7, COST);
            let sum = |threads| {
                let mut beside = vec![usize::MAX; elements];
                let sum = parts.sum(&Threads::new(threads), Some(&mut beside), |range, beside| {
                    let beside = beside.expect("something lies beside them");
                    assert_eq!(beside.len(), range.len());
                    assert!(range.len() == parts.size() || range.end == elements);
                    beside.iter_mut().zip(range.clone()).for_each(|(beside, element)| *beside = element);
                    range.map(|element| 10f64.powi((element * 37 % 31) as i32)).sum()
                });
                assert!(beside.into_iter().eq(0..elements));
                sum.to_bits()
            };
            let alone = sum(1);
            assert!([2, 3, 4, 7, 8, 64].into_iter().all(|threads| sum(threads) == alone), "{elements} elements");
        }
    }

    #[test]
    fn nothing_need_lie_beside() {
        let sum = |elements| {
            let parts = Parts::new(elements, 1, COST);
            parts.sum::<f32>(&Threads::new(2), None, |range, beside| {
                assert!(beside.is_none());
                range.len() as f64
            })
        };
        assert_eq!([sum(0), sum(10), sum(1_000)], [0.0, 10.0, 1_000.0]);
    }
}
