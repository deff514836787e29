//! The activation functions over the last axis, each beside its derivative. All work in place, row by row.

use crate::float::Float;

/// Elements that are worked on at a time while they are in the nearest cache. A multiple of [`LANES`].
const BLOCK: usize = 1024;

/// The most rows that are worked on at a time.
const ROWS: usize = 128;

/// Sums and maxima of at least so many elements are taken in so many parts, each of which takes every sixteenth element in
/// order; the parts are joined pairwise. The order is the same whatever the registers hold.
const LANES: usize = 16;

/// `e^x / Σ e^x`, from the largest value down so that nothing overflows.
#[inline(always)]
pub(crate) fn softmax<T: Float, const FUSED: bool>(width: usize, values: &mut [T]) {
    exponentials::<T, FUSED>(width, values, |_, row, Normalizer { sum, .. }| {
        let scale = T::ONE / sum;
        row.iter_mut().for_each(|x| *x *= scale);
    });
}

/// `d_x = y · (d_y - Σ d_y · y)`.
#[inline(always)]
pub(super) fn softmax_backward<T: Float>(d_row: &mut [T], y: &[T]) {
    let mean = sum_of(d_row, y, |d_y, y| d_y * y);
    for (d_y, &y) in d_row.iter_mut().zip(y) {
        *d_y = y * (*d_y - mean);
    }
}

/// `x - log Σ e^x`.
#[inline(always)]
pub(crate) fn log_softmax<T: Float, const FUSED: bool>(width: usize, values: &mut [T]) {
    for row in values.chunks_exact_mut(width) {
        let Normalizer { largest, log_sum, .. } = normalizer::<T, FUSED>(row);
        let normalizer = largest + log_sum;
        row.iter_mut().for_each(|x| *x -= normalizer);
    }
}

/// `d_x = d_y - e^y · Σ d_y`.
#[inline(always)]
pub(super) fn log_softmax_backward<T: Float, const FUSED: bool>(d_row: &mut [T], y: &[T]) {
    let sum = sum_of(d_row, d_row, |d_y, _| d_y);
    for (d_y, &y) in d_row.iter_mut().zip(y) {
        *d_y -= y.exp::<FUSED>() * sum;
    }
}

/// What a row's exponentials were computed from, and what they come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Normalizer<T> {
    /// The largest value.
    pub(crate) largest: T,
    /// `Σ e^(x - largest)`.
    pub(crate) sum: T,
    /// `log sum`.
    pub(crate) log_sum: T,
}

/// Replaces each value by `e^(x - largest)` with the largest of its row, and calls `each` with the row's number.
///
/// The exponentials of several narrow rows are computed in one loop, and so are the logarithms of their sums.
#[inline(always)]
pub(crate) fn exponentials<T: Float, const FUSED: bool>(
    width: usize,
    values: &mut [T],
    mut each: impl FnMut(usize, &mut [T], Normalizer<T>),
) {
    let rows = (BLOCK / width).clamp(1, ROWS);
    let [mut largests, mut sums, mut log_sums] = [[T::ZERO; ROWS]; 3];
    for (number, block) in values.chunks_mut(rows * width).enumerate() {
        for (row, largest) in block.chunks_exact_mut(width).zip(&mut largests) {
            *largest = self::largest(row);
            row.iter_mut().for_each(|x| *x -= *largest);
        }
        block.iter_mut().for_each(|x| *x = x.exp::<FUSED>());
        for (row, sum) in block.chunks_exact(width).zip(&mut sums) {
            *sum = sum_of(row, row, |x, _| x);
        }
        for (log_sum, sum) in log_sums.iter_mut().zip(&sums) {
            *log_sum = sum.ln::<FUSED>();
        }
        for (i, row) in block.chunks_exact_mut(width).enumerate() {
            each(number * rows + i, row, Normalizer { largest: largests[i], sum: sums[i], log_sum: log_sums[i] });
        }
    }
}

