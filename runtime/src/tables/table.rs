//! A table in memory: rows and named columns of a file.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::Csv;
use super::cells::{Cells, absent_column, not_a_number};
use super::number::{Cell, shown};
use super::split;
use crate::Error;
use crate::data::Rows;
use crate::files::{Malformed, Place};

/// Rows and named columns, as a file of separated values has them.
///
/// A table keeps every cell as the text in the file; numbers are read from it as `f32`, rounded to the nearest. What is
/// selected, dropped or split off shares the cells, so that no cell is copied.
///
/// ```
/// use monograd::prelude::*;
///
/// let table = Csv::default().parse("length,width,kind\n3.5,1,iris\n,2,rose\n4.5,3,iris\n")?;
/// let whole = table.drop_missing(["length"])?;
/// assert_eq!((table.rows(), whole.rows()), (3, 2));
/// assert_eq!(whole.numbers("width")?, [Some(1.0), Some(3.0)]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Table {
    cells: Arc<Cells>,
    /// The columns of the cells that are columns of this table.
    columns: Arc<[usize]>,
    rows: Rows,
    /// Which cells are missing ones.
    settings: Arc<Csv>,
}

impl Table {
    /// All of a file.
    pub(super) fn new(cells: Cells) -> Self {
        let (columns, rows) = ((0..cells.names.len()).collect(), Rows::first(cells.rows()));
        let settings = Arc::clone(&cells.settings);
        Self { cells: Arc::new(cells), columns, rows, settings }
    }

    /// Rows that no file has: names, and for each row the texts of its cells. One row is enough to predict. Cells without
    /// anything but blanks are missing ones; to a model, those that were so in the table of its training.
    ///
    /// ```
    /// use monograd::prelude::*;
    ///
    /// let row = Table::from_rows(["length", "width", "island"], [["39.1", "", "Dream"]])?;
    /// assert_eq!(row.numbers("length")?, [Some(39.1)]);
    /// assert_eq!(row.numbers("width")?, [None]);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// No names, no rows, names that are there twice, rows of other lengths. Messages call them `rows`, and a row's number,
    /// from 1, its line. A cell that is no number is an error where one is asked for.
    pub fn from_rows<N: Into<String>, C: AsRef<str>, R: IntoIterator<Item = C>>(
        names: impl IntoIterator<Item = N>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Self, Error> {
        Cells::of_rows(names.into_iter().map(Into::into).collect(), rows).map(Self::new)
    }

    /// Reads a file by the settings of [`Csv::default`].
    ///
    /// # Errors
    /// As [`Csv::read`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        Csv::default().read(path)
    }

