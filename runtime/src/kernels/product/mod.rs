//! Matrix products.
//!
//! Every element of the result is one chain of multiply-adds over the inner extent, in order, from 0 or from what the
//! result holds, whatever the tile it falls into, the copies or the thread that computes it. Where rows have at most eight
//! elements it is the sum of four such chains, each of every fourth step, which are added in pairs: a single row would wait
//! for one chain most of the time. Where rows have one element it is the sum of eight chains, each of every eighth step, which
//! lie side by side in a register. A row of the result therefore does not depend on how many other rows there are. One product
//! is an exception: a column whose `a` is transposed, the gradient of a weight, is computed as the row of `m` elements that it is
//! in memory too, in the order of such a row.
//!
//! The result is computed in tiles whose sums stay in registers, and the tiles in blocks whose operands stay in the caches
//! (Goto and van de Geijn 2008). Operands that many tiles read are copied first, in the order in which tiles read them;
//! where there are few rows, a copy of `b` would cost more than it saves, and tiles read it where it lies, unless one is kept from
//! product to product.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod blocks;
mod copies;
mod dots;
mod kept;
mod kernel;
mod lanes;
mod narrow;
mod row;
mod stream;
mod strip;
mod tile;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(test)]
mod tests;

use std::fmt::{Debug, Formatter};
use std::ops::Range;
use std::ptr::null;

use monograd_schema::Workspace;

use crate::float::Float;
use crate::kernels::memory::keeps_rows;
use crate::kernels::{Level, Rows, Threads};
use blocks::{Blocks, Part};
use copies::Copied;
use kernel::{Kernel, MOST_STREAMED};
use row::Row;

pub(crate) use kept::{Kept, Weight};
pub(crate) use row::{OnRows, RowProduct, on_rows};

/// `C = A · B`, `m × n` from `m × k` and `k × n`, all row after row.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Rows of the result.
    pub m: usize,
    /// The inner extent.
    pub k: usize,
    /// Columns of the result.
    pub n: usize,
    /// Whether `a` holds the transposed matrix, `k × m`.
    pub transposed_a: bool,
    /// Whether `b` holds the transposed matrix, `n × k`.
    pub transposed_b: bool,
    /// Whether the product is added to what `c` holds.
    pub add: bool,
}

/// What happens to the rows of a product as soon as they are computed.
pub struct Epilogue<'a, T> {
    /// A factor of each element, before anything is added to it. Not where the product is added to what `c` holds.
    pub scale: Option<T>,
    /// A row of `n` that is added to each row.
    pub bias: Option<&'a [T]>,
    /// Another matrix of `m × n` that is added.
    pub residual: Option<&'a [T]>,
    /// The least value of each element: what is below is replaced by it. NaN stays.
    pub floor: Option<T>,
    /// Called once for each row, in ranges of rows and with these rows, on the thread that computed them and while they are
    /// in its cache. What it does to a row must not depend on where the ranges begin and end.
    pub finish: Option<&'a Finish<'a, T>>,
    /// Whether nobody reads the rows after `finish`: later ones may be written over them, while they are in the cache.
    pub consumed: bool,
}

/// A function of some rows of the result: their numbers, and what they hold.
pub type Finish<'a, T> = dyn Fn(Range<usize>, &mut [T]) + Sync + 'a;

impl<'a, T: Copy> Epilogue<'a, T> {
    /// Nothing happens.
    pub const NONE: Self = Self { scale: None, bias: None, residual: None, floor: None, finish: None, consumed: false };

    /// A bias alone.
    pub fn bias(bias: Option<&'a [T]>) -> Self {
        Self { bias, ..Self::NONE }
    }

    fn finish(&self, rows: Range<usize>, c: &mut [T]) {
        if let Some(finish) = self.finish {
            finish(rows, c);
        }
    }
}

impl<T: Copy> Clone for Epilogue<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Copy> Copy for Epilogue<'_, T> {}

impl<T> Debug for Epilogue<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let mut fields = formatter.debug_struct("Epilogue");
        fields.field("scale", &self.scale.is_some()).field("bias", &self.bias.is_some());
        fields.field("residual", &self.residual.is_some()).field("finish", &self.finish.is_some()).finish()
    }
}

