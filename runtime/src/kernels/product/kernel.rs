//! Which innermost loops there are.

use std::any::Any;

#[cfg(target_arch = "aarch64")]
use super::aarch64::Neon;
use super::lanes::Array;
use super::row::{self, Row};
use super::strip::{self, Strip};
use super::tile::{self, Tile};
#[cfg(target_arch = "x86_64")]
use super::x86_64::{Avx2, Avx512};
use super::{dots, narrow, stream};
use crate::float::Float;
use crate::kernels::Level;

/// The innermost loops for an element type and some kind of instructions.
pub(super) struct Kernel<T> {
    /// The height of the next tile for each number of rows that remain and are fewer than two of the tallest tiles: where
    /// no tile has that height, two or three that are about as tall.
    heights: &'static [u8],
    /// Rows of the tallest tile: its sums fill most of the registers.
    pub(super) rows: usize,
    /// Columns of a panel, the widest tile for that many rows.
    pub(super) columns: usize,
    /// Rows of the tallest tile that may be `wide`, or may have a transposed `b`.
    pub(super) low: usize,
    /// Columns of the widest tile.
    pub(super) wide: usize,
    /// Columns of the widest tile with a transposed `b`: whole cache lines of that many columns are read.
    pub(super) lanes: usize,
    /// From this number of panels on, a copy of a tile's rows of `a` pays: it is read once for each of them. How many depends
    /// on how many rows a tile has, and how long a step takes (bench `products`).
    pub(super) panels: usize,
    /// A tile of some rows, of a height that [`Kernel::height`] gives.
    tile: unsafe fn(usize, &Tile<T>),
    /// The same for a transposed `b`, and at most `low` rows and `lanes` columns.
    tile_transposed: unsafe fn(usize, &Tile<T>),
    /// A tile of a narrow product, of at most `low` rows.
    narrow: unsafe fn(usize, &Tile<T>),
    /// The same for a transposed `b` and at most `lanes` columns.
    narrow_transposed: unsafe fn(usize, &Tile<T>),
    /// Some rows of the only column.
    dots: unsafe fn(usize, &Tile<T>),
    /// Up to [`MOST_STREAMED`] rows, and any number of columns.
    stream: unsafe fn(usize, &Tile<T>),
    /// A small row of any length.
    row: unsafe fn(&Row<T>),
    interleave: unsafe fn(&Strip<T>),
}

/// Columns of the widest product whose elements are sums of several chains.
pub(super) const MOST_NARROW: usize = 8;
/// Rows of a result that may stay in the nearest cache while `b` streams by.
pub(super) const MOST_STREAMED: usize = 4;

