//! Samples that are not in memory.

use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Columns, Dataset, Positions, Rows, Samples, check_inputs, check_targets};
use crate::Error;
use crate::node::Layout;

/// Samples of one's own: computed, or read from files, and more than memory holds.
///
/// Each sample has a number below [`Source::len`], by which it can be read at any time. [`Dataset::from_source`] makes a data
/// set of it. While a network works on one batch, a thread of its own reads the next one; results are those of the same
/// samples in memory. Shuffling takes no memory, whatever the number of samples.
///
/// ```
/// use std::error::Error as StdError;
///
/// use monograd::prelude::*;
/// use monograd::{Columns, IntoColumns, Samples, Source};
///
/// network!({
///     struct Sum;
///
///     let x = Input(2);
///     Dense(1);
///
///     loss = mse;
///     optimizer = Sgd(learning_rate = 0.1);
/// });
///
/// /// Two numbers and their sum, a trillion times.
/// struct Sums;
///
/// impl Source for Sums {
///     fn len(&self) -> usize {
///         1_000_000_000_000
///     }
///
///     fn inputs(&self) -> Result<Columns<'static>, Error> {
///         Column::declared::<f32>([2])?.into_columns()
///     }
///
///     fn targets(&self) -> Result<Columns<'static>, Error> {
///         Column::declared::<f32>([1])?.into_columns()
///     }
///
///     fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>> {
///         for (row, &number) in numbers.iter().enumerate() {
///             let x = [(number % 1000) as f32 / 1000.0, (number / 1000 % 1000) as f32 / 1000.0];
///             samples.input::<f32>(row, 0)?.copy_from_slice(&x);
///             samples.target::<f32>(row, 0)?[0] = x[0] + x[1];
///         }
///         Ok(())
///     }
/// }
///
/// let data = Dataset::from_source(Sums)?.take(1_000_000)?;
/// let (train, test) = (data.rows(0..20_000)?, data.rows(20_000..21_000)?);
/// let mut model = Sum::new(1);
/// model.fit(&train, Fit::default().progress(Progress::Off))?;
/// assert!(model.evaluate(&test)?.loss < 1e-3);
/// # Ok::<(), Error>(())
/// ```
#[allow(clippy::len_without_is_empty, reason = "a source is never empty")]
pub trait Source: Send + Sync {
    /// The number of samples, 1 or more.
    fn len(&self) -> usize;

    /// What the network is given: for each input a [`Column::declared`](crate::Column::declared).
    ///
    /// # Errors
    /// Those of making the columns.
    fn inputs(&self) -> Result<Columns<'static>, Error>;

    /// What it should answer; nothing by default, which is enough for prediction.
    ///
    /// # Errors
    /// Those of making the columns.
    fn targets(&self) -> Result<Columns<'static>, Error> {
        Ok(Columns::none(0))
    }

    /// Writes the samples with these numbers, one for each row of `samples`.
    ///
    /// The numbers come in any order. One thread at a time reads for one training, evaluation or prediction.
    ///
    /// # Errors
    /// Whatever keeps a sample from being read. It ends training with [`Error::Source`], which names the sample whose row
    /// was written last; so does a panic.
    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>>;
}

impl<S: Source + ?Sized> Source for &S {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        (**self).inputs()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        (**self).targets()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>> {
        (**self).read(numbers, samples)
    }
}

/// A source and what it has declared.
pub(crate) struct Opened<'a> {
    source: Box<dyn Source + 'a>,
    inputs: Columns<'static>,
    targets: Columns<'static>,
}

impl fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("len", &self.source.len()).finish_non_exhaustive()
    }
}

impl<'a> Opened<'a> {
    /// The columns that the source has declared.
    pub(super) fn inputs(&self) -> &Columns<'static> {
        &self.inputs
    }

    /// The columns that the source has declared.
    pub(super) fn targets(&self) -> &Columns<'static> {
        &self.targets
    }

    /// Reads some of the selected samples, and checks that they are ones for the network.
    ///
    /// # Errors
    /// What keeps a sample from being read, and values that do not fit the network.
    pub(super) fn read(
        &self,
        selection: &Rows,
        positions: &Positions<'_>,
        layout: Option<&'static Layout>,
        samples: &mut Samples,
    ) -> Result<(), Error> {
        let rows = positions.len();
        samples.positions.clear();
        samples.positions.try_reserve_exact(rows).map_err(|_| Error::Positions { rows })?;
        samples.positions.extend((0..rows).map(|number| selection.at(positions.at(number))));
        samples.reset()?;
        let numbers = std::mem::take(&mut samples.positions);
        let read = catch_unwind(AssertUnwindSafe(|| self.source.read(&numbers, samples)));
        samples.positions = numbers;
        let read = read.unwrap_or_else(|panic| Err(panicked(&*panic).into()));
        if let Err(source) = read {
            let row = samples.row.unwrap_or(0).min(samples.positions.len() - 1);
            return Err(Error::Source { sample: samples.positions[row], source });
        }
        let Some(layout) = layout else { return Ok(()) };
        let checked = check_inputs(layout, samples.inputs());
        let checked = checked.and_then(|()| samples.targets().map_or(Ok(()), |targets| check_targets(layout, targets)));
        checked.map_err(|error| error.in_sample(&samples.positions))
    }
}

impl Opened<'_> {
    /// Reads all selected samples.
    ///
    /// # Errors
    /// What keeps a sample from being read; more samples than there is memory for.
    pub(super) fn in_memory(&self, selection: &Rows) -> Result<(Columns<'static>, Columns<'static>), Error> {
        let mut samples = Samples::new(self, &self.inputs, &self.targets);
        self.read(selection, &Positions::Range(0..selection.len()), None, &mut samples)?;
        Ok(samples.into_columns())
    }
}

/// The words of a panic.
fn panicked(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", words.unwrap_or("without a message"))
}

impl<'a> Dataset<'a> {
    /// The samples of a source.
    ///
    /// Their types and shapes are checked as those of arrays are; their values when they are read, so that a label that is no
    /// class ends `fit` when its batch comes.
    ///
    /// # Errors
    /// A source without samples or inputs, and the errors of its declarations.
    pub fn from_source(source: impl Source + 'a) -> Result<Self, Error> {
        let (rows, inputs, targets) = (source.len(), source.inputs()?, source.targets()?);
        if rows == 0 {
            return Err(Error::Empty { shape: vec![0] });
        }
        if inputs.count() == 0 {
            return Err(Error::NoArrays);
        }
        let opened = Arc::new(Opened { source: Box::new(source), inputs, targets });
        let inputs = Columns::of_source(opened.inputs(), &opened, rows);
        let targets = Columns::of_source(opened.targets(), &opened, rows);
        Ok(Self::of(inputs, targets))
    }
}
