//! One block of samples and the arrays that it is made from.

use std::borrow::Cow;
use std::sync::Arc;

use monograd_schema::{Dtype, Shape};
use ndarray::{Array, ArrayBase, ArrayView, Data, Dimension};

use super::Element;
use crate::Error;

/// The values of one input or target for a number of samples, one after another.
///
/// Made from an array by [`IntoColumn`]; the first axis counts samples, the others are the shape of one.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    shape: Shape,
    rows: usize,
    values: Values<'a>,
}

/// Values by element type.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// Numbers.
    F32(Block<'a, f32>),
    /// Indices.
    U32(Block<'a, u32>),
}

/// Values that are borrowed, or owned by everyone who uses them.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Block<'a, A> {
    /// The user's array.
    Borrowed(&'a [A]),
    /// A copy.
    Shared(Arc<Vec<A>>),
}

impl<A> Block<'_, A> {
    pub(crate) fn as_slice(&self) -> &[A] {
        match self {
            Block::Borrowed(values) => values,
            Block::Shared(values) => values,
        }
    }
}

impl Values<'_> {
    /// Frees values from what they are borrowed from; copies only borrowed ones.
    pub(crate) fn into_owned(self) -> Values<'static> {
        fn own<A: Copy>(block: Block<'_, A>) -> Block<'static, A> {
            match block {
                Block::Borrowed(values) => Block::Shared(Arc::new(values.to_vec())),
                Block::Shared(values) => Block::Shared(values),
            }
        }
        match self {
            Values::F32(block) => Values::F32(own(block)),
            Values::U32(block) => Values::U32(own(block)),
        }
    }
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
            Cow::Borrowed(values) => A::borrow(values),
            Cow::Owned(values) => A::own(values),
        };
        let values =
            values.map_err(|found| Error::Index { row: found.position / sample.elements(), found: found.value })?;
        Ok(Self { shape: sample, rows: *rows, values })
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

    pub(crate) fn dtype(&self) -> Dtype {
        match self.values {
            Values::F32(_) => Dtype::F32,
            Values::U32(_) => Dtype::U32,
        }
    }
}

/// What one input or target can be made from: an ndarray array or view, whose first axis counts samples.
///
/// Contiguous `f32` and `u32` arrays in standard order are used where they lie, without a copy; others are copied.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no block of samples",
    label = "not an array of samples",
    note = "an input or target is an ndarray array, `&array` or `array.view()`; its first axis counts samples"
)]
pub trait IntoColumn<'a> {
    /// Checks the array's axes and elements.
    ///
    /// # Errors
    /// An array without an axis of samples, with more than 7 axes or without elements; an index below 0.
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
