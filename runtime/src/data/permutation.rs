//! A random order that takes little memory, however many samples there are.

use crate::kernels::{Kernel, Level};
use crate::random::Random;

/// A random permutation of `0..count`, of which any part can be computed by itself.
///
/// Up to 8,192 numbers are shuffled in a list, each order being as likely (Fisher and Yates 1938). More go through a Feistel network over `a · b`
/// numbers, `a · b ≥ count`, with as many sums modulo `a` and `b` (Black and Rogaway 2002, "Ciphers with arbitrary finite
/// domains"). What it takes beyond `count` goes through it again until it is below.
#[derive(Clone, Debug)]
pub(crate) enum Permutation {
    /// All numbers, in order.
    List(Vec<u16>),
    /// A network of 32-bit words.
    Words(Network<u32>),
    /// A network of 64-bit words.
    DoubleWords(Network<u64>),
}

/// The most numbers that a list holds: 16 KiB, in the nearest cache. There a number takes a fourth of the time that it takes
/// through a network (bench `handwritten`, an epoch of linreg), and networks of few hundred numbers have too few functions of
/// their halves to choose from.
const LISTED: usize = 1 << 13;

/// Sums of one half and a function of the other. After six, neighbours among a hundred are still seen to be so.
const ROUNDS: usize = 8;

/// Numbers that go through the network at once: more than the processor has lanes, since each waits for its products.
const LANES: usize = 64;

/// Numbers of which those that go through the network again do so together.
const SECTION: usize = 1024;

impl Permutation {
    /// A permutation of `count` numbers, 1 or more.
    pub(crate) fn new(count: usize, random: Random) -> Self {
        if count <= LISTED {
            let mut list = vec![0; count];
            shuffle(&mut list, random);
            return Permutation::List(list);
        }
        match i32::try_from(count) {
            Ok(_) => Permutation::Words(Network::<u32>::new(count as u32, random)),
            Err(_) => Permutation::DoubleWords(Network::<u64>::new(count as u64, random)),
        }
    }

    /// Becomes [`Permutation::new`] of as many numbers, without allocating.
    pub(crate) fn renew(&mut self, random: Random) {
        match self {
            Permutation::List(list) => shuffle(list, random),
            _ => *self = Self::new(self.count(), random),
        }
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Permutation::List(list) => list.len(),
            Permutation::Words(network) => network.count as usize,
            Permutation::DoubleWords(network) => network.count as usize,
        }
    }

    /// The numbers at the places from `first` on.
    pub(crate) fn fill(&self, first: usize, numbers: &mut [usize]) {
        debug_assert!(first + numbers.len() <= self.count());
        match self {
            Permutation::List(list) => {
                numbers.iter_mut().zip(&list[first..]).for_each(|(number, &listed)| *number = listed.into());
            }
            Permutation::Words(network) => {
                Level::of::<f32>().run(Fill { network, first: first as u32, numbers });
            }
            Permutation::DoubleWords(network) => {
                for (place, number) in numbers.iter_mut().enumerate() {
                    *number = network.number((first + place) as u64) as usize;
                }
            }
        }
    }
}

/// Writes the numbers below the list's length in random order: each goes to where a random one of those before it is, or to
/// its own place, and that one to the end.
fn shuffle(list: &mut [u16], random: Random) {
    let (count, [low, high, ..]) = (list.len(), random.block(0, 0));
    let mut state = u64::from(high) << 32 | u64::from(low);
    // Of 2^32 halves of a word, at most one more leads to one place than to another.
    let mut put = |number: usize, half: u32| {
        let other = ((u64::from(half) * (number as u64 + 1)) >> 32) as usize;
        list[number] = list[other];
        list[other] = number as u16;
    };
    for number in (0..count).step_by(2) {
        // A word of SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let word = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        let word = word ^ word >> 31;
        put(number, word as u32);
        if number + 1 < count {
            put(number + 1, (word >> 32) as u32);
        }
    }
}

/// A Feistel network over pairs of a number below `a` and one below `b`.
#[derive(Clone, Debug)]
pub(crate) struct Network<W> {
    count: W,
    a: W,
    b: W,
    /// `2^32 / a`, rounded down.
    inverse: u64,
    keys: [W; ROUNDS],
}

/// Two numbers whose product is `count` or little above. Both are near its root: a half of few numbers mixes badly.
fn factors(count: u64) -> (u64, u64) {
    let root = count.isqrt();
    let pairs = (root..=root + (root / 8).min(64)).map(|a| (a, count.div_ceil(a)));
    pairs.min_by_key(|&(a, b)| (a as u128 * b as u128, a)).unwrap_or((count, 1))
}

impl Network<u32> {
    /// `count` is below 2^31.
    fn new(count: u32, random: Random) -> Self {
        let ((a, b), mut draw) = (factors(count.into()), random.draw());
        let keys = std::array::from_fn(|_| draw.word());
        Self { count, a: a as u32, b: b as u32, inverse: (1 << 32) / a, keys }
    }

