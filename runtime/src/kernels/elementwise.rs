//! Loops over equally long slices, and sums over rows.

use super::Threads;
use crate::float::Float;
use crate::kernels::{Kernel, Level};

/// Of one value in a sum, in multiply-adds.
const COST: usize = 1;

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

/// The sum of rows, from the first to the last: what a bias' gradient is. Threads sum different columns.
pub fn sum_rows<T: Float>(values: &[T], sum: &mut [T], add: bool, threads: &Threads) {
    let width = sum.len();
    debug_assert_eq!(values.len() % width, 0);
    // So few columns are one part.
    let items = if width <= 4 { 1 } else { width };
    threads.split(items, values.len() / width * COST, (0..width, sum), |(columns, sum)| {
        if !add {
            sum.fill(T::ZERO);
        }
        match width {
            1 => sum_short_rows::<1, _>(values, sum),
            2 => sum_short_rows::<2, _>(values, sum),
            3 => sum_short_rows::<3, _>(values, sum),
            4 => sum_short_rows::<4, _>(values, sum),
            _ => values.chunks_exact(width).for_each(|row| put(&row[columns.clone()], sum, true)),
        }
    });
}

/// Rows so short that counting their elements would take longer than adding them. Nobody splits these.
fn sum_short_rows<const WIDTH: usize, T: Float>(values: &[T], sum: &mut [T]) {
    if let ([sum], _) = sum.as_chunks_mut::<WIDTH>() {
        let mut sums = *sum;
        for row in values.as_chunks::<WIDTH>().0 {
            (0..WIDTH).for_each(|column| sums[column] += row[column]);
        }
        *sum = sums;
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
        for (rows, width) in [(0, 1), (0, 3), (1, 1), (1, 5), (7, 1), (7, 2), (7, 3), (7, 4), (16, 17)] {
            let values: Vec<f64> = (0..rows * width).map(|i| (i * i % 11) as f64).collect();
            let expected = reference::sum_rows(&values, width);
            let mut sum = vec![f64::NAN; width];
            let threads = Threads::default();
            sum_rows(&values, &mut sum, false, &threads);
            assert_eq!(sum, expected);
            sum_rows(&values, &mut sum, true, &threads);
            assert_eq!(sum, expected.iter().map(|x| 2.0 * x).collect::<Vec<_>>());
        }
    }
    #[test]
    #[cfg_attr(miri, ignore = "three million additions")]
    fn threads_do_not_change_the_bits_of_a_sum() {
        let (rows, width) = (700, 1013);
        let values: Vec<f32> = (0..rows * width).map(|i| (i as f32).sin()).collect();
        let sums = [1, 2, 3, 7, 8].map(|count| {
            let mut sum = vec![0.5; width];
            sum_rows(&values, &mut sum, true, &Threads::new(count));
            sum
        });
        assert!(sums.iter().all(|sum| sum == &sums[0]));
    }
}
