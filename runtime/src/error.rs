//! What can go wrong while a program runs, as values.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use monograd_schema::{Dtype, Shape};

use crate::files::Malformed;
use crate::persistence::Difference;
use crate::training::Cause;

/// What can go wrong while a program runs: each variant is a situation, its fields the facts.
///
/// A mistake in a network itself is found while compiling. Rows are counted from 0, as in the arrays that they belong to.
#[non_exhaustive]
pub enum Error {
    /// An array without an axis of samples, or with too many axes.
    Axes {
        /// The array's shape.
        shape: Vec<usize>,
    },
    /// An array without elements.
    Empty {
        /// The array's shape.
        shape: Vec<usize>,
    },
    /// An empty list of arrays.
    NoArrays,
    /// An integer that is no index: below 0, or too large.
    Index {
        /// Which input.
        input: &'static str,
        /// The row of its array.
        row: usize,
        /// What stands there.
        found: f64,
    },
    /// Different numbers of samples.
    Lengths {
        /// One side.
        first: String,
        /// Its number of samples.
        first_rows: usize,
        /// The other side.
        second: String,
        /// Its number of samples.
        second_rows: usize,
    },
    /// A range of rows that a data set does not have.
    RowRange {
        /// The first row.
        start: usize,
        /// The row after the last.
        end: usize,
        /// The number of rows of the data set.
        rows: usize,
    },
    /// Arrays of which some have names and some have none.
    NoName {
        /// The number of the first array with a name, from 1.
        named: usize,
    },
    /// Two arrays with one name.
    SameName {
        /// The name.
        name: String,
    },
    /// An array with a name that the network does not know.
    UnknownName {
        /// The network.
        network: &'static str,
        /// What the array is: `input`, `target`.
        what: &'static str,
        /// The name.
        found: String,
        /// The names of the network's inputs, or of the outputs that have a loss.
        expected: Vec<&'static str>,
        /// The one that was probably meant.
        near: Option<&'static str>,
    },
    /// No array for an input or a target, though arrays have names.
    MissingName {
        /// The network.
        network: &'static str,
        /// What is missing: `input`, `target`.
        what: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// Inputs of a source with targets of something else, or the reverse.
    SourceApart,
    /// Rows of a table beside targets of something else, or the reverse.
    TableApart,
    /// More samples than a list of them has room for.
    Positions {
        /// How many.
        rows: usize,
    },
    /// A data set that is not stratified by class, since it has no classes.
    NoClasses {
        /// The number of its targets.
        targets: usize,
        /// The row that holds no class, if there is one target.
        row: Option<usize>,
    },
    /// A sample that a source cannot read.
    Source {
        /// Its number.
        sample: usize,
        /// Why not.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A thread that cannot be started.
    Thread {
        /// Why not.
        source: std::io::Error,
    },
    /// Too many or too few inputs.
    InputCount {
        /// The network.
        network: &'static str,
        /// How many were given.
        found: usize,
        /// The names of its inputs.
        expected: Vec<&'static str>,
    },
    /// Too many or too few targets.
    TargetCount {
        /// The network.
        network: &'static str,
        /// How many were given.
        found: usize,
        /// The names of the outputs that have a loss.
        expected: Vec<&'static str>,
    },
    /// An input of another shape, per sample.
    InputShape {
        /// Which input.
        input: &'static str,
        /// The shape of one given sample.
        found: Vec<usize>,
        /// The shape that the network takes.
        expected: &'static [usize],
    },
    /// Numbers where the network takes indices, or the reverse.
    InputDtype {
        /// Which input.
        input: &'static str,
        /// The type of the given elements.
        found: &'static str,
        /// The type that the network takes.
        expected: Dtype,
    },
    /// A target of another shape, per sample.
    TargetShape {
        /// The output that the target belongs to.
        target: &'static str,
        /// The shape of one given sample.
        found: Vec<usize>,
        /// The shape that the loss compares with: of numbers, or of class indices.
        expected: &'static [usize],
        /// The number of classes, if the target is classes.
        classes: Option<usize>,
    },
    /// A class index that is out of range, or no whole number.
    Label {
        /// The output that the target belongs to.
        target: &'static str,
        /// The row of the target's array.
        row: usize,
        /// What stands there.
        found: f64,
        /// The number of classes.
        classes: usize,
    },
    /// A target value that the loss is not defined for.
    TargetValue {
        /// The output that the target belongs to.
        target: &'static str,
        /// The row of the target's array.
        row: usize,
        /// What stands there.
        found: f64,
        /// The loss that cannot use it.
        loss: &'static str,
        /// What it can use.
        expected: &'static str,
    },
    /// A row of a target that is no distribution over classes.
    TargetSum {
        /// The output that the target belongs to.
        target: &'static str,
        /// The row of the target's array.
        row: usize,
        /// Its sum.
        found: f64,
        /// The loss that cannot use it.
        loss: &'static str,
    },
    /// A number that a recipe for arrays cannot learn from.
    InputValue {
        /// The input.
        input: &'static str,
        /// The row of its array, or the sample of a source.
        row: usize,
        /// What stands there, scaled if the array is.
        found: f64,
        /// The method of the recipe that cannot use it.
        recipe: &'static str,
        /// What it can use.
        expected: &'static str,
    },
    /// Data that the model does not prepare as it has learned to.
    Preparation {
        /// The network.
        network: &'static str,
        /// What was given.
        found: &'static str,
        /// What should be.
        expected: &'static str,
    },
    /// A column with another number of classes than the network.
    ClassCount {
        /// The network.
        network: &'static str,
        /// The column.
        column: String,
        /// Its classes in the rows of training.
        found: usize,
        /// The classes of the network.
        expected: usize,
    },
    /// A setting out of its range.
    Setting {
        /// Which one.
        name: &'static str,
        /// Its value.
        found: String,
        /// Its range.
        expected: String,
    },
    /// Both a data set and a share of the training data for validation.
    TwoValidations,
    /// A network without `loss` asked for something that needs one.
    NoLoss {
        /// The network.
        network: &'static str,
        /// What was asked for.
        operation: &'static str,
    },
    /// A number that is NaN or infinite in training.
    NonFinite {
        /// The epoch of this `fit`, from 1; none in a training step of one's own.
        epoch: Option<usize>,
        /// The step: of this epoch, or since the model was made; from 1.
        step: u64,
        /// The file of the network's declaration.
        file: &'static str,
        /// Where such a number comes first.
        cause: Cause,
        /// The parameters are the last good ones: those before this step, or of so many steps earlier.
        steps_back: u64,
    },
    /// Not enough memory for a batch.
    Memory {
        /// The samples of the batch.
        rows: usize,
        /// How many numbers the network keeps for each of them.
        floats: usize,
    },
    /// A file that cannot be read or written.
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A data file that is not what its format asks for.
    Malformed(Box<Malformed>),
    /// A file that is no safetensors file, or a damaged one.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A safetensors file that was not written by this version of Monograd.
    Format {
        /// The file.
        path: PathBuf,
        /// The entry of its metadata that is wrong.
        key: &'static str,
        /// Its value, if it has one.
        found: Option<String>,
        /// What it should be.
        expected: &'static str,
    },
    /// A file of another network, with every difference.
    Incompatible {
        /// The file.
        path: PathBuf,
        /// The network that it does not fit.
        network: &'static str,
        /// How the file differs.
        differences: Vec<Difference>,
    },
}

/// The same text as `Display`, then what caused it: `fn main() -> Result<(), Error>` prints this form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            write!(f, "\ncaused by: {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Axes { shape } if shape.is_empty() => {
                f.write_str("an array of shape [] has no samples, expected them along a first axis")
            }
            Error::Axes { shape } => {
                let most = Shape::MAX_RANK + 1;
                write!(f, "an array of shape {shape:?} has {} axes, expected 1 to {most}", shape.len())
            }
            Error::Empty { shape } => match shape.first() {
                Some(0) => write!(f, "an array of shape {shape:?} has no samples, expected 1 or more"),
                _ => write!(f, "an array of shape {shape:?} has no elements, expected axes of 1 or more"),
            },
            Error::NoArrays => f.write_str("the list of arrays is empty, expected one array for each input or target"),
            Error::Index { input, row, found } => {
                write!(f, "row {row} of the input `{input}` holds {found}, expected an index: 0 to {}", u32::MAX)
            }
            Error::Lengths { first, first_rows, second, second_rows } => {
                write!(f, "{first} and {second} have different numbers of samples: {first_rows} and {second_rows}")
            }
            Error::RowRange { start, end, rows } => {
                write!(f, "the rows {start}..{end} are not in the data set, expected a range within 0..{rows}")
            }
            Error::NoName { named } => {
                let (named, other) = if *named == 1 { (1, 2) } else { (*named, 1) };
                write!(f, "array {named} has a name and array {other} has none, expected all or none to have one")
            }
            Error::SameName { name } => write!(f, "two arrays are named `{name}`, expected one"),
            Error::UnknownName { network, what, found, expected, near } => {
                write!(f, "`{network}` has no {what} `{found}`, expected {}", Count(what, expected))?;
                near.map_or(Ok(()), |near| write!(f, "\nhelp: did you mean `{near}`?"))
            }
            Error::MissingName { network, what, name } => {
                write!(f, "the {what} `{name}` of `{network}` is missing, expected an array with this name")
            }
            Error::SourceApart => {
                f.write_str("inputs and targets are not from one source, expected arrays or one data set of a source")
            }
            Error::TableApart => {
                f.write_str("the targets of a table are given apart, expected columns of the table")?;
                f.write_str("\nhelp: `Dataset::from_table(&table, recipe)` takes them by the recipe")
            }
            Error::Positions { rows } => {
                write!(f, "a list of {rows} samples needs {rows} × {} bytes, ", size_of::<usize>())?;
                f.write_str("which is more than there is memory")
            }
            Error::NoClasses { row: Some(row), .. } => {
                write!(f, "row {row} of the target holds no class, expected an index or a one-hot row")
            }
            Error::NoClasses { targets, row: None } => {
                write!(f, "the data set has {targets} targets, expected one of classes")
            }
            Error::Source { sample, .. } => write!(f, "the source cannot read sample {sample}"),
            Error::Thread { .. } => f.write_str("no thread can be started to read samples"),
            Error::InputCount { network, found, expected } => {
                write!(f, "`{network}` takes {}, found {found}", Count("input", expected))
            }
            Error::TargetCount { network, found: 0, expected } => {
                write!(f, "`{network}` needs {}, found a data set without targets", Count("target", expected))
            }
            Error::TargetCount { network, found, expected } => {
                write!(f, "`{network}` needs {}, found {found}", Count("target", expected))
            }
            Error::InputShape { input, found, expected } => {
                write!(f, "the input `{input}` has samples of shape {found:?}, expected {expected:?}")
            }
            Error::InputDtype { input, found, expected } => {
                write!(f, "the input `{input}` is `{found}`, expected `{expected}`")?;
                match expected {
                    Dtype::F32 => {
                        f.write_str("\nhelp: `Scaled::pixels(&array)` makes numbers from 0 to 1 of bytes, ")?;
                        f.write_str("`Scaled::numbers(&array)` takes integers as they are")
                    }
                    Dtype::U32 => f.write_str("\nhelp: `array.mapv(|value| value as u32)` makes indices of it"),
                }
            }
            Error::TargetShape { target, found, expected, classes: None } => {
                write!(f, "the target `{target}` has samples of shape {found:?}, expected {expected:?}")
            }
            Error::TargetShape { target, found, expected, classes: Some(classes) } => {
                let mut one_hot = expected.to_vec();
                one_hot.push(*classes);
                write!(f, "the target `{target}` has samples of shape {found:?}, ")?;
                write!(f, "expected class indices {expected:?} or one-hot rows {one_hot:?}")
            }
            Error::Label { target, row, found, classes } if found.fract() == 0.0 => {
                let last = classes - 1;
                write!(f, "row {row} of the target `{target}` holds class {found}, expected 0 to {last}: ")?;
                write!(f, "the network has {classes} classes")
            }
            Error::Label { target, row, found, classes } => {
                let last = classes - 1;
                write!(f, "row {row} of the target `{target}` holds {found}, expected a class: 0 to {last}")
            }
            Error::TargetValue { target, row, found, loss, expected } => {
                write!(f, "row {row} of the target `{target}` holds {found}, expected {expected} for `{loss}`")
            }
            Error::TargetSum { target, row, found, loss } => {
                write!(f, "row {row} of the target `{target}` sums to {found}, expected 1 for `{loss}`: ")?;
                f.write_str("a one-hot row, or probabilities")
            }
            Error::InputValue { input, row, found, recipe, expected } => {
                write!(f, "row {row} of the input `{input}` holds {found:?}, expected {expected} for `{recipe}`")
            }
            Error::Preparation { network, found, expected } => {
                write!(f, "`{network}` is given {found}, expected {expected}")
            }
            Error::ClassCount { network, column, found, expected } => {
                write!(f, "the column `{column}` has {found} classes in the rows of training, ")?;
                write!(f, "expected {expected}, as `{network}` has")
            }
            Error::Setting { name, found, expected } => write!(f, "`{name}` is {found}, expected {expected}"),
            Error::TwoValidations => {
                f.write_str("`validation` and `validation_split` are both given, expected one of them")
            }
            Error::NoLoss { network, operation } => {
                write!(f, "`{network}` has no loss, which `{operation}` needs")?;
                f.write_str("\nhelp: add `loss = …;` and `optimizer = …;` to its declaration")
            }
            Error::NonFinite { epoch, step, file, cause, steps_back } => {
                f.write_str("training diverged in ")?;
                if let Some(epoch) = epoch {
                    write!(f, "epoch {epoch}, ")?;
                }
                write!(f, "step {step}: {}", cause.display(file))?;
                match steps_back {
                    0 => f.write_str("\nnote: the parameters are those before this step"),
                    1 => f.write_str("\nnote: the parameters are those of 1 step earlier"),
                    back => write!(f, "\nnote: the parameters are those of {back} steps earlier"),
                }
            }
            Error::Memory { rows, floats } => {
                write!(
                    f,
                    "a batch of {rows} samples needs {rows} × {floats} numbers, which is more than there is memory"
                )?;
                f.write_str("\nhelp: a lower `batch_size` needs less")
            }
            Error::Io { action, path, .. } => write!(f, "cannot {action} `{}`", path.display()),
            Error::Malformed(malformed) => malformed.fmt(f),
            Error::Corrupt { path, .. } => write!(f, "`{}` is no whole safetensors file", path.display()),
            Error::Format { path, key, found, expected } => {
                let path = path.display();
                match found {
                    Some(found) => write!(f, "`{key}` of `{path}` is `{found}`, expected {expected}")?,
                    None => write!(f, "`{path}` has no `{key}` in its metadata, expected {expected}")?,
                }
                f.write_str(crate::persistence::help(key, found.as_deref()))
            }
            Error::Incompatible { path, network, differences } => {
                write!(f, "`{}` does not fit `{network}`", path.display())?;
                differences.iter().try_for_each(|difference| write!(f, "\n{difference}"))
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Corrupt { source, .. } | Error::Source { source, .. } => Some(&**source),
            Error::Thread { source } => Some(source),
            _ => None,
        }
    }
}

impl Error {
    /// The same error, of the samples that rows stand for.
    pub(crate) fn in_sample(mut self, samples: &[usize]) -> Self {
        if let Error::Index { row, .. }
        | Error::Label { row, .. }
        | Error::TargetValue { row, .. }
        | Error::TargetSum { row, .. } = &mut self
        {
            *row = samples[*row];
        }
        self
    }
}

/// ``2 inputs (`user`, `film`)``
struct Count<'a>(&'static str, &'a [&'static str]);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count(what, names) = self;
        write!(f, "{} {what}{} (", names.len(), if names.len() == 1 { "" } else { "s" })?;
        for (number, name) in names.iter().enumerate() {
            write!(f, "{}`{name}`", if number == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}
