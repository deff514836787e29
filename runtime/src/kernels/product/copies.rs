//! Copies of operands in the order in which tiles read them.

use std::ops::Range;

use super::Product;
use super::blocks::Blocks;
use super::strip::Strip;
use crate::float::Float;
use crate::kernels::memory::prefetch;

/// Columns of `b` that are copied at once: some cache lines beside each other. With one of them, a product that copies a large
/// weight for few rows takes 1.15 times as long (bench `libraries`, 32 × 256 × 1024).
const COLUMNS_AT_ONCE: usize = 64;
/// Rows of so many columns that are asked for before they are copied; with 8 and 16 it takes the same time.
const ROWS_AHEAD: usize = 12;
/// Runs that are asked for before they are copied.
const RUNS_AHEAD: usize = 24;

/// Memory for the copy of an operand in the order in which tiles read it.
#[derive(Clone, Copy)]
pub(super) enum Copied<T> {
    /// There is none: the operand is read where it lies.
    Nowhere,
    /// The copy is made when the values are first needed. Rows of `a` that nobody needs any more are written over.
    OnTheWay(*mut T),
    /// As `OnTheWay`, and what is copied for a block may be written over what was copied for the one before it, which is
    /// still in the second cache: each block is needed once.
    Once(*mut T),
    /// The copy is complete, of all rows or columns.
    Before(*mut T),
}

impl<T> Copied<T> {
    pub(super) fn values(self) -> Option<*mut T> {
        match self {
            Self::Nowhere => None,
            Self::OnTheWay(values) | Self::Once(values) | Self::Before(values) => Some(values),
        }
    }
}

impl<T: Float> Blocks<'_, T> {
    /// Copies all rows of `a` in some blocks of the inner extent, for parts whose `b` is copied or not.
    ///
    /// # Safety
    /// The processor has the kernel's instructions, `a` has the product's extents, and `copy` as many values, those of the
    /// blocks used by nobody else.
    pub(super) unsafe fn copy_a(&self, inner_blocks: Range<usize>, copy: *mut T, copies_b: bool) {
        let &Product { m, k, transposed_b, .. } = self.product;
        let transposes = transposed_b && !copies_b;
        for block in inner_blocks {
            let start = block * self.inner_block();
            let inner = start..(start + self.inner_block()).min(k);
            for start in (0..m).step_by(self.row_block()) {
                let (mut i, end) = (start, (start + self.row_block()).min(m));
                while i < end {
                    let height = self.height(end - i, transposes);
                    // SAFETY: the caller's.
                    unsafe { self.copy_rows(i, height, &inner, copy.add(inner.start * m + i * inner.len())) };
                    i += height;
                }
            }
        }
    }

    /// Copies the columns of some panels of `b`, which begin at `columns`, into a copy of all of them.
    ///
    /// # Safety
    /// The processor has the kernel's instructions, `b` has the product's extents, and `copy` as many values, those of the
    /// columns used by nobody else.
    pub(super) unsafe fn copy_b(&self, columns: Range<usize>, copy: *mut T) {
        let &Product { k, n, .. } = self.product;
        for start in (0..k).step_by(self.inner_block()) {
            let inner = start..(start + self.inner_block()).min(k);
            for j in columns.clone().step_by(self.copied_at_once()) {
                let end = columns.end.min(j + self.copied_at_once());
                // SAFETY: the caller's.
                unsafe { self.copy_columns(j..end, &inner, copy.add(inner.start * n + j * inner.len())) };
            }
        }
    }

    /// # Safety
    /// The rows and the inner extent are the product's, and `copy` has place for them.
    pub(super) unsafe fn copy_rows(&self, i: usize, height: usize, inner: &Range<usize>, copy: *mut T) {
        let &Product { m, k, transposed_a, .. } = self.product;
        // SAFETY: the caller's.
        unsafe {
            if transposed_a {
                runs(self.a.as_ptr().wrapping_add(inner.start * m + i), m, height, inner.len(), copy);
            } else {
                let from = self.a.as_ptr().wrapping_add(i * k + inner.start);
                self.kernel.interleave(&Strip { from, row: k, rows: height, steps: inner.len(), to: copy });
            }
        }
    }

    /// Columns of the panels of `b` that are copied together: rows that are not transposed are read cache line after cache line.
    pub(super) fn copied_at_once(&self) -> usize {
        let width = self.kernel.columns;
        if self.product.transposed_b { width } else { (COLUMNS_AT_ONCE / width).max(1) * width }
    }

    /// Copies some panels, one after the other.
    ///
    /// # Safety
    /// The columns and the inner extent are the product's, and `copy` has place for them.
    pub(super) unsafe fn copy_columns(&self, columns: Range<usize>, inner: &Range<usize>, copy: *mut T) {
        let (&Product { k, n, transposed_b, .. }, width) = (self.product, self.kernel.columns);
        // SAFETY: the caller's.
        unsafe {
            if transposed_b {
                let from = self.b.as_ptr().wrapping_add(columns.start * k + inner.start);
                let strip = Strip { from, row: k, rows: columns.len(), steps: inner.len(), to: copy };
                return self.kernel.interleave(&strip);
            }
            let from = self.b.as_ptr().wrapping_add(inner.start * n + columns.start);
            let (whole, last) = (columns.len() / width, columns.len() % width);
            if whole > 1 {
                panels(from, n, (whole, width), inner.len(), copy);
            } else if whole == 1 {
                runs(from, n, width, inner.len(), copy);
            }
            if last > 0 {
                let done = whole * width;
                runs(from.wrapping_add(done), n, last, inner.len(), copy.add(done * inner.len()));
            }
        }
    }
}

