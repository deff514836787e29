//! Registers of several values.

use crate::float::Float;
use crate::kernels::PORTABLE_FUSES;
use crate::kernels::memory::prefetch;

/// A register of several values, with the operations that products need.
///
/// # Safety
/// All functions require that the processor has the register's instructions, and that pointers are valid for what is read
/// and written through them.
pub(super) trait Lanes: Copy {
    /// One value.
    type Value: Float;
    /// Some of the first values.
    type First: Copy;
    /// Registers of eight values or four: these, or others that the processor has as well.
    type AtMostEight: Lanes<Value = Self::Value>;
    /// The number of values.
    const COUNT: usize;

    /// The first `count` values, from 1 to all of them.
    unsafe fn first(count: usize) -> Self::First;
    /// Zeros.
    unsafe fn zero() -> Self;
    /// The same value everywhere.
    unsafe fn splat(value: Self::Value) -> Self;
    /// Reads all values.
    unsafe fn load(from: *const Self::Value) -> Self;
    /// Reads the first values; the others are 0.
    unsafe fn load_first(from: *const Self::Value, first: Self::First) -> Self;
    /// Writes all values.
    unsafe fn store(self, to: *mut Self::Value);
    /// Writes the first values.
    unsafe fn store_first(self, to: *mut Self::Value, first: Self::First);
    /// `self + other`.
    unsafe fn add(self, other: Self) -> Self;
    /// `floor` where it is above the value: NaN passes.
    unsafe fn at_least(self, floor: Self) -> Self;
    /// `self · factor`.
    unsafe fn multiply(self, factor: Self) -> Self;
    /// `self · factor + sum`.
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self;
    /// Four registers from four values of each of `COUNT` rows: a register has one value of each row.
    unsafe fn transpose(row: impl Fn(usize) -> *const Self::Value) -> [Self; 4];
    /// Asks for a cache line that is needed soon, into the second cache: where rows are a power of two apart, the first has
    /// place for a few of them only. The address may be any.
    #[inline(always)]
    fn prefetch(address: *const Self::Value) {
        prefetch(address);
    }
}

/// Values that the compiler puts into whatever registers there are. `FUSED` where it has an instruction for multiply-adds.
#[derive(Clone, Copy)]
pub(super) struct Array<T, const FUSED: bool>([T; 8]);

impl<T: Float, const FUSED: bool> Lanes for Array<T, FUSED> {
    type Value = T;
    type First = usize;
    type AtMostEight = Self;
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn first(count: usize) -> usize {
        count
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        Self([T::ZERO; 8])
    }

    #[inline(always)]
    unsafe fn splat(value: T) -> Self {
        Self([value; 8])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { from.cast::<[T; 8]>().read() })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const T, first: usize) -> Self {
        // SAFETY: the caller's.
        Self(std::array::from_fn(|lane| if lane < first { unsafe { *from.add(lane) } } else { T::ZERO }))
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: the caller's.
        unsafe { to.cast::<[T; 8]>().write(self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut T, first: usize) {
        for (lane, &value) in self.0.iter().enumerate().take(first) {
            // SAFETY: the caller's.
            unsafe { *to.add(lane) = value };
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }

    #[inline(always)]
    unsafe fn at_least(self, floor: Self) -> Self {
        Self(std::array::from_fn(|lane| if floor.0[lane] > self.0[lane] { floor.0[lane] } else { self.0[lane] }))
    }

    #[inline(always)]
    unsafe fn multiply(self, factor: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] * factor.0[lane]))
    }

    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            let (a, b, sum) = (self.0[lane], factor.0[lane], sum.0[lane]);
            if FUSED || PORTABLE_FUSES { a.mul_add(b, sum) } else { sum + a * b }
        }))
    }

    #[inline(always)]
    unsafe fn transpose(row: impl Fn(usize) -> *const T) -> [Self; 4] {
        // SAFETY: the caller's.
        std::array::from_fn(|column| Self(std::array::from_fn(|lane| unsafe { *row(lane).add(column) })))
    }
}
