//! Copies of operands in the order in which the innermost loop reads them.

use std::ops::Range;

use super::panel_width;
use crate::float::Float;
use crate::kernels::{Rows, Threads};

/// Copies `b` panel by panel, none wider than `widest`: the columns `j..j + width` lie together, row after row, from `j · k`.
pub(super) fn columns<T: Float>(
    k: usize,
    n: usize,
    b: &[T],
    transposed: bool,
    widest: usize,
    copy: &mut [T],
    threads: &Threads,
) {
    let width = panel_width::<T>(n, widest);
    let whole = n - n % width;
    let (panels, edge) = copy.split_at_mut(whole * k);
    let work = |(numbers, panels): (Range<usize>, Rows<&mut [T]>)| {
        for (number, panel) in numbers.zip(panels.values.chunks_exact_mut((width * k).max(1))) {
            panel_of(k, n, b, transposed, number * width, width, panel);
        }
    };
    threads.split(whole / width, width * k, (0..whole / width, Rows::new(panels, width * k)), work);
    let mut j = whole;
    while j < n {
        let width = panel_width::<T>(n - j, widest);
        panel_of(k, n, b, transposed, j, width, &mut edge[(j - whole) * k..][..width * k]);
        j += width;
    }
}

fn panel_of<T: Float>(k: usize, n: usize, b: &[T], transposed: bool, j: usize, width: usize, panel: &mut [T]) {
    if transposed {
        return interleave(k, b, j, width, panel);
    }
    match width {
        32 => copy_runs::<T, 32>(b.get(j..).unwrap_or_default(), n, panel),
        16 => copy_runs::<T, 16>(b.get(j..).unwrap_or_default(), n, panel),
        8 => copy_runs::<T, 8>(b.get(j..).unwrap_or_default(), n, panel),
        4 => copy_runs::<T, 4>(b.get(j..).unwrap_or_default(), n, panel),
        2 => copy_runs::<T, 2>(b.get(j..).unwrap_or_default(), n, panel),
        _ => copy_runs::<T, 1>(b.get(j..).unwrap_or_default(), n, panel),
    }
}

/// Copies rows of `a` tile by tile: the rows of a tile lie together, column after column.
pub(super) fn rows<T: Float>(
    k: usize,
    a: &[T],
    a_row: usize,
    a_column: usize,
    height: usize,
    i: usize,
    tile: &mut [T],
) {
    if a_row != 1 {
        return interleave(k, a, i, height, tile);
    }
    match height {
        12 => copy_runs::<T, 12>(a.get(i..).unwrap_or_default(), a_column, tile),
        6 => copy_runs::<T, 6>(a.get(i..).unwrap_or_default(), a_column, tile),
        4 => copy_runs::<T, 4>(a.get(i..).unwrap_or_default(), a_column, tile),
        2 => copy_runs::<T, 2>(a.get(i..).unwrap_or_default(), a_column, tile),
        _ => copy_runs::<T, 1>(a.get(i..).unwrap_or_default(), a_column, tile),
    }
}

/// Runs of `LENGTH` values, `stride` apart, one after the other. The length is known while compiling, so that a run is a few
/// instructions and not a call.
fn copy_runs<T: Float, const LENGTH: usize>(values: &[T], stride: usize, copy: &mut [T]) {
    for (number, run) in copy.chunks_exact_mut(LENGTH).enumerate() {
        run.copy_from_slice(&values[number * stride..][..LENGTH]);
    }
}

/// `count` rows of `k` values from row `first` on, interleaved: the rows' first values, then their second ones, and so on.
fn interleave<T: Float>(k: usize, values: &[T], first: usize, count: usize, copy: &mut [T]) {
    // Eight values of each row at a time, so that reads and writes both stay within a few cache lines.
    for start in (0..k).step_by(8) {
        let end = (start + 8).min(k);
        for row in 0..count {
            let values = &values[(first + row) * k + start..(first + row) * k + end];
            for (copy, &value) in copy[start * count + row..].iter_mut().step_by(count).zip(values) {
                *copy = value;
            }
        }
    }
}
