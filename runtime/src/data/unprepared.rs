//! Rows of tables, which become columns once a model knows how.

use std::sync::Arc;

use super::{Columns, Dataset, IntoColumns, Rows};
use crate::{Error, Recipe, Table};

/// A table, and what it should become, if that is known.
#[derive(Debug)]
pub(crate) struct Unprepared {
    table: Table,
    recipe: Option<Recipe>,
}

impl Columns<'static> {
    /// The rows of a table.
    fn unprepared(table: &Table, recipe: Option<Recipe>) -> Self {
        let rows = Rows::first(table.rows());
        Self::of_table(Arc::new(Unprepared { table: table.clone(), recipe }), rows)
    }
}

impl Columns<'_> {
    /// The rows of a table that these are and their recipe, unless they are columns already.
    pub(crate) fn table(&self) -> Option<(Table, Option<&Recipe>)> {
        let Unprepared { table, recipe } = self.unprepared_rows()?;
        Some((table.with_rows(table.selection().all(self.selection())), recipe.as_ref()))
    }
}

impl<'a> IntoColumns<'a> for &Table {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        Ok(Columns::unprepared(self, None))
    }
}

impl Dataset<'static> {
    /// The rows of a table, of which a recipe makes inputs and targets.
    ///
    /// What the recipe learns, it learns in `fit`, from the rows that are trained on. Parts of the data set, such as those
    /// of [`Dataset::split`], are of the same recipe.
    ///
    /// # Errors
    /// A recipe that contradicts itself, or asks for a column that the table lacks. What is wrong in a cell is an error of
    /// `fit`, before training, of `evaluate` and of `predict`.
    pub fn from_table(table: &Table, recipe: Recipe) -> Result<Self, Error> {
        recipe.check(table)?;
        Self::without_targets(Columns::unprepared(table, Some(recipe)))
    }
}
