//! Copies of rows in the order in which tiles read them.

use super::lanes::Lanes;
use super::tile::AHEAD_IN_ROWS;

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
