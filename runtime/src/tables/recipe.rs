//! What a network is given of a table, as the user says it.

use std::ops::RangeInclusive;

use super::Table;
use super::number::shown;
use crate::Error;

/// What stands in for missing cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fill {
    /// The mean of the numbers that are there.
    Mean,
    /// Their median: the middle one, or the mean of the two in the middle.
    Median,
    /// The category that is there most often; of several the first in their order.
    MostFrequent,
}

/// Which columns of a table become the inputs and the targets of a network, and how.
///
/// A recipe knows no numbers yet. `fit` learns them (means, categories and the like) from the rows that it trains on, not
/// from those for validation, and the model keeps them: `evaluate`, `predict` and a model that was loaded from a file
/// prepare rows of any table in the same way, with the same bits. `fit` called again goes on with what was learned first.
///
/// | method | becomes | learned |
/// |---|---|---|
/// | [`numbers`](Recipe::numbers) | the number itself | |
/// | [`standardize`](Recipe::standardize) | `(x - mean) / deviation` | both |
/// | [`scale`](Recipe::scale) | `low + (x - minimum) / (maximum - minimum) · (high - low)` | both extremes |
/// | [`one_hot`](Recipe::one_hot) | a number for each category: 1 for the cell's, else 0 | the categories |
/// | [`index`](Recipe::index) | the number of the category, as an index | the categories |
/// | [`hashed_words`](Recipe::hashed_words) | how often words of each bucket occur | |
///
/// An input is the row of all numbers in the order of these calls; a network with `Input(8, 8)` takes 64 of them. Statistics
/// are in `f64`; the deviation is that of the population (divided by n), and a column that does not vary is divided by 1,
/// as in scikit-learn. Categories are the texts of the cells, in alphabetical order, or by value where all are numbers.
/// `predict_one` alone takes no cells: it takes this row of numbers, prepared already. `predict` takes one row of cells by
/// [`Table::from_rows`].
///
/// How the table of training was read is kept, too: [`Preprocessing::csv`](crate::Preprocessing::csv) reads others in the same
/// way. What stood for missing cells there does so in every table, however it was read; but [`Table::read`] itself refuses
/// a file that has `nan` or the like among numbers.
///
/// Without [`Recipe::fill`] a missing cell is an error, but among words, where it is an empty text.
///
/// For arrays and samples of a source, [`Dataset::with_recipe`](crate::Dataset::with_recipe), `standardize` and `scale` name
/// inputs of the network in place of columns, and learn for each element of a sample by itself.
///
/// ```
/// use monograd::prelude::*;
///
/// let recipe = Recipe::new()
///     .standardize(["length", "width"])
///     .fill(["width"], Fill::Median)
///     .one_hot(["island"])
///     .target_classes("species");
/// let table = Csv::default().parse("length,width,island,species\n1,2,Dream,Gentoo\n3,,Biscoe,Adelie\n")?;
/// let data = Dataset::from_table(&table, recipe)?;
/// assert_eq!(data.len(), 2);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe {
    inputs: Vec<Input<Feature>>,
    targets: Vec<Target>,
    fills: Vec<(String, Fill)>,
    zeros: Vec<String>,
}

/// The columns of one input of the network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Input<F> {
    /// Its name in the network; without one it is the only input.
    pub(super) name: Option<String>,
    pub(super) features: Vec<F>,
}

/// What a column of an input becomes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feature {
    pub(super) column: String,
    pub(super) form: Form,
    pub(super) fill: Option<Fill>,
    /// Whether categories that were not learned become zeros.
    pub(super) zeros: bool,
}

/// What a cell of an input becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Numbers,
    Standardize,
    Scale { low: f64, high: f64 },
    OneHot,
    Index,
    HashedWords { buckets: usize },
}

/// What a column becomes that the network should answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) column: String,
    pub(super) form: TargetForm,
}

/// What a cell of a target becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetForm {
    Numbers,
    Standardize,
    Classes,
}

impl Recipe {
    /// The most buckets that words may be hashed into.
    pub const MAX_BUCKETS: usize = 1 << 20;

    /// A recipe without inputs and targets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the input of this name: what comes after belongs to it. Networks with several inputs need it.
    pub fn input(mut self, name: impl Into<String>) -> Self {
        self.inputs.push(Input { name: Some(name.into()), features: Vec::new() });
        self
    }

    /// Numbers as they are.
    pub fn numbers<S: Into<String>>(self, columns: impl IntoIterator<Item = S>) -> Self {
        self.features(columns, Form::Numbers)
    }

    /// Numbers less their mean, in units of their standard deviation.
    pub fn standardize<S: Into<String>>(self, columns: impl IntoIterator<Item = S>) -> Self {
        self.features(columns, Form::Standardize)
    }

