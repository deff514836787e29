//! The innermost loops: a tile of the result, and copies of rows in the order in which tiles read them.
//!
//! Written with intrinsics, since the compiler's own vectorization of the same loop keeps sums in memory (bench `products`).

use super::lanes::Lanes;
use crate::float::Float;

/// A tile of the result: some rows, and columns that lie in a few registers.
pub(super) struct Tile<T> {
    /// The first row's first value.
    pub(super) a: *const T,
    /// From a row of `a` to the next.
    pub(super) a_row: usize,
    /// From a value of a row of `a` to the next.
    pub(super) a_step: usize,
    /// The first column's first value.
    pub(super) b: *const T,
    /// From a value of a column of `b` to the next; where `b` is transposed, from a column to the next.
    pub(super) b_step: usize,
    /// How many values of each row and column are multiplied.
    pub(super) steps: usize,
    /// The first value of the tile.
    pub(super) c: *mut T,
    /// From a row of `c` to the next.
    pub(super) c_row: usize,
    /// Columns of the tile, at least 1.
    pub(super) columns: usize,
    /// Whether sums go on from what `c` holds.
    pub(super) resume: bool,
    /// What is added to each row in the end; null if nothing is.
    pub(super) bias: *const T,
}

/// Values of the widest register.
const MOST_LANES: usize = 16;

/// Multiply-adds of registers for which a row of `b` is asked for before it is needed: about the time that it takes.
const AHEAD: usize = 288;
/// The same for transposed operands, in values of a row.
const AHEAD_IN_ROWS: usize = 64;
/// Steps from which on a tile asks for its part of `c` before it computes.
const LEAST_STEPS_TO_ASK: usize = 64;

/// A tile of `HEIGHT` rows and `REGISTERS` registers of columns, the last of them `PARTIAL` if it has values of no column.
///
/// # Safety
/// The processor has the registers' instructions, and the tile lies within its operands.
#[inline(always)]
pub(super) unsafe fn tile<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
) {
    // SAFETY: the caller's: all that is read and written lies in the rows and columns of the tile.
    unsafe {
        let first = L::first(tile.columns - (REGISTERS - 1) * L::COUNT);
        let is_partial = |register: usize| PARTIAL && register == REGISTERS - 1;
        let mut sums = start::<L, HEIGHT, REGISTERS, PARTIAL>(tile, first);
        if tile.steps >= LEAST_STEPS_TO_ASK {
            for row in 0..HEIGHT {
                for register in 0..REGISTERS {
                    L::prefetch(tile.c.wrapping_add(row * tile.c_row + register * L::COUNT));
                }
            }
        }
        let ahead = (AHEAD / (HEIGHT * REGISTERS)).max(8);
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.steps {
            let mut columns = [L::zero(); REGISTERS];
            for (register, values) in columns.iter_mut().enumerate() {
                let from = b.add(register * L::COUNT);
                *values = if is_partial(register) { L::load_first(from, first) } else { L::load(from) };
                L::prefetch(from.wrapping_add(ahead * tile.b_step));
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = L::splat(*a.add(row * tile.a_row));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = value.multiply_add(column, *sum);
                }
            }
            (a, b) = (a.wrapping_add(tile.a_step), b.wrapping_add(tile.b_step));
        }
        end::<L, HEIGHT, REGISTERS, PARTIAL>(tile, first, sums);
    }
}

/// The same for one register of columns where `b` is transposed: its values are transposed in registers.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
pub(super) unsafe fn tile_transposed<L: Lanes, const HEIGHT: usize, const PARTIAL: bool>(tile: &Tile<L::Value>) {
    // SAFETY: the caller's; lanes without a column read the last one.
    unsafe {
        let first = L::first(tile.columns);
        let column = |lane: usize| {
            let lane = if PARTIAL { lane.min(tile.columns - 1) } else { lane };
            tile.b.add(lane * tile.b_step)
        };
        let mut sums = start::<L, HEIGHT, 1, PARTIAL>(tile, first);
        let mut p = 0;
        while p < tile.steps {
            if p % L::COUNT == 0 {
                for lane in 0..L::COUNT {
                    L::prefetch(column(lane).wrapping_add(p + AHEAD_IN_ROWS));
                }
            }
            let count = if p + 4 <= tile.steps { 4 } else { 1 };
            let values = if count == 4 {
                L::transpose(|lane| column(lane).add(p))
            } else {
                let mut values = [L::Value::ZERO; MOST_LANES];
                for (lane, value) in values.iter_mut().enumerate().take(L::COUNT) {
                    *value = *column(lane).add(p);
                }
                [L::load(values.as_ptr()); 4]
            };
            for (step, &values) in values.iter().enumerate().take(count) {
                let a = tile.a.wrapping_add((p + step) * tile.a_step);
                for (row, [sum]) in sums.iter_mut().enumerate() {
                    *sum = L::splat(*a.add(row * tile.a_row)).multiply_add(values, *sum);
                }
            }
            p += count;
        }
        end::<L, HEIGHT, 1, PARTIAL>(tile, first, sums);
    }
}

