//! The way of a batch from the user's arrays into the network's memory.

use std::ops::Range;

use monograd_schema::{Dtype, Shape};
use smallvec::SmallVec;

use super::{Block, Column, Columns, Rows, TargetForm, Values, target_form};
use crate::Error;
use crate::float::Float;
use crate::kernels::{Divide, Rows as RowsOf, Threads};
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
    /// The shape of the samples that came last, and what they are to the target.
    form: Option<(Shape, TargetForm)>,
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
    pub(crate) fn load_inputs(&mut self, layout: &Layout, training: bool, batch: &Batch<'_>, threads: &Threads) {
        let rows = batch.rows();
        for (input, column) in layout.inputs.iter().zip(batch.inputs.iter()) {
            let from = Source { column, selection: batch.inputs.selection(), positions: &batch.positions, threads };
            match (column.values(), input.tensor.dtype) {
                (Values::F32(values), Dtype::F32) => {
                    from.copy(values, self.buffers.floats_of(&input.tensor, training, rows), T::from_f32);
                }
                (Values::U32(values), Dtype::U32) => {
                    from.copy(values, self.buffers.indices_of(&input.tensor, training, rows), |index| index);
                }
                _ => debug_assert!(false, "the inputs were checked"),
            }
        }
    }

    /// Copies the targets of a batch. They are the network's.
    ///
    /// # Errors
    /// None after [`check_targets`](super::check_targets).
    pub(crate) fn load_targets(
        &mut self,
        layout: &'static Layout,
        batch: &Batch<'_>,
        threads: &Threads,
    ) -> Result<(), Error> {
        if self.targets.len() != layout.targets.len() {
            let empty = TargetMemory { form: None, values: Vec::new(), classes: Vec::new() };
            self.targets.resize(layout.targets.len(), empty);
        }
        for ((target, column), memory) in layout.targets.iter().zip(batch.targets.iter()).zip(&mut self.targets) {
            let sample = column.sample();
            let elements = batch.rows() * sample.elements();
            let from = Source { column, selection: batch.targets.selection(), positions: &batch.positions, threads };
            let form = match memory.form {
                Some((shape, form)) if shape == sample => form,
                _ => target_form(target, column)?,
            };
            memory.form = Some((sample, form));
            match form {
                TargetForm::Values => {
                    memory.values.resize(elements, T::ZERO);
                    match column.values() {
                        Values::F32(values) => from.copy(values, &mut memory.values, T::from_f32),
                        Values::U32(values) => {
                            from.copy(values, &mut memory.values, |index| T::from_f64(f64::from(index)));
                        }
                    }
                }
                TargetForm::Classes => {
                    memory.classes.resize(elements, 0);
                    match column.values() {
                        Values::F32(values) => from.copy(values, &mut memory.classes, |label| label as u32),
                        Values::U32(values) => from.copy(values, &mut memory.classes, |label| label),
                    }
                }
            }
        }
        Ok(())
    }

    /// The arena, and the targets that were copied last.
    pub(crate) fn parts(&mut self) -> (&mut Buffers<T>, TargetList<'_, T>) {
        let rows = |memory| match memory {
            &TargetMemory { form: Some((_, TargetForm::Classes)), ref classes, .. } => TargetRows::Classes(classes),
            TargetMemory { values, .. } => TargetRows::Values(values),
        };
        (&mut self.buffers, self.targets.iter().map(rows).collect())
    }
}

/// Some rows of a column.
#[derive(Clone, Copy)]
struct Source<'a> {
    column: &'a Column<'a>,
    selection: &'a Rows,
    positions: &'a Positions<'a>,
    threads: &'a Threads,
}

/// Of copying one element from main memory, in multiply-adds.
const COST: usize = 8;

