//! The innermost loops: a tile of the result, and copies of rows in the order in which tiles read them.
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
struct Columns<L: Lanes, const REGISTERS: usize, const PARTIAL: bool> {
    first: L::First,
    columns: usize,
}

impl<L: Lanes, const REGISTERS: usize, const PARTIAL: bool> Columns<L, REGISTERS, PARTIAL> {
    /// # Safety
    /// The processor has the registers' instructions, and so many columns lie in that many registers.
    #[inline(always)]
    unsafe fn new(columns: usize) -> Self {
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
    unsafe fn load(&self, row: *const L::Value, register: usize) -> L {
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
const MOST_LANES: usize = 16;

/// Multiply-adds of registers for which a row of `b` is asked for before it is needed: about the time that it takes.
const AHEAD: usize = 288;
/// The same for transposed operands, in values of a row.
const AHEAD_IN_ROWS: usize = 64;
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
unsafe fn start<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
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
unsafe fn end<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
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
        let floor = L::splat(tile.floor);
        for (row, sums) in sums.iter().enumerate() {
            for (register, &sum) in sums.iter().enumerate() {
                lie.store(sum.at_least(floor), tile.c.add(row * tile.c_row), register);
            }
        }
    }
}

/// Chains of multiply-adds for each element of a narrow tile.
const CHAINS: usize = 4;

/// A tile of a narrow product: every element is the sum of four chains, each of every fourth step, so that a few rows do not
/// wait for one multiply-add after the other. What the result holds is where the first chain begins.
///
/// # Safety
/// As [`tile`]; `steps` are all of the product's.
#[inline(always)]
pub(super) unsafe fn narrow<L: Lanes, const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(
    tile: &Tile<L::Value>,
) {
    // SAFETY: the caller's: all that is read and written lies in the rows and columns of the tile.
    unsafe {
        let lie = Columns::<L, REGISTERS, PARTIAL>::new(tile.columns);
        let mut chains = [[[L::zero(); REGISTERS]; HEIGHT]; CHAINS];
        chains[0] = start::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie);
        let (mut a, mut b, mut left) = (tile.a, tile.b, tile.steps);
        let step = |number: usize, a: *const L::Value, b: *const L::Value, sums: &mut [[L; REGISTERS]; HEIGHT]| {
            let mut columns = [L::zero(); REGISTERS];
            for (register, values) in columns.iter_mut().enumerate() {
                *values = lie.load(b.wrapping_add(number * tile.b_step), register);
            }
            let a = a.wrapping_add(number * tile.a_step);
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = L::splat(*a.add(row * tile.a_row));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = value.multiply_add(column, *sum);
                }
            }
        };
        while left >= CHAINS {
            for (number, sums) in chains.iter_mut().enumerate() {
                step(number, a, b, sums);
            }
            (a, b) = (a.wrapping_add(CHAINS * tile.a_step), b.wrapping_add(CHAINS * tile.b_step));
            left -= CHAINS;
        }
        for (number, sums) in chains.iter_mut().enumerate() {
            if number < left {
                step(number, a, b, sums);
            }
        }
        end::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie, total(chains));
    }
}

/// The same for one register of columns where `b` is transposed.
///
/// # Safety
/// As [`narrow`].
#[inline(always)]
pub(super) unsafe fn narrow_transposed<L: Lanes, const HEIGHT: usize, const PARTIAL: bool>(tile: &Tile<L::Value>) {
    // SAFETY: the caller's; lanes without a column read the last one.
    unsafe {
        let lie = Columns::<L, 1, PARTIAL>::new(tile.columns);
        let column = |lane: usize| {
            let lane = if PARTIAL { lane.min(tile.columns - 1) } else { lane };
            tile.b.add(lane * tile.b_step)
        };
        let mut chains = [[[L::zero(); 1]; HEIGHT]; CHAINS];
        chains[0] = start::<L, HEIGHT, 1, PARTIAL>(tile, &lie);
        for p in (0..tile.steps).step_by(CHAINS) {
            let count = CHAINS.min(tile.steps - p);
            let values =
                if count == CHAINS { L::transpose(|lane| column(lane).add(p)) } else { some(&column, p, count) };
            for (number, sums) in chains.iter_mut().enumerate() {
                if number < count {
                    let a = tile.a.wrapping_add((p + number) * tile.a_step);
                    for (row, [sum]) in sums.iter_mut().enumerate() {
                        *sum = L::splat(*a.add(row * tile.a_row)).multiply_add(values[number], *sum);
                    }
                }
            }
        }
        end::<L, HEIGHT, 1, PARTIAL>(tile, &lie, total(chains));
    }
}

