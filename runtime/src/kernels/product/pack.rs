//! Copies of operands in the order in which the innermost loop reads them.

use std::ops::Range;

use super::panel_width;
use crate::float::Float;
use crate::kernels::{Rows, Threads};

/// Copies `b` panel by panel: the columns `j..j + width` lie together, row after row, from `j · k`.
pub(super) fn columns<T: Float>(k: usize, n: usize, b: &[T], transposed: bool, copy: &mut [T], threads: &Threads) {
    let width = panel_width::<T>(n);
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
        let width = panel_width::<T>(n - j);
        panel_of(k, n, b, transposed, j, width, &mut edge[(j - whole) * k..][..width * k]);
        j += width;
    }
}

fn panel_of<T: Float>(k: usize, n: usize, b: &[T], transposed: bool, j: usize, width: usize, panel: &mut [T]) {
    if !transposed {
        for (p, row) in panel.chunks_exact_mut(width).enumerate() {
            row.copy_from_slice(&b[p * n + j..][..width]);
        }
        return;
    }
    // Eight values of each column at a time, so that reads and writes both stay within a few cache lines.
    for first in (0..k).step_by(8) {
        let end = (first + 8).min(k);
        for column in 0..width {
            let values = &b[(j + column) * k + first..(j + column) * k + end];
            for (p, &value) in values.iter().enumerate() {
                panel[(first + p) * width + column] = value;
            }
        }
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
    if a_row == 1 {
        for (p, column) in tile.chunks_exact_mut(height).enumerate() {
            column.copy_from_slice(&a[i + p * a_column..][..height]);
        }
        return;
    }
    for row in 0..height {
        let values = &a[(i + row) * a_row..][..k];
        for (column, &value) in tile.chunks_exact_mut(height).zip(values) {
            column[row] = value;
        }
    }
}
