//! Tables into what the network takes, by what the model has learned.

use std::sync::Arc;

use crate::data::{Columns, Dataset, arrange_inputs, check_inputs};
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
        let inputs = train.inputs();
        let learned = match (&self.preprocessing, inputs.table(), inputs.recipe()) {
            (None, Some((table, Some(recipe))), _) => Preprocessing::learn(recipe, &table)?,
            (None, None, Some(recipe)) => {
                let inputs = arrange_inputs(self.layout, inputs)?;
                check_inputs(self.layout, &inputs)?;
                Preprocessing::learn_arrays(recipe, self.layout, &inputs)?
            }
            (learned, ..) => return Ok(learned.clone()),
        };
        Ok(Some(Arc::new(learned)))
    }

    /// The samples as the network takes them; nothing if they are that already.
    pub(crate) fn prepare<'a>(
        &self,
        preprocessing: Option<&Preprocessing>,
        data: &Dataset<'a>,
    ) -> Result<Option<Dataset<'a>>, Error> {
        if let Some(inputs) = self.prepare_arrays(preprocessing, data.inputs())? {
            return Ok(Some(data.clone().with_inputs(inputs)));
        }
        let Some((learned, table, recipe)) = self.to_prepare(preprocessing, data.inputs())? else { return Ok(None) };
        if recipe.is_none_or(|recipe| recipe.has_targets()) {
            let (inputs, targets) = (learned.inputs(self.layout, &table)?, learned.targets(&table)?);
            return Dataset::new(inputs, targets).map(Some);
        }
        Dataset::without_targets(learned.inputs(self.layout, &table)?).map(Some)
    }

    /// The inputs as the network takes them; nothing if they are that already.
    pub(super) fn prepare_inputs<'a>(&self, x: &Columns<'a>) -> Result<Option<Columns<'a>>, Error> {
        if let Some(inputs) = self.prepare_arrays(self.preprocessing(), x)? {
            return Ok(Some(inputs));
        }
        let to_prepare = self.to_prepare(self.preprocessing(), x)?;
        to_prepare.map(|(learned, table, _)| learned.inputs(self.layout, &table)).transpose()
    }

    /// The inputs of a training step as the network takes them: what was learned of tables does not concern arrays there.
    pub(super) fn prepare_step<'a>(&self, x: &Columns<'a>) -> Result<Option<Columns<'a>>, Error> {
        match self.preprocessing() {
            Some(learned) if learned.is_of_arrays() => self.prepare_arrays(Some(learned), x),
            _ => Ok(None),
        }
    }

    /// The inputs as the network takes them, if they are arrays for a model that has learned about arrays.
    fn prepare_arrays<'a>(
        &self,
        preprocessing: Option<&Preprocessing>,
        x: &Columns<'a>,
    ) -> Result<Option<Columns<'a>>, Error> {
        let wrong = |found, expected| Err(Error::Preparation { network: self.layout.name, found, expected });
        let arrays = preprocessing.filter(|learned| learned.is_of_arrays());
        match (arrays, x.recipe()) {
            (None, Some(_)) => wrong("arrays with a recipe", "those that it was trained on"),
            (None, None) => Ok(None),
            (Some(_), _) if x.table().is_some() => wrong("a table", "arrays, as in training"),
            (Some(learned), Some(recipe)) if !learned.is_of(recipe)? => {
                wrong("a data set of another recipe", "that of training, `preprocessing().recipe()`")
            }
            (Some(learned), _) => {
                learned.check(self.layout)?;
                Ok(Some(learned.apply(self.layout, &*arrange_inputs(self.layout, x)?)))
            }
        }
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