    /// The number of rows; a table has at least one.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|&column| self.cells.names[column].as_str()).collect()
    }

    /// The numbers of a column, row by row; nothing where a cell is missing.
    ///
    /// # Errors
    /// A column that the table lacks; a cell that is neither missing nor a finite number.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f32>>, Error> {
        let column = self.column(name, "numbers")?;
        (0..self.rows()).map(|row| self.number(row, column)).collect()
    }

    /// The texts of a column, row by row, as the file has them; nothing where a cell is missing.
    ///
    /// # Errors
    /// A column that the table lacks.
    pub fn texts(&self, name: &str) -> Result<Vec<Option<&str>>, Error> {
        let column = self.column(name, "texts")?;
        Ok((0..self.rows()).map(|row| self.text(row, column)).collect())
    }

    /// The table with these columns alone, in this order.
    ///
    /// # Errors
    /// A column that the table lacks, or that is named twice; no column.
    pub fn select<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let mut columns = Vec::new();
        for name in names {
            let column = self.column(name.as_ref(), "select")?;
            if columns.contains(&column) {
                let found = format!("{} twice", shown(name.as_ref()));
                return Err(Error::Setting { name: "select", found, expected: "each column once".to_string() });
            }
            columns.push(column);
        }
        self.with_columns(columns, "select")
    }

    /// The table without these columns.
    ///
    /// # Errors
    /// A column that the table lacks; no column left.
    pub fn drop<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let dropped = self.all_columns(names, "drop")?;
        let kept = self.columns.iter().copied().filter(|column| !dropped.contains(column));
        self.with_columns(kept.collect(), "drop")
    }

    /// The rows that miss nothing in these columns.
    ///
    /// # Errors
    /// A column that the table lacks; no row left.
    pub fn drop_missing<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let columns = self.all_columns(names, "drop_missing")?;
        let whole = |&row: &usize| columns.iter().all(|&column| self.text(row, column).is_some());
        let kept: Arc<[usize]> = (0..self.rows()).filter(whole).collect();
        if kept.is_empty() {
            let found = format!("columns of which one is missing in each of {} rows", self.rows());
            return Err(Error::Setting { name: "drop_missing", found, expected: "a row that has them".to_string() });
        }
        Ok(self.with_rows(self.rows.select(&kept)))
    }

    /// The first `count` rows.
    ///
    /// # Errors
    /// A count of 0, or one above the number of rows.
    pub fn take(&self, count: usize) -> Result<Self, Error> {
        if count == 0 || count > self.rows() {
            return Err(Error::RowRange { start: 0, end: count, rows: self.rows() });
        }
        Ok(self.with_rows(self.rows.range(0..count)))
    }

    /// Splits at random: `(rest, held back)`, where `fraction` of the rows is held back.
    ///
    /// Which rows these are depends on `seed` alone; both parts keep the order of the table. A part is a list of its rows,
    /// 8 bytes for each.
    ///
    /// # Errors
    /// A fraction that leaves one part without rows.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        Ok(self.parts(split::random(self.rows(), fraction, seed)?))
    }

    /// Splits at random as [`Table::split`], but so that each text of a column has the same share of both parts, as near as
    /// whole rows allow (by largest remainder). Missing cells count as a text of their own.
    ///
    /// # Errors
    /// A column that the table lacks; a fraction that leaves one part without rows.
    pub fn split_stratified(&self, column: &str, fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        let column = self.column(column, "split_stratified")?;
        let texts = (0..self.rows()).map(|row| self.text(row, column).unwrap_or_default());
        Ok(self.parts(split::stratified(texts, fraction, seed)?))
    }

    /// The number of a column in the file.
    pub(super) fn column(&self, name: &str, asked_by: &str) -> Result<usize, Error> {
        let found = self
            .cells
            .column(name)
            .filter(|&column| self.columns.get(column) == Some(&column) || self.columns.contains(&column));
        let absent = || {
            let names: Vec<String> = self.names().into_iter().map(str::to_string).collect();
            absent_column(&self.cells.path, name, &names, asked_by)
        };
        found.ok_or_else(absent)
    }

    /// The text of a cell, unless it is missing.
    pub(super) fn text(&self, row: usize, column: usize) -> Option<&str> {
        let text = self.cells.get(self.rows.at(row), column);
        (!self.settings.is_missing(&self.cells.names[column], text)).then_some(text)
    }

    /// How the file was read.
    pub(super) fn settings(&self) -> &Csv {
        &self.cells.settings
    }

    /// The table with the missing cells of these settings, and those that texts stand for by its own.
    pub(super) fn read_as(&self, settings: &Csv) -> Self {
        let mut settings = settings.clone();
        let others = self.settings().missing.iter().filter(|text| !settings.missing.contains(text));
        let others: Vec<String> = others.cloned().collect();
        settings.missing.extend(others);
        Self { settings: Arc::new(settings), ..self.clone() }
    }

    /// The number of a cell, unless it is missing.
    pub(super) fn number(&self, row: usize, column: usize) -> Result<Option<f32>, Error> {
        let Some(text) = self.text(row, column) else { return Ok(None) };
        match Cell::of(text) {
            Cell::Missing => Ok(None),
            Cell::Number(number) => Ok(Some(number)),
            cell => {
                let (cells, line) = (&self.cells, self.cells.line(self.rows.at(row)));
                Err(not_a_number(&cells.path, line, &cells.names[column], text, cell))
            }
        }
    }

    /// What is wrong with a cell.
    pub(super) fn wrong_cell(&self, row: usize, column: usize, expected: impl Into<String>) -> Malformed {
        let place = Place::Line(self.cells.line(self.rows.at(row)));
        let found = self.text(row, column).map_or("missing".to_string(), shown);
        let field = format!("the column {}", shown(&self.cells.names[column]));
        Malformed::new(&self.cells.path, place, field, found, expected)
    }

    /// What is wrong with a column.
    pub(super) fn wrong_column(&self, column: usize, found: &str, expected: &str) -> Malformed {
        let field = format!("the column {}", shown(&self.cells.names[column]));
        Malformed::new(&self.cells.path, Place::File, field, found, expected)
    }

    /// The same columns with other rows, which are those of the file.
    pub(crate) fn with_rows(&self, rows: Rows) -> Self {
        Self { rows, ..self.clone() }
    }

    /// Which rows of the file are rows of this table.
    pub(crate) fn selection(&self) -> &Rows {
        &self.rows
    }

    fn all_columns<S: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = S>,
        asked_by: &str,
    ) -> Result<Vec<usize>, Error> {
        names.into_iter().map(|name| self.column(name.as_ref(), asked_by)).collect()
    }

    fn with_columns(&self, columns: Vec<usize>, name: &'static str) -> Result<Self, Error> {
        if columns.is_empty() {
            let found = "a choice that leaves no column".to_string();
            return Err(Error::Setting { name, found, expected: "1 column or more".to_string() });
        }
        Ok(Self { columns: columns.into(), ..self.clone() })
    }

    fn parts(&self, (rest, held_back): (Vec<usize>, Vec<usize>)) -> (Self, Self) {
        let part = |positions: Vec<usize>| self.with_rows(self.rows.select(&positions.into()));
        (part(rest), part(held_back))
    }
}

/// The columns, what they hold and how many cells are missing.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, columns) = (self.rows(), self.columns.len());
        write!(f, "{}: {rows} rows, {columns} columns", self.cells.path.display())?;
        let names = self.names();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(40);
        for (name, &column) in names.iter().zip(&*self.columns) {
            let kind = if self.cells.numeric[column] { "numbers" } else { "text" };
            write!(f, "\n  {name:width$}  {kind}")?;
            let missing = (0..rows).filter(|&row| self.text(row, column).is_none()).count();
            if missing > 0 {
                write!(f, ", {missing} missing")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("path", &self.cells.path).field("rows", &self.rows()).finish_non_exhaustive()
    }
}