    /// Where the numbers at some places are, of which some may be `count` or above.
    #[inline(always)]
    fn pass<const N: usize>(&self, places: [u32; N]) -> [u32; N] {
        let (mut low, mut high) = ([0; N], [0; N]);
        for ((low, high), place) in low.iter_mut().zip(&mut high).zip(places) {
            // The quotient is too small by one at most: places are below 2^32.
            let quotient = ((u64::from(place) * self.inverse) >> 32) as u32;
            let rest = place - quotient * self.a;
            let is_too_small = rest >= self.a;
            *high = quotient + u32::from(is_too_small);
            *low = if is_too_small { rest - self.a } else { rest };
        }
        for keys in self.keys.as_chunks::<2>().0 {
            add::<N>(&mut low, &high, keys[0], self.a);
            add::<N>(&mut high, &low, keys[1], self.b);
        }
        std::array::from_fn(|lane| high[lane] * self.a + low[lane])
    }
}

/// Adds a function of `other`, modulo `end`, which is at most 2^16.
#[inline(always)]
fn add<const N: usize>(half: &mut [u32; N], other: &[u32; N], key: u32, end: u32) {
    for (half, &other) in half.iter_mut().zip(other) {
        let word = (other ^ key).wrapping_mul(0x9E37_79B1);
        let word = (word ^ word >> 15).wrapping_mul(0x85EB_CA77);
        let sum = *half + (((word >> 16) * end) >> 16);
        *half = sum.min(sum.wrapping_sub(end));
    }
}

impl Network<u64> {
    /// For any `count`.
    fn new(count: u64, random: Random) -> Self {
        let ((a, b), mut draw) = (factors(count), random.draw());
        let keys = std::array::from_fn(|_| u64::from(draw.word()) << 32 | u64::from(draw.word()));
        Self { count, a, b, inverse: 0, keys }
    }

    /// The number at a place.
    fn number(&self, place: u64) -> u64 {
        let mut number = self.pass(place);
        while number >= self.count {
            number = self.pass(number);
        }
        number
    }

    fn pass(&self, place: u64) -> u64 {
        let add = |half: u64, other: u64, key: u64, end: u64| {
            let word = (other ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let word = (word ^ word >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            let sum = u128::from(half) + ((u128::from(word) * u128::from(end)) >> 64);
            (sum % u128::from(end)) as u64
        };
        let (mut low, mut high) = (place % self.a, place / self.a);
        for keys in self.keys.as_chunks::<2>().0 {
            low = add(low, high, keys[0], self.a);
            high = add(high, low, keys[1], self.b);
        }
        high * self.a + low
    }
}

/// The numbers at many places, with as many lanes as the processor has.
struct Fill<'a> {
    network: &'a Network<u32>,
    first: u32,
    numbers: &'a mut [usize],
}

impl Kernel for Fill<'_> {
    type Element = f32;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { network, first, numbers } = self;
        for (section, numbers) in numbers.chunks_mut(SECTION).enumerate() {
            let first = first + (section * SECTION) as u32;
            for (chunk, numbers) in numbers.chunks_mut(LANES).enumerate() {
                let first = first + (chunk * LANES) as u32;
                // Places beyond the last are computed along and not used.
                let places = std::array::from_fn(|lane| (first + lane as u32).min(network.count - 1));
                numbers
                    .iter_mut()
                    .zip(network.pass::<LANES>(places))
                    .for_each(|(number, word)| *number = word as usize);
            }
            again(network, numbers);
        }
    }
}

