//! The order of the samples of an epoch.

use std::ops::Range;

use super::{Permutation, Positions};
use crate::random::Random;

/// The order in which the batches of an epoch take their samples.
#[derive(Debug)]
pub(crate) enum Order {
    /// That of the data.
    Data,
    /// Another one for each epoch.
    Random(Box<RandomOrder>),
}

/// A permutation, and what it says for the next batches.
#[derive(Debug)]
pub(crate) struct RandomOrder {
    permutation: Permutation,
    /// How many positions are computed at once: some whole batches.
    length: usize,
    /// The places in the order whose positions are known.
    known: Range<usize>,
    positions: Vec<usize>,
}

/// Positions that are worth computing at once.
const AT_ONCE: usize = 1024;

impl Order {
    /// A random order of `count` samples, of which batches take `batch_size`.
    pub(crate) fn random(count: usize, batch_size: usize, random: Random) -> Self {
        let batches = (AT_ONCE / batch_size).max(1);
        let length = batch_size.saturating_mul(batches).min(count);
        let permutation = Permutation::new(count, random);
        let order = RandomOrder { permutation, length, known: 0..0, positions: vec![0; length] };
        Order::Random(Box::new(order))
    }

    /// Begins an epoch of another order, where orders are random.
    pub(crate) fn begin(&mut self, random: Random) {
        if let Order::Random(order) = self {
            order.permutation.renew(random);
            order.known = 0..0;
        }
    }

    /// The positions in the data of the samples at some places, of which all are there.
    pub(crate) fn positions(&mut self, places: Range<usize>) -> Positions<'_> {
        match self {
            Order::Data => Positions::Range(places),
            Order::Random(order) => Positions::List(order.at(places)),
        }
    }
}

impl RandomOrder {
    fn at(&mut self, places: Range<usize>) -> &[usize] {
        if places.start < self.known.start || places.end > self.known.end {
            let end = self.permutation.count().min(places.start + self.length);
            self.known = places.start..end;
            self.permutation.fill(places.start, &mut self.positions[..end - places.start]);
        }
        let first = places.start - self.known.start;
        &self.positions[first..first + places.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_of_any_size_follow_the_same_order() {
        let random = |epoch| Random::new(1, 2, epoch);
        let mut expected = vec![0; 5000];
        Permutation::new(5000, random(1)).fill(0, &mut expected);
        for batch_size in [1, 7, 32, 1000, 1024, 1025, 5000] {
            let mut order = Order::random(5000, batch_size, random(0));
            order.begin(random(1));
            let mut found = Vec::new();
            for first in (0..5000).step_by(batch_size) {
                let Positions::List(list) = order.positions(first..5000.min(first + batch_size)) else {
                    unreachable!()
                };
                found.extend_from_slice(list);
            }
            assert_eq!(found, expected, "{batch_size}");
        }
    }
}
