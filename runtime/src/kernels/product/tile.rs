//! The innermost loop: a tile of the result.
//!
//! Written with intrinsics, since the compiler's own vectorization of the same loop keeps sums in memory (bench `products`).

use super::lanes::Lanes;
use crate::float::Float;

/// A tile of the result: some rows, and columns that lie in a few registers.
#[derive(Clone, Copy)]
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
    /// Whether rows of `b` are far away, and are asked for before they are needed.
    pub(super) asks: bool,
    /// What each sum is multiplied by in the end.
    pub(super) scale: T,
    /// What is added to each row in the end; null if nothing is.
    pub(super) bias: *const T,
    /// What is added to the tile in the end, in rows as far apart as those of `c`; null if nothing is.
    pub(super) residual: *const T,
    /// The least value of the result; -∞ for any.
    pub(super) floor: T,
}

impl<T> Tile<T> {
    /// The tile beginning so many rows later.
    pub(super) fn skip_rows(&mut self, rows: usize) {
        let skip = rows * self.c_row;
        (self.a, self.c) = (self.a.wrapping_add(rows * self.a_row), self.c.wrapping_add(skip));
        self.residual = if self.residual.is_null() { self.residual } else { self.residual.wrapping_add(skip) };
    }

    /// The tile beginning so many columns later.
    pub(super) fn skip(&mut self, columns: usize) {
        let skip = |from: *const T| if from.is_null() { from } else { from.wrapping_add(columns) };
        (self.b, self.c) = (self.b.wrapping_add(columns), self.c.wrapping_add(columns));
        (self.bias, self.residual) = (skip(self.bias), skip(self.residual));
    }
}

/// How the columns of a tile lie in registers: one after the other. Where they are no multiple of a register, the last one
/// ends with the last column and has some of those of the register before it, the same values twice; a single register has
/// its `first` lanes.
pub(super) struct Columns<L: Lanes, const REGISTERS: usize, const PARTIAL: bool> {
    first: L::First,
    columns: usize,
}

impl<L: Lanes, const REGISTERS: usize, const PARTIAL: bool> Columns<L, REGISTERS, PARTIAL> {
    /// # Safety
    /// The processor has the registers' instructions, and so many columns lie in that many registers.
    #[inline(always)]
    pub(super) unsafe fn new(columns: usize) -> Self {
        // SAFETY: the caller's.
        Self { first: unsafe { L::first(if REGISTERS == 1 && PARTIAL { columns } else { L::COUNT }) }, columns }
    }

    /// The first column of a register.
    #[inline(always)]
    fn offset(&self, register: usize) -> usize {
        let ends = REGISTERS > 1 && PARTIAL && register == REGISTERS - 1;
        if ends { self.columns - L::COUNT } else { register * L::COUNT }
    }

    /// # Safety
    /// As [`Columns::new`]; the columns of the row may be read.
    #[inline(always)]
    pub(super) unsafe fn load(&self, row: *const L::Value, register: usize) -> L {
        let from = row.wrapping_add(self.offset(register));
        // SAFETY: the caller's.
        unsafe { if REGISTERS == 1 && PARTIAL { L::load_first(from, self.first) } else { L::load(from) } }
    }

    /// # Safety
    /// As [`Columns::new`]; the columns of the row may be written.
    #[inline(always)]
    unsafe fn store(&self, values: L, row: *mut L::Value, register: usize) {
        let to = row.wrapping_add(self.offset(register));
        // SAFETY: the caller's.
        unsafe { if REGISTERS == 1 && PARTIAL { values.store_first(to, self.first) } else { values.store(to) } }
    }
}

/// Values of the widest register.
pub(super) const MOST_LANES: usize = 16;

/// Multiply-adds of registers for which a row of `b` is asked for before it is needed: about the time that it takes.
const AHEAD: usize = 288;
/// The same for transposed operands, in values of a row.
pub(super) const AHEAD_IN_ROWS: usize = 64;
/// Steps from which on a tile asks for its part of `c` before it computes.
const LEAST_STEPS_TO_ASK: usize = 64;

