//! The innermost loops of products with few columns: every element is the sum of four chains.

use super::lanes::Lanes;
use super::tile::{Columns, MOST_LANES, Tile, end, start};
use crate::float::Float;

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
        for (sums, ((b, c), d)) in
            sums.as_flattened_mut().iter_mut().zip(b.as_flattened().iter().zip(c.as_flattened()).zip(d.as_flattened()))
        {
            *sums = sums.add(*b).add(c.add(*d));
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