/// Sends numbers that are too large through the network again until they are not, many at once.
#[inline(always)]
fn again(network: &Network<u32>, numbers: &mut [usize]) {
    let is_too_large = |number: usize| number >= network.count as usize;
    // Where they are. Every place is written down and most are written over: whether it stays is not for a branch to guess.
    let (mut places, mut count) = ([0; SECTION], 0);
    for (place, &number) in numbers.iter().enumerate() {
        places[count] = place as u16;
        count += usize::from(is_too_large(number));
    }
    while count > 0 {
        let mut left = 0;
        for start in (0..count).step_by(LANES) {
            let chunk: [u16; LANES] = std::array::from_fn(|lane| places[(start + lane).min(count - 1)]);
            let words = network.pass(chunk.map(|place| numbers[place as usize] as u32));
            for (&place, word) in chunk.iter().zip(words).take(count - start) {
                numbers[place as usize] = word as usize;
                places[left] = place;
                left += usize::from(is_too_large(word as usize));
            }
        }
        count = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(permutation: &Permutation) -> Vec<usize> {
        let mut numbers = vec![0; permutation.count()];
        permutation.fill(0, &mut numbers);
        numbers
    }

    /// All ways to compute a permutation of `count` numbers, whatever their number.
    fn all(count: usize, random: Random) -> [Permutation; 3] {
        [
            Permutation::new(count, random),
            Permutation::Words(Network::<u32>::new(count as u32, random)),
            Permutation::DoubleWords(Network::<u64>::new(count as u64, random)),
        ]
    }

    #[test]
    #[cfg_attr(miri, ignore = "millions of numbers")]
    fn every_number_comes_once() {
        for count in (1..=2000).chain([65_535, 65_536, 65_537, 100_003]) {
            for permutation in all(count, Random::new(count as u64, 5, 7)) {
                let mut seen = vec![false; count];
                numbers(&permutation).into_iter().for_each(|number| seen[number] = true);
                assert!(seen.into_iter().all(|seen| seen), "{count}");
            }
        }
    }

    #[test]
    fn parts_are_those_of_the_whole() {
        for count in [1, 2, 255, 256, 257, 1000, LISTED, LISTED + 1] {
            for permutation in all(count, Random::new(3, 1, 4)) {
                let whole = numbers(&permutation);
                for (first, length) in [(0, 1), (0, count), (count / 2, count - count / 2), (count / 3, count / 5)] {
                    let mut part = vec![0; length];
                    permutation.fill(first, &mut part);
                    assert_eq!(part, whole[first..first + length], "{count}");
                }
            }
        }
    }

    #[test]
    fn a_renewed_permutation_is_a_new_one() {
        for count in [1, 300, LISTED + 1] {
            let mut permutation = Permutation::new(count, Random::new(1, 2, 3));
            permutation.renew(Random::new(1, 2, 4));
            assert_eq!(numbers(&permutation), numbers(&Permutation::new(count, Random::new(1, 2, 4))));
        }
    }

    #[test]
    fn every_level_gives_the_same_numbers() {
        let network = Network::<u32>::new(1009, Random::new(1, 2, 3));
        let expected: Vec<usize> = (0..1009)
            .map(|place| {
                let mut number = place;
                loop {
                    [number] = network.pass([number]);
                    if number < 1009 {
                        return number as usize;
                    }
                }
            })
            .collect();
        for level in Level::available() {
            let mut numbers = vec![0; 1009];
            level.run(Fill { network: &network, first: 0, numbers: &mut numbers });
            assert_eq!(numbers, expected, "{level:?}");
        }
    }

    /// Seeds and epochs give other orders; chi-square over the orders of all of them, divided by its degrees of freedom,
    /// which is 1 with a standard deviation of √(2 / degrees).
    #[test]
    #[cfg_attr(miri, ignore = "millions of numbers")]
    fn positions_and_neighbours_are_uniform() {
        const ORDERS: usize = 8_000;
        for (count, listed) in [(3, true), (8, true), (100, true), (300, true), (257, false), (300, false)] {
            let (mut places, mut steps) = (vec![0u32; count * count], vec![0u32; count]);
            for order in 0..ORDERS {
                let random = Random::new(order as u64 / 4, 9, order as u64 % 4);
                let [list, network, _] = all(count, random);
                let numbers = numbers(if listed { &list } else { &network });
                numbers.iter().enumerate().for_each(|(place, number)| places[place * count + number] += 1);
                numbers.windows(2).for_each(|pair| steps[(pair[1] + count - pair[0]) % count] += 1);
            }
            let chi_square = |counts: &[u32], degrees: usize| {
                let mean = counts.iter().map(|&count| count as f64).sum::<f64>() / counts.len() as f64;
                let square = |&count: &u32| (count as f64 - mean).powi(2) / mean;
                let deviation = (2.0 / degrees as f64).sqrt();
                (counts.iter().map(square).sum::<f64>() / degrees as f64 - 1.0) / deviation
            };
            let found = chi_square(&places, (count - 1) * (count - 1));
            assert!(found < 5.0, "{count}: the places of numbers are {found} standard deviations from uniform");
            let found = chi_square(&steps[1..], count - 2);
            assert!(found < 5.0, "{count}: steps between neighbours are {found} standard deviations from uniform");
        }
    }

    #[test]
    fn more_numbers_than_words_hold() {
        let count = 1 << 40;
        let permutation = Permutation::new(count, Random::new(1, 2, 3));
        let mut numbers = vec![0; 10_000];
        permutation.fill(count - 10_000, &mut numbers);
        assert!(numbers.iter().all(|&number| number < count));
        let lower_half = numbers.iter().filter(|&&number| number < count / 2).count();
        assert!((4_700..5_300).contains(&lower_half), "{lower_half}");
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 10_000);
        let last = Permutation::new(usize::MAX, Random::new(1, 2, 3));
        last.fill(usize::MAX - 100, &mut numbers[..100]);
        assert!(numbers[..100].iter().all(|&number| number < usize::MAX));
    }

    #[test]
    fn factors_are_near_the_root_and_little_is_too_much() {
        for count in [1, 2, 257, 1000, 65_537, 1 << 30, (1 << 31) - 1, 1 << 40, u64::MAX] {
            let (a, b) = factors(count);
            assert!(a as u128 * b as u128 >= count as u128, "{count}");
            assert!(count >= 1 << 31 || a <= 1 << 16 && b <= 1 << 16, "{count}");
            assert!((a as u128 * b as u128 - count as u128) < a as u128, "{count}");
            assert!(b <= a + a / 3 + 1 && a <= b + b / 3 + 1, "{count}");
        }
    }
}
