//! Loops over equally long slices, and sums over rows.

use crate::float::Float;

/// Copies `values`, or adds them.
pub(crate) fn put<T: Float>(values: &[T], to: &mut [T], add: bool) {
    put_each(values, to, add, |value| value);
}

/// Writes a function of each value, or adds it.
pub(crate) fn put_each<T: Float>(values: &[T], to: &mut [T], add: bool, function: impl Fn(T) -> T) {
    debug_assert_eq!(values.len(), to.len());
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

/// The sum of rows, from the first to the last: what a bias' gradient is.
pub(crate) fn sum_rows<T: Float>(values: &[T], sum: &mut [T], add: bool) {
    if !add {
        sum.fill(T::ZERO);
    }
    for row in values.chunks_exact(sum.len()) {
        put(row, sum, true);
    }
}
