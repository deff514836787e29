//! Several blocks of samples, and what they are made from.

use std::sync::Arc;

use super::{Column, Dataset, IntoColumn, Opened, Rows, Unprepared};
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
    /// What becomes of them first, if anything does.
    unprepared: Option<Arc<Unprepared>>,
    /// Where the samples are, if they are not in the columns.
    source: Option<Arc<Opened<'a>>>,
}

impl<'a> Columns<'a> {
    /// No columns, for `rows` samples.
    pub(crate) fn none(rows: usize) -> Self {
        let (first, more) = ([const { None }; INLINE], Vec::new());
        Self { first, more, rows: Rows::first(rows), unprepared: None, source: None }
    }

    /// The same columns, of which something else becomes first.
    pub(super) fn with_unprepared(self, unprepared: Arc<Unprepared>) -> Self {
        Self { unprepared: Some(unprepared), ..self }
    }

    /// The same columns, of which becomes first what becomes of others.
    pub(super) fn with_preparation_of(self, other: &Columns<'_>) -> Self {
        Self { unprepared: other.unprepared.clone(), ..self }
    }

    /// The same columns, of which nothing else becomes any more.
    pub(crate) fn prepared(self) -> Self {
        Self { unprepared: None, ..self }
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
        if let Some(first) = self.iter().next()
            && first.name().is_some() != column.name().is_some()
        {
            return Err(Error::NoName { named: if column.name().is_some() { number + 1 } else { 1 } });
        }
        if let Some(name) = column.name().filter(|&name| self.iter().any(|other| other.name() == Some(name))) {
            return Err(Error::SameName { name: name.to_string() });
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
        // Not flattened: that would keep what it is at in memory, for each batch.
        self.first.iter().filter_map(Option::as_ref).chain(&self.more)
    }

    /// What becomes of them first, if anything does.
    pub(super) fn unprepared(&self) -> Option<&Unprepared> {
        self.unprepared.as_deref()
    }

    /// The columns, for writing.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Column<'a>> {
        self.first.iter_mut().flatten().chain(&mut self.more)
    }

    /// Where the samples are, if they are not in the columns.
    pub(crate) fn source(&self) -> Option<&Opened<'a>> {
        self.source.as_deref()
    }

    /// The same samples in memory; those of a source are read.
    ///
    /// # Errors
    /// What keeps a sample from being read.
    pub(crate) fn in_memory(self) -> Result<Self, Error> {
        match &self.source {
            None => Ok(self),
            Some(source) => Ok(source.in_memory(&self.rows)?.0),
        }
    }

    /// The columns that a source has declared, for its samples.
    pub(crate) fn of_source(declared: &Columns<'static>, source: &Arc<Opened<'a>>, rows: usize) -> Self {
        let mut columns: Columns<'a> = declared.clone();
        columns.iter_mut().for_each(|column| *column = column.without_samples().with_rows(rows));
        Self { rows: Rows::first(rows), source: Some(Arc::clone(source)), ..columns }
    }

    /// Columns like these, without samples.
    pub(crate) fn without_samples(&self) -> Columns<'static> {
        let mut columns = Columns::none(0);
        for column in self.iter() {
            let number = columns.count();
            match columns.first.get_mut(number) {
                Some(place) => *place = Some(column.without_samples()),
                None => columns.more.push(column.without_samples()),
            }
        }
        columns
    }

    /// Makes the columns `rows` samples of zeros, which can be written then.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(crate) fn reset(&mut self, rows: usize) -> Result<(), Error> {
        self.rows = Rows::first(rows);
        self.iter_mut().try_for_each(|column| column.reset(rows))
    }

    /// Whether the columns have names, and so any order.
    pub(crate) fn are_named(&self) -> bool {
        self.iter().any(|column| column.name().is_some())
    }

    /// The same columns in another order.
    pub(crate) fn in_order(&self, order: &[usize]) -> Self {
        let mut columns = Columns { rows: self.rows.clone(), source: self.source.clone(), ..Columns::none(0) };
        for (place, &number) in order.iter().enumerate() {
            let column = self.iter().nth(number).cloned();
            match columns.first.get_mut(place) {
                Some(place) => *place = column,
                None => columns.more.extend(column),
            }
        }
        columns
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
/// One array or view (see [`IntoColumn`]) for one input, a tuple, array or `Vec` of them for several, a [`Dataset`], whose
/// inputs are meant, or a [`Table`](crate::Table) for a network that was trained on one. Without names they come in the order
/// of the declaration; pairs of a name and an array come in any.
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
/// let data = Dataset::new([("film", &film), ("user", &user)], ("finished", &finished))?;
/// assert_eq!(data.inputs().iter().next().and_then(Column::name), Some("film"));
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

impl<'a, C: IntoColumn<'a>> IntoColumns<'a> for Vec<C> {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        collect(self)
    }
}

impl<'a, C: IntoColumn<'a>, const N: usize> IntoColumns<'a> for [C; N] {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        collect(self)
    }
}

fn collect<'a, C: IntoColumn<'a>>(list: impl IntoIterator<Item = C>) -> Result<Columns<'a>, Error> {
    let mut columns = Columns::none(0);
    list.into_iter().try_for_each(|column| columns.push(column.into_column()?))?;
    if columns.count() == 0 { Err(Error::NoArrays) } else { Ok(columns) }
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
