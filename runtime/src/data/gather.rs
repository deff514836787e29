//! The way of a batch from the user's arrays into the network's memory.

use std::ops::Range;

use monograd_schema::Dtype;
use smallvec::SmallVec;

use super::{Column, Columns, Rows, TargetForm, Values, target_form};
use crate::Error;
use crate::float::Float;
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

    fn at(&self, number: usize) -> usize {
        match self {
            Positions::Range(range) => range.start + number,
            Positions::List(list) => list[number],
        }
    }
}

/// Some samples of a data set.
#[derive(Clone, Debug)]
pub(crate) struct Batch<'b> {
    pub(crate) inputs: &'b Columns<'b>,
    pub(crate) targets: &'b Columns<'b>,
    pub(crate) positions: Positions<'b>,
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
}

/// The memory that one batch needs: the arena of a plan and the targets.
#[derive(Debug)]
pub(crate) struct Scratch<T> {
    pub(crate) buffers: Buffers<T>,
    targets: Vec<TargetMemory<T>>,
}

#[derive(Clone, Debug)]
struct TargetMemory<T> {
    form: TargetForm,
    values: Vec<T>,
    classes: Vec<u32>,
}

/// The targets of one batch, without memory of their own for up to eight.
pub(crate) type TargetList<'a, T> = SmallVec<[TargetRows<'a, T>; 8]>;

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
        let wanted = [
            (&mut self.buffers.floats, arena.floats, 0),
            (&mut self.buffers.workspace, arena.workspace, arena.fixed_workspace),
        ];
        for (memory, per_sample, fixed) in wanted {
            let length = per_sample.checked_mul(rows).and_then(|length| length.checked_add(fixed));
            let length = length.ok_or_else(out_of_memory)?;
            memory.try_reserve_exact(length.saturating_sub(memory.len())).map_err(|_| out_of_memory())?;
        }
        self.buffers.reserve(arena, rows);
        Ok(())
    }

    /// Copies the inputs of a batch to their place in the arena. There is room, and the inputs are the network's.
    pub(crate) fn load_inputs(&mut self, layout: &Layout, training: bool, batch: &Batch<'_>) {
        let rows = batch.rows();
        for (input, column) in layout.inputs.iter().zip(batch.inputs.iter()) {
            match (column.values(), input.tensor.dtype) {
                (Values::F32(values), Dtype::F32) => {
                    let place = self.buffers.floats_of(&input.tensor, training, rows);
                    copy(values.as_slice(), column, batch.inputs.selection(), &batch.positions, place, T::from_f32);
                }
                (Values::U32(values), Dtype::U32) => {
                    let place = self.buffers.indices_of(&input.tensor, training, rows);
                    copy(values.as_slice(), column, batch.inputs.selection(), &batch.positions, place, |index| index);
                }
                _ => debug_assert!(false, "the inputs were checked"),
            }
        }
    }

    /// Copies the targets of a batch. They are the network's.
    ///
    /// # Errors
    /// None after [`check_targets`](super::check_targets).
    pub(crate) fn load_targets(&mut self, layout: &'static Layout, batch: &Batch<'_>) -> Result<(), Error> {
        let empty = TargetMemory { form: TargetForm::Values, values: Vec::new(), classes: Vec::new() };
        self.targets.resize(layout.targets.len(), empty);
        for ((target, column), memory) in layout.targets.iter().zip(batch.targets.iter()).zip(&mut self.targets) {
            let elements = batch.rows() * column.sample().elements();
            let (selection, positions) = (batch.targets.selection(), &batch.positions);
            memory.form = target_form(target, column)?;
            match memory.form {
                TargetForm::Values => {
                    memory.values.resize(elements, T::ZERO);
                    let place = &mut memory.values;
                    match column.values() {
                        Values::F32(values) => {
                            copy(values.as_slice(), column, selection, positions, place, T::from_f32);
                        }
                        Values::U32(values) => {
                            let number = |index| T::from_f64(f64::from(index));
                            copy(values.as_slice(), column, selection, positions, place, number);
                        }
                    }
                }
                TargetForm::Classes => {
                    memory.classes.resize(elements, 0);
                    let place = &mut memory.classes;
                    match column.values() {
                        Values::F32(values) => {
                            copy(values.as_slice(), column, selection, positions, place, |label| label as u32);
                        }
                        Values::U32(values) => {
                            copy(values.as_slice(), column, selection, positions, place, |label| label);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The arena, and the targets that were copied last.
    pub(crate) fn parts(&mut self) -> (&mut Buffers<T>, TargetList<'_, T>) {
        let rows = |memory| match memory {
            &TargetMemory { form: TargetForm::Values, ref values, .. } => TargetRows::Values(values),
            TargetMemory { classes, .. } => TargetRows::Classes(classes),
        };
        (&mut self.buffers, self.targets.iter().map(rows).collect())
    }
}

fn copy<A: Copy, B>(
    values: &[A],
    column: &Column<'_>,
    selection: &Rows,
    positions: &Positions<'_>,
    place: &mut [B],
    convert: impl Fn(A) -> B,
) {
    let elements = column.sample().elements();
    let mut put = |to: usize, from: usize, rows: usize| {
        let from = &values[from * elements..(from + rows) * elements];
        let to = &mut place[to * elements..(to + rows) * elements];
        to.iter_mut().zip(from).for_each(|(to, &from)| *to = convert(from));
    };
    match (positions, selection) {
        (Positions::Range(range), Rows::Range(rows)) => put(0, rows.start + range.start, range.len()),
        _ => (0..positions.len()).for_each(|number| put(number, selection.at(positions.at(number)), 1)),
    }
}