/// Copies `count` rows of some panels of as many columns, which lie beside each other, one panel after the other.
///
/// # Safety
/// The rows, which are `stride` apart, may be read, and `to` has place for them.
unsafe fn panels<T: Copy>(from: *const T, stride: usize, shape: (usize, usize), count: usize, to: *mut T) {
    // SAFETY: the caller's. The usual widths are known while compiling.
    unsafe {
        match shape {
            (panels, 32) => panels_of::<T, 32>(from, stride, panels, count, to),
            (panels, 16) => panels_of::<T, 16>(from, stride, panels, count, to),
            (panels, 8) => panels_of::<T, 8>(from, stride, panels, count, to),
            (panels, width) => {
                for panel in 0..panels {
                    runs(from.wrapping_add(panel * width), stride, width, count, to.add(panel * width * count));
                }
            }
        }
    }
}

/// # Safety
/// As [`panels`].
unsafe fn panels_of<T: Copy, const WIDTH: usize>(
    from: *const T,
    stride: usize,
    panels: usize,
    count: usize,
    to: *mut T,
) {
    for row in 0..count {
        let (from, next) = (from.wrapping_add(row * stride), from.wrapping_add((row + ROWS_AHEAD) * stride));
        for panel in 0..panels {
            for line in (0..WIDTH).step_by(const { 64 / size_of::<T>() }) {
                prefetch(next.wrapping_add(panel * WIDTH + line));
            }
            // SAFETY: the caller's.
            unsafe {
                let to = to.add((panel * count + row) * WIDTH);
                to.copy_from_nonoverlapping(from.wrapping_add(panel * WIDTH), WIDTH);
            }
        }
    }
}

/// Copies `count` runs of values, `stride` apart, one after the other.
///
/// # Safety
/// The runs may be read, and `to` has place for them.
unsafe fn runs<T: Copy>(from: *const T, stride: usize, length: usize, count: usize, to: *mut T) {
    // SAFETY: the caller's. The usual lengths are known while compiling, so that a run is a few instructions and not a call.
    unsafe {
        match length {
            32 => runs_of::<T, 32>(from, stride, count, to),
            16 => runs_of::<T, 16>(from, stride, count, to),
            12 => runs_of::<T, 12>(from, stride, count, to),
            8 => runs_of::<T, 8>(from, stride, count, to),
            6 => runs_of::<T, 6>(from, stride, count, to),
            4 => runs_of::<T, 4>(from, stride, count, to),
            _ => {
                for number in 0..count {
                    to.add(number * length).copy_from_nonoverlapping(from.add(number * stride), length);
                }
            }
        }
    }
}

/// # Safety
/// As [`runs`].
unsafe fn runs_of<T: Copy, const LENGTH: usize>(from: *const T, stride: usize, count: usize, to: *mut T) {
    for number in 0..count {
        let next = from.wrapping_add((number + RUNS_AHEAD) * stride);
        prefetch(next);
        prefetch(next.wrapping_add(LENGTH - 1));
        // SAFETY: the caller's.
        unsafe { to.add(number * LENGTH).copy_from_nonoverlapping(from.add(number * stride), LENGTH) };
    }
}