/// The same of one row, which stays as it is.
#[inline(always)]
pub(crate) fn normalizer<T: Float, const FUSED: bool>(row: &[T]) -> Normalizer<T> {
    let largest = largest(row);
    let mut block = [T::ZERO; BLOCK];
    let mut sum = Sum::new(row.len());
    for x in row.chunks(BLOCK) {
        let block = &mut block[..x.len()];
        for (e, &x) in block.iter_mut().zip(x) {
            *e = (x - largest).exp::<FUSED>();
        }
        sum.add(block, block, |x, _| x);
    }
    let sum = sum.total();
    Normalizer { largest, sum, log_sum: sum.ln::<FUSED>() }
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

/// The sum of a function of each pair of elements, in the order that [`LANES`] tells.
#[inline(always)]
pub(crate) fn sum_of<T: Float>(a: &[T], b: &[T], function: impl Fn(T, T) -> T) -> T {
    let mut sum = Sum::new(a.len());
    sum.add(a, b, function);
    sum.total()
}

/// A sum in the order that [`LANES`] tells.
struct Sum<T> {
    lanes: [T; LANES],
    is_short: bool,
}

impl<T: Float> Sum<T> {
    #[inline(always)]
    fn new(length: usize) -> Self {
        Self { lanes: [T::ZERO; LANES], is_short: length < LANES }
    }

    /// Adds further elements. Their number is a multiple of [`LANES`] but for the last ones.
    #[inline(always)]
    fn add(&mut self, a: &[T], b: &[T], function: impl Fn(T, T) -> T) {
        if self.is_short {
            for (&a, &b) in a.iter().zip(b) {
                self.lanes[0] += function(a, b);
            }
            return;
        }
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        let mut lanes = self.lanes;
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                lanes[lane] += function(a[lane], b[lane]);
            }
        }
        for ((lane, &a), &b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
            *lane += function(a, b);
        }
        self.lanes = lanes;
    }

    #[inline(always)]
    fn total(self) -> T {
        if self.is_short { self.lanes[0] } else { join(self.lanes, |a, b| a + b) }
    }
}

/// The largest value but NaN, which whoever subtracts it meets anyway.
#[inline(always)]
fn largest<T: Float>(row: &[T]) -> T {
    let larger = |a: T, b: T| if b > a { b } else { a };
    if row.len() < LANES {
        return row.iter().fold(-T::INFINITY, |largest, &x| larger(largest, x));
    }
    let mut lanes = [-T::INFINITY; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] = larger(lanes[lane], chunk[lane]);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = larger(*lane, x);
    }
    join(lanes, larger)
}

/// Joins the lanes pairwise.
#[inline(always)]
fn join<T: Float>(mut lanes: [T; LANES], function: impl Fn(T, T) -> T) -> T {
    let mut count = LANES / 2;
    while count > 0 {
        for lane in 0..count {
            lanes[lane] = function(lanes[lane], lanes[lane + count]);
        }
        count /= 2;
    }
    lanes[0]
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

    fn softmax<T: Float>(row: &mut [T]) {
        super::softmax::<T, false>(row.len(), row);
    }

    fn log_softmax<T: Float>(row: &mut [T]) {
        super::log_softmax::<T, false>(row.len(), row);
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
        let Normalizer { largest, log_sum, .. } = normalizer::<f64, false>(&[1.0, -2.0, 0.5]);
        assert!((largest + log_sum - f64::ln(f64::exp(1.0) + f64::exp(-2.0) + f64::exp(0.5))).abs() < TOLERANCE);
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
    fn rows_of_any_width_agree_with_the_definition() {
        let mut draw = crate::random::Random::new(5, 0, 0).draw();
        for width in [1, 2, 10, 15, 16, 17, 64, 500, 1023, 1024, 1025, 3000] {
            let values: Vec<f64> = (0..3 * width).map(|_| 3.0 * draw.normal()).collect();
            let mut found = values.clone();
            let mut numbers = Vec::new();
            exponentials::<f64, false>(width, &mut found, |number, row, of_row| {
                assert_eq!(normalizer::<f64, false>(&values[number * width..][..width]), of_row);
                row.iter_mut().for_each(|x| *x /= of_row.sum);
                numbers.push(number);
            });
            assert_eq!(numbers, [0, 1, 2]);
            for (found, row) in found.chunks(width).zip(values.chunks(width)) {
                let sum: f64 = row.iter().map(|x| f64::exp(*x)).sum();
                assert_close(found, &row.iter().map(|x| f64::exp(*x) / sum).collect::<Vec<_>>());
            }
        }
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
