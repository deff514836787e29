//! How many samples are held back, and which.

use crate::Error;

/// How many of `all` samples a share of them is; messages call them `what`.
///
/// # Errors
/// A share that leaves one part without samples.
pub(crate) fn held_back(all: usize, fraction: f64, what: &str) -> Result<usize, Error> {
    let held_back = (all as f64 * fraction).round();
    if !(held_back >= 1.0 && held_back < all as f64) {
        let expected = format!("a share that leaves {what} in both parts of {all}");
        return Err(Error::Setting { name: "fraction", found: fraction.to_string(), expected });
    }
    Ok(held_back as usize)
}

/// The first positions of each stratum apart, `held_back` together and of each the same share: `(rest, held back)`, both in
/// order.
pub(crate) fn split_strata(strata: &[Vec<usize>], held_back: usize) -> (Vec<usize>, Vec<usize>) {
    let (mut rest, mut held) = (Vec::new(), Vec::new());
    let counts: Vec<usize> = strata.iter().map(Vec::len).collect();
    for (stratum, count) in strata.iter().zip(shares(&counts, held_back)) {
        held.extend_from_slice(&stratum[..count]);
        rest.extend_from_slice(&stratum[count..]);
    }
    rest.sort_unstable();
    held.sort_unstable();
    (rest, held)
}

/// `total` in proportion to `counts`, by largest remainder; of several, the first one.
fn shares(counts: &[usize], total: usize) -> Vec<usize> {
    let all: u128 = counts.iter().map(|&count| count as u128).sum();
    let exact = |count: usize| count as u128 * total as u128;
    let mut shares: Vec<usize> = counts.iter().map(|&count| (exact(count) / all) as usize).collect();
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by_key(|&class| std::cmp::Reverse(exact(counts[class]) % all));
    let left = total - shares.iter().sum::<usize>();
    by_remainder.iter().take(left).for_each(|&class| shares[class] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_the_largest_remainders_come_first() {
        assert_eq!(shares(&[50, 30, 20], 10), [5, 3, 2]);
        assert_eq!(shares(&[3, 3, 3], 4), [2, 1, 1]);
        assert_eq!(shares(&[1, 2, 7], 5), [1, 1, 3]);
        assert_eq!(shares(&[1, 0, 1], 1), [1, 0, 0]);
        assert_eq!(shares(&[5, 6, 9], 5), [1, 2, 2]);
    }
}
