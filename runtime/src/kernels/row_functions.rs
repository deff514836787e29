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
        *x -= normalizer;
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
            if x > threshold || x.is_nan() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::reference;

    /// Rounding of a few operations on numbers near 1.
    const TOLERANCE: f64 = 1e-12;

    fn applied<T: Float>(function: fn(&mut [T]), row: &[T]) -> Vec<T> {
        let mut row = row.to_vec();
        function(&mut row);
        row
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() < TOLERANCE, "{found:?} for {expected:?}");
        }
    }

    #[test]
    fn softmax_by_hand() {
        let expected = [0.6037488961486257, 0.030058887569574023, 0.3661922162818002];
        assert_close(&applied(softmax, &[1.0, -2.0, 0.5]), &expected);
        assert_close(&applied(log_softmax, &[1.0, -2.0, 0.5]), &expected.map(f64::ln));
        assert!((log_sum_exp(&[1.0, -2.0, 0.5]) - (1f64.exp() + (-2f64).exp() + 0.5f64.exp()).ln()).abs() < TOLERANCE);
    }

    #[test]
    fn large_scores_do_not_overflow() {
        assert_eq!(applied(softmax, &[1e30f32, 0.0]), [1.0, 0.0]);
        assert_eq!(applied(softmax, &[-1e30f32, -1e30]), [0.5, 0.5]);
        assert_eq!(applied(log_softmax, &[200f32, 0.0]), [0.0, -200.0]);
        assert_eq!(applied(sparsemax, &[1e30f32, 0.0]), [1.0, 0.0]);
    }

    #[test]
    fn sparsemax_agrees_with_sorting() {
        let mut draw = crate::random::Random::new(3, 0, 0).draw();
        for width in [1, 2, 3, 7, 64, 101] {
            for scale in [0.01, 1.0, 30.0] {
                let row: Vec<f64> = (0..width).map(|_| scale * draw.normal()).collect();
                assert_close(&applied(sparsemax, &row), &reference::sparsemax(&row));
            }
        }
        assert_close(&applied(sparsemax, &[2.0, 2.0, 1.5, -1.0]), &[0.5, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn nan_fills_its_row() {
        for function in [softmax::<f32>, log_softmax, sparsemax] {
            for row in [[f32::NAN, 1.0, 2.0], [1.0, f32::NAN, 0.0], [5.0, 2.0, f32::NAN]] {
                assert!(applied(function, &row).iter().all(|x| x.is_nan()));
            }
        }
    }
}
