//! Which rows are held back.

use std::collections::BTreeMap;

use crate::Error;
use crate::data::{held_back, shuffle, split_strata};
use crate::random::{Random, streams};

/// Any rows: `(rest, held back)`, both in order.
pub(super) fn random(rows: usize, fraction: f64, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Error> {
    stratified(std::iter::repeat_n("", rows), fraction, seed)
}

/// The same share of the rows of each text, given row by row.
pub(super) fn stratified<'t>(
    texts: impl Iterator<Item = &'t str>,
    fraction: f64,
    seed: u64,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    texts.enumerate().for_each(|(row, text)| strata.entry(text).or_default().push(row));
    let mut strata: Vec<Vec<usize>> = strata.into_values().collect();
    let held_back = held_back(strata.iter().map(Vec::len).sum(), fraction, "rows")?;
    for (number, stratum) in strata.iter_mut().enumerate() {
        shuffle(stratum, Random::new(seed, streams::SPLIT, number as u64));
    }
    Ok(split_strata(&strata, held_back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_have_equal_shares() {
        let texts: Vec<&str> = (0..100).map(|row| ["a", "b", "b", "c", "b"][row % 5]).collect();
        let (rest, held) = stratified(texts.iter().copied(), 0.25, 7).unwrap();
        let count = |part: &[usize], text| part.iter().filter(|&&row| texts[row] == text).count();
        assert_eq!(["a", "b", "c"].map(|text| count(&held, text)), [5, 15, 5]);
        assert_eq!(["a", "b", "c"].map(|text| count(&rest, text)), [15, 45, 15]);
        let mut all = [rest, held].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..100));
    }

    #[test]
    fn seeds_and_fractions_count() {
        assert_ne!(random(50, 0.2, 1).unwrap(), random(50, 0.2, 2).unwrap());
        assert_eq!(random(50, 0.2, 1).unwrap(), random(50, 0.2, 1).unwrap());
        for fraction in [0.0, 0.001, 0.999, 1.0, -1.0, f64::NAN] {
            let message = random(50, fraction, 1).unwrap_err().to_string();
            assert!(message.ends_with("expected a share that leaves rows in both parts of 50"), "{message}");
        }
    }
}