impl<T: Float> Kernel<T> {
    /// The loops of a level.
    #[inline]
    pub(super) fn of(level: Level) -> &'static Self {
        let kernel = match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => cast(&avx512::KERNEL).or(cast(&avx2_double::KERNEL)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => cast(&avx2::KERNEL).or(cast(&avx2_double::KERNEL)),
            #[cfg(target_arch = "aarch64")]
            Level::Neon => cast(&neon::KERNEL).or(cast(&neon_double::KERNEL)),
            _ => cast(&portable::KERNEL).or(cast(&portable_double::KERNEL)),
        };
        kernel.expect("there are kernels for both element types")
    }

    /// The rows of the tile at a row of which `left` remain, at least 1.
    #[inline]
    pub(super) fn height(&self, left: usize) -> usize {
        self.heights.get(left).map_or(self.rows, |&height| height.into())
    }

    /// The same where tiles have at most `low` rows.
    #[inline]
    pub(super) fn low_height(&self, left: usize) -> usize {
        if left <= self.low { left } else { left.div_ceil(2).min(self.low) }
    }

    /// Computes a tile.
    ///
    /// # Safety
    /// The level is one that this processor has; `height` is one of [`Kernel::height`]; the tile lies within its operands
    /// and has at most `columns` columns, or exactly `wide` and at most `low` rows.
    #[inline]
    pub(super) unsafe fn tile(&self, height: usize, tile: &Tile<T>) {
        // SAFETY: the caller's.
        unsafe { (self.tile)(height, tile) }
    }

    /// Computes a tile of a narrow product.
    ///
    /// # Safety
    /// The level is one that this processor has; the tile has at most `low` rows and [`MOST_NARROW`] columns, lies within its
    /// operands, and has all of their steps.
    #[inline]
    pub(super) unsafe fn narrow(&self, height: usize, tile: &Tile<T>) {
        // SAFETY: the caller's.
        unsafe { (self.narrow)(height, tile) }
    }

    /// The loop for the tiles of a product, narrow or not, with a transposed `b` or not.
    ///
    /// Who calls the loop promises what [`Kernel::tile`] or [`Kernel::narrow`] asks for; where `b` is transposed, tiles have at most
    /// `lanes` columns and `low` rows.
    pub(super) fn tiles(&self, is_narrow: bool, transposed: bool) -> unsafe fn(usize, &Tile<T>) {
        match (is_narrow, transposed) {
            (false, false) => self.tile,
            (false, true) => self.tile_transposed,
            (true, false) => self.narrow,
            (true, true) => self.narrow_transposed,
        }
    }

    /// Computes rows of a product with one column.
    ///
    /// # Safety
    /// The level is one that this processor has, and the rows lie within their operands, values of a row of `a`, of `b`, of the
    /// result and of the residual one after the other.
    #[inline]
    pub(super) unsafe fn dots(&self, rows: usize, tile: &Tile<T>) {
        // SAFETY: the caller's.
        unsafe { (self.dots)(rows, tile) }
    }

    /// Computes up to [`MOST_STREAMED`] rows of any length.
    ///
    /// # Safety
    /// The level is one that this processor has, and the tile lies within its operands.
    #[inline]
    pub(super) unsafe fn stream(&self, height: usize, tile: &Tile<T>) {
        // SAFETY: the caller's.
        unsafe { (self.stream)(height, tile) }
    }

    /// Computes a small row.
    ///
    /// # Safety
    /// The level is one that this processor has, and the row's pointers are valid for what its fields say.
    #[inline]
    pub(super) unsafe fn row(&self, row: &Row<T>) {
        // SAFETY: the caller's.
        unsafe { (self.row)(row) }
    }

    /// Copies rows in the order in which tiles read them.
    ///
    /// # Safety
    /// The level is one that this processor has, the rows may be read, and there is place for the copies.
    #[inline]
    pub(super) unsafe fn interleave(&self, strip: &Strip<T>) {
        // SAFETY: the caller's.
        unsafe { (self.interleave)(strip) }
    }
}

