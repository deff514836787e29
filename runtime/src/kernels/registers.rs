//! Registers of eight values, one of each of eight samples, for code that is compiled where a network is declared.
//!
//! The compiler, given arrays of eight values, puts some of one and some of another into a register. Here it is told.

#[cfg(any(test, target_arch = "aarch64"))]
use std::array::from_fn;

use crate::float::Float;

/// The values of a register.
pub(crate) const LANES: usize = 8;

/// The sum of what the chains of a sum over samples have summed up.
#[inline(always)]
pub(crate) fn total<T: Float>(chains: [T; LANES]) -> T {
    let four: [T; 4] = std::array::from_fn(|i| chains[i] + chains[i + 4]);
    let two = [four[0] + four[2], four[1] + four[3]];
    two[0] + two[1]
}

/// What can be done with registers of values. Who has one of these is on a processor that has the instructions.
///
/// Products and sums round separately, on every processor.
pub trait Registers<T: Float>: Copy {
    /// Some values.
    type Register: Copy;

    /// The same value everywhere.
    fn splat(self, value: T) -> Self::Register;
    /// `a + b`.
    fn add(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a - b`.
    fn subtract(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a · b`.
    fn multiply(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `floor` where it is above the value; NaN is not below it.
    fn at_least(self, floor: Self::Register, value: Self::Register) -> Self::Register;
    /// The value where `other` is above the floor or NaN, 0 elsewhere.
    fn where_above(self, floor: Self::Register, other: Self::Register, value: Self::Register) -> Self::Register;
}

/// [`Registers`] of [`LANES`] values.
pub trait ManyRegisters<T: Float>: Registers<T> {
    /// The values from memory.
    fn load(self, values: &[T; LANES]) -> Self::Register;
    /// The values in memory.
    fn store(self, register: Self::Register) -> [T; LANES];

    /// Adds the values to sums that round less.
    #[inline(always)]
    fn add_wide(self, sums: &mut [f64; LANES], values: Self::Register) {
        for (sum, value) in sums.iter_mut().zip(self.store(values)) {
            *sum += value.to_f64();
        }
    }

    /// The [`total`] of each of some sums.
    #[inline(always)]
    fn totals(self, sums: &[Self::Register], place: &mut [T]) {
        for (place, &chains) in place.iter_mut().zip(sums) {
            *place = total(self.store(chains));
        }
    }

    /// A register for each column of a table.
    #[inline(always)]
    fn columns<const COLUMNS: usize>(self, rows: &[[T; COLUMNS]; LANES]) -> [Self::Register; COLUMNS] {
        let mut columns = [self.splat(T::ZERO); COLUMNS];
        for (number, column) in columns.iter_mut().enumerate() {
            let mut values = [T::ZERO; LANES];
            for (value, row) in values.iter_mut().zip(rows) {
                *value = row[number];
            }
            *column = self.load(&values);
        }
        columns
    }
}

/// Code that is compiled for several kinds of registers. What `run` calls must be inlined into it: loops, not closures, which
/// the compiler does not give the instructions.
pub trait OnRegisters<T: Float> {
    /// What it returns.
    type Output;

    /// Runs it.
    fn run<R: ManyRegisters<T>>(self, registers: R) -> Self::Output;
}

/// One value at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One;

impl<T: Float> Registers<T> for One {
    type Register = T;

    #[inline(always)]
    fn splat(self, value: T) -> T {
        value
    }

    #[inline(always)]
    fn add(self, a: T, b: T) -> T {
        a + b
    }

    #[inline(always)]
    fn subtract(self, a: T, b: T) -> T {
        a - b
    }

    #[inline(always)]
    fn multiply(self, a: T, b: T) -> T {
        a * b
    }

    #[inline(always)]
    fn at_least(self, floor: T, value: T) -> T {
        if floor > value { floor } else { value }
    }

    #[inline(always)]
    fn where_above(self, floor: T, other: T, value: T) -> T {
        if other <= floor { T::ZERO } else { value }
    }
}

/// Registers that all processors of a kind have.
#[cfg(any(test, target_arch = "aarch64"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrays;

#[cfg(any(test, target_arch = "aarch64"))]
impl<T: Float> Registers<T> for Arrays {
    type Register = [T; LANES];

    #[inline(always)]
    fn splat(self, value: T) -> [T; LANES] {
        [value; LANES]
    }

    #[inline(always)]
    fn add(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        from_fn(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    fn subtract(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        from_fn(|lane| a[lane] - b[lane])
    }

    #[inline(always)]
    fn multiply(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        from_fn(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    fn at_least(self, floor: [T; LANES], value: [T; LANES]) -> [T; LANES] {
        from_fn(|lane| One.at_least(floor[lane], value[lane]))
    }

    #[inline(always)]
    fn where_above(self, floor: [T; LANES], other: [T; LANES], value: [T; LANES]) -> [T; LANES] {
        from_fn(|lane| One.where_above(floor[lane], other[lane], value[lane]))
    }
}

#[cfg(any(test, target_arch = "aarch64"))]
impl<T: Float> ManyRegisters<T> for Arrays {
    #[inline(always)]
    fn load(self, values: &[T; LANES]) -> [T; LANES] {
        *values
    }

    #[inline(always)]
    fn store(self, register: [T; LANES]) -> [T; LANES] {
        register
    }
}

/// Runs code if this processor has registers of eight values; where all of its kind have, the code is compiled for those.
#[inline(always)]
pub(crate) fn run<K: OnRegisters<f32>>(code: K) -> Option<K::Output> {
    // Miri does not know these instructions.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the instructions.
        return Some(unsafe { x86_64::run(code) });
    }
    #[cfg(target_arch = "aarch64")]
    return Some(code.run(Arrays));
    #[cfg(not(target_arch = "aarch64"))]
    {
        _ = code;
        None
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod x86_64 {
    use std::arch::x86_64::*;

    use super::{LANES, ManyRegisters, OnRegisters, Registers};

    /// Registers of AVX2, on a processor that has them.
    #[derive(Clone, Copy)]
    struct Avx2(());

    #[target_feature(enable = "avx2")]
    pub(super) fn run<K: OnRegisters<f32>>(code: K) -> K::Output {
        code.run(Avx2(()))
    }

    impl Registers<f32> for Avx2 {
        type Register = __m256;

        #[inline(always)]
        fn splat(self, value: f32) -> __m256 {
            // SAFETY: here and below, whoever has an `Avx2` is on a processor that has the instructions.
            unsafe { _mm256_set1_ps(value) }
        }

        #[inline(always)]
        fn add(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: as above.
            unsafe { _mm256_add_ps(a, b) }
        }

        #[inline(always)]
        fn subtract(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: as above.
            unsafe { _mm256_sub_ps(a, b) }
        }

        #[inline(always)]
        fn multiply(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: as above.
            unsafe { _mm256_mul_ps(a, b) }
        }

        #[inline(always)]
        fn at_least(self, floor: __m256, value: __m256) -> __m256 {
            // The second operand where the first is not above it, NaN included.
            // SAFETY: as above.
            unsafe { _mm256_max_ps(floor, value) }
        }

        #[inline(always)]
        fn where_above(self, floor: __m256, other: __m256, value: __m256) -> __m256 {
            // SAFETY: as above.
            unsafe { _mm256_and_ps(_mm256_cmp_ps::<_CMP_NLE_UQ>(other, floor), value) }
        }
    }

    impl ManyRegisters<f32> for Avx2 {
        #[inline(always)]
        fn load(self, values: &[f32; LANES]) -> __m256 {
            // SAFETY: as above; eight values may be read.
            unsafe { _mm256_loadu_ps(values.as_ptr()) }
        }

        #[inline(always)]
        fn store(self, register: __m256) -> [f32; LANES] {
            let mut values = [0.0; LANES];
            // SAFETY: as above; eight values may be written.
            unsafe { _mm256_storeu_ps(values.as_mut_ptr(), register) };
            values
        }

        #[inline(always)]
        fn add_wide(self, sums: &mut [f64; LANES], values: __m256) {
            let (low, high) = sums.split_at_mut(LANES / 2);
            // SAFETY: as above; four sums may be read and written in each half.
            unsafe {
                let halves = [_mm256_castps256_ps128(values), _mm256_extractf128_ps::<1>(values)];
                for (sums, half) in [low, high].into_iter().zip(halves) {
                    let sum = _mm256_add_pd(_mm256_loadu_pd(sums.as_ptr()), _mm256_cvtps_pd(half));
                    _mm256_storeu_pd(sums.as_mut_ptr(), sum);
                }
            }
        }

        #[inline(always)]
        fn totals(self, sums: &[__m256], place: &mut [f32]) {
            for (place, sums) in place.chunks_mut(4).zip(sums.chunks(4)) {
                let mut four = [self.splat(0.0); 4];
                for (four, &sum) in four.iter_mut().zip(sums) {
                    *four = sum;
                }
                let mut totals = [0.0; 4];
                // SAFETY: as above; four totals may be written. The additions are those of `total`.
                unsafe {
                    let [a, b, c, d] =
                        four.map(|sum| _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum)));
                    let first = _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
                    let second = _mm_add_ps(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
                    let four = _mm_add_ps(_mm_movelh_ps(first, second), _mm_movehl_ps(second, first));
                    _mm_storeu_ps(totals.as_mut_ptr(), four);
                }
                for (place, total) in place.iter_mut().zip(totals) {
                    *place = total;
                }
            }
        }

        #[inline(always)]
        fn columns<const COLUMNS: usize>(self, rows: &[[f32; COLUMNS]; LANES]) -> [__m256; COLUMNS] {
            let values = rows.as_flattened();
            let mut columns = [self.splat(0.0); COLUMNS];
            if COLUMNS == 1 {
                columns[0] = self.load(values.first_chunk().expect("a value of each row"));
                return columns;
            }
            if COLUMNS == 2 {
                let halves = values.as_chunks::<LANES>().0;
                let (low, high) = (self.load(&halves[0]), self.load(&halves[1]));
                // SAFETY: as above.
                unsafe {
                    // Of the first two rows, the fifth and sixth, the third and fourth, the last two.
                    columns[0] = _mm256_shuffle_ps::<0b10_00_10_00>(low, high);
                    columns[1] = _mm256_shuffle_ps::<0b11_01_11_01>(low, high);
                    for column in &mut columns {
                        let ordered = _mm256_permute4x64_pd::<0b11_01_10_00>(_mm256_castps_pd(*column));
                        *column = _mm256_castpd_ps(ordered);
                    }
                }
                return columns;
            }
            for (number, column) in columns.iter_mut().enumerate() {
                let [a, b, c, d, e, f, g, h] = rows.each_ref().map(|row| row[number]);
                // SAFETY: as above.
                *column = unsafe { _mm256_setr_ps(a, b, c, d, e, f, g, h) };
            }
            columns
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All operations on columns of a table, at the edges of numbers too.
    struct Try<const COLUMNS: usize>([[f32; COLUMNS]; LANES]);

    impl<const COLUMNS: usize> OnRegisters<f32> for Try<COLUMNS> {
        type Output = Vec<u32>;

        #[inline(always)]
        fn run<R: ManyRegisters<f32>>(self, on: R) -> Vec<u32> {
            let columns = on.columns(&self.0);
            let (mut found, floor) = (Vec::new(), on.splat(0.0));
            for (&a, &b) in columns.iter().zip(columns.iter().rev()) {
                let (sum, difference, product) = (on.add(a, b), on.subtract(a, b), on.multiply(a, b));
                for register in [a, sum, difference, product, on.at_least(floor, a), on.where_above(floor, a, b)] {
                    found.extend(on.store(register).map(f32::to_bits));
                }
            }
            let mut totals = [0.0; COLUMNS];
            on.totals(&columns, &mut totals);
            found.extend(totals.map(f32::to_bits));
            let mut sums = from_fn(|lane| lane as f64);
            columns.iter().for_each(|&column| on.add_wide(&mut sums, column));
            found.extend(sums.map(|sum| (sum as f32).to_bits()));
            found
        }
    }

    fn check<const COLUMNS: usize>() {
        let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, 1e-40, -1e-40, 3e38];
        for first in 0..special.len() {
            let rows: [[f32; COLUMNS]; LANES] = from_fn(|row| {
                from_fn(|column| match special.get((row + 3 * column + first) % 13) {
                    Some(&value) => value,
                    None => (row * COLUMNS + column) as f32 * 0.37 - 2.0,
                })
            });
            let expected = Try(rows).run(Arrays);
            let Some(found) = run(Try(rows)) else { return };
            let bits = |bits: &u32| if f32::from_bits(*bits).is_nan() { f32::NAN.to_bits() } else { *bits };
            assert!(found.iter().map(bits).eq(expected.iter().map(bits)), "{COLUMNS} columns from {first}");
            let row = |row: usize| rows[row][0].to_bits();
            assert!((0..LANES).all(|lane| found[lane] == row(lane)), "{COLUMNS} columns");
        }
    }

    #[test]
    fn all_registers_give_the_same() {
        check::<1>();
        check::<2>();
        check::<3>();
        check::<8>();
        if cfg!(not(miri)) {
            check::<4>();
            check::<7>();
            check::<17>();
        }
    }

    #[test]
    fn floors_let_nan_pass() {
        assert!(One.at_least(0f32, f32::NAN).is_nan());
        assert_eq!([One.at_least(0f32, -1.0), One.at_least(0.0, 2.0)], [0.0, 2.0]);
        assert_eq!([-1f32, 0.0, 1.0, f32::NAN].map(|other| One.where_above(0.0, other, 5.0)), [0.0, 0.0, 5.0, 5.0]);
    }
}
