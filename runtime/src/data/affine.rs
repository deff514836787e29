//! Numbers that are scaled and shifted on their way into the network.

use std::sync::Arc;

use super::{Column, IntoColumn};
use crate::Error;

/// What becomes of the numbers of a column when a batch of them is gathered: `scale · value + shift` in `f64`, rounded once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Affine {
    /// Nothing.
    #[default]
    None,
    /// The same for all.
    All { scale: f64, shift: f64 },
    /// For each element of a sample its own.
    Each(Arc<Factors>),
}

/// One scale and one shift for each element of a sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factors {
    pub(crate) scales: Vec<f64>,
    pub(crate) shifts: Vec<f64>,
}

impl Affine {
    /// What becomes of one value of a sample.
    #[inline(always)]
    pub(crate) fn apply(&self, element: usize, value: f64) -> f64 {
        match self {
            Affine::None => value,
            Affine::All { scale, shift } => scale * value + shift,
            Affine::Each(factors) => factors.scales[element] * value + factors.shifts[element],
        }
    }

    /// First this, then another.
    pub(crate) fn then(&self, next: &Affine, elements: usize) -> Self {
        let joined = |element| {
            let shift = next.apply(element, self.apply(element, 0.0));
            (next.scale(element) * self.scale(element), shift)
        };
        match (self, next) {
            (_, Affine::None) => self.clone(),
            (Affine::None, _) => next.clone(),
            (Affine::All { .. }, Affine::All { .. }) => {
                let (scale, shift) = joined(0);
                Affine::All { scale, shift }
            }
            _ => {
                let (scales, shifts) = (0..elements).map(joined).unzip();
                Affine::Each(Arc::new(Factors { scales, shifts }))
            }
        }
    }

    fn scale(&self, element: usize) -> f64 {
        match self {
            Affine::None => 1.0,
            Affine::All { scale, .. } => *scale,
            Affine::Each(factors) => factors.scales[element],
        }
    }

    /// Checks that it is one for samples of so many elements.
    fn check(&self, elements: usize) -> Result<(), Error> {
        let all;
        let (scales, shifts) = match self {
            Affine::None => return Ok(()),
            &Affine::All { scale, shift } => {
                all = [scale, shift];
                all.split_at(1)
            }
            Affine::Each(factors) => (&*factors.scales, &*factors.shifts),
        };
        for (name, values) in [("scale", scales), ("shift", shifts)] {
            let expected = if let Affine::Each(_) = self { elements } else { 1 };
            if values.len() != expected {
                let found = format!("a list of {}", values.len());
                return Err(Error::Setting { name, found, expected: format!("one for each element: {expected}") });
            }
            if let Some(value) = values.iter().find(|value| !value.is_finite()) {
                return Err(Error::Setting { name, found: value.to_string(), expected: "a finite number".to_string() });
            }
        }
        Ok(())
    }
}

/// An array whose values become `scale · value + shift` on their way into the network; the array is not copied.
///
/// Integers become numbers so: an image of bytes is `Scaled::pixels(&images)`. The arithmetic is that of `f64`, rounded to
/// `f32` once.
///
/// ```
/// use monograd::ndarray::{Array1, Array3};
/// use monograd::prelude::*;
///
/// let images = Array3::<u8>::from_elem((10, 28, 28), 255);
/// let labels = Array1::<i64>::zeros(10);
/// let data = Dataset::new(Scaled::pixels(&images), &labels)?;
/// assert!(data.inputs().array(0).unwrap().iter().all(|&value| value == 1.0));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scaled<C> {
    array: C,
    affine: Affine,
}

impl<C> Scaled<C> {
    /// `scale · value + shift`, both finite.
    pub fn new(array: C, scale: f64, shift: f64) -> Self {
        Self { array, affine: Affine::All { scale, shift } }
    }

    /// `scale · value + shift` with one scale and one shift for each element of a sample, in memory order, all finite.
    pub fn each(array: C, scales: impl Into<Vec<f64>>, shifts: impl Into<Vec<f64>>) -> Self {
        let factors = Factors { scales: scales.into(), shifts: shifts.into() };
        Self { array, affine: Affine::Each(Arc::new(factors)) }
    }

