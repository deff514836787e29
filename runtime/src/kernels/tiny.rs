//! Fully connected layers so small that their sizes are constants of the code.
//!
//! A call costs about as much as 64 multiply-adds, so layers of that size are compiled for their sizes, in the crate that
//! declares them. Every element is one chain over the inner extent, in order, that begins with the bias; products and sums
//! round separately, on every processor.

use crate::float::Float;

/// Weights, or their gradients, and biases: a row of weights for each input.
#[derive(Clone, Copy, Debug)]
pub struct Weights<T, const INPUTS: usize, const UNITS: usize> {
    pub(crate) weight: [[T; UNITS]; INPUTS],
    pub(crate) bias: [T; UNITS],
}

impl<T: Float, const INPUTS: usize, const UNITS: usize> Weights<T, INPUTS, UNITS> {
    /// All 0.
    pub(crate) const ZERO: Self = Self { weight: [[T::ZERO; UNITS]; INPUTS], bias: [T::ZERO; UNITS] };

    /// A copy; without a bias it is 0.
    #[inline(always)]
    pub(crate) fn load(weight: &[T], bias: Option<&[T]>) -> Self {
        let (weight, _) = weight.as_chunks::<UNITS>();
        let weight = weight.try_into().expect("the weight has the sizes of the call");
        let bias = bias.map_or([T::ZERO; UNITS], |bias| bias.try_into().expect("there is a bias for each unit"));
        Self { weight, bias }
    }

    /// `max(x · weight + bias, floor)` for one sample, with a floor of 0 for `relu` and of -∞ for none.
    #[inline(always)]
    pub(crate) fn apply(&self, x: &[T; INPUTS], floor: T) -> [T; UNITS] {
        let mut sums = self.bias;
        for (&x, weight) in x.iter().zip(&self.weight) {
            for (sum, &weight) in sums.iter_mut().zip(weight) {
                *sum += x * weight;
            }
        }
        // One instruction; NaN is not below the floor.
        sums.map(|sum| if floor > sum { floor } else { sum })
    }

    /// Adds the gradients of one sample, from that of the layer before its floor.
    #[inline(always)]
    pub(crate) fn add(&mut self, x: &[T; INPUTS], d: &[T; UNITS]) {
        for (sums, &x) in self.weight.iter_mut().zip(x) {
            for (sum, &d) in sums.iter_mut().zip(d) {
                *sum += x * d;
            }
        }
        for (sum, &d) in self.bias.iter_mut().zip(d) {
            *sum += d;
        }
    }

    /// The gradient of one sample's input, added to `start`.
    #[inline(always)]
    pub(crate) fn d_x(&self, d: &[T; UNITS], start: [T; INPUTS]) -> [T; INPUTS] {
        let mut d_x = start;
        for (d_x, weight) in d_x.iter_mut().zip(&self.weight) {
            for (&d, &weight) in d.iter().zip(weight) {
                *d_x += d * weight;
            }
        }
        d_x
    }
}

/// The gradient before the floor: 0 where the output lies on it. Without a floor, -∞, it is that of the output.
#[inline(always)]
pub(crate) fn before_floor<T: Float, const UNITS: usize>(y: &[T; UNITS], d_y: &[T; UNITS], floor: T) -> [T; UNITS] {
    std::array::from_fn(|unit| if y[unit] <= floor && floor > -T::INFINITY { T::ZERO } else { d_y[unit] })
}

/// [`Weights::apply`] for all samples.
#[inline]
pub(crate) fn forward<T: Float, const INPUTS: usize, const UNITS: usize>(
    x: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    floor: T,
    y: &mut [T],
) {
    let weights = Weights::<T, INPUTS, UNITS>::load(weight, bias);
    for (x, y) in x.as_chunks::<INPUTS>().0.iter().zip(y.as_chunks_mut::<UNITS>().0) {
        *y = weights.apply(x, floor);
    }
}

/// The gradients of [`forward`], from that of `y`.
#[derive(Debug)]
pub(crate) struct Backward<'a, T> {
    /// What forward read.
    pub(crate) x: &'a [T],
    /// What forward wrote.
    pub(crate) y: &'a [T],
    /// The gradient of that.
    pub(crate) d_y: &'a [T],
    /// The weight.
    pub(crate) weight: &'a [T],
    /// The floor of forward.
    pub(crate) floor: T,
}