    /// Numbers moved from between their least and their largest into a range. Numbers beyond those that were learned end
    /// up beyond the range.
    pub fn scale<S: Into<String>>(self, columns: impl IntoIterator<Item = S>, range: RangeInclusive<f64>) -> Self {
        self.features(columns, Form::Scale { low: *range.start(), high: *range.end() })
    }

    /// Categories as rows of zeros and a one.
    pub fn one_hot<S: Into<String>>(self, columns: impl IntoIterator<Item = S>) -> Self {
        self.features(columns, Form::OneHot)
    }

    /// Categories as indices, for inputs with `dtype = u32`.
    pub fn index(self, column: impl Into<String>) -> Self {
        self.features([column], Form::Index)
    }

    /// A text as counts of its words, each of which belongs to one of so many buckets, 1 to [`Recipe::MAX_BUCKETS`], by a
    /// hash of its letters in lower case. A word is a run of letters and digits.
    pub fn hashed_words(self, column: impl Into<String>, buckets: usize) -> Self {
        self.features([column], Form::HashedWords { buckets })
    }

    /// What stands in for missing cells of these columns. Means, deviations and extremes are those after filling.
    pub fn fill<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>, fill: Fill) -> Self {
        self.fills.extend(columns.into_iter().map(|column| (column.into(), fill)));
        self
    }

    /// Makes zeros of categories that were not learned, in these columns of [`Recipe::one_hot`]; they are an error else.
    pub fn unseen_as_zeros<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.zeros.extend(columns.into_iter().map(Into::into));
        self
    }

    /// The next target of the network: numbers as they are.
    pub fn target(self, column: impl Into<String>) -> Self {
        self.with_target(column, TargetForm::Numbers)
    }

    /// The next target of the network: numbers less their mean, in units of their standard deviation.
    ///
    /// | in the units of the column | of the standardized numbers |
    /// |---|---|
    /// | answers of `predict` and `predict_one` | scores of `predict_raw` |
    /// | the metrics `mae`, `mse` (squared units) and `rmse`, in training too | every loss, `until_loss` |
    /// | | targets and inputs of `train_step` |
    ///
    /// `r2` has no units.
    pub fn target_standardized(self, column: impl Into<String>) -> Self {
        self.with_target(column, TargetForm::Standardize)
    }

    /// The next target of the network: categories as class indices.
    pub fn target_classes(self, column: impl Into<String>) -> Self {
        self.with_target(column, TargetForm::Classes)
    }

    fn features<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>, form: Form) -> Self {
        if self.inputs.is_empty() {
            self.inputs.push(Input { name: None, features: Vec::new() });
        }
        if let Some(input) = self.inputs.last_mut() {
            let feature = |column: S| Feature { column: column.into(), form, fill: None, zeros: false };
            input.features.extend(columns.into_iter().map(feature));
        }
        self
    }

    fn with_target(mut self, column: impl Into<String>, form: TargetForm) -> Self {
        self.targets.push(Target { column: column.into(), form });
        self
    }

    /// A recipe that gives these inputs and targets.
    pub(super) fn of(inputs: Vec<Input<Feature>>, targets: Vec<Target>) -> Self {
        let (mut fills, mut zeros) = (Vec::new(), Vec::new());
        for feature in inputs.iter().flat_map(|input| &input.features) {
            if let Some(fill) = feature.fill
                && !fills.iter().any(|(column, _)| *column == feature.column)
            {
                fills.push((feature.column.clone(), fill));
            }
            if feature.zeros && !zeros.contains(&feature.column) {
                zeros.push(feature.column.clone());
            }
        }
        let bare = |feature: Feature| Feature { fill: None, zeros: false, ..feature };
        let bare = |input: Input<Feature>| Input { features: input.features.into_iter().map(bare).collect(), ..input };
        Self { inputs: inputs.into_iter().map(bare).collect(), targets, fills, zeros }
    }

    /// Checks that it is one for arrays.
    pub(crate) fn check_arrays(&self) -> Result<(), Error> {
        self.arrays().map(|_| ())
    }

    /// What it says about inputs that are arrays.
    ///
    /// # Errors
    /// Anything but `standardize` and `scale` of inputs, each once.
    pub(super) fn arrays(&self) -> Result<Vec<Feature>, Error> {
        let expected = "`standardize` and `scale` of inputs by their names alone, for arrays";
        let mut inputs = self.inputs()?;
        let features = inputs.pop().map_or(Vec::new(), |input| input.features);
        if !inputs.is_empty() || self.inputs.iter().any(|input| input.name.is_some()) {
            return Err(wrong("recipe", "one with `input`", expected));
        }
        if self.has_targets() || !self.fills.is_empty() {
            return Err(wrong("recipe", "one with targets or `fill`", expected));
        }
        for (number, feature) in features.iter().enumerate() {
            if !matches!(feature.form, Form::Standardize | Form::Scale { .. }) {
                return Err(wrong("recipe", format!("one with `{}`", feature.form.name()), expected));
            }
            if features[..number].iter().any(|other| other.column == feature.column) {
                return Err(wrong("recipe", format!("one with {} twice", shown(&feature.column)), expected));
            }
        }
        Ok(features)
    }

    /// Whether it makes targets.
    pub(crate) fn has_targets(&self) -> bool {
        !self.targets.is_empty()
    }

    /// Checks that it says what is possible, and that a table has its columns.
    pub(crate) fn check(&self, table: &Table) -> Result<(), Error> {
        for feature in self.inputs()?.iter().flat_map(|input| &input.features) {
            table.column(&feature.column, feature.form.name())?;
        }
        self.targets.iter().try_for_each(|target| table.column(&target.column, target.form.name()).map(|_| ()))
    }

    /// The targets, in order.
    pub(super) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The inputs, each feature with how it is filled.
    ///
    /// # Errors
    /// Settings that contradict each other or are out of range.
    pub(super) fn inputs(&self) -> Result<Vec<Input<Feature>>, Error> {
        let mut inputs = self.inputs.clone();
        for (number, input) in inputs.iter_mut().enumerate() {
            input.check(number, self.inputs.len())?;
            for feature in &mut input.features {
                let fills = self.fills.iter().filter(|(column, _)| *column == feature.column);
                feature.fill = fills.map(|&(_, fill)| fill).next_back();
                feature.zeros = self.zeros.contains(&feature.column) && feature.form == Form::OneHot;
            }
        }
        if inputs.is_empty() {
            return Err(wrong("inputs", "none", "a column for an input: `standardize`, `one_hot` and others"));
        }
        self.check_settings(&inputs)?;
        Ok(inputs)
    }

    /// Checks that what is said about columns means something for them.
    fn check_settings(&self, inputs: &[Input<Feature>]) -> Result<(), Error> {
        let features = || inputs.iter().flat_map(|input| &input.features);
        for (number, (column, fill)) in self.fills.iter().enumerate() {
            let wanted = match fill {
                Fill::Mean | Fill::Median => "a column of `numbers`, `standardize` or `scale`",
                Fill::MostFrequent => "a column of `one_hot` or `index`",
            };
            let fits = |form: Form| match fill {
                Fill::Mean | Fill::Median => matches!(form, Form::Numbers | Form::Standardize | Form::Scale { .. }),
                Fill::MostFrequent => matches!(form, Form::OneHot | Form::Index),
            };
            let mut uses = features().filter(|feature| feature.column == *column).peekable();
            if uses.peek().is_none() || uses.any(|feature| !fits(feature.form)) {
                return Err(wrong("fill", shown(column), wanted));
            }
            if self.fills[..number].iter().any(|(other, _)| other == column) {
                return Err(wrong("fill", format!("{} twice", shown(column)), "each column once"));
            }
        }
        let one_hot = |column: &str| features().any(|feature| feature.column == column && feature.zeros);
        match self.zeros.iter().find(|column| !one_hot(column)) {
            Some(column) => Err(wrong("unseen_as_zeros", shown(column), "a column of `one_hot`")),
            None => Ok(()),
        }
    }
}

