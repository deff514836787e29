//! The innermost loop of products with one column: a dot product for each row, whose values lie one after the other.

use super::lanes::Lanes;
use super::tile::Tile;
use crate::float::Float;

/// Chains of multiply-adds for each element, each of every eighth step: as many as a register of the most common kind has
/// values.
const CHAINS: usize = 8;

/// What the chains of a row have summed up.
type Chains<T> = [T; CHAINS];

/// `rows` rows of the only column of a product. Every element is the sum of eight chains; what the result holds is where the
/// first one begins.
///
/// # Safety
/// The processor has the registers' instructions; rows of `a` and the column of `b` lie one value after the other, and so do the
/// values of the result and of the residual; all of them are within their operands.
#[inline(always)]
pub(super) unsafe fn dots<L: Lanes>(rows: usize, tile: &Tile<L::Value>) {
    let mut part = *tile;
    let mut left = rows;
    // SAFETY: the caller's; the rows are those of the tile, as many as a register has values at a time, then one by one.
    unsafe {
        while left >= L::COUNT {
            match L::COUNT {
                4 => group::<L, 2, 4>(&part),
                _ => group::<L, 1, 8>(&part),
            }
            part.skip_rows(L::COUNT);
            left -= L::COUNT;
        }
        for _ in 0..left {
            dot::<L>(&part);
            part.skip_rows(1);
        }
    }
}

/// As many rows as a register has values.
///
/// # Safety
/// As [`dots`].
#[inline(always)]
unsafe fn group<L: Lanes, const REGISTERS: usize, const HEIGHT: usize>(tile: &Tile<L::Value>) {
    // SAFETY: the caller's; a register of the result has a value of each row.
    unsafe {
        let rows = chains::<L, REGISTERS, HEIGHT>(tile);
        let [a, b, c, d] = L::transpose(|row| rows[row].as_ptr());
        let [e, f, g, h] = L::transpose(|row| rows[row][CHAINS / 2..].as_ptr());
        let (a, b, c, d) = (a.add(e), b.add(f), c.add(g), d.add(h));
        let mut sums = a.add(c).add(b.add(d));
        if tile.scale != L::Value::ONE {
            sums = sums.multiply(L::splat(tile.scale));
        }
        if !tile.bias.is_null() {
            sums = sums.add(L::splat(*tile.bias));
        }
        if !tile.residual.is_null() {
            sums = sums.add(L::load(tile.residual));
        }
        sums.at_least(L::splat(tile.floor)).store(tile.c);
    }
}

/// One row.
///
/// # Safety
/// As [`dots`].
#[inline(always)]
pub(super) unsafe fn dot<L: Lanes>(tile: &Tile<L::Value>) {
    // SAFETY: the caller's.
    unsafe {
        let [[a, b, c, d, e, f, g, h]] = match L::COUNT {
            4 => chains::<L, 2, 1>(tile),
            _ => chains::<L, 1, 1>(tile),
        };
        let (a, b, c, d) = (a + e, b + f, c + g, d + h);
        let mut sum = (a + c) + (b + d);
        if tile.scale != L::Value::ONE {
            sum *= tile.scale;
        }
        if !tile.bias.is_null() {
            sum += *tile.bias;
        }
        if !tile.residual.is_null() {
            sum += *tile.residual;
        }
        *tile.c = if tile.floor > sum { tile.floor } else { sum };
    }
}

/// The chains of `HEIGHT` rows, each in `REGISTERS` registers.
///
/// # Safety
/// As [`dots`].
#[inline(always)]
unsafe fn chains<L: Lanes, const REGISTERS: usize, const HEIGHT: usize>(
    tile: &Tile<L::Value>,
) -> [Chains<L::Value>; HEIGHT] {
    const { assert!(L::COUNT == 4 || L::COUNT == CHAINS) };
    // SAFETY: the caller's; after whole registers come the first values of one.
    unsafe {
        let mut sums = [[L::zero(); REGISTERS]; HEIGHT];
        if tile.resume {
            for (row, sums) in sums.iter_mut().enumerate() {
                let mut values = [L::Value::ZERO; CHAINS];
                values[0] = *tile.c.add(row * tile.c_row);
                sums[0] = L::load(values.as_ptr());
            }
        }
        let (mut a, mut b, mut left) = (tile.a, tile.b, tile.steps);
        while left >= CHAINS {
            for register in 0..REGISTERS {
                let values = L::load(b.add(register * L::COUNT));
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a = L::load(a.wrapping_add(row * tile.a_row + register * L::COUNT));
                    sums[register] = a.multiply_add(values, sums[register]);
                }
            }
            (a, b) = (a.wrapping_add(CHAINS), b.wrapping_add(CHAINS));
            left -= CHAINS;
        }
        for register in 0..if left > 0 { REGISTERS } else { 0 } {
            let (skipped, count) = (register * L::COUNT, left.saturating_sub(register * L::COUNT).min(L::COUNT));
            // Chains without a value of the last ones take zeros, on every processor.
            let load = |from: *const L::Value| match count {
                0 => L::zero(),
                _ => L::load_first(from.wrapping_add(skipped), L::first(count)),
            };
            let values = load(b);
            for (row, sums) in sums.iter_mut().enumerate() {
                let a = load(a.wrapping_add(row * tile.a_row));
                sums[register] = a.multiply_add(values, sums[register]);
            }
        }
        let mut chains = [[L::Value::ZERO; CHAINS]; HEIGHT];
        for (chains, sums) in chains.iter_mut().zip(sums) {
            for (register, sum) in sums.into_iter().enumerate() {
                sum.store(chains.as_mut_ptr().add(register * L::COUNT));
            }
        }
        chains
    }
}
