//! Samples with their targets.

use std::ops::Range;
use std::sync::Arc;

use super::{Columns, IntoColumns, held_back, shuffle};
use crate::Error;
use crate::random::{Random, streams};

/// Samples and what a network should answer to them.
///
/// Arrays that are borrowed stay where they are, if they are in standard order without gaps; others are copied once. Parts of
/// a data set share its arrays, so that splitting copies no sample.
///
/// ```
/// use monograd::ndarray::{Array1, Array2};
/// use monograd::prelude::*;
///
/// let images = Array2::<f32>::zeros((1000, 64));
/// let digits = Array1::<u8>::zeros(1000);
/// let (train, test) = Dataset::new(&images, &digits)?.split(0.25, 7)?;
/// assert_eq!((train.len(), test.len()), (750, 250));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dataset<'a> {
    inputs: Columns<'a>,
    targets: Columns<'a>,
}

impl<'a> Dataset<'a> {
    /// Samples `x` with targets `y`: each an array, or a tuple of arrays where the network has several inputs or several
    /// losses. Which shapes and types are right depends on the network and is checked when they meet.
    ///
    /// # Errors
    /// Different numbers of samples, no samples, arrays without an axis of samples; names that are given to some arrays only,
    /// or twice; inputs of a [`Source`](crate::Source) with other targets; rows of a table, whose targets are columns of it
    /// ([`Dataset::from_table`]).
    pub fn new(x: impl IntoColumns<'a>, y: impl IntoColumns<'a>) -> Result<Self, Error> {
        let (inputs, targets) = (x.into_columns()?, y.into_columns()?);
        if inputs.rows() != targets.rows() {
            let (first, second) = ("the inputs".to_string(), "the targets".to_string());
            return Err(Error::Lengths { first, first_rows: inputs.rows(), second, second_rows: targets.rows() });
        }
        if inputs.source().is_some() || targets.source().is_some() {
            return Err(Error::SourceApart);
        }
        if inputs.table().is_some() || targets.table().is_some() {
            return Err(Error::TableApart);
        }
        Ok(Self { inputs, targets })
    }

    /// Inputs and targets that belong together.
    pub(crate) fn of(inputs: Columns<'a>, targets: Columns<'a>) -> Self {
        Self { inputs, targets }
    }

    /// Samples without targets, for prediction.
    ///
    /// # Errors
    /// As [`Dataset::new`].
    pub fn without_targets(x: impl IntoColumns<'a>) -> Result<Self, Error> {
        let inputs = x.into_columns()?;
        let targets = Columns::none(inputs.rows());
        Ok(Self { inputs, targets })
    }

    /// The number of samples.
    #[allow(clippy::len_without_is_empty, reason = "a data set is never empty")]
    pub fn len(&self) -> usize {
        self.inputs.rows()
    }

    /// What the network is given.
    pub fn inputs(&self) -> &Columns<'a> {
        &self.inputs
    }

    /// What it should answer.
    pub fn targets(&self) -> &Columns<'a> {
        &self.targets
    }

    /// Other inputs for the same targets.
    pub(crate) fn with_inputs(self, inputs: Columns<'a>) -> Self {
        Self { inputs, ..self }
    }

    /// Splits at random: `(rest, held back)`, where `fraction` of the samples is held back.
    ///
    /// Which samples these are depends on `seed` alone; both parts keep the order of the data. A part is a list of its
    /// samples, 8 bytes for each.
    ///
    /// # Errors
    /// A fraction that leaves one part without samples; more samples than a list has room for.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        let held_back = held_back(self.len(), fraction, "samples")?;
        let mut order = positions(self.len())?;
        shuffle(&mut order, Random::new(seed, streams::SPLIT, 0));
        let (held_back, rest) = order.split_at_mut(held_back);
        held_back.sort_unstable();
        rest.sort_unstable();
        Ok((self.select(&Arc::from(&*rest)), self.select(&Arc::from(&*held_back))))
    }

    /// The samples of a range, counted from 0.
    ///
    /// # Errors
    /// A range that is empty or goes past the end.
    pub fn rows(&self, range: Range<usize>) -> Result<Self, Error> {
        if range.start >= range.end || range.end > self.len() {
            return Err(Error::RowRange { start: range.start, end: range.end, rows: self.len() });
        }
        Ok(Self {
            inputs: self.inputs.with_rows(self.inputs.selection().range(range.clone())),
            targets: self.targets.with_rows(self.targets.selection().range(range)),
        })
    }

    /// The first `count` samples.
    ///
    /// # Errors
    /// A count of 0, or one above the number of samples.
    pub fn take(&self, count: usize) -> Result<Self, Error> {
        self.rows(0..count)
    }

    /// The same samples in memory: those of a [`Source`](crate::Source) are read, others stay where they are.
    ///
    /// # Errors
    /// What keeps a sample from being read; more samples than there is memory for.
    pub fn in_memory(&self) -> Result<Self, Error> {
        let Some(source) = self.inputs.source() else { return Ok(self.clone()) };
        let (inputs, targets) = source.in_memory(self.inputs.selection())?;
        Ok(Self { inputs: inputs.with_preparation_of(&self.inputs), targets })
    }

    pub(super) fn select(&self, positions: &Arc<[usize]>) -> Self {
        Self {
            inputs: self.inputs.with_rows(self.inputs.selection().select(positions)),
            targets: self.targets.with_rows(self.targets.selection().select(positions)),
        }
    }
}

/// The positions of `count` samples, in order.
///
/// # Errors
/// When there is not enough memory.
pub(super) fn positions(count: usize) -> Result<Vec<usize>, Error> {
    let mut positions = Vec::new();
    positions.try_reserve_exact(count).map_err(|_| Error::Positions { rows: count })?;
    positions.extend(0..count);
    Ok(positions)
}
