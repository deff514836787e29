//! Copying rows of a column, and what becomes of their values on the way.

use super::{Affine, Column, Element, Factors, Positions, Rows, Values, with_slice};
use crate::float::Float;
use crate::kernels::{Kernel, Level, Rows as RowsOf, Threads, rows_ahead};

/// Some rows of a column.
#[derive(Clone, Copy)]
pub(crate) struct Picked<'a> {
    pub(crate) column: &'a Column<'a>,
    pub(crate) selection: &'a Rows,
    pub(crate) positions: &'a Positions<'a>,
    pub(crate) threads: &'a Threads,
}

/// Of copying one element from main memory, in multiply-adds.
const COST: usize = 8;

impl Picked<'_> {
    /// Copies the rows as numbers, one after another.
    pub(crate) fn numbers<T: Float>(&self, place: &mut [T]) {
        match (self.column.values(), self.column.affine()) {
            (Values::F32(values), Affine::None) => self.copy(values.as_slice(), place, T::from_f32),
            _ => self.convert(place),
        }
    }

    /// Copies the rows as indices, which they are.
    pub(crate) fn indices(&self, place: &mut [u32]) {
        match (self.column.values(), self.column.affine()) {
            (values, Affine::None) => with_slice!(values, values => self.copy(values, place, Element::index)),
            (values, affine) => {
                let index = |value: f64| affine.apply(0, value) as u32;
                with_slice!(values, values => self.copy(values, place, |value| index(value.number())));
            }
        }
    }

    #[inline(never)]
    fn convert<T: Float>(&self, place: &mut [T]) {
        with_slice!(self.column.values(), values => self.convert_from(values, place));
    }

    /// Converts the rows. Threads convert different ones.
    fn convert_from<A: Element, T: Float>(&self, values: &[A], place: &mut [T]) {
        let elements = self.column.elements();
        let data = (self.positions.clone(), RowsOf::new(place, elements));
        self.threads.split(self.positions.len(), elements * COST, data, |(positions, place)| {
            let numbers = (0..positions.len()).map(|number| self.selection.at(positions.at(number)));
            let rows = rows_ahead(values, elements, numbers).zip(place.values.chunks_exact_mut(elements));
            Level::of::<T>().run(Convert { rows, affine: self.column.affine() });
        });
    }

    /// Copies the rows. Threads copy different ones.
    #[inline]
    fn copy<A: Copy + Sync, B: Send>(&self, values: &[A], place: &mut [B], convert: impl Fn(A) -> B + Copy + Sync) {
        let cost = self.column.elements() * COST;
        if self.threads.parts(self.positions.len(), cost) <= 1 {
            self.copy_here(values, self.positions, place, convert);
        } else {
            self.copy_split(values, place, convert);
        }
    }

    #[inline(never)]
    fn copy_split<A: Copy + Sync, B: Send>(
        &self,
        values: &[A],
        place: &mut [B],
        convert: impl Fn(A) -> B + Copy + Sync,
    ) {
        let elements = self.column.elements();
        let data = (self.positions.clone(), RowsOf::new(place, elements));
        self.threads.split(self.positions.len(), elements * COST, data, |(positions, place)| {
            self.copy_here(values, &positions, place.values, convert);
        });
    }

    /// Copies the rows at some positions.
    #[inline]
    fn copy_here<A: Copy, B>(
        &self,
        values: &[A],
        positions: &Positions<'_>,
        place: &mut [B],
        convert: impl Fn(A) -> B,
    ) {
        let elements = self.column.elements();
        match (positions, self.selection) {
            (Positions::Range(range), Rows::Range(rows)) => {
                let from = &values[(rows.start + range.start) * elements..(rows.start + range.end) * elements];
                copy_row(from, place, convert);
            }
            (Positions::Range(range), Rows::List(rows)) => {
                copy_rows(values, elements, (&rows[range.clone()], |row| row), place, convert);
            }
            (Positions::List(list), Rows::Range(rows)) => {
                copy_rows(values, elements, (list, |position| rows.start + position), place, convert);
            }
            (Positions::List(list), Rows::List(rows)) => {
                copy_rows(values, elements, (list, |position| rows[position]), place, convert);
            }
        }
    }
}

/// Copies rows of some elements: those that a function makes of the entries of a list. Short ones have loops of their own:
/// most of their time would go into counting to two.
fn copy_rows<A: Copy, B>(
    values: &[A],
    elements: usize,
    (list, row): (&[usize], impl Fn(usize) -> usize + Clone),
    place: &mut [B],
    convert: impl Fn(A) -> B,
) {
    match elements {
        1 => copy_short::<1, _, _>(values, list, row, place, convert),
        2 => copy_short::<2, _, _>(values, list, row, place, convert),
        3 => copy_short::<3, _, _>(values, list, row, place, convert),
        4 => copy_short::<4, _, _>(values, list, row, place, convert),
        5..8 => copy_middle::<4, _, _>(values, elements, list.iter().map(|&entry| row(entry)), place, convert),
        8..=MIDDLE => copy_middle::<8, _, _>(values, elements, list.iter().map(|&entry| row(entry)), place, convert),
        _ => {
            let rows = rows_ahead(values, elements, list.iter().map(|&entry| row(entry)));
            for (to, from) in place.chunks_exact_mut(elements).zip(rows) {
                copy_row(from, to, &convert);
            }
        }
    }
}

/// Rows between which a loop over short ones asks whether it is at the end.
const AT_ONCE: usize = 4;

