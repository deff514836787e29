//! One block of samples and the arrays that it is made from.

use std::borrow::Cow;
use std::sync::Arc;

use monograd_schema::{Dtype, Shape};
use ndarray::{Array, ArrayBase, ArrayView, Data, Dimension};

use super::{Affine, Block, Element, Values};
use crate::Error;

/// The values of one input or target for a number of samples, one after another.
///
/// Made from an array by [`IntoColumn`]; the first axis counts samples, the others are the shape of one.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    name: Option<Name<'a>>,
    shape: Shape,
    rows: usize,
    values: Values<'a>,
    affine: Affine,
}

/// What a column is called.
#[derive(Clone, Debug)]
enum Name<'a> {
    Borrowed(&'a str),
    Shared(Arc<str>),
}

impl Column<'static> {
    /// A column without samples, which says what those of a [`Source`](crate::Source) are: their type, and the shape of one.
    ///
    /// # Errors
    /// More than 6 axes, or an axis of 0.
    pub fn declared<A: Element>(shape: impl AsRef<[usize]>) -> Result<Self, Error> {
        let sample = check_sample(&[&[1], shape.as_ref()].concat())?;
        let values = A::values(Block::Shared(Arc::default()));
        Ok(Self { name: None, shape: sample, rows: 0, values, affine: Affine::None })
    }
}

impl<'a> Column<'a> {
    /// Values in the order of an array of this shape, the first axis counting samples.
    fn new<A: Element>(shape: &[usize], values: Cow<'a, [A]>) -> Result<Self, Error> {
        let sample = check_sample(shape)?;
        let values = match values {
            Cow::Borrowed(values) => Block::Borrowed(values),
            Cow::Owned(values) => Block::Shared(Arc::new(values)),
        };
        Ok(Self { name: None, shape: sample, rows: shape[0], values: A::values(values), affine: Affine::None })
    }

    /// The same values by a name: that of an input, or of the output that a target belongs to.
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(Name::Shared(name.into().into())), ..self }
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| match name {
            Name::Borrowed(name) => name,
            Name::Shared(name) => &**name,
        })
    }

    /// The number of samples.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The shape of one sample.
    pub fn shape(&self) -> &[usize] {
        self.shape.extents()
    }

    pub(crate) fn sample(&self) -> Shape {
        self.shape
    }

    /// The number of values of one sample.
    pub(crate) fn elements(&self) -> usize {
        self.shape.elements()
    }

    pub(crate) fn values(&self) -> &Values<'a> {
        &self.values
    }

    /// What becomes of the values on their way into the network.
    pub(crate) fn affine(&self) -> &Affine {
        &self.affine
    }

    /// The same values, of which something else becomes on their way into the network.
    pub(crate) fn with_affine(self, affine: Affine) -> Self {
        Self { affine, ..self }
    }

    /// The same values for another number of samples, which somebody else makes true.
    pub(crate) fn with_rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }

    /// The same name, shape, type and scale, without samples.
    pub(crate) fn without_samples(&self) -> Column<'static> {
        let name = self.name().map(|name| Name::Shared(name.into()));
        let values = self.values.none_of_these();
        Column { name, shape: self.shape, rows: 0, values, affine: self.affine.clone() }
    }

    /// Makes this `rows` samples of zeros, which can be written then.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(crate) fn reset(&mut self, rows: usize) -> Result<(), Error> {
        let floats = self.shape.elements();
        let out_of_memory = || Error::Memory { rows, floats };
        self.rows = rows;
        self.values.reset(rows.checked_mul(floats).ok_or_else(out_of_memory)?).map_err(|_| out_of_memory())
    }

    /// One sample, for writing, where the values are of this type.
    pub(crate) fn sample_mut<A: Element>(&mut self, row: usize) -> Option<&mut [A]> {
        let elements = self.shape.elements();
        A::of_mut(&mut self.values)?.chunks_exact_mut(elements).nth(row)
    }

    /// The name of the type of what goes into the network: that of the values, unless they are scaled.
    pub(crate) fn type_name(&self) -> &'static str {
        if matches!(self.affine, Affine::None) { self.values.type_name() } else { f32::NAME }
    }

    /// What the values are to an input.
    pub(crate) fn dtype(&self) -> Dtype {
        if matches!(self.affine, Affine::None) && self.values.are_integers() { Dtype::U32 } else { Dtype::F32 }
    }
}

