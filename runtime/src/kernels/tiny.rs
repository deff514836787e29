//! Fully connected layers so small that their sizes are constants of the code.
//!
//! A call costs about as much as 64 multiply-adds, so layers of that size are compiled for their sizes, in the crate that
//! declares them. Every element is one chain over the inner extent, in order, that begins with the bias. Sums over samples
//! have eight chains, each of every eighth sample, which are added in pairs at the end. Products and sums round
//! separately, on every processor.

use super::registers::{LANES, One, Registers, total};
use crate::float::Float;

/// Weights, a row of them for each input, and biases.
#[derive(Clone, Copy, Debug)]
pub struct Weights<T, const INPUTS: usize, const UNITS: usize> {
    weight: [[T; UNITS]; INPUTS],
    bias: [T; UNITS],
}

impl<T: Float, const INPUTS: usize, const UNITS: usize> Weights<T, INPUTS, UNITS> {
    /// A copy; without a bias it is 0.
    #[inline(always)]
    pub(crate) fn load(weight: &[T], bias: Option<&[T]>) -> Self {
        let (weight, _) = weight.as_chunks::<UNITS>();
        let weight = weight.try_into().expect("the weight has the sizes of the call");
        let bias = bias.map_or([T::ZERO; UNITS], |bias| bias.try_into().expect("there is a bias for each unit"));
        Self { weight, bias }
    }

    /// `max(x · weight + bias, floor)` for some samples, with a floor of 0 for `relu` and of -∞ for none.
    #[inline(always)]
    pub(crate) fn apply<R: Registers<T>>(&self, on: R, x: &[R::Register; INPUTS], floor: T) -> [R::Register; UNITS] {
        let mut sums = [on.splat(T::ZERO); UNITS];
        for (sum, &bias) in sums.iter_mut().zip(&self.bias) {
            *sum = on.splat(bias);
        }
        for (&x, weight) in x.iter().zip(&self.weight) {
            for (sum, &weight) in sums.iter_mut().zip(weight) {
                *sum = on.add(*sum, on.multiply(x, on.splat(weight)));
            }
        }
        if floor > -T::INFINITY {
            for sum in &mut sums {
                *sum = on.at_least(on.splat(floor), *sum);
            }
        }
        sums
    }

    /// The gradient of the input of some samples, added to `start` where there is one.
    #[inline(always)]
    pub(crate) fn d_x<R: Registers<T>>(
        &self,
        on: R,
        d: &[R::Register; UNITS],
        start: Option<[R::Register; INPUTS]>,
    ) -> [R::Register; INPUTS] {
        let mut d_x = start.unwrap_or([on.splat(T::ZERO); INPUTS]);
        for (d_x, weight) in d_x.iter_mut().zip(&self.weight) {
            for (unit, (&d, &weight)) in d.iter().zip(weight).enumerate() {
                let product = on.multiply(d, on.splat(weight));
                *d_x = if unit == 0 && start.is_none() { product } else { on.add(*d_x, product) };
            }
        }
        d_x
    }
}

/// Gradients of [`Weights`], summed up over samples.
#[derive(Clone, Copy, Debug)]
pub struct Sums<V, const INPUTS: usize, const UNITS: usize> {
    pub(crate) weight: [[V; UNITS]; INPUTS],
    pub(crate) bias: [V; UNITS],
}

impl<V: Copy, const INPUTS: usize, const UNITS: usize> Sums<V, INPUTS, UNITS> {
    /// All the same.
    #[inline(always)]
    pub(crate) fn all(value: V) -> Self {
        Self { weight: [[value; UNITS]; INPUTS], bias: [value; UNITS] }
    }

    /// Adds the gradients of some samples, one to each chain, from those of the layer before its floor.
    #[inline(always)]
    pub(crate) fn add<T: Float, R: Registers<T, Register = V>>(&mut self, on: R, x: &[V; INPUTS], d: &[V; UNITS]) {
        for (sums, &x) in self.weight.iter_mut().zip(x) {
            for (sum, &d) in sums.iter_mut().zip(d) {
                *sum = on.add(*sum, on.multiply(x, d));
            }
        }
        for (sum, &d) in self.bias.iter_mut().zip(d) {
            *sum = on.add(*sum, d);
        }
    }
}

/// The gradient before the floor: 0 where the output lies on it. Without a floor, -∞, it is that of the output.
#[inline(always)]
pub(crate) fn before_floor<T: Float, R: Registers<T>, const UNITS: usize>(
    on: R,
    y: &[R::Register; UNITS],
    d_y: &[R::Register; UNITS],
    floor: T,
) -> [R::Register; UNITS] {
    let mut d = *d_y;
    if floor > -T::INFINITY {
        for (d, &y) in d.iter_mut().zip(y) {
            *d = on.where_above(on.splat(floor), y, *d);
        }
    }
    d
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
        *y = weights.apply(One, x, floor);
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
        (d_weight, add_weight): (&mut [T], bool),
        mut d_x: Option<(&mut [T], bool)>,
    ) -> [T; UNITS] {
        let weights = Weights::<T, INPUTS, UNITS>::load(self.weight, None);
        let mut chains = [Sums::<T, INPUTS, UNITS>::all(T::ZERO); LANES];
        let (x, y) = (self.x.as_chunks::<INPUTS>().0, self.y.as_chunks::<UNITS>().0);
        let d_y = self.d_y.as_chunks::<UNITS>().0;
        for (first, sums) in chains.iter_mut().enumerate() {
            for sample in (first..x.len()).step_by(LANES) {
                let d = before_floor(One, &y[sample], &d_y[sample], self.floor);
                sums.add(One, &x[sample], &d);
                if let Some((d_x, add)) = &mut d_x {
                    let d_x = &mut d_x.as_chunks_mut::<INPUTS>().0[sample];
                    *d_x = weights.d_x(One, &d, add.then_some(*d_x));
                }
            }
        }
        for (input, d_weight) in d_weight.as_chunks_mut::<UNITS>().0.iter_mut().enumerate() {
            for (unit, d_weight) in d_weight.iter_mut().enumerate() {
                let sum = total(std::array::from_fn(|chain| chains[chain].weight[input][unit]));
                *d_weight = if add_weight { *d_weight + sum } else { sum };
            }
        }
        std::array::from_fn(|unit| total(std::array::from_fn(|chain| chains[chain].bias[unit])))
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
        assert_eq!(before_floor(One, &[floor], &[f32::NEG_INFINITY], floor), [f32::NEG_INFINITY]);
        assert_eq!(before_floor(One, &[0.0, 1.0], &[2.0, 3.0], 0.0), [0.0, 3.0]);
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
