//! Samples that become what a network takes once a model knows how.

use std::sync::Arc;

use super::{Columns, Dataset, IntoColumns};
use crate::{Error, Recipe, Table};

/// What samples should become.
#[derive(Debug)]
pub(crate) enum Unprepared {
    /// Rows of a table, which are no columns yet.
    Table(Table, Option<Recipe>),
    /// Columns, whose numbers will be other ones.
    Arrays(Recipe),
}

impl<'a> Columns<'a> {
    /// The rows of a table.
    fn of_table(table: &Table, recipe: Option<Recipe>) -> Self {
        let unprepared = Unprepared::Table(table.clone(), recipe);
        Columns::none(table.rows()).with_unprepared(Arc::new(unprepared))
    }

    /// The rows of a table that these are and their recipe, unless they are columns already.
    pub(crate) fn table(&self) -> Option<(Table, Option<&Recipe>)> {
        let Some(Unprepared::Table(table, recipe)) = self.unprepared() else { return None };
        Some((table.with_rows(table.selection().all(self.selection())), recipe.as_ref()))
    }

    /// The recipe, if there is one and they are columns.
    pub(crate) fn recipe(&self) -> Option<&Recipe> {
        if let Some(Unprepared::Arrays(recipe)) = self.unprepared() { Some(recipe) } else { None }
    }
}

impl<'a> IntoColumns<'a> for &Table {
    fn into_columns(self) -> Result<Columns<'a>, Error> {
        Ok(Columns::of_table(self, None))
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
        Self::without_targets(Columns::of_table(table, Some(recipe)))
    }
}

impl<'a> Dataset<'a> {
    /// The same samples with a recipe that standardizes or scales inputs of the network, by name, each element of a sample
    /// by itself.
    ///
    /// `fit` learns it from the samples that are trained on, and the model and its file keep it: arrays without a recipe
    /// are then prepared in the same way by `evaluate`, `predict`, `predict_one` and `train_step`. A number that is NaN or
    /// infinite is an error of `fit` there, and so are numbers too large or too small for finite statistics. Samples of a
    /// [`Source`](crate::Source) are read once more to scale them before training, and twice to standardize.
    ///
    /// ```
    /// use monograd::ndarray::{Array1, Array2};
    /// use monograd::prelude::*;
    ///
    /// let (x, y) = (Array2::<f32>::zeros((10, 3)), Array1::<f32>::zeros(10));
    /// let data = Dataset::new(&x, &y)?.with_recipe(Recipe::new().standardize(["x"]))?;
    /// assert_eq!(data.len(), 10);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// A recipe of anything but `standardize` and `scale`; rows of a table, which have a recipe already.
    pub fn with_recipe(self, recipe: Recipe) -> Result<Self, Error> {
        recipe.check_arrays()?;
        if self.inputs().table().is_some() {
            let found = "a second one for rows of a table".to_string();
            return Err(Error::Setting { name: "recipe", found, expected: "arrays".to_string() });
        }
        let inputs = self.inputs().clone().with_unprepared(Arc::new(Unprepared::Arrays(recipe)));
        Ok(self.with_inputs(inputs))
    }
}
