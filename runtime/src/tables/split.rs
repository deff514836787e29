//! Which rows are held back.

use std::collections::BTreeMap;

use crate::Error;
use crate::data::shuffle;
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
    let rows: usize = strata.values().map(Vec::len).sum();
    let held_back = (rows as f64 * fraction).round();
    if !(held_back >= 1.0 && held_back < rows as f64) {
        let expected = format!("a share that leaves rows in both parts of {rows}");
        return Err(Error::Setting { name: "fraction", found: fraction.to_string(), expected });
    }
    let (mut rest, mut held) = (Vec::new(), Vec::new());
    let shares = shares(strata.values().map(Vec::len), fraction, held_back as usize);
    for (number, (mut stratum, share)) in strata.into_values().zip(shares).enumerate() {
        shuffle(&mut stratum, Random::new(seed, streams::SPLIT, number as u64));
        held.extend_from_slice(&stratum[..share]);
        rest.extend_from_slice(&stratum[share..]);
    }
    rest.sort_unstable();
    held.sort_unstable();
    Ok((rest, held))
}

/// How many rows of each stratum are held back, `all` together: the whole part of its share, and one more for those with
/// the largest remainders, the earlier one first.
fn shares(sizes: impl Iterator<Item = usize>, fraction: f64, all: usize) -> Vec<usize> {
    let exact: Vec<f64> = sizes.map(|size| size as f64 * fraction).collect();
    let mut shares: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let left = all.saturating_sub(shares.iter().sum());
    order.into_iter().take(left).for_each(|number| shares[number] += 1);
    shares
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
    fn the_largest_remainders_get_the_rows_that_are_left() {
        assert_eq!(shares([5, 6, 9].into_iter(), 0.25, 5), [1, 2, 2]);
        assert_eq!(shares([1, 1, 1].into_iter(), 0.4, 1), [1, 0, 0]);
        assert_eq!(shares([10].into_iter(), 0.25, 3), [3]);
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