/// Up to this number of rows, tiles read `b` where it lies, if no copy is kept.
const MOST_ROWS_IN_PLACE: usize = 48;
/// The same where a panel of `b` does not stay in the second cache: its rows are a large power of two apart.
const MOST_ROWS_FROM_AFAR: usize = 16;
/// The same where `b` is transposed, in tiles of the lowest kind: they transpose it once for each of them.
const MOST_LOW_TILES: usize = 2;
/// Panels from which on rows of `a` are copied where its steps, transposed, compete for places in the second cache; elsewhere
/// the kernel says from how many on.
const LEAST_PANELS_FROM_AFAR: usize = 4;
/// From this number of rows on, tiles read a copy of `b` that is kept. Fewer read it where it lies, and a large one streams by. 8 rows
/// take about 0.8 of the time with it, 5 about as long (bench `predictions`).
const LEAST_ROWS_OF_KEPT: usize = MOST_STREAMED + 1;
/// Of copying one value of an operand, in multiply-adds.
const COST_OF_COPYING: usize = 1;
/// Of finishing one value of the result, in multiply-adds.
const COST_OF_FINISHING: usize = 4;

/// Multiply-adds up to which a product of few rows is computed without looking for blocks and threads, which would take
/// longer.
const MOST_WORK_AT_ONCE: usize = 1 << 14;

impl Product {
    /// Elements of workspace with which the product is fastest: copies of both operands, one of them on a cache line.
    pub fn workspace(&self) -> usize {
        self.m * self.k + self.k * self.n + Workspace::CACHE_LINE
    }

    /// Whether looking for blocks and threads would take longer than it saves.
    fn is_small(&self) -> bool {
        self.m * self.k * self.n <= MOST_WORK_AT_ONCE
    }

    /// `y = max(x · b + bias, floor)` for one row, if the product is a small one; the bits are those of [`Product::compute`].
    #[inline]
    pub(crate) fn row<T: Float>(x: &[T], b: &[T], bias: Option<&[T]>, floor: T, y: &mut [T]) -> bool {
        Self::row_at(Level::of::<T>(), x, b, bias, floor, y)
    }

    #[inline]
    fn row_at<T: Float>(level: Level, x: &[T], b: &[T], bias: Option<&[T]>, floor: T, y: &mut [T]) -> bool {
        let (steps, columns) = (x.len(), y.len());
        if columns == 0 || b.len() > MOST_WORK_AT_ONCE {
            return false;
        }
        assert_eq!(b.len(), steps * columns, "the operands have their extents");
        assert!(bias.is_none_or(|bias| bias.len() == columns), "the bias has one element for each column");
        let bias = bias.map_or(null(), <[T]>::as_ptr);
        let row = Row { x: x.as_ptr(), steps, b: b.as_ptr(), columns, bias, floor, y: y.as_mut_ptr() };
        // SAFETY: the level is the processor's, extents are asserted above, and nobody else has `y`.
        unsafe { Kernel::of(level).row(&row) };
        true
    }

    /// Computes the product, and does to the rows of the result what the epilogue says.
    pub fn compute<T: Float>(
        &self,
        a: &[T],
        b: &[T],
        epilogue: Epilogue<'_, T>,
        c: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        self.compute_at(Level::of::<T>(), a, Weight::passing(b), epilogue, c, workspace, threads);
    }

    /// The same, with a weight of which a copy may be kept. The bits do not depend on that.
    pub(crate) fn compute_with<T: Float>(
        &self,
        a: &[T],
        b: Weight<'_, T>,
        epilogue: Epilogue<'_, T>,
        c: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        self.compute_at(Level::of::<T>(), a, b, epilogue, c, workspace, threads);
    }

