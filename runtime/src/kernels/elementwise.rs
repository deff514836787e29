//! Loops over equally long slices, and sums over rows.

use crate::float::Float;
use crate::kernels::{Kernel, Level};

/// Copies `values`, or adds them.
pub(crate) fn put<T: Float>(values: &[T], to: &mut [T], add: bool) {
    put_each(values, to, add, |value| value);
}

/// Writes a function of each value, or adds it.
pub(crate) fn put_each<T: Float>(values: &[T], to: &mut [T], add: bool, function: impl Fn(T) -> T) {
    debug_assert_eq!(values.len(), to.len());
    let put = PutEach { values, to, add, function };
    // Choosing instructions takes longer than a few values.
    if values.len() < 64 { put.run::<false>() } else { Level::of::<T>().run(put) }
}

struct PutEach<'a, T, F> {
    values: &'a [T],
    to: &'a mut [T],
    add: bool,
    function: F,
}

impl<T: Float, F: Fn(T) -> T> Kernel for PutEach<'_, T, F> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { values, to, add, function } = self;
        if add {
            for (to, &value) in to.iter_mut().zip(values) {
                *to += function(value);
            }
        } else {
            for (to, &value) in to.iter_mut().zip(values) {
                *to = function(value);
            }
        }
    }
}

/// The sum of rows, from the first to the last: what a bias' gradient is.
pub(crate) fn sum_rows<T: Float>(values: &[T], sum: &mut [T], add: bool) {
    if !add {
        sum.fill(T::ZERO);
    }
    for row in values.chunks_exact(sum.len()) {
        put(row, sum, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::reference;

    #[test]
    fn values_are_written_or_added() {
        let mut to = [1.0, 2.0];
        put(&[3.0, 4.0], &mut to, true);
        assert_eq!(to, [4.0, 6.0]);
        put(&[3.0, 4.0], &mut to, false);
        assert_eq!(to, [3.0, 4.0]);
        put_each(&[1.0, -1.0], &mut to, true, |x| 2.0 * x);
        assert_eq!(to, [5.0, 2.0]);
    }

    #[test]
    fn rows_are_summed_up() {
        for (rows, width) in [(0, 1), (0, 3), (1, 1), (1, 5), (7, 3), (16, 17)] {
            let values: Vec<f64> = (0..rows * width).map(|i| (i * i % 11) as f64).collect();
            let expected = reference::sum_rows(&values, width);
            let mut sum = vec![f64::NAN; width];
            sum_rows(&values, &mut sum, false);
            assert_eq!(sum, expected);
            sum_rows(&values, &mut sum, true);
            assert_eq!(sum, expected.iter().map(|x| 2.0 * x).collect::<Vec<_>>());
        }
    }
}
