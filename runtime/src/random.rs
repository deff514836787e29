//! Random numbers by counter: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
//!
//! A value depends on its key and its counter alone, never on what was drawn before it or by which thread.

use crate::kernels::{Kernel, Level};

/// An endless sequence of random blocks, named by a seed and a stream number.
#[derive(Clone, Copy, Debug)]
pub struct Random {
    key: [u32; 2],
    stream: u32,
    step: u64,
}

/// What a stream of random numbers is for; each purpose has its own streams.
pub mod streams {
    /// Initial values of the n-th parameter.
    pub const fn initializer(parameter: u32) -> u32 {
        0x4000_0000 | parameter
    }
    /// The n-th random layer.
    pub const fn layer(layer: u32) -> u32 {
        layer
    }
    /// The order of the samples of an epoch.
    pub const SHUFFLE: u32 = 0x8000_0000;
    /// Which samples are held back for validation.
    pub const SPLIT: u32 = 0x8000_0001;
}

impl Random {
    /// The sequence of a seed, a stream and a step.
    ///
    /// The stream takes 32 bits and the step 56 of them in the counter; the rest counts blocks.
    pub const fn new(seed: u64, stream: u32, step: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], stream, step }
    }

    /// The block of four random words at a position: its number within a sample, below 2^32, and the sample.
    pub fn block(&self, sample: u32, number: u32) -> [u32; 4] {
        self.blocks([sample], [number]).map(|[word]| word)
    }

    /// The blocks at some positions: their first words, their second words and so on.
    #[inline(always)]
    fn blocks<const N: usize>(&self, samples: [u32; N], numbers: [u32; N]) -> [[u32; N]; 4] {
        // The step's upper half goes into the key, so that no two steps below 2^64 share a block.
        let key = [self.key[0] ^ (self.step >> 32) as u32, self.key[1] ^ self.stream.rotate_left(16)];
        philox([numbers, samples, [self.step as u32; N], [self.stream; N]], key)
    }

    /// Numbers drawn one after another from sample 0.
    pub fn draw(self) -> Draw {
        Draw { random: self, number: 0, sample: 0, left: [[0; 4]; BLOCKS], used: 4 * BLOCKS }
    }
}

/// Numbers drawn one after another.
#[derive(Clone, Debug)]
pub struct Draw {
    random: Random,
    number: u32,
    sample: u32,
    left: [[u32; 4]; BLOCKS],
    used: usize,
}

/// Blocks that are computed at once: one is a chain of multiplications, each of which waits for the last.
const BLOCKS: usize = 16;

impl Draw {
    /// A uniform word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        if self.used == 4 * BLOCKS {
            self.fill();
        }
        let word = self.left[self.used / 4][self.used % 4];
        self.used += 1;
        word
    }

    #[inline(never)]
    fn fill(&mut self) {
        let (mut samples, mut numbers) = ([0; BLOCKS], [0; BLOCKS]);
        for (sample, number) in samples.iter_mut().zip(&mut numbers) {
            (*sample, *number) = (self.sample, self.number);
            self.number = self.number.wrapping_add(1);
            self.sample += u32::from(self.number == 0);
        }
        Level::of::<f32>().run(Fill { random: self.random, samples, numbers, blocks: &mut self.left });
        self.used = 0;
    }

    /// Uniform in `[0, 1)`, with 53 bits.
    pub fn uniform(&mut self) -> f64 {
        let (high, low) = (self.word() as u64, self.word() as u64);
        (((high << 32) | low) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Uniform below `end`, without bias (Lemire 2019). One word suffices almost always where `end` has 32 bits.
    pub fn below(&mut self, end: u64) -> u64 {
        if let Ok(end) = u32::try_from(end) {
            return self.below_word(end) as u64;
        }
        let threshold = end.wrapping_neg() % end;
        loop {
            let word = ((self.word() as u64) << 32) | self.word() as u64;
            let product = word as u128 * end as u128;
            if product as u64 >= threshold {
                return (product >> 64) as u64;
            }
        }
    }

    fn below_word(&mut self, end: u32) -> u32 {
        loop {
            let product = self.word() as u64 * end as u64;
            // The threshold is below `end`, and a division is what takes longest here.
            if product as u32 >= end || product as u32 >= end.wrapping_neg() % end {
                return (product >> 32) as u32;
            }
        }
    }
}

/// Blocks for all counters, with as many lanes as the processor has.
struct Fill<'a> {
    random: Random,
    samples: [u32; BLOCKS],
    numbers: [u32; BLOCKS],
    blocks: &'a mut [[u32; 4]; BLOCKS],
}

impl Kernel for Fill<'_> {
    type Element = f32;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let words = self.random.blocks(self.samples, self.numbers);
        for (number, block) in self.blocks.iter_mut().enumerate() {
            *block = std::array::from_fn(|word| words[word][number]);
        }
    }
}

/// Some blocks at once; each has its own counter.
#[inline(always)]
fn philox<const N: usize>(mut counter: [[u32; N]; 4], mut key: [u32; 2]) -> [[u32; N]; 4] {
    for _ in 0..10 {
        let [a, b, c, d] = &mut counter;
        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
            let (first, second) = (0xD251_1F53u64 * *a as u64, 0xCD9E_8D57u64 * *c as u64);
            (*a, *b) = ((second >> 32) as u32 ^ *b ^ key[0], second as u32);
            (*c, *d) = ((first >> 32) as u32 ^ *d ^ key[1], first as u32);
        }
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers of the Random123 library.
    #[test]
    fn philox_gives_the_published_answers() {
        let philox = |counter: [u32; 4], key| super::philox(counter.map(|word| [word]), key).map(|[word]| word);
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        assert_eq!(philox(pi, [0xa409_3822, 0x299f_31d0]), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "half a million draws")]
    fn draws_have_the_moments_of_their_distribution() {
        let mut draw = Random::new(7, 1, 0).draw();
        let normals: Vec<f64> = (0..100_000).map(|_| draw.normal()).collect();
        let mean = normals.iter().sum::<f64>() / 1e5;
        let variance = normals.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
        let uniform = (0..100_000).map(|_| draw.uniform()).sum::<f64>() / 1e5;
        assert!((uniform - 0.5).abs() < 0.005, "{uniform}");
    }

    #[test]
    fn below_reaches_every_value() {
        let mut draw = Random::new(7, 1, 0).draw();
        let mut seen = [0; 7];
        for _ in 0..7_000 {
            seen[draw.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 850), "{seen:?}");
    }
    #[test]
    fn draws_are_the_words_of_block_after_block() {
        let random = Random::new(3, 4, 5 << 32);
        let mut draw = random.draw();
        let first: Vec<u32> = (0..40).map(|_| draw.word()).collect();
        assert_eq!(first, (0..10).flat_map(|number| random.block(0, number)).collect::<Vec<_>>());
        (draw.number, draw.used) = (u32::MAX - 1, 4 * BLOCKS);
        let last: Vec<u32> = (0..16).map(|_| draw.word()).collect();
        let blocks = [(0, u32::MAX - 1), (0, u32::MAX), (1, 0), (1, 1)];
        assert_eq!(
            last,
            blocks.into_iter().flat_map(|(sample, number)| random.block(sample, number)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn large_ends_are_drawn_from_two_words() {
        let mut draw = Random::new(7, 1, 0).draw();
        let half = (0..1_000).filter(|_| draw.below(1 << 40) < 1 << 39).count();
        assert!((400..600).contains(&half), "{half}");
    }
}
