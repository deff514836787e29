//! The order in which the tiles of a product are computed.

use std::ops::Range;
use std::ptr::null;

use super::copies::Copied;
use super::kernel::{Kernel, MOST_NARROW, MOST_STREAMED};
use super::tile::Tile;
use super::{Epilogue, Product};
use crate::float::Float;
use crate::kernels::memory::second_cache;

/// Steps along the inner extent for which a tile's rows of `a` stay in the first cache.
const INNER_BLOCK: usize = 512;
/// Values of `b` stay in a second cache divided by this; in half of that where they are copied there for this block alone
/// (bench `libraries`, 2048 × 2048 × 2048).
const PARTS_FOR_B: usize = 2;
/// Values of `c` that stay in the second cache until they are finished.
const C_BLOCK: usize = 1 << 16;
/// Rows of a block, at least: with fewer, blocks of `b` would be fetched too often.
const LEAST_ROWS: usize = 96;
/// The same where nothing happens to the rows in the end (bench `libraries`: 128 × 512 × 784 is a twentieth faster).
const LEAST_ROWS_UNFINISHED: usize = 192;
/// Values of `b` that are asked for before they are needed, where there are more.
const MOST_NEAR: usize = 1 << 14;
/// Values of `b` that one row reads column by column: they stay in the second cache. With more rows it is four times as many,
/// since their sums would be read and written more often.
const MOST_BY_COLUMN: usize = 1 << 15;
/// Values of `c` that stay in the nearest cache while `b` streams by.
const STREAM_BLOCK: usize = 1 << 11;

/// What all parts of a product have in common.
pub(super) struct Blocks<'a, T> {
    pub(super) kernel: &'a Kernel<T>,
    pub(super) product: &'a Product,
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
    pub(super) epilogue: Epilogue<'a, T>,
}

/// Some rows and columns of the result.
pub(super) struct Part<T> {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    /// The copy of the rows of `a`: one tile's after the other, those of a block of rows at a time unless it is complete.
    pub(super) a: Copied<T>,
    /// The copy of the columns of `b`, of all columns if it is complete: one panel after the other.
    pub(super) b: Copied<T>,
    /// The result's first value in these rows.
    pub(super) c: *mut T,
}

