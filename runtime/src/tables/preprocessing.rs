//! What a model has learned about the columns of tables.

use std::fmt;

use monograd_schema::{Dtype, TargetKind};

use super::arrays::LearnedArray;
use super::recipe::{Feature, Form, Input, Target, TargetForm};
use super::{Csv, Recipe};
use crate::Error;
use crate::node::Layout;

/// A [`Recipe`] with what was learned of the samples that a model was trained on: means, categories and the like.
///
/// A model keeps it, and its file does. `{}` prints what each column becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessing {
    /// How the table was read; the default for arrays.
    pub(super) csv: Csv,
    pub(super) inputs: Vec<Input<LearnedFeature>>,
    pub(super) targets: Vec<LearnedTarget>,
    /// Of a recipe for arrays, which has nothing else.
    pub(super) arrays: Vec<LearnedArray>,
}

/// A column of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LearnedFeature {
    pub(super) feature: Feature,
    pub(super) filling: Option<Filling>,
    pub(super) learned: Learned,
}

/// A column that the network should answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LearnedTarget {
    pub(super) target: Target,
    pub(super) learned: Learned,
}

/// What stands in for a missing cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filling {
    Number(f64),
    Category(String),
}

/// What rows of training say about a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Learned {
    Nothing,
    Standard {
        mean: f64,
        deviation: f64,
    },
    Range {
        minimum: f64,
        maximum: f64,
    },
    /// In the order of their numbers.
    Categories(Vec<String>),
}

impl Learned {
    /// Whether all its numbers are finite, and the distance of its extremes.
    pub(super) fn is_finite(&self) -> bool {
        match self {
            Learned::Nothing | Learned::Categories(_) => true,
            Learned::Standard { mean, deviation } => mean.is_finite() && deviation.is_finite(),
            Learned::Range { minimum, maximum } => (maximum - minimum).is_finite(),
        }
    }

    /// The categories, if that is what it is.
    pub(super) fn categories(&self) -> &[String] {
        if let Learned::Categories(categories) = self { categories } else { &[] }
    }
}

impl LearnedFeature {
    /// How many elements of the input it gives.
    pub(super) fn width(&self) -> usize {
        match self.feature.form {
            Form::OneHot => self.learned.categories().len(),
            Form::HashedWords { buckets } => buckets,
            Form::Numbers | Form::Standardize | Form::Scale { .. } | Form::Index => 1,
        }
    }
}

impl Input<LearnedFeature> {
    /// How many elements it has.
    pub(super) fn width(&self) -> usize {
        self.features.iter().map(LearnedFeature::width).sum()
    }

    /// What its elements are.
    pub(super) fn dtype(&self) -> Dtype {
        let indices = self.features.iter().all(|feature| feature.feature.form == Form::Index);
        if indices { Dtype::U32 } else { Dtype::F32 }
    }
}

impl Preprocessing {
    /// The recipe that it was learned by.
    pub fn recipe(&self) -> Recipe {
        let features = |input: &Input<LearnedFeature>| Input {
            name: input.name.clone(),
            features: input.features.iter().map(|feature| feature.feature.clone()).collect(),
        };
        if self.is_of_arrays() {
            let features = self.arrays.iter().map(|array| array.feature.clone()).collect();
            return Recipe::of(vec![Input { name: None, features }], Vec::new());
        }
        let targets = self.targets.iter().map(|target| target.target.clone()).collect();
        Recipe::of(self.inputs.iter().map(features).collect(), targets)
    }