impl Source<'_> {
    /// Copies the rows, one after another. Threads copy different ones.
    fn copy<A: Copy + Sync, B: Send>(
        &self,
        values: &Block<'_, A>,
        place: &mut [B],
        convert: impl Fn(A) -> B + Copy + Sync,
    ) {
        let (values, elements) = (values.as_slice(), self.column.sample().elements());
        let data = (self.positions.clone(), RowsOf::new(place, elements));
        self.threads.split(self.positions.len(), elements * COST, data, |(positions, place)| {
            let place = place.values;
            match (positions, self.selection) {
                (Positions::Range(range), Rows::Range(rows)) => {
                    let from = &values[(rows.start + range.start) * elements..(rows.start + range.end) * elements];
                    copy_row(from, place, convert);
                }
                (Positions::Range(range), Rows::List(rows)) => {
                    copy_rows(values, elements, rows[range].iter().copied(), place, convert);
                }
                (Positions::List(list), Rows::Range(rows)) => {
                    copy_rows(values, elements, list.iter().map(|position| rows.start + position), place, convert);
                }
                (Positions::List(list), Rows::List(rows)) => {
                    copy_rows(values, elements, list.iter().map(|&position| rows[position]), place, convert);
                }
            }
        });
    }
}

/// Copies rows of some elements. Short ones have loops of their own: most of their time would go into counting to two.
fn copy_rows<A: Copy, B>(
    values: &[A],
    elements: usize,
    rows: impl Iterator<Item = usize>,
    place: &mut [B],
    convert: impl Fn(A) -> B,
) {
    fn copy<const N: usize, A: Copy, B>(
        values: &[A],
        rows: impl Iterator<Item = usize>,
        place: &mut [B],
        convert: impl Fn(A) -> B,
    ) {
        let (from, to) = (values.as_chunks::<N>().0, place.as_chunks_mut::<N>().0);
        to.iter_mut().zip(rows).for_each(|(to, row)| *to = from[row].map(&convert));
    }
    match elements {
        1 => copy::<1, _, _>(values, rows, place, convert),
        2 => copy::<2, _, _>(values, rows, place, convert),
        3 => copy::<3, _, _>(values, rows, place, convert),
        4 => copy::<4, _, _>(values, rows, place, convert),
        _ => {
            for (to, row) in place.chunks_exact_mut(elements).zip(rows) {
                copy_row(&values[row * elements..(row + 1) * elements], to, &convert);
            }
        }
    }
}

fn copy_row<A: Copy, B>(from: &[A], to: &mut [B], convert: impl Fn(A) -> B) {
    debug_assert_eq!(from.len(), to.len());
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = convert(from));
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::IntoColumn;

    #[test]
    fn rows_come_from_where_their_positions_say() {
        let (rows, all) = (23, [1, 2, 3, 4, 5, 17]);
        for elements in all {
            let array = Array2::from_shape_fn((rows, elements), |(row, element)| (100 * row + element) as f32);
            let column = (&array).into_column().unwrap();
            let Values::F32(values) = column.values() else { unreachable!() };
            let order: Vec<usize> = (0..20).map(|i| i * 7 % 20).collect();
            let selections = [Rows::Range(3..23), Rows::List((0..20).map(|i| 22 - i).collect())];
            for selection in &selections {
                for positions in [Positions::Range(2..19), Positions::List(&order)] {
                    let expected: Vec<f64> = (0..positions.len())
                        .map(|number| selection.at(positions.at(number)))
                        .flat_map(|row| array.row(row).iter().map(|&value| f64::from(value)).collect::<Vec<_>>())
                        .collect();
                    for count in [1, 2, 3, 8] {
                        let threads = &Threads::new(count);
                        let source = Source { column: &column, selection, positions: &positions, threads };
                        let mut place = vec![f64::NAN; expected.len()];
                        source.copy(values, &mut place, f64::from);
                        assert_eq!(place, expected, "{elements} {selection:?} {positions:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn threads_do_not_change_what_is_copied() {
        let (rows, elements) = (200, 301);
        let array = Array2::from_shape_fn((rows, elements), |(row, element)| (1000 * row + element) as u32);
        let column = (&array).into_column().unwrap();
        let Values::U32(values) = column.values() else { unreachable!() };
        let order: Vec<usize> = (0..rows).rev().collect();
        let (selection, positions) = (&Rows::first(rows), &Positions::List(&order));
        for count in [1, 2, 7] {
            let mut place = vec![0; rows * elements];
            let source = Source { column: &column, selection, positions, threads: &Threads::new(count) };
            source.copy(values, &mut place, |index| index);
            let expected = order.iter().flat_map(|&row| array.row(row).to_vec());
            assert!(place.into_iter().eq(expected), "{count} threads");
        }
    }
}
