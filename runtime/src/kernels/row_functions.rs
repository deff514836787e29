//! The activation functions over the last axis, each beside its derivative. All work in place, row by row.

use crate::float::Float;

/// `e^x / Σ e^x`, from the largest value down so that nothing overflows.
pub(crate) fn softmax<T: Float>(row: &mut [T]) {
    let largest = largest(row);
    let mut sum = T::ZERO;
    for x in row.iter_mut() {
        *x = (*x - largest).exp();
        sum += *x;
    }
    for x in row {
        *x /= sum;
    }
}

/// `d_x = y · (d_y - Σ d_y · y)`.
pub(super) fn softmax_backward<T: Float>(d_row: &mut [T], y: &[T]) {
    let mut mean = T::ZERO;
    for (&d_y, &y) in d_row.iter().zip(y) {
        mean += d_y * y;
    }
    for (d_y, &y) in d_row.iter_mut().zip(y) {
        *d_y = y * (*d_y - mean);
    }
}

/// `x - log Σ e^x`.
pub(super) fn log_softmax<T: Float>(row: &mut [T]) {
    let normalizer = log_sum_exp(row);
    for x in row {
        *x = *x - normalizer;
    }
}

/// `d_x = d_y - e^y · Σ d_y`.
pub(super) fn log_softmax_backward<T: Float>(d_row: &mut [T], y: &[T]) {
    let mut sum = T::ZERO;
    for &d_y in d_row.iter() {
        sum += d_y;
    }
    for (d_y, &y) in d_row.iter_mut().zip(y) {
        *d_y -= y.exp() * sum;
    }
}

/// `max(0, x - τ)` with `τ` such that the row sums to 1.
///
/// `τ` is found without sorting (Michelot 1986): from the threshold of all values, those below it are dropped and the
/// threshold of the others is taken, until none is dropped. It only rises, so each round drops one at least.
pub(super) fn sparsemax<T: Float>(row: &mut [T]) {
    let largest = largest(row);
    let mut threshold = -T::INFINITY;
    let mut kept = row.len() + 1;
    loop {
        let (mut sum, mut count) = (T::ZERO, 0);
        for &x in row.iter() {
            let x = x - largest;
            // NaN is kept, so that the whole row becomes NaN.
            if !(x <= threshold) {
                sum += x;
                count += 1;
            }
        }
        if count == kept || count == 0 {
            break;
        }
        kept = count;
        threshold = (sum - T::ONE) / T::from_f64(count as f64);
    }
    for x in row {
        *x = (*x - largest - threshold).maximum(T::ZERO);
    }
}

/// `d_x = d_y - mean d_y` over the elements with `y > 0`, else 0.
pub(super) fn sparsemax_backward<T: Float>(d_row: &mut [T], y: &[T]) {
    let (mut sum, mut count) = (T::ZERO, 0);
    for (&d_y, &y) in d_row.iter().zip(y) {
        if y > T::ZERO {
            sum += d_y;
            count += 1;
        }
    }
    let mean = sum / T::from_f64(count as f64);
    for (d_y, &y) in d_row.iter_mut().zip(y) {
        *d_y = if y > T::ZERO { *d_y - mean } else { T::ZERO };
    }
}

/// `log Σ e^x`, from the largest value down so that nothing overflows.
pub(crate) fn log_sum_exp<T: Float>(row: &[T]) -> T {
    let largest = largest(row);
    let mut sum = T::ZERO;
    for &x in row {
        sum += (x - largest).exp();
    }
    largest + sum.ln()
}

fn largest<T: Float>(row: &[T]) -> T {
    row.iter().fold(-T::INFINITY, |largest, &x| largest.maximum(x))
}