/// The same loops, if their elements are `T`.
#[inline(always)]
fn cast<T: Float, U: Float>(kernel: &'static Kernel<U>) -> Option<&'static Kernel<T>> {
    (kernel as &dyn Any).downcast_ref()
}

/// The loops for one kind of register. They are functions with its instructions, since the intrinsics that they are written
/// with can be inlined only into such.
///
/// Tiles have one of the `heights` and a number of `registers`; where all lanes of the last number are used, that has a loop
/// of its own. Tiles of one of the `low` heights may have `wide` registers, or a transposed `b`.
macro_rules! kernel {
    (
        $module:ident, $lanes:ty, $value:ty $(, $feature:literal)?;
        heights: $tallest:literal $($height:literal)*; next: $heights:expr; registers: $($few:literal)* .. $registers:literal;
        low: $highest_low:literal $($low:literal)*; wide: $wide:literal; panels: $panels:literal
    ) => {
        mod $module {
            use super::super::lanes::Lanes;
            use super::*;

            const LANES: usize = <$lanes>::COUNT;

            pub(super) static KERNEL: Kernel<$value> = Kernel {
                heights: &$heights,
                rows: $tallest,
                columns: $registers * LANES,
                low: $highest_low,
                wide: $wide * LANES,
                lanes: LANES,
                panels: $panels,
                tile,
                tile_transposed,
                narrow,
                narrow_transposed,
                dots,
                stream,
                row,
                interleave,
            };

            /// # Safety
            /// As [`Kernel::tile`].
            unsafe fn tile(height: usize, tile: &Tile<$value>) {
                let wide = tile.columns == $wide * LANES;
                // SAFETY: the caller's.
                unsafe {
                    match height {
                        $highest_low if wide => registers::<$highest_low, $wide, false>(tile),
                        $( $low if wide => registers::<$low, $wide, false>(tile), )*
                        $tallest => rows::<$tallest>(tile),
                        $( $height => rows::<$height>(tile), )*
                        _ => unreachable!("no tile has this height"),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::tile`], and the tile has at most `columns` columns.
            #[inline(always)]
            unsafe fn rows<const HEIGHT: usize>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe {
                    match tile.columns.div_ceil(LANES) {
                        $( $few if tile.columns == $few * LANES => registers::<HEIGHT, $few, false>(tile), )*
                        $( $few => registers::<HEIGHT, $few, true>(tile), )*
                        _ if tile.columns < $registers * LANES => registers::<HEIGHT, $registers, true>(tile),
                        _ => registers::<HEIGHT, $registers, false>(tile),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::tiles`] says of tiles whose `b` is transposed.
            unsafe fn tile_transposed(height: usize, tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe {
                    match (height, tile.columns == LANES) {
                        ($highest_low, true) => transposed::<$highest_low, false>(tile),
                        ($highest_low, _) => transposed::<$highest_low, true>(tile),
                        $( ($low, true) => transposed::<$low, false>(tile), )*
                        $( ($low, _) => transposed::<$low, true>(tile), )*
                        _ => unreachable!("no tile has this height"),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::narrow`].
            unsafe fn narrow(height: usize, tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe {
                    match height {
                        $highest_low => narrow_rows::<$highest_low>(tile),
                        $( $low => narrow_rows::<$low>(tile), )*
                        _ => unreachable!("no tile has this height"),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::narrow`].
            #[inline(always)]
            unsafe fn narrow_rows<const HEIGHT: usize>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe {
                    match (tile.columns > LANES, tile.columns.is_multiple_of(LANES)) {
                        (true, _) => narrow_registers::<HEIGHT, 2, true>(tile),
                        (false, true) => narrow_registers::<HEIGHT, 1, false>(tile),
                        (false, false) => narrow_registers::<HEIGHT, 1, true>(tile),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::tiles`] says of narrow tiles whose `b` is transposed.
            unsafe fn narrow_transposed(height: usize, tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe {
                    match height {
                        $highest_low => narrow_columns::<$highest_low>(tile),
                        $( $low => narrow_columns::<$low>(tile), )*
                        _ => unreachable!("no tile has this height"),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::stream`].
            unsafe fn stream(height: usize, tile: &Tile<$value>) {
                // SAFETY: the caller's. Factors and sums are most of AVX2's sixteen registers. With two registers of sums for each
                // of four rows they are too many, which takes a third longer (bench `predictions`).
                unsafe {
                    match height {
                        1 => stream_rows::<1, 8, 2>(tile),
                        2 => stream_rows::<2, 6, 1>(tile),
                        3 => stream_rows::<3, 4, 1>(tile),
                        4 => stream_rows::<4, 3, 1>(tile),
                        _ => unreachable!("no more rows stay in the nearest cache"),
                    }
                }
            }

            /// # Safety
            /// As [`Kernel::narrow`].
            #[inline(never)]
            $( #[target_feature(enable = $feature)] )?
            unsafe fn narrow_registers<const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe { narrow::narrow::<$lanes, HEIGHT, REGISTERS, PARTIAL>(tile) }
            }

            /// # Safety
            /// As [`Kernel::tiles`] says of narrow tiles whose `b` is transposed.
            #[inline(never)]
            $( #[target_feature(enable = $feature)] )?
            unsafe fn narrow_columns<const HEIGHT: usize>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe { narrow::narrow_transposed::<$lanes, HEIGHT, true>(tile) }
            }

            /// # Safety
            /// As [`Kernel::stream`].
            #[inline(never)]
            $( #[target_feature(enable = $feature)] )?
            unsafe fn stream_rows<const HEIGHT: usize, const STEPS: usize, const REGISTERS: usize>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe { stream::stream::<$lanes, HEIGHT, STEPS, REGISTERS>(tile) }
            }

            /// # Safety
            /// As [`Kernel::tile`].
            #[inline(never)]
            $( #[target_feature(enable = $feature)] )?
            unsafe fn registers<const HEIGHT: usize, const REGISTERS: usize, const PARTIAL: bool>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe { tile::tile::<$lanes, HEIGHT, REGISTERS, PARTIAL>(tile) }
            }

            /// # Safety
            /// As [`Kernel::tiles`] says of tiles whose `b` is transposed.
            #[inline(never)]
            $( #[target_feature(enable = $feature)] )?
            unsafe fn transposed<const HEIGHT: usize, const PARTIAL: bool>(tile: &Tile<$value>) {
                // SAFETY: the caller's.
                unsafe { tile::tile_transposed::<$lanes, HEIGHT, PARTIAL>(tile) }
            }

            /// # Safety
            /// As [`Kernel::dots`].
            $( #[target_feature(enable = $feature)] )?
            unsafe fn dots(rows: usize, tile: &Tile<$value>) {
                // SAFETY: the caller's; a processor that has these registers has those of eight as well.
                unsafe { dots::dots::<<$lanes as Lanes>::AtMostEight>(rows, tile) }
            }

            /// # Safety
            /// As [`Kernel::row`].
            $( #[target_feature(enable = $feature)] )?
            unsafe fn row(row: &Row<$value>) {
                // SAFETY: the caller's.
                unsafe { row::row::<$lanes>(row) }
            }

            /// # Safety
            /// As [`Kernel::interleave`].
            $( #[target_feature(enable = $feature)] )?
            unsafe fn interleave(strip: &Strip<$value>) {
                // SAFETY: the caller's.
                unsafe { strip::interleave::<$lanes>(strip) }
            }
        }
    };
}

kernel! {
    portable, Array<f32, false>, f32;
    heights: 4 3 2 1; next: [0, 1, 2, 3, 4, 3, 3, 4]; registers: .. 1; low: 2 1; wide: 2; panels: 4
}

kernel! {
    portable_double, Array<f64, false>, f64;
    heights: 4 3 2 1; next: [0, 1, 2, 3, 4, 3, 3, 4]; registers: .. 1; low: 2 1; wide: 2; panels: 4
}

#[cfg(target_arch = "x86_64")]
kernel! {
    avx2, Avx2, f32, "avx2,fma";
    heights: 6 5 4 3 2 1; next: [0, 1, 2, 3, 4, 5, 6, 4, 4, 5, 5, 6]; registers: 1 .. 2; low: 3 2 1; wide: 4; panels: 64
}

#[cfg(target_arch = "x86_64")]
kernel! {
    avx2_double, Array<f64, true>, f64, "avx2,fma";
    heights: 4 3 2 1; next: [0, 1, 2, 3, 4, 3, 3, 4]; registers: .. 1; low: 2 1; wide: 2; panels: 4
}

#[cfg(target_arch = "x86_64")]
kernel! {
    avx512, Avx512, f32, "avx512f";
    heights: 12 11 10 9 8 7 6 5 4 3 2 1;
    next: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 10, 10, 12, 12, 12, 12, 12, 12, 12]; registers: 1 .. 2; low: 6 5 4 3 2 1; wide: 4; panels: 4
}

#[cfg(target_arch = "aarch64")]
kernel! {
    neon, Neon, f32, "neon";
    heights: 6 5 4 3 2 1; next: [0, 1, 2, 3, 4, 5, 6, 4, 4, 5, 5, 6]; registers: 1 2 3 .. 4; low: 3 2 1; wide: 8; panels: 64
}

#[cfg(target_arch = "aarch64")]
kernel! {
    neon_double, Array<f64, true>, f64, "neon";
    heights: 4 3 2 1; next: [0, 1, 2, 3, 4, 3, 3, 4]; registers: .. 1; low: 2 1; wide: 2; panels: 4
}
