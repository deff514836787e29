//! The way of a batch from the user's arrays into the network's memory.

use std::ops::Range;

use monograd_schema::Dtype;

use super::copy::Picked;
use super::{Columns, TargetForm};
use crate::Error;
use crate::float::Float;
use crate::kernels::{Divide, Threads};
use crate::losses::TargetRows;
use crate::node::{Arena, Layout};
use crate::step::Buffers;

/// The samples of one step: positions in a data set.
#[derive(Clone, Debug)]
pub(crate) enum Positions<'b> {
    /// A range.
    Range(Range<usize>),
    /// Any, in any order.
    List(&'b [usize]),
}

impl Positions<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Positions::Range(range) => range.len(),
            Positions::List(list) => list.len(),
        }
    }

    /// One of them.
    pub(crate) fn at(&self, number: usize) -> usize {
        match self {
            Positions::Range(range) => range.start + number,
            Positions::List(list) => list[number],
        }
    }
}

impl Divide for Positions<'_> {
    fn divide(self, items: usize) -> (Self, Self) {
        match self {
            Positions::Range(range) => {
                let (first, second) = range.divide(items);
                (Positions::Range(first), Positions::Range(second))
            }
            Positions::List(list) => {
                let (first, second) = list.divide(items);
                (Positions::List(first), Positions::List(second))
            }
        }
    }
}

/// Some samples of a data set.
#[derive(Clone, Debug)]
pub(crate) struct Batch<'b> {
    pub(crate) inputs: &'b Columns<'b>,
    pub(crate) targets: &'b Columns<'b>,
    pub(crate) positions: Positions<'b>,
    /// Which samples of a source the rows are, where they come from one.
    pub(crate) samples: Option<&'b [usize]>,
}

impl Batch<'_> {
    /// The number of samples.
    pub(crate) fn rows(&self) -> usize {
        self.positions.len()
    }

    /// The rows of these samples in the arrays of `columns`.
    pub(crate) fn rows_of(&self, columns: &Columns<'_>) -> impl Iterator<Item = usize> {
        (0..self.rows()).map(|number| columns.selection().at(self.positions.at(number)))
    }

    /// What a user calls the sample in a row.
    pub(crate) fn sample(&self, row: usize) -> usize {
        self.samples.map_or(row, |samples| samples[row])
    }
}

/// The memory that one batch needs: the arena of a plan and the targets.
#[derive(Debug)]
pub(crate) struct Scratch<T> {
    pub(crate) buffers: Buffers<T>,
    /// One for each target of the layout.
    pub(crate) targets: Vec<TargetMemory<T>>,
}

/// The samples of one target.
#[derive(Clone, Debug)]
pub(crate) struct TargetMemory<T> {
    /// What the samples are to the target.
    form: TargetForm,
    values: Vec<T>,
    classes: Vec<u32>,
}

impl<T> TargetMemory<T> {
    /// The samples that were copied last.
    pub(crate) fn rows(&self) -> TargetRows<'_, T> {
        match self.form {
            TargetForm::Values => TargetRows::Values(&self.values),
            TargetForm::Classes => TargetRows::Classes(&self.classes),
        }
    }
}

impl<T: Float> Scratch<T> {
    /// Memory for no samples yet.
    pub(crate) fn new() -> Self {
        Self { buffers: Buffers::default(), targets: Vec::new() }
    }

    /// Makes room for `rows` samples; allocates only when there were never as many.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(crate) fn reserve(&mut self, arena: &Arena, rows: usize) -> Result<(), Error> {
        let out_of_memory = || Error::Memory { rows, floats: arena.floats + arena.workspace };
        self.buffers.try_reserve(arena, rows).ok_or_else(out_of_memory)
    }

    /// Copies the inputs of a batch to their place in the arena. There is room, and the inputs are the network's.
    pub(crate) fn load_inputs(&mut self, layout: &Layout, training: bool, batch: &Batch<'_>, threads: &Threads) {
        let rows = batch.rows();
        for (input, column) in layout.inputs.iter().zip(batch.inputs.iter()) {
            let from = Picked { column, selection: batch.inputs.selection(), positions: &batch.positions, threads };
            match input.tensor.dtype {
                Dtype::F32 => from.numbers(self.buffers.floats_of(&input.tensor, training, rows)),
                Dtype::U32 => from.indices(self.buffers.indices_of(&input.tensor, training, rows)),
            }
        }
    }

    /// Copies the targets of a batch. They are the network's.
    pub(crate) fn load_targets(&mut self, layout: &'static Layout, batch: &Batch<'_>, threads: &Threads) {
        if self.targets.len() != layout.targets.len() {
            let empty = TargetMemory { form: TargetForm::Values, values: Vec::new(), classes: Vec::new() };
            self.targets.resize(layout.targets.len(), empty);
        }
        for ((target, column), memory) in layout.targets.iter().zip(batch.targets.iter()).zip(&mut self.targets) {
            let elements = batch.rows() * column.elements();
            let from = Picked { column, selection: batch.targets.selection(), positions: &batch.positions, threads };
            memory.form = TargetForm::of_checked(target, column);
            match memory.form {
                TargetForm::Values => {
                    memory.values.resize(elements, T::ZERO);
                    from.numbers(&mut memory.values);
                }
                TargetForm::Classes => {
                    memory.classes.resize(elements, 0);
                    from.indices(&mut memory.classes);
                }
            }
        }
    }
}