/// Copies rows of `N` elements.
fn copy_short<const N: usize, A: Copy, B>(
    values: &[A],
    list: &[usize],
    row: impl Fn(usize) -> usize,
    place: &mut [B],
    convert: impl Fn(A) -> B,
) {
    let (from, to) = (values.as_chunks::<N>().0, place.as_chunks_mut::<N>().0);
    let copy = |(to, &entry): (&mut [B; N], &usize)| *to = from[row(entry)].map(&convert);
    let ((lists, last), (places, last_places)) = (list.as_chunks::<AT_ONCE>(), to.as_chunks_mut::<AT_ONCE>());
    for (places, list) in places.iter_mut().zip(lists) {
        places.iter_mut().zip(list).for_each(copy);
    }
    last_places.iter_mut().zip(last).for_each(copy);
}

/// Elements up to which a row is copied without a call, and without asking for rows ahead of their turn: the processor is at
/// several such rows at once by itself. An epoch of `fit` took 0.64 of its time with 8 values in a row, 0.9 with 32 and 1.04 with
/// 64, where there are 500,000 of these.
const MIDDLE: usize = 32;

/// Copies rows of `N` elements or more in pieces of `N`, of which the last may take some elements again.
fn copy_middle<const N: usize, A: Copy, B>(
    values: &[A],
    elements: usize,
    rows: impl Iterator<Item = usize>,
    place: &mut [B],
    convert: impl Fn(A) -> B,
) {
    for (to, row) in place.chunks_exact_mut(elements).zip(rows) {
        let from = &values[row * elements..(row + 1) * elements];
        for (to, from) in to.as_chunks_mut::<N>().0.iter_mut().zip(from.as_chunks::<N>().0) {
            *to = from.map(&convert);
        }
        if !elements.is_multiple_of(N)
            && let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>())
        {
            *to = from.map(&convert);
        }
    }
}

fn copy_row<A: Copy, B>(from: &[A], to: &mut [B], convert: impl Fn(A) -> B) {
    debug_assert_eq!(from.len(), to.len());
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = convert(from));
}

/// Conversion of rows, from where they lie to where they go.
struct Convert<'a, R> {
    rows: R,
    affine: &'a Affine,
}

impl<'r, A: Element, T: Float, R: Iterator<Item = (&'r [A], &'r mut [T])>> Kernel for Convert<'_, R> {
    type Element = T;
    type Output = ();

    // Products and sums round separately, whatever `FUSED` is: the same bits on all processors.
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        match self.affine {
            Affine::None => self.rows.for_each(|(from, to)| copy_row(from, to, A::float)),
            &Affine::All { scale, shift } => {
                let convert = |value: A| T::from_f64(scale * value.number() + shift);
                self.rows.for_each(|(from, to)| copy_row(from, to, convert));
            }
            Affine::Each(factors) => {
                let Factors { scales, shifts } = &**factors;
                self.rows.for_each(|(from, to)| {
                    for (((to, &from), scale), shift) in to.iter_mut().zip(from).zip(scales).zip(shifts) {
                        *to = T::from_f64(scale * from.number() + shift);
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::IntoColumn;

    #[test]
    fn rows_come_from_where_their_positions_say() {
        let (rows, all) = (23, [1, 2, 3, 4, 5, 7, 8, 17, MIDDLE, MIDDLE + 1]);
        for elements in all {
            let array = Array2::from_shape_fn((rows, elements), |(row, element)| (100 * row + element) as f32);
            let column = (&array).into_column().unwrap();
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
                        let picked = Picked { column: &column, selection, positions: &positions, threads };
                        let mut place = vec![f64::NAN; expected.len()];
                        picked.numbers(&mut place);
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
        let order: Vec<usize> = (0..rows).rev().collect();
        let (selection, positions) = (&Rows::first(rows), &Positions::List(&order));
        for count in [1, 2, 7] {
            let mut place = vec![0; rows * elements];
            let picked = Picked { column: &column, selection, positions, threads: &Threads::new(count) };
            picked.indices(&mut place);
            let expected = order.iter().flat_map(|&row| array.row(row).to_vec());
            assert!(place.into_iter().eq(expected), "{count} threads");
        }
    }

    #[test]
    fn conversions_are_the_same_at_each_level_and_on_all_threads() {
        let (rows, elements) = (37, 19);
        let array =
            Array2::from_shape_fn((rows, elements), |(row, element)| (7919 * (row * elements + element)) as f64);
        let factors = Factors {
            scales: (0..elements).map(|element| 1.0 / (element + 3) as f64).collect(),
            shifts: (0..elements).map(|element| element as f64 / 7.0).collect(),
        };
        let column = (&array).into_column().unwrap();
        for affine in [Affine::None, Affine::All { scale: 0.1, shift: -0.7 }, Affine::Each(factors.into())] {
            let column = column.clone().with_affine(affine.clone());
            let expected: Vec<f32> =
                array.indexed_iter().map(|((_, element), &value)| affine.apply(element, value) as f32).collect();
            let mut place = vec![f32::NAN; expected.len()];
            for level in Level::available() {
                place.fill(f32::NAN);
                let rows = array.as_slice().unwrap().chunks_exact(elements).zip(place.chunks_exact_mut(elements));
                level.run(Convert { rows, affine: &affine });
                assert_eq!(place, expected, "{level:?}");
            }
            let (selection, positions) = (&Rows::first(rows), &Positions::Range(0..rows));
            for count in [1, 2, 3, 7] {
                place.fill(f32::NAN);
                let threads = &Threads::new(count);
                Picked { column: &column, selection, positions, threads }.numbers(&mut place);
                assert_eq!(place, expected, "{count} threads");
            }
        }
    }
}