    /// The settings that the table of training was read by, to read others in the same way: the model's file is enough to
    /// predict from a file like that of training. Columns of [`Csv::numbers`] and [`Csv::text`] may be absent there, and what is
    /// no number is an error only in columns of [`Csv::numbers`], and in those that the recipe takes as numbers when the
    /// model is asked.
    ///
    /// A file without a line of names has those of training, in their order; one that lacks the column of the target is read
    /// by `csv.names(["width", "island"])`, with the names of the columns that it has.
    ///
    /// ```no_run
    /// # use monograd::prelude::*;
    /// # network!({ struct Penguins; let x = Input(9); Dense(3); });
    /// let model = Penguins::load("penguins.safetensors")?;
    /// let csv = model.preprocessing().map(Preprocessing::csv).unwrap_or_default();
    /// println!("{}", model.predict(&csv.read("unknown.csv")?)?);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn csv(&self) -> Csv {
        Csv { lenient: true, ..self.csv.clone() }
    }

    /// The classes of the column of a [`Recipe::target_classes`] by their indices; nothing for other columns.
    pub fn classes(&self, column: &str) -> Option<&[String]> {
        let classes = |target: &&LearnedTarget| target.target.form == TargetForm::Classes;
        let found = self.targets.iter().filter(classes).find(|target| target.target.column == column)?;
        Some(found.learned.categories())
    }

    /// The classes of the first column that has some.
    pub(crate) fn first_classes(&self) -> &[String] {
        let classes = |target: &&LearnedTarget| target.target.form == TargetForm::Classes;
        self.targets.iter().find(classes).map_or(&[], |target| target.learned.categories())
    }

    /// Checks that it was learned by this recipe.
    pub(crate) fn is_of(&self, recipe: &Recipe) -> Result<bool, Error> {
        let own = self.recipe();
        Ok(own.inputs()? == recipe.inputs()? && own.targets() == recipe.targets())
    }

    /// The input of the recipe that is an input of the network, by name or because it is the only one.
    pub(super) fn input(&self, name: &str) -> Option<&Input<LearnedFeature>> {
        self.inputs.iter().find(|input| input.name.as_deref().is_none_or(|own| own == name))
    }

    /// What `predict` does to an output of the network last: the mean and the deviation of its target.
    pub(crate) fn standard(&self, layout: &Layout, output: &str) -> Option<(f64, f64)> {
        let number = layout.targets.iter().position(|target| target.name == output)?;
        let target = self.targets.get(number).filter(|target| target.target.form == TargetForm::Standardize)?;
        match target.learned {
            Learned::Standard { mean, deviation } => Some((mean, deviation)),
            _ => None,
        }
    }

    /// Checks that its inputs and targets are those of a network.
    pub(crate) fn check(&self, layout: &'static Layout) -> Result<(), Error> {
        if self.is_of_arrays() {
            return self.check_arrays(layout);
        }
        if self.inputs.len() != layout.inputs.len() {
            let expected = layout.inputs.iter().map(|input| input.name).collect();
            return Err(Error::InputCount { network: layout.name, found: self.inputs.len(), expected });
        }
        for input in layout.inputs {
            let own = self.input(input.name).ok_or_else(|| self.no_input(input.name))?;
            if own.dtype() != input.tensor.dtype {
                let (found, expected) = match own.dtype() {
                    Dtype::U32 => ("indices", "numbers: `one_hot` makes them of categories"),
                    Dtype::F32 => ("numbers", "columns of `index` alone"),
                };
                let found = format!("{found} for the network's `{}`", input.name);
                return Err(Error::Setting { name: "inputs", found, expected: expected.to_string() });
            }
            if own.width() != input.tensor.shape.elements() {
                let expected = input.tensor.shape.extents();
                return Err(Error::InputShape { input: input.name, found: vec![own.width()], expected });
            }
        }
        self.check_targets(layout)
    }

    fn no_input(&self, name: &str) -> Error {
        let names: Vec<String> =
            self.inputs.iter().flat_map(|input| &input.name).map(|name| format!("`{name}`")).collect();
        Error::Setting { name: "inputs", found: names.join(", "), expected: format!("one for the network's `{name}`") }
    }

    fn check_targets(&self, layout: &'static Layout) -> Result<(), Error> {
        // A recipe without targets is one for prediction.
        if !self.targets.is_empty() && self.targets.len() != layout.targets.len() {
            let expected = layout.targets.iter().map(|target| target.name).collect();
            return Err(Error::TargetCount { network: layout.name, found: self.targets.len(), expected });
        }
        for (own, target) in self.targets.iter().zip(layout.targets) {
            let found = own.learned.categories().len();
            match (own.target.form, target.kind) {
                (TargetForm::Classes, TargetKind::Classes(expected)) if found != expected => {
                    return Err(Error::ClassCount {
                        network: layout.name,
                        column: own.target.column.clone(),
                        found,
                        expected,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// One line for each column: what it becomes, and what was learned of it.
impl fmt::Display for Preprocessing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().trim_end())
    }
}
