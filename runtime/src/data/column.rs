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
    shape: Shape,
    rows: usize,
    values: Values<'a>,
    affine: Affine,
}

impl<'a> Column<'a> {
    /// Values in the order of an array of this shape, the first axis counting samples.
    fn new<A: Element>(shape: &[usize], values: Cow<'a, [A]>) -> Result<Self, Error> {
        let [rows, sample @ ..] = shape else { return Err(Error::Axes { shape: shape.to_vec() }) };
        if sample.len() > Shape::MAX_RANK {
            return Err(Error::Axes { shape: shape.to_vec() });
        }
        if shape.contains(&0) {
            return Err(Error::Empty { shape: shape.to_vec() });
        }
        let sample = Shape::of(sample);
        let values = match values {
            Cow::Borrowed(values) => Block::Borrowed(values),
            Cow::Owned(values) => Block::Shared(Arc::new(values)),
        };
        Ok(Self { shape: sample, rows: *rows, values: A::values(values), affine: Affine::None })
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

    /// What the values are to an input.
    pub(crate) fn dtype(&self) -> Dtype {
        if matches!(self.affine, Affine::None) && self.values.are_integers() { Dtype::U32 } else { Dtype::F32 }
    }
}

/// What one input or target can be made from: an ndarray array or view, whose first axis counts samples.
///
/// Arrays in standard order, without gaps, are used where they lie; others are copied. [`Element`] lists the types.
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