/// Checks the shape of an array, and gives that of one sample.
fn check_sample(shape: &[usize]) -> Result<Shape, Error> {
    match shape {
        [] => Err(Error::Axes { shape: shape.to_vec() }),
        [_, sample @ ..] if sample.len() > Shape::MAX_RANK => Err(Error::Axes { shape: shape.to_vec() }),
        _ if shape.contains(&0) => Err(Error::Empty { shape: shape.to_vec() }),
        [_, sample @ ..] => Ok(Shape::of(sample)),
    }
}

/// What one input or target can be made from: an ndarray array or view, whose first axis counts samples.
///
/// Arrays in standard order, without gaps, are used where they lie; others, such as transposed ones and every second row,
/// are copied by each call that is given them. A [`Dataset`](crate::Dataset) of one copies once; so does
/// `array.as_standard_layout()`. [`Element`] lists the types. A pair of a name and an array is the array of the input or
/// target with that name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no block of samples",
    label = "not an array of samples",
    note = "an input or target is an ndarray array, `&array` or `array.view()`; its first axis counts samples"
)]
pub trait IntoColumn<'a> {
    /// Checks the array's axes and elements.
    ///
    /// # Errors
    /// An array without an axis of samples, with more than 7 axes or without elements.
    fn into_column(self) -> Result<Column<'a>, Error>;
}

impl<'a> IntoColumn<'a> for Column<'a> {
    fn into_column(self) -> Result<Column<'a>, Error> {
        Ok(self)
    }
}

/// An array and its name.
impl<'a, C: IntoColumn<'a>> IntoColumn<'a> for (&'a str, C) {
    fn into_column(self) -> Result<Column<'a>, Error> {
        let (name, array) = self;
        Ok(Column { name: Some(Name::Borrowed(name)), ..array.into_column()? })
    }
}

impl<'a, A: Element, S: Data<Elem = A>, D: Dimension> IntoColumn<'a> for &'a ArrayBase<S, D> {
    fn into_column(self) -> Result<Column<'a>, Error> {
        self.view().into_column()
    }
}

impl<'a, A: Element, D: Dimension> IntoColumn<'a> for ArrayView<'a, A, D> {
    fn into_column(self) -> Result<Column<'a>, Error> {
        let values = match self.to_slice() {
            Some(values) => Cow::Borrowed(values),
            None => Cow::Owned(self.iter().copied().collect()),
        };
        Column::new(self.shape(), values)
    }
}

impl<A: Element, D: Dimension> IntoColumn<'_> for Array<A, D> {
    fn into_column(self) -> Result<Column<'static>, Error> {
        let shape = self.shape().to_vec();
        let values = if self.is_standard_layout() {
            let (values, first) = self.into_raw_vec_and_offset();
            match first {
                None | Some(0) => values,
                Some(first) => values[first..].to_vec(),
            }
        } else {
            self.iter().copied().collect()
        };
        Column::new(&shape, Cow::Owned(values))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, s};

    use super::*;

    fn values(column: &Column<'_>) -> (Vec<f32>, bool) {
        match column.values() {
            Values::F32(Block::Borrowed(values)) => (values.to_vec(), true),
            Values::F32(Block::Shared(values)) => (values.to_vec(), false),
            _ => panic!("other values than those given"),
        }
    }

    #[test]
    fn arrays_in_another_order_or_with_gaps_are_copied_into_theirs() {
        let array = Array2::from_shape_fn((4, 3), |(row, element)| (10 * row + element) as f32);
        let whole = array.view().into_column().unwrap();
        assert_eq!(values(&whole).0[..4], [0.0, 1.0, 2.0, 10.0]);
        for view in [array.view(), array.slice(s![1..3, ..])] {
            assert!(values(&view.into_column().unwrap()).1, "what is in order is borrowed");
        }
        for view in [array.t(), array.slice(s![..;2, ..]), array.slice(s![.., ..2]), array.slice(s![..;-1, ..])] {
            let column = view.into_column().unwrap();
            assert_eq!((column.rows(), column.shape()), (view.nrows(), &[view.ncols()][..]));
            assert_eq!(values(&column), (view.iter().copied().collect(), false));
            let owned = view.to_owned().into_column().unwrap();
            assert_eq!(values(&owned).0, values(&column).0);
        }
    }
}
