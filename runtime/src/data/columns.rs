//! Several blocks of samples, and what they are made from.

use std::sync::Arc;

use super::{Column, Dataset, IntoColumn, Rows, Unprepared};
use crate::Error;

/// Columns that take no memory of their own.
const INLINE: usize = 8;

/// The inputs, or the targets, of a number of samples: one [`Column`] each.
///
/// Up to eight columns take no memory of their own, so that making them in a training loop allocates nothing.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    first: [Option<Column<'a>>; INLINE],
    more: Vec<Column<'a>>,
    rows: Rows,
    /// A table whose rows are no columns yet; there are no others then.
    table: Option<Arc<Unprepared>>,
}

impl<'a> Columns<'a> {
    /// No columns, for `rows` samples.
    pub(crate) fn none(rows: usize) -> Self {
        Self { first: [const { None }; INLINE], more: Vec::new(), rows: Rows::first(rows), table: None }
    }

    /// The rows of a table.
    pub(super) fn of_table(table: Arc<Unprepared>, rows: Rows) -> Self {
        Self { rows, table: Some(table), ..Self::none(0) }
    }

    /// One column.
    fn one(column: Column<'a>) -> Self {
        let mut columns = Self::none(column.rows());
        columns.first[0] = Some(column);
        columns
    }

    /// Adds a column; `Err` says how many rows it has if that differs.
    fn push(&mut self, column: Column<'a>) -> Result<(), Error> {
        let number = self.count();
        if number > 0 && column.rows() != self.rows.len() {
            return Err(Error::Lengths {
                first: "array 1".to_string(),
                first_rows: self.rows.len(),
                second: format!("array {}", number + 1),
                second_rows: column.rows(),
            });
        }
        if number == 0 {
            self.rows = Rows::first(column.rows());
        }
        match self.first.get_mut(number) {
            Some(place) => *place = Some(column),
            None => self.more.push(column),
        }
        Ok(())
    }

    /// The number of columns.
    pub fn count(&self) -> usize {
        self.first.iter().flatten().count() + self.more.len()
    }

    /// The number of samples.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The columns, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Column<'a>> {
        self.first.iter().flatten().chain(&self.more)
    }

    /// The table of rows that are no columns yet.
    pub(super) fn unprepared_rows(&self) -> Option<&Unprepared> {
        self.table.as_deref()
    }

    /// Which rows of the columns count.
    pub(crate) fn selection(&self) -> &Rows {
        &self.rows
    }

    /// The same columns with other rows of them.
    pub(crate) fn with_rows(&self, rows: Rows) -> Self {
        Self { rows, ..self.clone() }
    }
}

/// What the inputs or the targets of a network can be made from.
///
/// One array or view (see [`IntoColumn`]) for one input, a tuple of them for up to eight, a `Vec<Column>` for any number,
/// a [`Dataset`], whose inputs are meant, or a [`Table`](crate::Table) for a network that was trained on one.
///
/// ```
/// use monograd::ndarray::{Array1, Array2};
/// use monograd::prelude::*;
///
/// let user = Array2::<f32>::zeros((100, 20));
/// let film = Array2::<f32>::zeros((100, 50));
/// let finished = Array1::<f32>::ones(100);
/// let data = Dataset::new((&user, &film), &finished)?;
/// assert_eq!(data.len(), 100);
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no block of samples",
    label = "not an array of samples",
    note = "give an ndarray array (`&array` or `array.view()`), whose first axis counts samples; \
            a tuple of arrays for several inputs; or a `&Dataset`"
)]
pub trait IntoColumns<'a> {
    /// Checks the arrays' axes, elements and lengths.
    ///
    /// # Errors
    /// Those of [`IntoColumn`], and arrays with different numbers of samples.
    fn into_columns(self) -> Result<Columns<'a>, Error>;
}

impl<'a, C: IntoColumn<'a>> IntoColumns<'a> for C {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        self.into_column().map(Columns::one)
    }
}

impl<'a> IntoColumns<'a> for Columns<'a> {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        Ok(self)
    }
}

impl<'a> IntoColumns<'a> for Vec<Column<'a>> {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        if self.is_empty() {
            return Err(Error::NoArrays);
        }
        let mut columns = Columns::none(0);
        self.into_iter().try_for_each(|column| columns.push(column))?;
        Ok(columns)
    }
}

impl<'a> IntoColumns<'a> for &Dataset<'a> {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        Ok(self.inputs().clone())
    }
}

macro_rules! tuple {
    ($($column:ident),*) => {
        impl<'a, $($column: IntoColumn<'a>),*> IntoColumns<'a> for ($($column,)*) {
            #[allow(non_snake_case, reason = "a type and its value share a name")]
            fn into_columns(self) -> Result<Columns<'a>, Error> {
                let ($($column,)*) = self;
                let mut columns = Columns::none(0);
                $( columns.push($column.into_column()?)?; )*
                Ok(columns)
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
