//! Samples of a source in memory.

use std::error::Error as StdError;

use super::{Batch, Column, Columns, Element, Opened, Positions};
use crate::Error;

/// Some samples of a [`Source`](crate::Source), to be written: row after row, one slice for each input and target.
///
/// Inputs and targets are counted from 0, in the order in which the source declares them. What is not written is 0.
#[derive(Debug)]
pub struct Samples {
    inputs: Part,
    targets: Part,
    /// Which samples of the source these are.
    pub(super) positions: Vec<usize>,
    /// The row that was written last.
    pub(super) row: Option<usize>,
}

/// Inputs, or targets.
#[derive(Debug)]
struct Part {
    /// In the order of the network.
    columns: Columns<'static>,
    /// Where the columns of the source are among them.
    places: Vec<usize>,
    /// Whether the network reads them.
    wanted: bool,
}

impl Samples {
    /// Room for samples of a source, whose columns are in the order of a network.
    pub(super) fn new(source: &Opened<'_>, inputs: &Columns<'_>, targets: &Columns<'_>) -> Self {
        let (inputs, targets) = (Part::new(source.inputs(), inputs), Part::new(source.targets(), targets));
        Self { inputs, targets, positions: Vec::new(), row: None }
    }

    /// Makes this other samples, all 0; allocates only when there were never as many.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(super) fn reset(&mut self) -> Result<(), Error> {
        self.row = None;
        self.inputs.columns.reset(self.positions.len())?;
        self.targets.columns.reset(self.positions.len())
    }

    /// The number of samples to write.
    pub fn rows(&self) -> usize {
        self.inputs.columns.rows()
    }

    /// The values of one sample's input, in memory order.
    ///
    /// # Errors
    /// A row or an input that is not there, or one of another type.
    pub fn input<A: Element>(
        &mut self,
        row: usize,
        number: usize,
    ) -> Result<&mut [A], Box<dyn StdError + Send + Sync>> {
        self.row = Some(row);
        self.inputs.sample("input", row, number)
    }

    /// The values of one sample's target, in memory order.
    ///
    /// # Errors
    /// A row or a target that is not there, or one of another type.
    pub fn target<A: Element>(
        &mut self,
        row: usize,
        number: usize,
    ) -> Result<&mut [A], Box<dyn StdError + Send + Sync>> {
        self.row = Some(row);
        self.targets.sample("target", row, number)
    }

    /// The inputs, in the order of the network.
    pub(super) fn inputs(&self) -> &Columns<'static> {
        &self.inputs.columns
    }

    /// The targets, in the order of the network, if it reads them.
    pub(super) fn targets(&self) -> Option<&Columns<'static>> {
        Some(&self.targets.columns).filter(|_| self.targets.wanted)
    }

    /// All of these samples as one batch.
    pub(super) fn batch(&self) -> Batch<'_> {
        Batch {
            inputs: self.inputs(),
            targets: &self.targets.columns,
            positions: Positions::Range(0..self.rows()),
            samples: Some(&self.positions),
        }
    }

    /// The columns of these samples.
    pub(super) fn into_columns(self) -> (Columns<'static>, Columns<'static>) {
        (self.inputs.columns, self.targets.columns)
    }
}

impl Part {
    fn new(declared: &Columns<'_>, ordered: &Columns<'_>) -> Self {
        let place = |(number, column): (usize, &Column<'_>)| match column.name() {
            None => number,
            name => ordered.iter().position(|other| other.name() == name).unwrap_or(number),
        };
        let places = declared.iter().enumerate().map(place).collect();
        // The source writes targets even where nobody wants them.
        let wanted = ordered.count() == declared.count();
        let columns = if wanted { ordered } else { declared };
        Self { columns: columns.without_samples(), places, wanted }
    }

    fn sample<A: Element>(
        &mut self,
        what: &str,
        row: usize,
        number: usize,
    ) -> Result<&mut [A], Box<dyn StdError + Send + Sync>> {
        let (rows, count) = (self.columns.rows(), self.places.len());
        let column = self.places.get(number).and_then(|&place| self.columns.iter_mut().nth(place));
        let Some(column) = column else {
            return Err(format!("there is no {what} {number}, expected 0 to {}", count.saturating_sub(1)).into());
        };
        if row >= rows {
            return Err(format!("there is no row {row}, expected 0 to {}", rows - 1).into());
        }
        let declared = column.values().type_name();
        let wrong = || format!("the {what} {number} was declared as `{declared}`, found `{}`", A::NAME);
        column.sample_mut(row).ok_or_else(|| wrong().into())
    }
}
