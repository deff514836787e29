//! A table into the arrays that a network takes.

use std::collections::HashMap;

use monograd_schema::{Dtype, nearest};

use super::Table;
use super::number::shown;
use super::preprocessing::{Filling, Learned, LearnedFeature, LearnedTarget, Preprocessing};
use super::recipe::{Form, Input, TargetForm};
use super::words;
use crate::Error;
use crate::data::{Column, Columns, IntoColumn, IntoColumns};
use crate::node::Layout;

impl Preprocessing {
    /// The inputs of a network, which was checked, for each row of a table.
    pub(crate) fn inputs(&self, layout: &'static Layout, table: &Table) -> Result<Columns<'static>, Error> {
        let table = &table.read_as(&self.csv);
        let mut columns: Vec<Column<'static>> = Vec::new();
        for input in layout.inputs {
            let own = self.input(input.name).ok_or(Error::NoArrays)?;
            let mut shape = vec![table.rows()];
            shape.extend(input.tensor.shape.extents());
            columns.push(own.apply(table, &shape)?);
        }
        columns.into_columns()
    }

    /// The targets for each row of a table.
    pub(crate) fn targets(&self, table: &Table) -> Result<Columns<'static>, Error> {
        if self.targets.is_empty() {
            return Ok(Columns::none(table.rows()));
        }
        let table = &table.read_as(&self.csv);
        self.targets.iter().map(|target| target.apply(table)).collect::<Result<Vec<_>, _>>()?.into_columns()
    }
}

impl Input<LearnedFeature> {
    fn apply(&self, table: &Table, shape: &[usize]) -> Result<Column<'static>, Error> {
        let (rows, width) = (table.rows(), self.width());
        let out_of_memory = || Error::Memory { rows, floats: width };
        let length = rows.checked_mul(width).ok_or_else(out_of_memory)?;
        if self.dtype() == Dtype::U32 {
            let mut indices = Vec::new();
            indices.try_reserve_exact(length).map_err(|_| out_of_memory())?;
            indices.resize(length, 0);
            for (place, feature) in self.features.iter().enumerate() {
                feature.indices(table, |row, index| indices[row * width + place] = index)?;
            }
            return array(shape, indices);
        }
        let mut values = Vec::new();
        values.try_reserve_exact(length).map_err(|_| out_of_memory())?;
        values.resize(length, 0.0);
        let mut place = 0;
        for feature in &self.features {
            feature.values(table, |row, offset, value| values[row * width + place + offset] += value)?;
            place += feature.width();
        }
        array(shape, values)
    }
}

fn array<A: crate::Element>(shape: &[usize], values: Vec<A>) -> Result<Column<'static>, Error> {
    let array = ndarray::ArrayD::from_shape_vec(shape, values);
    array.map_err(|_| Error::Axes { shape: shape.to_vec() })?.into_column()
}

impl LearnedFeature {
    /// Gives what to add at the row and the element of this feature.
    fn values(&self, table: &Table, mut add: impl FnMut(usize, usize, f32)) -> Result<(), Error> {
        let column = table.column(&self.feature.column, self.feature.form.name())?;
        match self.feature.form {
            Form::OneHot => {
                return self.indices(table, |row, index| {
                    if index != NONE {
                        add(row, index as usize, 1.0)
                    }
                });
            }
            Form::HashedWords { buckets } => {
                for row in 0..table.rows() {
                    let text = table.text(row, column).unwrap_or_default();
                    words::buckets(text, buckets).for_each(|bucket| add(row, bucket, 1.0));
                }
                return Ok(());
            }
            _ => {}
        }
        for row in 0..table.rows() {
            let number = match (table.number(row, column)?, &self.filling) {
                (Some(number), _) => f64::from(number),
                (None, &Some(Filling::Number(number))) => number,
                (None, _) => return Err(table.missing(row, column, "a number", Some("Fill::Mean"))),
            };
            add(row, 0, self.number(number) as f32);
        }
        Ok(())
    }

