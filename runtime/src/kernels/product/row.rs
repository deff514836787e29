//! A small row times a matrix, with nothing around it: most of a tile's fields are constants here, and their tests fall away.

use std::marker::PhantomData;
use std::ptr::null;

#[cfg(target_arch = "aarch64")]
use super::aarch64::Neon;
use super::dots::dot;
use super::kernel::MOST_NARROW;
use super::lanes::Lanes;
use super::narrow::narrow;
use super::tile::{Tile, tile};
#[cfg(target_arch = "x86_64")]
use super::x86_64::Avx2;
use crate::float::Float;
use crate::kernels::Level;

/// `max(x · b + bias, floor)` for one row.
pub(super) struct Row<T> {
    /// The row, of `steps` values.
    pub(super) x: *const T,
    /// The number of values in the row.
    pub(super) steps: usize,
    /// The matrix, a row of `columns` for each value.
    pub(super) b: *const T,
    /// The number of values in the result, at least 1.
    pub(super) columns: usize,
    /// What is added in the end; null if nothing is.
    pub(super) bias: *const T,
    /// The least value of the result.
    pub(super) floor: T,
    /// The result.
    pub(super) y: *mut T,
}

/// Registers of the widest tile: with fewer, each step would wait for the one before.
const WIDE: usize = 4;

/// Computes the row, in the order of all products.
///
/// # Safety
/// The processor has the registers' instructions, and all pointers are valid for what their fields say.
#[inline(always)]
pub(super) unsafe fn row<L: Lanes>(row: &Row<L::Value>) {
    let &Row { x: a, steps, b, columns, bias, floor, y: c } = row;
    let (b_step, scale, residual) = (columns, L::Value::ONE, null());
    let (a_row, a_step, c_row, resume, asks) = (0, 1, 0, false, false);
    let mut part =
        Tile { a, a_row, a_step, b, b_step, steps, c, c_row, columns, resume, asks, scale, bias, residual, floor };
    // SAFETY: the caller's; the tiles are those of one row, side by side.
    unsafe {
        if columns <= MOST_NARROW {
            return match columns {
                1 => dot::<L::AtMostEight>(&part),
                _ if columns == L::COUNT => narrow::<L, 1, 1, false>(&part),
                _ if columns < L::COUNT => narrow::<L, 1, 1, true>(&part),
                _ => narrow::<L, 1, 2, true>(&part),
            };
        }
        let mut left = columns;
        while left >= WIDE * L::COUNT {
            tile::<L, 1, WIDE, false>(&part);
            part.skip(WIDE * L::COUNT);
            left -= WIDE * L::COUNT;
        }
        while left > 0 {
            part.columns = left.min(2 * L::COUNT);
            match part.columns {
                few if few < L::COUNT => tile::<L, 1, 1, true>(&part),
                few if few == L::COUNT => tile::<L, 1, 1, false>(&part),
                few if few < 2 * L::COUNT => tile::<L, 1, 2, true>(&part),
                _ => tile::<L, 1, 2, false>(&part),
            }
            part.skip(part.columns);
            left -= part.columns;
        }
    }
}

/// Rows of sizes that are constants, for code that is compiled where a network is declared. Who has one of these is on a
/// processor that has the instructions.
pub trait RowProduct<T: Float>: Copy {
    /// `max(x · b + bias, floor)`, with the bits of every product.
    fn row<const STEPS: usize, const COLUMNS: usize>(
        self,
        x: &[T; STEPS],
        b: &[T],
        bias: Option<&[T]>,
        floor: T,
    ) -> [T; COLUMNS];
}

/// Code that is compiled for wide registers. What `run` calls must be inlined into it.
pub trait OnRows<T: Float> {
    /// Runs it.
    fn run<R: RowProduct<T>>(self, rows: R);
}

/// Rows in registers of a kind.
#[derive(Clone, Copy)]
struct With<L>(PhantomData<L>);

impl<L: Lanes> RowProduct<L::Value> for With<L> {
    #[inline(always)]
    fn row<const STEPS: usize, const COLUMNS: usize>(
        self,
        x: &[L::Value; STEPS],
        b: &[L::Value],
        bias: Option<&[L::Value]>,
        floor: L::Value,
    ) -> [L::Value; COLUMNS] {
        const { assert!(COLUMNS > 0) };
        assert_eq!(b.len(), STEPS * COLUMNS, "the operands have their extents");
        assert!(bias.is_none_or(|bias| bias.len() == COLUMNS), "the bias has one element for each column");
        let mut y = [L::Value::ZERO; COLUMNS];
        let bias = bias.map_or(null(), <[_]>::as_ptr);
        let part = Row { x: x.as_ptr(), steps: STEPS, b: b.as_ptr(), columns: COLUMNS, bias, floor, y: y.as_mut_ptr() };
        // SAFETY: who has one of these is on a processor that has the instructions; extents are asserted above.
        unsafe { row::<L>(&part) };
        y
    }
}

/// Runs code if this processor has wide registers that fuse multiply-adds. It is compiled for one kind of them, which all others
/// agree with on every bit: three would take a user's build three times as long (bench `compile_time`).
#[inline]
pub(crate) fn on_rows<K: OnRows<f32>>(code: K) -> bool {
    match Level::of::<f32>() {
        Level::Portable => return false,
        // SAFETY: a processor with AVX-512 has AVX2 as well.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 | Level::Avx512 => unsafe { on_avx2(code) },
        #[cfg(target_arch = "aarch64")]
        Level::Neon => code.run(With::<Neon>(PhantomData)),
    }
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    true
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn on_avx2<K: OnRows<f32>>(code: K) {
    code.run(With::<Avx2>(PhantomData));
}