/// A tile of `HEIGHT` rows and `REGISTERS` registers of columns, `PARTIAL` if the columns are not as many as their lanes.
///
/// # Safety
/// The processor has the registers' instructions, and the tile lies within its operands.
#[inline(always)]
pub(super) unsafe fn tile<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
) {
    // SAFETY: the caller's: all that is read and written lies in the rows and columns of the tile.
    unsafe {
        let lie = Columns::<L, REGISTERS, PARTIAL>::new(tile.columns);
        let mut sums = start::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie);
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
                *values = lie.load(b, register);
                if tile.asks {
                    L::prefetch(b.wrapping_add(register * L::COUNT + ahead * tile.b_step));
                }
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = L::splat(*a.add(row * tile.a_row));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = value.multiply_add(column, *sum);
                }
            }
            (a, b) = (a.wrapping_add(tile.a_step), b.wrapping_add(tile.b_step));
        }
        end::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie, sums);
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
        let lie = Columns::<L, 1, PARTIAL>::new(tile.columns);
        let column = |lane: usize| {
            let lane = if PARTIAL { lane.min(tile.columns - 1) } else { lane };
            tile.b.add(lane * tile.b_step)
        };
        let mut sums = start::<L, HEIGHT, 1, PARTIAL>(tile, &lie);
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
        end::<L, HEIGHT, 1, PARTIAL>(tile, &lie, sums);
    }
}

/// Zeros, or what the result holds.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
pub(super) unsafe fn start<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
    lie: &Columns<L, REGISTERS, PARTIAL>,
) -> [[L; REGISTERS]; HEIGHT] {
    // SAFETY: the tile lies within `c`.
    unsafe {
        let mut sums = [[L::zero(); REGISTERS]; HEIGHT];
        if tile.resume {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (register, sum) in sums.iter_mut().enumerate() {
                    *sum = lie.load(tile.c.add(row * tile.c_row), register);
                }
            }
        }
        sums
    }
}

/// Multiplies and adds what comes in the end, and writes the result.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
pub(super) unsafe fn end<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
    lie: &Columns<L, REGISTERS, PARTIAL>,
    mut sums: [[L; REGISTERS]; HEIGHT],
) {
    // SAFETY: the tile lies within `c` and the residual, and the bias has its columns.
    unsafe {
        if tile.scale != L::Value::ONE {
            let scale = L::splat(tile.scale);
            sums.as_flattened_mut().iter_mut().for_each(|sum| *sum = sum.multiply(scale));
        }
        if !tile.bias.is_null() {
            for register in 0..REGISTERS {
                let bias = lie.load(tile.bias, register);
                for sums in &mut sums {
                    sums[register] = sums[register].add(bias);
                }
            }
        }
        if !tile.residual.is_null() {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (register, sum) in sums.iter_mut().enumerate() {
                    *sum = sum.add(lie.load(tile.residual.add(row * tile.c_row), register));
                }
            }
        }
        if tile.floor > -L::Value::INFINITY {
            let floor = L::splat(tile.floor);
            sums.as_flattened_mut().iter_mut().for_each(|sum| *sum = sum.at_least(floor));
        }
        store::<L, HEIGHT, REGISTERS, PARTIAL>(tile, lie, sums);
    }
}

/// Writes what the tile holds.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
pub(super) unsafe fn store<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
    lie: &Columns<L, REGISTERS, PARTIAL>,
    sums: [[L; REGISTERS]; HEIGHT],
) {
    for (row, sums) in sums.iter().enumerate() {
        for (register, &sum) in sums.iter().enumerate() {
            // SAFETY: the tile lies within `c`.
            unsafe { lie.store(sum, tile.c.add(row * tile.c_row), register) };
        }
    }
}
