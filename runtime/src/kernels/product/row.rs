//! A small row times a matrix, with nothing around it: most of a tile's fields are constants here, and their tests fall away.

use std::ptr::null;

use super::kernel::MOST_NARROW;
use super::lanes::Lanes;
use super::narrow::narrow;
use super::tile::{Tile, tile};
use crate::float::Float;

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
