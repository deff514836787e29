//! Tensors whose axes of 1 are repeated to the extents of another.

use monograd_schema::Shape;

use crate::float::Float;
use crate::kernels::elementwise::put;
use crate::kernels::{Kernel, Level};

/// How a tensor lies beside a larger one of the same rank.
///
/// The trailing axes are taken together as runs as far as they are either all alike or all repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broadcast {
    /// Elements of one sample of the large tensor, and of the small one.
    large: usize,
    small: usize,
    /// The axes before the runs: extents of the large tensor, and steps of the small one.
    outer: usize,
    extents: [usize; Shape::MAX_RANK],
    steps: [usize; Shape::MAX_RANK],
    /// The length of a run, and whether the small tensor stands still in it.
    run: usize,
    repeated: bool,
}

impl Broadcast {
    /// From the shapes of one sample: axes agree, or are 1 in `small`.
    pub(crate) fn new(small: Shape, large: Shape) -> Self {
        debug_assert_eq!(small.rank(), large.rank());
        let mut steps = [0; Shape::MAX_RANK];
        let mut step = 1;
        for axis in (0..small.rank()).rev() {
            let extent = small.extents()[axis];
            steps[axis] = if extent == 1 { 0 } else { step };
            step *= extent;
        }
        let mut extents = [1; Shape::MAX_RANK];
        extents[..large.rank()].copy_from_slice(large.extents());
        // An axis of 1 in both tensors joins any run.
        let is_repeated = |axis: usize| steps[axis] == 0 && extents[axis] != 1;
        let is_alike = |axis: usize| steps[axis] != 0;
        let (mut outer, mut run) = (large.rank(), 1);
        let (mut alike, mut repeated) = (false, false);
        while outer > 0 && !(repeated && is_alike(outer - 1)) && !(alike && is_repeated(outer - 1)) {
            outer -= 1;
            alike |= is_alike(outer);
            repeated |= is_repeated(outer);
            run *= extents[outer];
        }
        Self { large: large.elements(), small: small.elements(), outer, extents, steps, run, repeated }
    }

    /// Whether nothing is repeated.
    pub(crate) fn is_same(&self) -> bool {
        self.large == self.small
    }

    /// Calls `each(large, small)` with the first elements of each run, in memory order.
    #[inline(always)]
    fn runs(&self, rows: usize, mut each: impl FnMut(usize, usize)) {
        for row in 0..rows {
            let mut index = [0; Shape::MAX_RANK];
            let (first, mut small) = (row * self.large, row * self.small);
            for large in (first..first + self.large).step_by(self.run) {
                each(large, small);
                for axis in (0..self.outer).rev() {
                    index[axis] += 1;
                    small += self.steps[axis];
                    if index[axis] < self.extents[axis] {
                        break;
                    }
                    small -= index[axis] * self.steps[axis];
                    index[axis] = 0;
                }
            }
        }
    }

    /// `large = function(large, small)`, element by element, for `rows` samples.
    pub(crate) fn combine<T: Float>(&self, rows: usize, large: &mut [T], small: &[T], function: impl Fn(T, T) -> T) {
        Level::of::<T>().run(Combine { broadcast: self, rows, large, small, function });
    }

    /// `small = Σ large` over the repeated axes, in memory order, written or added: the way back of a gradient.
    pub(crate) fn reduce<T: Float>(&self, rows: usize, large: &[T], small: &mut [T], add: bool) {
        if self.is_same() {
            return put(large, small, add);
        }
        if !add {
            small.fill(T::ZERO);
        }
        self.runs(rows, |start, first| {
            let run = &large[start..start + self.run];
            if self.repeated {
                run.iter().for_each(|&large| small[first] += large);
            } else {
                put(run, &mut small[first..first + self.run], true);
            }
        });
    }
}

struct Combine<'a, T, F> {
    broadcast: &'a Broadcast,
    rows: usize,
    large: &'a mut [T],
    small: &'a [T],
    function: F,
}

impl<T: Float, F: Fn(T, T) -> T> Kernel for Combine<'_, T, F> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { broadcast, rows, large, small, function } = self;
        if broadcast.is_same() {
            for (large, &small) in large.iter_mut().zip(small) {
                *large = function(*large, small);
            }
            return;
        }
        broadcast.runs(rows, |start, first| {
            let run = &mut large[start..start + broadcast.run];
            if broadcast.repeated {
                let small = small[first];
                run.iter_mut().for_each(|large| *large = function(*large, small));
            } else {
                for (large, &small) in run.iter_mut().zip(&small[first..]) {
                    *large = function(*large, small);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::reference;

    const SHAPES: &[(&[usize], &[usize])] = &[
        (&[], &[]),
        (&[1], &[1]),
        (&[1], &[5]),
        (&[5], &[5]),
        (&[4, 1], &[4, 5]),
        (&[1, 5], &[4, 5]),
        (&[1, 1], &[4, 5]),
        (&[2, 1, 3], &[2, 4, 3]),
        (&[1, 4, 1], &[2, 4, 3]),
        (&[1, 1, 3], &[2, 4, 3]),
        (&[2, 1, 1], &[2, 4, 3]),
        (&[2, 1, 3, 1], &[2, 1, 3, 7]),
        (&[1, 3, 1, 2, 1, 3], &[2, 3, 2, 2, 1, 3]),
    ];

    #[test]
    fn agrees_with_the_definition() {
        for &(small, large) in SHAPES {
            let (small, large) = (Shape::of(small), Shape::of(large));
            let broadcast = Broadcast::new(small, large);
            for rows in [0, 1, 3] {
                let beside = reference::broadcast(small, large, rows);
                let values: Vec<f64> = (0..rows * small.elements()).map(|i| (i * i % 13) as f64).collect();
                let start: Vec<f64> = (0..rows * large.elements()).map(|i| (i * i % 7) as f64).collect();
                let mut combined = start.clone();
                broadcast.combine(rows, &mut combined, &values, |large, small| 10.0 * large + small);
                let mut sums = values.clone();
                for (i, &found) in combined.iter().enumerate() {
                    assert_eq!(found, 10.0 * start[i] + values[beside[i]], "{small} beside {large}");
                    sums[beside[i]] += start[i];
                }
                let mut reduced = values.clone();
                broadcast.reduce(rows, &start, &mut reduced, true);
                assert_eq!(reduced, sums, "{small} from {large}");
                broadcast.reduce(rows, &start, &mut reduced, false);
                let written: Vec<f64> = sums.iter().zip(&values).map(|(sum, value)| sum - value).collect();
                assert_eq!(reduced, written, "{small} from {large}");
            }
        }
    }
}