    #[allow(clippy::too_many_arguments, reason = "those of `compute`, and the level")]
    fn compute_at<T: Float>(
        &self,
        level: Level,
        a: &[T],
        weight: Weight<'_, T>,
        epilogue: Epilogue<'_, T>,
        c: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let &Self { m, k, n, transposed_a, transposed_b, add } = self;
        let b = weight.values;
        assert!(!(add && epilogue.consumed), "what is added to is not written over");
        assert_eq!((a.len(), b.len(), c.len()), (m * k, k * n, m * n), "the operands have their extents");
        assert!(!(add && epilogue.scale.is_some()), "what is added to is not multiplied");
        assert!(epilogue.bias.is_none_or(|bias| bias.len() == n), "the bias has one element for each column");
        assert!(
            epilogue.residual.is_none_or(|residual| residual.len() == m * n),
            "the residual has the result's extents"
        );
        if m == 0 || n == 0 {
            return;
        }
        let kernel = Kernel::<T>::of(level);
        let blocks = Blocks { kernel, product: self, a, b, epilogue };
        if n == 1 && !transposed_a {
            return blocks.column(c, threads);
        }
        if n == 1 && epilogue.bias.is_none() {
            // A column of the result, and of `b`, lies as a row does.
            let finish = |_: Range<usize>, c: &mut [T]| epilogue.finish(0..m, c);
            let finish = epilogue.finish.is_some().then_some(&finish as &Finish<'_, T>);
            let product = Product { m: 1, k, n: m, transposed_a: false, transposed_b: false, add };
            let epilogue = Epilogue { finish, ..epilogue };
            return product.compute_at(level, b, Weight::passing(a), epilogue, c, workspace, threads);
        }
        if m <= kernel.rows && self.is_small() {
            // SAFETY: extents are asserted above, and nobody else has `c`.
            unsafe { blocks.at_once(c.as_mut_ptr()) };
            return epilogue.finish(0..m, c);
        }
        // Panels begin on a cache line where there is room for that: wide loads across two lines take twice as long.
        let (line, room) = (Workspace::CACHE_LINE, workspace.len() >= self.workspace());
        let skip = if room { workspace.as_ptr().align_offset(64).min(line) } else { 0 };
        let workspace = &mut workspace[skip..];
        let most_rows = match transposed_b {
            true => MOST_LOW_TILES * kernel.low,
            false if keeps_rows::<T>(blocks.inner_block(), n) => MOST_ROWS_IN_PLACE,
            false => MOST_ROWS_FROM_AFAR,
        };
        let kept = if m >= LEAST_ROWS_OF_KEPT && !transposed_b && n > kernel.columns { weight.kept } else { None };
        let kept = kept.and_then(|kept| {
            // SAFETY: the level is the processor's, `b` has its extents, and the copy, which nobody else uses, has place for all
            // of it.
            kept.copy(self, |copy| unsafe { blocks.copy_b(0..n, copy.as_mut_ptr()) })
        });
        let copies_b =
            kept.is_none() && m > most_rows && (transposed_b || n > kernel.columns) && workspace.len() >= k * n;
        let (copy_b, rest) = workspace.split_at_mut(if copies_b { k * n } else { 0 });
        let panels = match transposed_a && !keeps_rows::<T>(blocks.inner_block(), m) {
            true => LEAST_PANELS_FROM_AFAR.min(kernel.panels),
            false => kernel.panels,
        };
        let copies_a = m > kernel.low.max(MOST_STREAMED) && n >= panels * kernel.columns && rest.len() >= m * k;
        let copy_a = &mut rest[..if copies_a { m * k } else { 0 }];
        let copies = Copies { a: copies_a.then_some(copy_a), b: copies_b.then_some(copy_b), kept };
        if threads.count() > 1 && m <= blocks.row_block() && n >= m.max(2 * kernel.columns) {
            blocks.by_columns(c, copies, threads);
        } else {
            blocks.by_rows(c, copies, threads);
        }
    }
}

/// Memory for the operands that are copied.
struct Copies<'a, T> {
    a: Option<&'a mut [T]>,
    b: Option<&'a mut [T]>,
    /// The copy of `b` that an earlier product has made.
    kept: Option<&'a [T]>,
}

impl<T> Copies<'_, T> {
    /// Where `b` lies as long as no copy is made.
    fn b_before(&self) -> Copied<T> {
        // Nobody writes to a complete copy.
        self.kept.map_or(Copied::Nowhere, |copy| Copied::Before(copy.as_ptr().cast_mut()))
    }
}