impl Input<Feature> {
    fn check(&self, number: usize, of: usize) -> Result<(), Error> {
        let input = match &self.name {
            Some(name) => format!("the input {}", shown(name)),
            None => "the input".to_string(),
        };
        if self.name.is_none() && of > 1 {
            return Err(wrong(
                "inputs",
                format!("{of}, number {} without a name", number + 1),
                "`.input(name)` before each",
            ));
        }
        if self.features.is_empty() {
            return Err(wrong("inputs", format!("{input} without columns"), "a column or more in each"));
        }
        let indices = self.features.iter().filter(|feature| feature.form == Form::Index).count();
        if indices > 0 && indices < self.features.len() {
            return Err(wrong(
                "index",
                format!("{input} with numbers beside indices"),
                "indices in an input of their own",
            ));
        }
        for feature in &self.features {
            match feature.form {
                Form::Scale { low, high } if !(low.is_finite() && high.is_finite() && low < high) => {
                    return Err(wrong(
                        "scale",
                        format!("{low}..={high}"),
                        "a range of finite numbers, the lower first",
                    ));
                }
                Form::HashedWords { buckets } if buckets == 0 || buckets > Recipe::MAX_BUCKETS => {
                    let expected = format!("1 to {} buckets", Recipe::MAX_BUCKETS);
                    return Err(wrong("hashed_words", buckets.to_string(), expected));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn wrong(name: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Error {
    Error::Setting { name, found: found.into(), expected: expected.into() }
}