impl<T: Float> Blocks<'_, T> {
    /// Computes a part, and finishes its rows if they are whole.
    ///
    /// # Safety
    /// The processor has the kernel's instructions; `a`, `b` and the bias have the product's extents; the part's rows and
    /// columns are the product's; nobody else uses its values of `c` and its copies, which have place for its rows and
    /// columns of the operands, but for complete copies: these hold all rows or columns, and nobody writes to them.
    pub(super) unsafe fn compute(&self, part: &Part<T>) {
        let &Product { k, n, transposed_b, .. } = self.product;
        let (kernel, columns) = (self.kernel, &part.columns);
        let row_block = self.row_block();
        let streams = self.streams(part);
        // Blocks along the inner extent are for values that several tiles read.
        let has_copies = part.a.values().is_some() || part.b.values().is_some();
        let inner_block = if has_copies || part.rows.len() > kernel.rows { self.inner_block() } else { k.max(1) };
        let column_block = match part.b {
            _ if streams => STREAM_BLOCK / part.rows.len(),
            _ if self.is_narrow() => MOST_NARROW,
            Copied::Nowhere if transposed_b => kernel.lanes,
            Copied::Nowhere if part.rows.len() <= kernel.low => kernel.wide,
            Copied::Nowhere => kernel.columns,
            _ => {
                let kept = second_cache() / (PARTS_FOR_B * size_of::<T>());
                let values = if matches!(part.b, Copied::Once(_)) { kept / 2 } else { kept };
                balanced(columns.len(), (values / inner_block).max(1)).next_multiple_of(kernel.columns)
            }
        };
        for start in part.rows.clone().step_by(row_block) {
            let rows = start..(start + row_block).min(part.rows.end);
            let c = if self.epilogue.consumed { part.c } else { part.c.wrapping_add((start - part.rows.start) * n) };
            for start in columns.clone().step_by(column_block) {
                let block = start..(start + column_block).min(columns.end);
                // An empty inner extent still has one block, which writes zeros and the bias.
                for start in (0..k.max(1)).step_by(inner_block) {
                    let inner = start..(start + inner_block).min(k);
                    if streams {
                        let tile = self.part_of_rows(&rows, &block, c);
                        // SAFETY: the caller's.
                        unsafe { kernel.stream(rows.len(), &tile) };
                        continue;
                    }
                    // SAFETY: the caller's.
                    unsafe { self.block(part, &rows, &block, &inner, c) };
                }
            }
            if *columns == (0..n) {
                // SAFETY: these are rows of the part, and whole.
                let c = unsafe { std::slice::from_raw_parts_mut(c, rows.len() * n) };
                self.epilogue.finish(rows, c);
            }
        }
    }

    /// Computes all of a small product, but does not finish its rows.
    ///
    /// # Safety
    /// As [`Blocks::compute`].
    pub(super) unsafe fn at_once(&self, c: *mut T) {
        let &Product { m, k, n, transposed_b, .. } = self.product;
        if transposed_b {
            let part = Part { rows: 0..m, columns: 0..n, a: Copied::Nowhere, b: Copied::Nowhere, c };
            // SAFETY: the caller's; this is the only block.
            return unsafe { self.block(&part, &(0..m), &(0..n), &(0..k), c) };
        }
        let mut rows = self.part_of_rows(&(0..m), &(0..n), c);
        let mut left = m;
        while left > 0 {
            let height = self.height(left, false);
            // SAFETY: the caller's; the tiles lie within what is left of the rows and columns.
            unsafe { self.row_of_tiles(height, rows) };
            rows.skip_rows(height);
            left -= height;
        }
    }

    /// Tiles side by side, from the first one's place on.
    ///
    /// # Safety
    /// As [`Blocks::compute`]; these are rows of the result.
    #[inline]
    unsafe fn row_of_tiles(&self, height: usize, mut tile: Tile<T>) {
        let (kernel, mut left) = (self.kernel, tile.columns);
        if self.is_narrow() {
            // SAFETY: the caller's.
            return unsafe { kernel.narrow(height, &tile) };
        }
        while left > 0 {
            let is_wide = left >= kernel.wide && height <= kernel.low;
            tile.columns = if is_wide { kernel.wide } else { left.min(kernel.columns) };
            // SAFETY: the caller's.
            unsafe { kernel.tile(height, &tile) };
            tile.skip(tile.columns);
            left -= tile.columns;
        }
    }

    /// Some columns of some rows as one tile, with all steps and operands where they lie; `b` is not transposed. `c` is where
    /// the rows begin.
    #[inline]
    pub(super) fn part_of_rows(&self, rows: &Range<usize>, columns: &Range<usize>, c: *mut T) -> Tile<T> {
        let (&Product { m, k, n, transposed_a, add, .. }, i, j) = (self.product, rows.start, columns.start);
        let (a_row, a_step) = if transposed_a { (1, m) } else { (k, 1) };
        Tile {
            a: self.a.as_ptr().wrapping_add(i * a_row),
            a_row,
            a_step,
            b: self.b.as_ptr().wrapping_add(j),
            b_step: n,
            steps: k,
            c: c.wrapping_add(j),
            c_row: n,
            columns: columns.len(),
            resume: add,
            asks: self.asks(),
            scale: self.epilogue.scale.unwrap_or(T::ONE),
            bias: self.epilogue.bias.map_or(null(), |bias| bias[j..].as_ptr()),
            residual: self.epilogue.residual.map_or(null(), |residual| residual[i * n + j..].as_ptr()),
            floor: self.epilogue.floor.unwrap_or(-T::INFINITY),
        }
    }

    /// Whether elements are sums of several chains.
    fn is_narrow(&self) -> bool {
        self.product.n <= MOST_NARROW
    }

    /// Whether rows of `b` are asked for before they are needed.
    fn asks(&self) -> bool {
        self.b.len() > MOST_NEAR
    }

    /// Whether few rows are computed while `b` streams by in the order in which it lies.
    fn streams(&self, part: &Part<T>) -> bool {
        let in_place = matches!((part.a, part.b), (Copied::Nowhere, Copied::Nowhere)) && !self.product.transposed_b;
        let values = self.product.k * part.columns.len();
        let far = values > if part.rows.len() == 1 { MOST_BY_COLUMN } else { 4 * MOST_BY_COLUMN };
        in_place && far && part.rows.len() <= MOST_STREAMED && !self.is_narrow()
    }

    /// # Safety
    /// As [`Blocks::compute`], of whose part this is a block; `c` is where its rows begin.
    unsafe fn block(
        &self,
        part: &Part<T>,
        rows: &Range<usize>,
        columns: &Range<usize>,
        inner: &Range<usize>,
        c: *mut T,
    ) {
        let &Product { m, k, n, transposed_a, transposed_b, add } = self.product;
        let kernel = self.kernel;
        // What comes in the end comes with the last block of the inner extent.
        let is_last = inner.end == k;
        let ends =
            |operand: Option<&[T]>, from: usize| operand.filter(|_| is_last).map_or(null(), |o| o[from..].as_ptr());
        let scale = self.epilogue.scale.filter(|_| is_last).unwrap_or(T::ONE);
        let floor = self.epilogue.floor.filter(|_| is_last).unwrap_or(-T::INFINITY);
        let (a_row, a_step) = if transposed_a { (1, m) } else { (k, 1) };
        let copy_b = part.b.values().map(|copy| match part.b {
            Copied::Once(_) => copy,
            Copied::Before(_) => copy.wrapping_add(inner.start * n + columns.start * inner.len()),
            _ => {
                copy.wrapping_add(inner.start * part.columns.len() + (columns.start - part.columns.start) * inner.len())
            }
        });
        let transposes = transposed_b && copy_b.is_none();
        let (resume, asks) = (inner.start > 0 || add, copy_b.is_none() && self.asks());
        let compute = kernel.tiles(self.is_narrow(), transposes);
        // Where the first panel lies, and how many values further the next one lies for each column.
        let (first_panel, b_column) = match copy_b {
            Some(copy) => (copy.cast_const(), inner.len()),
            None if transposed_b => (self.b.as_ptr().wrapping_add(columns.start * k + inner.start), k),
            None => (self.b.as_ptr().wrapping_add(inner.start * n + columns.start), 1),
        };
        let mut i = rows.start;
        while i < rows.end {
            let height = self.height(rows.end - i, transposes);
            let (a, a_row, a_step) = match part.a {
                Copied::Nowhere => (self.a.as_ptr().wrapping_add(i * a_row + inner.start * a_step), a_row, a_step),
                // SAFETY: the caller's; a tile's rows have place beside those of the tiles before it, or instead of them.
                Copied::OnTheWay(copy) | Copied::Once(copy) | Copied::Before(copy) => unsafe {
                    let copy = copy.add(match part.a {
                        Copied::Before(_) => inner.start * part.rows.len() + (i - part.rows.start) * inner.len(),
                        // No other columns read a tile's rows: those of the next one are written over them, in the nearest cache.
                        _ if *columns == part.columns => 0,
                        // The other columns of these rows read them, and then nobody.
                        _ => inner.start * rows.len() + (i - rows.start) * inner.len(),
                    });
                    if !matches!(part.a, Copied::Before(_)) && columns.start == part.columns.start {
                        self.copy_rows(i, height, inner, copy);
                    }
                    (copy.cast_const(), 1, height)
                },
            };
            let mut tile = Tile {
                a,
                a_row,
                a_step,
                b: first_panel,
                b_step: if transposed_b { k } else { n },
                steps: inner.len(),
                c: c.wrapping_add((i - rows.start) * n + columns.start),
                c_row: n,
                columns: 0,
                resume,
                asks,
                scale,
                bias: ends(self.epilogue.bias, columns.start),
                residual: ends(self.epilogue.residual, i * n + columns.start),
                floor,
            };
            let widest = if transposes {
                kernel.lanes
            } else if height <= kernel.low && copy_b.is_none() {
                kernel.wide
            } else {
                kernel.columns
            };
            // The first row of tiles makes the copy.
            let to_copy = copy_b.filter(|_| !matches!(part.b, Copied::Before(_)) && i == part.rows.start);
            let (mut j, mut copied, mut panel) = (columns.start, columns.start, first_panel);
            while j < columns.end {
                let left = columns.end - j;
                tile.b = panel;
                tile.columns = if left >= widest { widest } else { left.min(kernel.columns) };
                // SAFETY: the caller's; a panel's columns have place beside those of the panels before it. The level is the
                // processor's and the tile has an extent that the kernel gave.
                unsafe {
                    if let Some(copy) = to_copy
                        && j == copied
                    {
                        copied = columns.end.min(j + self.copied_at_once());
                        self.copy_columns(j..copied, inner, copy.add((j - columns.start) * inner.len()));
                    }
                    if copy_b.is_some() {
                        tile.b_step = tile.columns;
                    }
                    compute(height, &tile);
                }
                (j, panel) = (j + tile.columns, panel.wrapping_add(tile.columns * b_column));
                tile.skip(tile.columns);
            }
            i += height;
        }
    }

    /// Steps along the inner extent in a block, the same for all parts that use the same copies; in narrow products, whose
    /// chains are not kept in the result, all of them.
    pub(super) fn inner_block(&self) -> usize {
        let most = if self.is_narrow() { usize::MAX } else { INNER_BLOCK };
        balanced(self.product.k, most).max(1)
    }

    /// Blocks along the inner extent, at least one.
    pub(super) fn inner_blocks(&self) -> usize {
        self.product.k.div_ceil(self.inner_block()).max(1)
    }

    /// The rows of the tile at a row of which `left` remain in its block.
    pub(super) fn height(&self, left: usize, transposes: bool) -> usize {
        if transposes || self.is_narrow() { self.kernel.low_height(left) } else { self.kernel.height(left) }
    }

    /// Rows in a block.
    pub(super) fn row_block(&self) -> usize {
        let least = if self.epilogue.finish.is_some() { LEAST_ROWS } else { LEAST_ROWS_UNFINISHED };
        (C_BLOCK / self.product.n).max(least).next_multiple_of(self.kernel.rows)
    }
}

/// A length of blocks, at most `most`, so that `extent` has as few as possible and they are about as long.
fn balanced(extent: usize, most: usize) -> usize {
    extent.div_ceil(extent.div_ceil(most).max(1))
}