impl<T: Float> Blocks<'_, T> {
    /// The only column; `a` is not transposed. Threads share rows.
    fn column(&self, c: &mut [T], threads: &Threads) {
        let &Product { m, k, .. } = self.product;
        threads.split(m, k, (0..m, c), |(rows, c)| {
            let tile = self.part_of_rows(&rows, &(0..1), c.as_mut_ptr());
            // SAFETY: the level is the processor's, the operands have the product's extents, and no two parts have a row in
            // common. Values of a column lie one after the other, whether it is transposed or not.
            unsafe { self.kernel.dots(rows.len(), &tile) };
            self.epilogue.finish(rows, c);
        });
    }

    /// Threads share columns, so that each reads, and copies, only its part of `b`. Rows are finished when all of their columns
    /// are.
    fn by_columns(&self, c: &mut [T], copies: Copies<'_, T>, threads: &Threads) {
        let (&Product { m, k, n, .. }, width) = (self.product, self.kernel.columns);
        debug_assert!(m <= self.row_block(), "all rows are one block, whether they are finished or not");
        let copies_b = copies.b.is_some() || copies.kept.is_some();
        let b = Shared(copies.b_before());
        let a = match copies.a {
            None => Copied::Nowhere,
            Some(copy) => {
                let (copy, inner_blocks) = (Shared(copy.as_mut_ptr()), self.inner_blocks());
                let cost = m * k / inner_blocks * COST_OF_COPYING;
                threads.split(inner_blocks, cost, 0..inner_blocks, |inner_blocks| {
                    // SAFETY: the level is the processor's, the copy has place for all of `a`, and no two parts have a block
                    // in common.
                    unsafe { self.copy_a(inner_blocks, copy.get(), copies_b) };
                });
                Copied::Before(copy.get())
            }
        };
        let blocks = Blocks { epilogue: Epilogue { finish: None, ..self.epilogue }, ..*self };
        let (panels, shared) = (n.div_ceil(width), Shared((a, c.as_mut_ptr())));
        let data = (0..panels, copies.b.map(|copy| Rows::new(copy, k * width)));
        threads.split(panels, m * k * width, data, |(panels, copy_b)| {
            let columns = panels.start * width..(panels.end * width).min(n);
            let (a, c) = shared.get();
            let b = copy_b.map_or(b.get(), |copy| Copied::Once(copy.values.as_mut_ptr()));
            // SAFETY: the operands have the product's extents, and no two parts have a column in common. A kept copy is complete,
            // and nobody writes to it.
            unsafe { blocks.compute(&Part { rows: 0..m, columns, a, b, c }) };
        });
        if let Some(finish) = self.epilogue.finish {
            let data = (0..m, Rows::new(c, n));
            threads.split(m, n * COST_OF_FINISHING, data, |(rows, c)| finish(rows, c.values));
        }
    }

    /// Threads share rows; a copy of `b` is made first, by all of them.
    fn by_rows(&self, c: &mut [T], copies: Copies<'_, T>, threads: &Threads) {
        let (&Product { m, k, n, .. }, width) = (self.product, self.kernel.columns);
        let b = match copies.b {
            None => copies.b_before(),
            Some(copy) if threads.count() == 1 && m <= self.row_block() => Copied::Once(copy.as_mut_ptr()),
            Some(copy) if threads.count() == 1 => Copied::OnTheWay(copy.as_mut_ptr()),
            Some(copy) => {
                let (panels, copy) = (n.div_ceil(width), Shared(copy.as_mut_ptr()));
                threads.split(panels, k * width * COST_OF_COPYING, 0..panels, |panels| {
                    let columns = panels.start * width..(panels.end * width).min(n);
                    // SAFETY: the level is the processor's, the copy has place, and no two parts have a panel in common.
                    unsafe { self.copy_b(columns, copy.get()) };
                });
                Copied::Before(copy.get())
            }
        };
        let b = Shared(b);
        let data = (0..m, copies.a.map(|copy| Rows::new(copy, k)), Rows::new(c, n));
        threads.split(m, k * n, data, |(rows, copy_a, c)| {
            let a = copy_a.map_or(Copied::Nowhere, |copy| Copied::OnTheWay(copy.values.as_mut_ptr()));
            let part = Part { rows, columns: 0..n, a, b: b.get(), c: c.values.as_mut_ptr() };
            // SAFETY: the operands have the product's extents, and no two parts have a row in common. One thread alone makes
            // the copy of `b`; for more it is made before, as a kept one is, and nobody writes to it.
            unsafe { self.compute(&part) };
        });
    }
}

/// Pointers that threads use side by side.
struct Shared<P>(P);

// SAFETY: who reads them takes care that no two threads write to the same place.
unsafe impl<P> Send for Shared<P> {}
// SAFETY: as above.
unsafe impl<P> Sync for Shared<P> {}

impl<P: Copy> Shared<P> {
    fn get(&self) -> P {
        self.0
    }
}
