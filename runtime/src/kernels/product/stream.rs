//! The innermost loop of few rows and a large `b`, which is read once, in the order in which it lies.

use super::lanes::Lanes;
use super::tile::{Columns, Tile, end, start, store};

/// Rows of `HEIGHT` samples while rows of `b`, `STEPS` at a time, come from far away in the order in which they lie: sums are
/// in `c`, which is near, and in `REGISTERS` for each row while the steps are added. The processor sees where that leads; asking
/// for rows would slow it down.
///
/// # Safety
/// As [`tile`], of any number of columns.
#[inline(always)]
pub(super) unsafe fn stream<L: Lanes, const HEIGHT: usize, const STEPS: usize, const REGISTERS: usize>(
    tile: &Tile<L::Value>,
) {
    let mut p = 0;
    // SAFETY: the caller's; these are some of the steps. What comes in the end is not looked at before.
    unsafe {
        while p + STEPS < tile.steps {
            stripe::<L, HEIGHT, STEPS, REGISTERS, false>(tile, p);
            p += STEPS;
        }
        while p + 1 < tile.steps {
            stripe::<L, HEIGHT, 1, REGISTERS, false>(tile, p);
            p += 1;
        }
        stripe::<L, HEIGHT, 1, REGISTERS, true>(tile, p);
    }
}

/// `STEPS` steps from the `p`-th on, `LAST` if nothing comes after them.
///
/// # Safety
/// As [`stream`].
#[inline(always)]
unsafe fn stripe<L: Lanes, const HEIGHT: usize, const STEPS: usize, const REGISTERS: usize, const LAST: bool>(
    tile: &Tile<L::Value>,
    p: usize,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut factors = [[L::zero(); STEPS]; HEIGHT];
        for (row, factors) in factors.iter_mut().enumerate() {
            for (step, factor) in factors.iter_mut().enumerate() {
                *factor = L::splat(*tile.a.wrapping_add(row * tile.a_row + (p + step) * tile.a_step));
            }
        }
        let mut part = Tile { b: tile.b.wrapping_add(p * tile.b_step), resume: tile.resume || p > 0, ..*tile };
        let mut left = tile.columns;
        while left >= REGISTERS * L::COUNT {
            some_columns::<L, HEIGHT, STEPS, REGISTERS, false, LAST>(&part, &factors);
            part.skip(REGISTERS * L::COUNT);
            left -= REGISTERS * L::COUNT;
        }
        while left > 0 {
            part.columns = left.min(L::COUNT);
            some_columns::<L, HEIGHT, STEPS, 1, true, LAST>(&part, &factors);
            part.skip(part.columns);
            left -= part.columns;
        }
    }
}

/// Some registers of columns of a [`stripe`].
///
/// # Safety
/// As [`stripe`].
#[inline(always)]
unsafe fn some_columns<
    L: Lanes,
    const HEIGHT: usize,
    const STEPS: usize,
    const REGISTERS: usize,
    const PARTIAL: bool,
    const LAST: bool,
>(
    tile: &Tile<L::Value>,
    factors: &[[L; STEPS]; HEIGHT],
) {
    // SAFETY: the caller's.
    unsafe {
        let lie = Columns::<L, REGISTERS, PARTIAL>::new(tile.columns);
        let mut sums = start::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie);
        for step in 0..STEPS {
            for register in 0..REGISTERS {
                let values = lie.load(tile.b.wrapping_add(step * tile.b_step), register);
                for (factors, sums) in factors.iter().zip(&mut sums) {
                    sums[register] = factors[step].multiply_add(values, sums[register]);
                }
            }
        }
        if LAST {
            end::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie, sums);
        } else {
            store::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie, sums);
        }
    }
}
