//! Tables into what the network takes, by what the model has learned.

use std::sync::Arc;

use crate::data::{Columns, Dataset};
use crate::float::Float;
use crate::{Error, Model, Preprocessing, Recipe, Table};

/// What was learned, rows of a table to prepare by it, and the recipe of the data set, if there is one.
type Rows<'p, 'c> = (&'p Preprocessing, Table, Option<&'c Recipe>);

impl<T: Float> Model<T> {
    /// What the model has learned about the columns of tables, if it was trained on one.
    pub fn preprocessing(&self) -> Option<&Preprocessing> {
        self.preprocessing.as_deref()
    }

    /// The names of the classes by their indices, if it was trained on a table with some.
    pub fn classes(&self) -> &[String] {
        self.preprocessing().map_or(&[], Preprocessing::first_classes)
    }

    /// What the model has learned, or learns now from samples to train on; nothing for arrays.
    pub(crate) fn preprocessing_for(&self, train: &Dataset<'_>) -> Result<Option<Arc<Preprocessing>>, Error> {
        match (&self.preprocessing, train.inputs().table()) {
            (None, Some((table, Some(recipe)))) => Preprocessing::learn(recipe, &table).map(Arc::new).map(Some),
            (learned, _) => Ok(learned.clone()),
        }
    }

    /// The samples of tables as arrays; nothing if they are arrays.
    pub(crate) fn prepare(
        &self,
        preprocessing: Option<&Preprocessing>,
        data: &Dataset<'_>,
    ) -> Result<Option<Dataset<'static>>, Error> {
        let Some((learned, table, recipe)) = self.to_prepare(preprocessing, data.inputs())? else { return Ok(None) };
        if recipe.is_none_or(|recipe| recipe.has_targets()) {
            let (inputs, targets) = (learned.inputs(self.layout, &table)?, learned.targets(&table)?);
            return Dataset::new(inputs, targets).map(Some);
        }
        Dataset::without_targets(learned.inputs(self.layout, &table)?).map(Some)
    }

    /// The inputs of tables as arrays; nothing if they are arrays.
    pub(super) fn prepare_inputs(&self, x: &Columns<'_>) -> Result<Option<Columns<'static>>, Error> {
        let to_prepare = self.to_prepare(self.preprocessing(), x)?;
        to_prepare.map(|(learned, table, _)| learned.inputs(self.layout, &table)).transpose()
    }

    /// Checks that the samples are of the kind that the model was trained on.
    fn to_prepare<'p, 'c>(
        &self,
        preprocessing: Option<&'p Preprocessing>,
        x: &'c Columns<'_>,
    ) -> Result<Option<Rows<'p, 'c>>, Error> {
        let wrong = |found, expected| Err(Error::Preparation { network: self.layout.name, found, expected });
        match (preprocessing, x.table()) {
            (None, None) => Ok(None),
            (Some(_), None) => wrong("arrays", "a table, or a data set of one, as in training"),
            (None, Some(_)) => wrong("a table", "arrays, or a `fit` on a data set of a table and a recipe before"),
            (Some(learned), Some((table, recipe))) => {
                if let Some(recipe) = recipe
                    && !learned.is_of(recipe)?
                {
                    return wrong("a data set of another recipe", "that of training, `preprocessing().recipe()`");
                }
                learned.check(self.layout)?;
                Ok(Some((learned, table, recipe)))
            }
        }
    }
}