/// Zeros, or what the result holds.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
unsafe fn start<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
    first: L::First,
) -> [[L; REGISTERS]; HEIGHT] {
    // SAFETY: the tile lies within `c`.
    unsafe {
        let mut sums = [[L::zero(); REGISTERS]; HEIGHT];
        if tile.resume {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (register, sum) in sums.iter_mut().enumerate() {
                    let c = tile.c.add(row * tile.c_row + register * L::COUNT);
                    let is_partial = PARTIAL && register == REGISTERS - 1;
                    *sum = if is_partial { L::load_first(c, first) } else { L::load(c) };
                }
            }
        }
        sums
    }
}

/// Adds the bias and writes the result.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
unsafe fn end<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
    first: L::First,
    mut sums: [[L; REGISTERS]; HEIGHT],
) {
    let is_partial = |register: usize| PARTIAL && register == REGISTERS - 1;
    // SAFETY: the tile lies within `c`, and the bias has its columns.
    unsafe {
        if !tile.bias.is_null() {
            for register in 0..REGISTERS {
                let from = tile.bias.add(register * L::COUNT);
                let bias = if is_partial(register) { L::load_first(from, first) } else { L::load(from) };
                for sums in &mut sums {
                    sums[register] = sums[register].add(bias);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            for (register, &sum) in sums.iter().enumerate() {
                let c = tile.c.add(row * tile.c_row + register * L::COUNT);
                if is_partial(register) { sum.store_first(c, first) } else { sum.store(c) }
            }
        }
    }
}

/// Rows of which each value is copied beside the other rows' values of the same column.
pub(super) struct Strip<T> {
    /// The first row's first value; the values of a row lie together.
    pub(super) from: *const T,
    /// From a row to the next.
    pub(super) row: usize,
    /// The number of rows.
    pub(super) rows: usize,
    /// The number of values of each row.
    pub(super) steps: usize,
    /// Where the first values of all rows are copied to, followed by the second ones, and so on.
    pub(super) to: *mut T,
}

/// Copies a strip.
///
/// # Safety
/// The processor has the registers' instructions, the rows may be read, and `to` has place for them.
#[inline(always)]
pub(super) unsafe fn interleave<L: Lanes>(strip: &Strip<L::Value>) {
    for start in (0..strip.rows).step_by(L::COUNT) {
        // SAFETY: the caller's; these are some of the rows.
        unsafe {
            if start + L::COUNT <= strip.rows {
                interleave_some::<L, false>(strip, start, L::COUNT);
            } else {
                interleave_some::<L, true>(strip, start, strip.rows - start);
            }
        }
    }
}

/// # Safety
/// As [`interleave`]; `count` rows from `start` on are the strip's.
#[inline(always)]
unsafe fn interleave_some<L: Lanes, const PARTIAL: bool>(strip: &Strip<L::Value>, start: usize, count: usize) {
    // SAFETY: the caller's; lanes without a row read the last one.
    unsafe {
        let first = L::first(count);
        let row = |lane: usize| {
            let lane = if PARTIAL { lane.min(count - 1) } else { lane };
            strip.from.add((start + lane) * strip.row)
        };
        let mut p = 0;
        while p + 4 <= strip.steps {
            if p % L::COUNT == 0 {
                for lane in 0..L::COUNT {
                    L::prefetch(row(lane).wrapping_add(p + AHEAD_IN_ROWS));
                }
            }
            for (step, &values) in L::transpose(|lane| row(lane).add(p)).iter().enumerate() {
                let to = strip.to.add((p + step) * strip.rows + start);
                if PARTIAL { values.store_first(to, first) } else { values.store(to) }
            }
            p += 4;
        }
        for p in p..strip.steps {
            for lane in 0..count {
                *strip.to.add(p * strip.rows + start + lane) = *row(lane).add(p);
            }
        }
    }
}