    /// `value / 255`: bytes from 0 to 255 become numbers from 0 to 1.
    pub fn pixels(array: C) -> Self {
        Self::new(array, 1.0 / 255.0, 0.0)
    }

    /// The values as they are, integers as numbers.
    pub fn numbers(array: C) -> Self {
        Self::new(array, 1.0, 0.0)
    }
}

/// Errors are those of the array, and a scale or shift that is not finite or not one for each element.
impl<'a, C: IntoColumn<'a>> IntoColumn<'a> for Scaled<C> {
    fn into_column(self) -> Result<Column<'a>, Error> {
        let column = self.array.into_column()?;
        let elements = column.sample().elements();
        self.affine.check(elements)?;
        let affine = column.affine().then(&self.affine, elements);
        Ok(column.with_affine(affine))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;
    use crate::Dataset;

    fn values<'a>(column: impl IntoColumn<'a>) -> Vec<f32> {
        let data = Dataset::without_targets(column.into_column().unwrap()).unwrap();
        data.inputs().array(0).unwrap().into_raw_vec_and_offset().0
    }

    #[test]
    fn pixels_are_bytes_divided_by_255() {
        let bytes: Array1<u8> = (0..=255).collect();
        let expected: Vec<f32> = bytes.iter().map(|&byte| byte as f32 / 255.0).collect();
        assert_eq!(values(Scaled::pixels(&bytes)), expected);
    }

    #[test]
    fn integers_of_all_types_become_numbers() {
        fn check<A: super::super::Element + From<u8>>() {
            let array = Array1::from_iter([0u8, 1, 127].map(A::from));
            assert_eq!(values(Scaled::numbers(&array)), [0.0, 1.0, 127.0]);
            assert_eq!(values(Scaled::new(array.view(), 2.0, -1.0)), [-1.0, 1.0, 253.0]);
        }
        check::<f32>();
        check::<f64>();
        check::<u8>();
        check::<u16>();
        check::<u32>();
        check::<u64>();
        check::<usize>();
        check::<i16>();
        check::<i32>();
        check::<i64>();
        check::<isize>();
        assert_eq!(values(Scaled::new(array![-3i8, 4], 0.5, 1.0)), [-0.5, 3.0]);
    }

    #[test]
    fn scales_follow_each_other() {
        let x = array![1.0f32, 2.0];
        assert_eq!(values(Scaled::new(Scaled::new(&x, 3.0, 1.0), 10.0, 5.0)), [45.0, 75.0]);
        let rows = array![[1.0f32, 2.0], [3.0, 4.0]];
        let each = || Scaled::each(&rows, [1.0, 2.0], [0.0, 1.0]);
        assert_eq!(values(each()), [1.0, 5.0, 3.0, 9.0]);
        assert_eq!(values(Scaled::new(each(), 2.0, -1.0)), [1.0, 9.0, 5.0, 17.0]);
        assert_eq!(values(Scaled::each(Scaled::new(&rows, 2.0, 1.0), [1.0, 3.0], [5.0, 0.0])), [8.0, 15.0, 12.0, 27.0]);
    }

    #[test]
    fn large_numbers_are_scaled_before_they_are_rounded() {
        let seconds = array![1.7e9f64, 1.7e9 + 1.0];
        assert_eq!(values(Scaled::new(&seconds, 1.0, -1.7e9)), [0.0, 1.0]);
    }

    #[test]
    fn scales_are_finite_and_one_for_each_element() {
        let x = array![[1.0f32, 2.0]];
        let message = |scaled: Scaled<_>| scaled.into_column().unwrap_err().to_string();
        assert_eq!(message(Scaled::new(&x, f64::NAN, 0.0)), "`scale` is NaN, expected a finite number");
        assert_eq!(message(Scaled::new(&x, 1.0, f64::INFINITY)), "`shift` is inf, expected a finite number");
        assert_eq!(message(Scaled::each(&x, [1.0, f64::NAN], [0.0; 2])), "`scale` is NaN, expected a finite number");
        assert_eq!(
            message(Scaled::each(&x, [1.0; 2], [0.0; 3])),
            "`shift` is a list of 3, expected one for each element: 2"
        );
    }
}
