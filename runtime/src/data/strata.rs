//! Splits that keep the shares of classes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Column, Columns, Dataset, Element, Positions, Rows, Samples, held_back, shuffle, split_strata, with_slice,
};
use crate::Error;
use crate::random::{Random, streams};

impl Dataset<'_> {
    /// Splits at random, as [`Dataset::split`] does, so that both parts have the same shares of all classes.
    ///
    /// From each class comes its share of the samples that are held back, rounded down; samples that are left over come from
    /// the classes with the largest remainders, the lower class first. The data set has one target, of class indices or
    /// one-hot rows. A [`Source`](crate::Source) is read once. A part is a list of its samples, 8 bytes for each.
    ///
    /// # Errors
    /// Those of [`Dataset::split`], and targets that are no classes.
    pub fn split_stratified(&self, fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        let held_back = held_back(self.len(), fraction, "samples")?;
        let (rest, held) = split_strata(&self.strata(seed)?, held_back);
        Ok((self.select(&Arc::from(rest)), self.select(&Arc::from(held))))
    }

    /// The positions of each class in a random order, by class.
    pub(super) fn strata(&self, seed: u64) -> Result<Vec<Vec<usize>>, Error> {
        let mut strata: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (position, class) in self.classes()?.into_iter().enumerate() {
            strata.entry(class).or_default().push(position);
        }
        let shuffled = |(class, mut positions): (u32, Vec<usize>)| {
            shuffle(&mut positions, Random::new(seed, streams::SPLIT, u64::from(class) + 1));
            positions
        };
        Ok(strata.into_iter().map(shuffled).collect())
    }

    /// The class of each sample.
    fn classes(&self) -> Result<Vec<u32>, Error> {
        let (targets, selection) = (self.targets(), self.targets().selection());
        if targets.count() != 1 {
            return Err(Error::NoClasses { targets: targets.count(), row: None });
        }
        let mut classes = Vec::new();
        classes.try_reserve_exact(self.len()).map_err(|_| Error::Positions { rows: self.len() })?;
        let Some(source) = targets.source() else {
            classes_of(targets, selection, |row| row, &mut classes)?;
            return Ok(classes);
        };
        let mut samples = Samples::new(source, source.inputs(), source.targets());
        for first in (0..self.len()).step_by(CHUNK) {
            let positions = Positions::Range(first..self.len().min(first + CHUNK));
            source.read(selection, &positions, None, &mut samples)?;
            let (rows, number) = (Rows::first(samples.rows()), |row: usize| selection.at(first + row));
            classes_of(samples.targets().unwrap_or(targets), &rows, number, &mut classes)?;
        }
        Ok(classes)
    }
}

/// Samples of a source that are read at once.
const CHUNK: usize = 256;

/// Adds the classes of the selected rows; `number` is what a user calls a row.
fn classes_of(
    targets: &Columns<'_>,
    rows: &Rows,
    number: impl Fn(usize) -> usize,
    classes: &mut Vec<u32>,
) -> Result<(), Error> {
    let Some(column) = targets.iter().next() else { return Ok(()) };
    for row in rows.iter() {
        let class = class(column, row);
        classes.push(class.ok_or_else(|| Error::NoClasses { targets: 1, row: Some(number(row)) })?);
    }
    Ok(())
}

/// The class that a row holds: an index, or the place of the only 1.
fn class(column: &Column<'_>, row: usize) -> Option<u32> {
    let (elements, affine) = (column.sample().elements(), column.affine());
    with_slice!(column.values(), values => {
        let sample = &values[row * elements..][..elements];
        let number = |element: usize| affine.apply(element, sample[element].number());
        if elements == 1 {
            let class = number(0);
            return (class.fract() == 0.0 && (0.0..=u32::MAX as f64).contains(&class)).then_some(class as u32);
        }
        let one = (0..elements).find(|&element| number(element) == 1.0)?;
        let others = (0..elements).filter(|&element| element != one);
        others.map(number).all(|number| number == 0.0).then_some(one as u32)
    })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, array};

    use super::*;

    fn classes(data: &Dataset<'_>) -> Vec<usize> {
        let mut counts = vec![0; 4];
        data.classes().unwrap().into_iter().for_each(|class| counts[class as usize] += 1);
        counts
    }

    #[test]
    fn both_parts_have_the_shares_of_all_classes() {
        let x = Array1::from_iter((0..200).map(|row| row as f32));
        let y = Array1::from_iter((0..200).map(|row| [0i64, 1, 1, 3][row % 4]));
        let data = Dataset::new(&x, &y).unwrap();
        let (train, test) = data.split_stratified(0.2, 3).unwrap();
        assert_eq!((classes(&train), classes(&test)), (vec![40, 80, 0, 40], vec![10, 20, 0, 10]));
        let mut rows: Vec<usize> = train.inputs().selection().iter().chain(test.inputs().selection().iter()).collect();
        assert!(rows[..160].is_sorted() && rows[160..].is_sorted(), "the parts keep the order of the data");
        rows.sort_unstable();
        assert_eq!(rows, (0..200).collect::<Vec<_>>());
        let (other, _) = data.split_stratified(0.2, 4).unwrap();
        assert!(!other.inputs().selection().iter().eq(train.inputs().selection().iter()));
        let one_hot = Array2::from_shape_fn((200, 4), |(row, class)| f32::from(y[row] == class as i64));
        let (_, same) = Dataset::new(&x, &one_hot).unwrap().split_stratified(0.2, 3).unwrap();
        assert!(same.inputs().selection().iter().eq(test.inputs().selection().iter()));
        assert_eq!(classes(&test.split_stratified(0.5, 1).unwrap().0), [5, 10, 0, 5]);
    }

    #[test]
    fn targets_that_are_no_classes() {
        let x = array![[1.0f32], [2.0], [3.0], [4.0]];
        let message = |y: Columns<'_>| Dataset::new(&x, y).unwrap().split_stratified(0.5, 1).unwrap_err().to_string();
        let columns = |y| crate::IntoColumns::into_columns(y).unwrap();
        assert_eq!(
            message(columns(array![0.0f32, 1.0, 0.5, 1.0].into_dyn())),
            "row 2 of the target holds no class, expected an index or a one-hot row"
        );
        assert!(message(columns(array![0.0f32, -1.0, 0.0, 1.0].into_dyn())).starts_with("row 1 "));
        let rows = array![[0.0f32, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]];
        assert!(message(columns(rows.into_dyn())).starts_with("row 1 "));
        let none = Dataset::without_targets(&x).unwrap();
        assert_eq!(
            none.split_stratified(0.5, 1).unwrap_err().to_string(),
            "the data set has 0 targets, expected one of classes"
        );
        let labels = array![0u8, 1, 0, 1];
        assert!(Dataset::new(&x, &labels).unwrap().split_stratified(1.0, 1).is_err());
    }
}