impl<T: Float> Backward<'_, T> {
    /// Writes or adds the gradients of the weight and, where somebody needs them, of the inputs; gives that of the bias.
    #[inline]
    pub(crate) fn compute<const INPUTS: usize, const UNITS: usize>(
        &self,
        (d_weight, add): (&mut [T], bool),
        d_x: Option<(&mut [T], bool)>,
    ) -> [T; UNITS] {
        let weights = Weights::<T, INPUTS, UNITS>::load(self.weight, None);
        let mut sums = if add { Weights::load(d_weight, None) } else { Weights::ZERO };
        let samples = self
            .x
            .as_chunks::<INPUTS>()
            .0
            .iter()
            .zip(self.y.as_chunks::<UNITS>().0)
            .zip(self.d_y.as_chunks::<UNITS>().0);
        match d_x {
            None => samples.for_each(|((x, y), d_y)| sums.add(x, &before_floor(y, d_y, self.floor))),
            Some((d_x, add)) => {
                for (((x, y), d_y), d_x) in samples.zip(d_x.as_chunks_mut::<INPUTS>().0) {
                    let d = before_floor(y, d_y, self.floor);
                    sums.add(x, &d);
                    *d_x = weights.d_x(&d, if add { *d_x } else { [T::ZERO; INPUTS] });
                }
            }
        }
        d_weight.copy_from_slice(sums.weight.as_flattened());
        sums.bias
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{Product, reference};

    /// Small whole numbers, so that every order of a sum gives the same.
    fn values(count: usize, factor: usize) -> Vec<f64> {
        (0..count).map(|i| (i * factor % 11) as f64 - 5.0).collect()
    }

    fn check<const INPUTS: usize, const UNITS: usize>(rows: usize, floor: f64, has_bias: bool, add: bool) {
        let (x, weight) = (values(rows * INPUTS, 7), values(INPUTS * UNITS, 3));
        let bias = has_bias.then(|| values(UNITS, 5));
        let forward_product =
            Product { m: rows, k: INPUTS, n: UNITS, transposed_a: false, transposed_b: false, add: false };
        let (mut y, mut expected) = (vec![f64::NAN; rows * UNITS], vec![f64::NAN; rows * UNITS]);
        forward::<f64, INPUTS, UNITS>(&x, &weight, bias.as_deref(), floor, &mut y);
        reference::product(&forward_product, &x, &weight, bias.as_deref(), &mut expected);
        expected.iter_mut().for_each(|y| *y = y.max(floor));
        assert_eq!(y, expected, "{rows} × {INPUTS} × {UNITS}");

        let d_y = values(rows * UNITS, 13);
        let d: Vec<f64> = d_y.iter().zip(&y).map(|(&d, &y)| if y <= floor { 0.0 } else { d }).collect();
        let (mut d_weight, mut d_x) = (values(INPUTS * UNITS, 2), values(rows * INPUTS, 2));
        let (mut expected_weight, mut expected_x) = (d_weight.clone(), d_x.clone());
        let product = Product { m: INPUTS, k: rows, n: UNITS, transposed_a: true, transposed_b: false, add };
        reference::product(&product, &x, &d, None, &mut expected_weight);
        let product = Product { m: rows, k: UNITS, n: INPUTS, transposed_a: false, transposed_b: true, add };
        reference::product(&product, &d, &weight, None, &mut expected_x);
        let backward = Backward { x: &x, y: &y, d_y: &d_y, weight: &weight, floor };
        let d_bias = backward.compute::<INPUTS, UNITS>((&mut d_weight, add), Some((&mut d_x, add)));
        assert_eq!(d_weight, expected_weight, "{rows} × {INPUTS} × {UNITS}");
        assert_eq!(d_x, expected_x, "{rows} × {INPUTS} × {UNITS}");
        assert_eq!(d_bias.to_vec(), reference::sum_rows(&d, UNITS));
        let without = backward.compute::<INPUTS, UNITS>((&mut d_weight.clone(), false), None);
        assert_eq!(without, d_bias);
    }

    #[test]
    fn as_the_reference_for_all_forms() {
        for rows in [0, 1, 2, 5, 33] {
            for (floor, bias, add) in [(0.0, true, false), (f64::NEG_INFINITY, false, true), (0.0, true, true)] {
                check::<1, 1>(rows, floor, bias, add);
                check::<2, 3>(rows, floor, bias, add);
                check::<3, 1>(rows, floor, bias, add);
                check::<8, 8>(rows, floor, bias, add);
                check::<1, 64>(rows, floor, bias, add);
                check::<64, 1>(rows, floor, bias, add);
                check::<7, 9>(rows, floor, bias, add);
            }
        }
    }

    #[test]
    fn without_a_floor_an_infinite_gradient_stays_infinite() {
        let floor = f32::NEG_INFINITY;
        assert_eq!(before_floor(&[floor], &[f32::NEG_INFINITY], floor), [f32::NEG_INFINITY]);
        assert_eq!(before_floor(&[0.0, 1.0], &[2.0, 3.0], 0.0), [0.0, 3.0]);
    }

    #[test]
    fn nan_passes_the_floor() {
        let mut y = [0.0];
        forward::<f32, 1, 1>(&[f32::NAN], &[1.0], None, 0.0, &mut y);
        assert!(y[0].is_nan());
        let mut d_weight = [0.0];
        let backward = Backward { x: &[1.0], y: &y, d_y: &[2.0], weight: &[1.0], floor: 0.0 };
        backward.compute::<1, 1>((&mut d_weight, false), None);
        assert_eq!(d_weight, [2.0]);
    }
}
