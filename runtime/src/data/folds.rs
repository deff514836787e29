//! Cross-validation.

use std::ops::Range;
use std::sync::Arc;

use super::Dataset;
use super::dataset::positions;
use super::shuffle;
use crate::Error;
use crate::random::{Random, streams};

impl<'a> Dataset<'a> {
    /// Cuts the samples into `k` random parts, and gives each of them once as validation data, with all others as training
    /// data: `(train, validation)`.
    ///
    /// Sizes of the parts differ by at most one. Which samples are in which depends on `seed` alone; both sides keep the
    /// order of the data. The samples are listed once, and once more for each pair, at 8 bytes each.
    ///
    /// ```
    /// use monograd::ndarray::{Array1, Array2};
    /// use monograd::prelude::*;
    ///
    /// let data = Dataset::new(Array2::<f32>::zeros((10, 4)), Array1::<u8>::zeros(10))?;
    /// let sizes: Vec<_> = data.k_fold(3, 1)?.map(|(train, validation)| (train.len(), validation.len())).collect();
    /// assert_eq!(sizes, [(6, 4), (7, 3), (7, 3)]);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of parts that is less than 2 or more than the samples; more samples than a list has room for.
    pub fn k_fold(&self, k: usize, seed: u64) -> Result<Folds<'a>, Error> {
        self.check_folds(k)?;
        let mut order = positions(self.len())?;
        shuffle(&mut order, Random::new(seed, streams::SPLIT, 0));
        Ok(Folds { data: self.clone(), order, k, next: 0 })
    }

    /// As [`Dataset::k_fold`], with parts in which the number of samples of each class differs by at most one, too.
    ///
    /// # Errors
    /// Those of [`Dataset::k_fold`], and targets that are no classes, as for [`Dataset::split_stratified`].
    pub fn k_fold_stratified(&self, k: usize, seed: u64) -> Result<Folds<'a>, Error> {
        self.check_folds(k)?;
        // Dealt out one by one, class after class.
        let dealt = self.strata(seed)?.concat();
        let order = (0..k).flat_map(|fold| dealt.iter().skip(fold).step_by(k).copied()).collect();
        Ok(Folds { data: self.clone(), order, k, next: 0 })
    }

    fn check_folds(&self, k: usize) -> Result<(), Error> {
        if (2..=self.len()).contains(&k) {
            return Ok(());
        }
        let expected = format!("2 or more, and at most the number of samples: {}", self.len());
        Err(Error::Setting { name: "k", found: k.to_string(), expected })
    }
}

/// The pairs of training and validation data of [`Dataset::k_fold`].
#[derive(Clone, Debug)]
pub struct Folds<'a> {
    data: Dataset<'a>,
    /// All positions, part after part; the first parts may have one more.
    order: Vec<usize>,
    k: usize,
    next: usize,
}

impl Folds<'_> {
    /// Where a part is in the order.
    fn part(&self, fold: usize) -> Range<usize> {
        let (length, longer) = (self.order.len() / self.k, self.order.len() % self.k);
        let first = |fold: usize| fold * length + fold.min(longer);
        first(fold)..first(fold + 1)
    }
}

impl<'a> Iterator for Folds<'a> {
    type Item = (Dataset<'a>, Dataset<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.k {
            return None;
        }
        let part = self.part(self.next);
        self.next += 1;
        let sorted = |parts: [&[usize]; 2]| {
            let mut positions = parts.concat();
            positions.sort_unstable();
            Arc::from(positions)
        };
        let train = sorted([&self.order[..part.start], &self.order[part.end..]]);
        let validation = sorted([&self.order[part], &[]]);
        Some((self.data.select(&train), self.data.select(&validation)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.k - self.next, Some(self.k - self.next))
    }
}

impl ExactSizeIterator for Folds<'_> {}

#[cfg(test)]
mod tests {
    use ndarray::Array1;

    use super::*;

    fn data(rows: usize) -> Dataset<'static> {
        let labels = Array1::from_iter((0..rows).map(|row| [0u8, 0, 0, 1, 2][row % 5]));
        Dataset::new(Array1::from_iter((0..rows).map(|row| row as f32)), labels).unwrap()
    }

    fn rows(data: &Dataset<'_>) -> Vec<usize> {
        data.inputs().selection().iter().collect()
    }

    #[test]
    fn every_sample_validates_once() {
        for (count, k) in [(10, 2), (10, 3), (10, 10), (101, 5), (2, 2)] {
            let data = data(count);
            for folds in [data.k_fold(k, 7).unwrap(), data.k_fold_stratified(k, 7).unwrap()] {
                assert_eq!(folds.len(), k);
                let mut all = Vec::new();
                for (train, validation) in folds {
                    assert!([count / k, count.div_ceil(k)].contains(&validation.len()));
                    let (train, validation) = (rows(&train), rows(&validation));
                    assert!(train.is_sorted() && validation.is_sorted());
                    let mut both = [train, validation.clone()].concat();
                    both.sort_unstable();
                    assert_eq!(both, (0..count).collect::<Vec<_>>());
                    all.extend(validation);
                }
                all.sort_unstable();
                assert_eq!(all, (0..count).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn stratified_parts_have_the_shares_of_all_classes() {
        for (_, validation) in data(103).k_fold_stratified(4, 1).unwrap() {
            let mut counts = [0; 3];
            rows(&validation).into_iter().for_each(|row| counts[[0, 0, 0, 1, 2][row % 5]] += 1);
            assert!(
                [15, 16].contains(&counts[0]) && counts[1..].iter().all(|count| [5, 6].contains(count)),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn folds_depend_on_the_seed() {
        let first = |seed| rows(&data(50).k_fold(5, seed).unwrap().next().unwrap().1);
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }

    #[test]
    fn numbers_of_parts_that_are_none() {
        for k in [0, 1, 11] {
            let message = data(10).k_fold(k, 1).unwrap_err().to_string();
            assert_eq!(message, format!("`k` is {k}, expected 2 or more, and at most the number of samples: 10"));
            assert!(data(10).k_fold_stratified(k, 1).is_err());
        }
    }
}