/// The sums of what the chains have summed up.
///
/// # Safety
/// The processor has the registers' instructions.
#[inline(always)]
unsafe fn total<L: Lanes, const HEIGHT: usize, const REGISTERS: usize>(
    [a, b, c, d]: [[[L; REGISTERS]; HEIGHT]; CHAINS],
) -> [[L; REGISTERS]; HEIGHT] {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = a;
        for row in 0..HEIGHT {
            for register in 0..REGISTERS {
                let [a, b, c, d] = [a, b, c, d].map(|sums| sums[row][register]);
                sums[row][register] = a.add(b).add(c.add(d));
            }
        }
        sums
    }
}

/// The first `count` of four registers with one value of each column, from the `p`-th on; the others hold anything.
///
/// # Safety
/// The processor has the registers' instructions, and so many values of each column may be read.
#[inline(always)]
unsafe fn some<L: Lanes>(column: &impl Fn(usize) -> *const L::Value, p: usize, count: usize) -> [L; CHAINS] {
    // SAFETY: the caller's.
    unsafe {
        let mut registers = [L::zero(); CHAINS];
        for (step, register) in registers.iter_mut().enumerate().take(count) {
            let mut values = [L::Value::ZERO; MOST_LANES];
            for (lane, value) in values.iter_mut().enumerate().take(L::COUNT) {
                *value = *column(lane).add(p + step);
            }
            *register = L::load(values.as_ptr());
        }
        registers
    }
}

/// Rows of `HEIGHT` samples while rows of `b`, `STEPS` at a time, come from far away in the order in which they lie: sums are
/// in `c`, which is near, and not in registers. The processor sees where that leads; asking for rows would slow it down.
///
/// # Safety
/// As [`tile`], of any number of columns.
#[inline(always)]
pub(super) unsafe fn stream<L: Lanes, const HEIGHT: usize, const STEPS: usize>(tile: &Tile<L::Value>) {
    let mut p = 0;
    while p < tile.steps.max(1) {
        let left = tile.steps - p;
        // SAFETY: the caller's; these are some of the steps.
        unsafe {
            if left >= STEPS {
                stripe::<L, HEIGHT, STEPS>(tile, p);
                p += STEPS;
            } else {
                stripe::<L, HEIGHT, 1>(tile, p);
                p += 1;
            }
        }
    }
}

/// Registers of columns that a [`stripe`] takes at a time.
const STRIPE: usize = 2;

/// # Safety
/// As [`stream`], with `STEPS` steps from the `p`-th on.
#[inline(always)]
unsafe fn stripe<L: Lanes, const HEIGHT: usize, const STEPS: usize>(tile: &Tile<L::Value>, p: usize) {
    // SAFETY: the caller's.
    unsafe {
        let mut factors = [[L::zero(); STEPS]; HEIGHT];
        for (row, factors) in factors.iter_mut().enumerate() {
            for (step, factor) in factors.iter_mut().enumerate() {
                *factor = L::splat(*tile.a.wrapping_add(row * tile.a_row + (p + step) * tile.a_step));
            }
        }
        let is_last = p + STEPS == tile.steps;
        let null = std::ptr::null();
        let mut part = Tile {
            b: tile.b.wrapping_add(p * tile.b_step),
            resume: tile.resume || p > 0,
            scale: if is_last { tile.scale } else { L::Value::ONE },
            bias: if is_last { tile.bias } else { null },
            residual: if is_last { tile.residual } else { null },
            floor: if is_last { tile.floor } else { -L::Value::INFINITY },
            ..*tile
        };
        let mut left = tile.columns;
        while left >= STRIPE * L::COUNT {
            some_columns::<L, HEIGHT, STEPS, STRIPE, false>(&part, &factors);
            part.skip(STRIPE * L::COUNT);
            left -= STRIPE * L::COUNT;
        }
        while left > 0 {
            part.columns = left.min(L::COUNT);
            some_columns::<L, HEIGHT, STEPS, 1, true>(&part, &factors);
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
        end::<L, HEIGHT, REGISTERS, PARTIAL>(tile, &lie, sums);
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