    /// What becomes of a number. Columns that do not vary are divided by 1.
    fn number(&self, x: f64) -> f64 {
        match (self.feature.form, &self.learned) {
            (_, Learned::Standard { mean, deviation }) => (x - mean) / deviation,
            (Form::Scale { low, high }, Learned::Range { minimum, maximum }) => {
                let range = if maximum > minimum { maximum - minimum } else { 1.0 };
                low + (x - minimum) / range * (high - low)
            }
            _ => x,
        }
    }

    /// Gives the number of each row's category; [`NONE`] where it was not learned and may be absent.
    fn indices(&self, table: &Table, mut put: impl FnMut(usize, u32)) -> Result<(), Error> {
        let column = table.column(&self.feature.column, self.feature.form.name())?;
        let numbers = numbers(self.learned.categories());
        for row in 0..table.rows() {
            let category = match (table.text(row, column), &self.filling) {
                (Some(text), _) => text,
                (None, Some(Filling::Category(category))) => category,
                (None, _) => return Err(table.missing(row, column, "a category", Some("Fill::MostFrequent"))),
            };
            match numbers.get(category) {
                Some(&number) => put(row, number),
                None if self.feature.zeros => put(row, NONE),
                None => return Err(unseen(table, row, column, self.learned.categories())),
            }
        }
        Ok(())
    }
}

/// Instead of the number of a category that was not learned.
const NONE: u32 = u32::MAX;

impl LearnedTarget {
    fn apply(&self, table: &Table) -> Result<Column<'static>, Error> {
        let column = table.column(&self.target.column, self.target.form.name())?;
        if self.target.form == TargetForm::Classes {
            let numbers = numbers(self.learned.categories());
            let class = |row| match table.text(row, column) {
                Some(text) => {
                    numbers.get(text).copied().ok_or_else(|| unseen(table, row, column, self.learned.categories()))
                }
                None => Err(table.missing(row, column, "a class", None)),
            };
            return array(&[table.rows()], (0..table.rows()).map(class).collect::<Result<Vec<u32>, _>>()?);
        }
        let value = |x: f64| match self.learned {
            Learned::Standard { mean, deviation } => ((x - mean) / deviation) as f32,
            _ => x as f32,
        };
        array(&[table.rows()], table.target_numbers(column)?.into_iter().map(value).collect())
    }
}

fn numbers(categories: &[String]) -> HashMap<&str, u32> {
    categories.iter().map(String::as_str).zip(0..).collect()
}

/// A category that was not there in training.
fn unseen(table: &Table, row: usize, column: usize, categories: &[String]) -> Error {
    const SHOWN: usize = 12;
    let known: Vec<String> = categories.iter().take(SHOWN).map(|category| shown(category)).collect();
    let more = if categories.len() > SHOWN { ", …" } else { "" };
    let wrong = table.wrong_cell(row, column, format!("one of those in training: {}{more}", known.join(", ")));
    let text = table.text(row, column).unwrap_or_default();
    match nearest(text, categories.iter().map(String::as_str)) {
        Some(category) => wrong.help(format!("did you mean {}?", shown(category))).into(),
        None => wrong.into(),
    }
}

/// Gives numbers that a network answers the units of their column.
pub(crate) fn in_units(values: &mut [f32], mean: f64, deviation: f64) {
    values.iter_mut().for_each(|value| *value = (f64::from(*value) * deviation + mean) as f32);
}

impl Table {
    /// What is wrong with a missing cell, and what can be done.
    pub(super) fn missing(&self, row: usize, column: usize, expected: &str, fill: Option<&str>) -> Error {
        let missing = self.wrong_cell(row, column, expected);
        let help = match fill {
            Some(fill) => format!("`Recipe::fill` with `{fill}`, or `Table::drop_missing`"),
            None => "`Table::drop_missing` leaves such rows out".to_string(),
        };
        missing.help(help).into()
    }
}
