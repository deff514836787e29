//! Element types of arrays that samples may come in.

use std::collections::TryReserveError;
use std::sync::Arc;

use crate::float::Float;

/// A number type that samples may come in; none is copied before it reaches the network's memory.
///
/// | type | is |
/// |---|---|
/// | `f32` | numbers |
/// | `f64` | numbers, rounded to `f32` |
/// | `u8 u16 u32 u64 usize`, `i8 i16 i32 i64 isize` | indices, or numbers |
///
/// Numbers are what most inputs and targets are; indices are tokens, categories and classes. Integers are indices where the
/// network takes indices: an input of `dtype = u32`, a target of classes. Where a loss compares numbers, they are numbers.
/// An input of numbers wants it said, by [`Scaled`](crate::Scaled). An index is 0 to `u32::MAX`.
#[diagnostic::on_unimplemented(
    message = "samples cannot consist of `{Self}`",
    label = "an array of `{Self}`",
    note = "numbers are `f32` or `f64`, indices any integers of up to 64 bits",
    note = "`array.mapv(|value| …)` makes an array of another type"
)]
pub trait Element: Copy + Default + Send + Sync + sealed::Sealed + 'static {
    /// The name of the type.
    #[doc(hidden)]
    const NAME: &'static str;

    /// Whether whole numbers are all that there is.
    #[doc(hidden)]
    const INTEGER: bool;

    /// Values of this type among those of all types.
    #[doc(hidden)]
    fn values(block: Block<'_, Self>) -> Values<'_>;

    /// Values of this type, for writing, where they are of this type and nobody else uses them.
    #[doc(hidden)]
    fn of_mut<'v>(values: &'v mut Values<'_>) -> Option<&'v mut Vec<Self>>;

    /// The value as a number.
    #[doc(hidden)]
    fn number(self) -> f64;

    /// The value as a number of another type, rounded once.
    #[doc(hidden)]
    fn float<T: Float>(self) -> T {
        T::from_f64(self.number())
    }

    /// The value as an index, where it is one.
    #[doc(hidden)]
    fn index(self) -> u32;
}

mod sealed {
    pub trait Sealed {}
}

/// Values that are borrowed, or owned by everyone who uses them.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Block<'a, A> {
    /// The user's array.
    Borrowed(&'a [A]),
    /// Another array.
    Shared(Arc<Vec<A>>),
}

impl<A> Block<'_, A> {
    pub(crate) fn as_slice(&self) -> &[A] {
        match self {
            Block::Borrowed(values) => values,
            Block::Shared(values) => values,
        }
    }

    /// The values, for writing, where nobody else uses them.
    fn as_vec(&mut self) -> Option<&mut Vec<A>> {
        match self {
            Block::Borrowed(_) => None,
            Block::Shared(values) => Arc::get_mut(values),
        }
    }
}

macro_rules! elements {
    ($($(#[$docs:meta])* $type:ident $values:ident $integer:literal;)*) => {
        /// Values by element type.
        #[doc(hidden)]
        #[derive(Clone, Debug)]
        pub enum Values<'a> {
            $( $(#[$docs])* $values(Block<'a, $type>), )*
        }

        $(
            impl sealed::Sealed for $type {}
            impl Element for $type {
                const NAME: &'static str = stringify!($type);
                const INTEGER: bool = $integer;

                fn values(block: Block<'_, Self>) -> Values<'_> {
                    Values::$values(block)
                }

                fn of_mut<'v>(values: &'v mut Values<'_>) -> Option<&'v mut Vec<Self>> {
                    match values {
                        Values::$values(block) => block.as_vec(),
                        _ => None,
                    }
                }

                #[inline(always)]
                fn number(self) -> f64 {
                    self as f64
                }

                #[inline(always)]
                fn index(self) -> u32 {
                    self as u32
                }
            }
        )*
    };
}

elements! {
    /// Numbers.
    f32 F32 false;
    /// Numbers.
    f64 F64 false;
    /// Whole numbers.
    u8 U8 true;
    /// Whole numbers.
    u16 U16 true;
    /// Whole numbers.
    u32 U32 true;
    /// Whole numbers.
    u64 U64 true;
    /// Whole numbers.
    usize Usize true;
    /// Whole numbers.
    i8 I8 true;
    /// Whole numbers.
    i16 I16 true;
    /// Whole numbers.
    i32 I32 true;
    /// Whole numbers.
    i64 I64 true;
    /// Whole numbers.
    isize Isize true;
}

/// Evaluates an expression with the block of values, once for each type.
macro_rules! with_block {
    ($values:expr, $block:ident => $work:expr) => {
        $crate::data::with_block! { $values, $block => $work, F32 F64 U8 U16 U32 U64 Usize I8 I16 I32 I64 Isize }
    };
    ($values:expr, $block:ident => $work:expr, $($variant:ident)*) => {
        match $values {
            $( $crate::data::Values::$variant($block) => $work, )*
        }
    };
}

/// Evaluates an expression with the values as a slice, once for each type.
macro_rules! with_slice {
    ($values:expr, $slice:ident => $work:expr) => {
        $crate::data::with_block! { $values, block => { let $slice = block.as_slice(); $work } }
    };
}

pub(crate) use {with_block, with_slice};

impl Values<'_> {
    /// Whether these are whole numbers.
    pub(crate) fn are_integers(&self) -> bool {
        fn integer<A: Element>(_: &[A]) -> bool {
            A::INTEGER
        }
        with_slice!(self, values => integer(values))
    }

    /// The name of their type.
    pub(crate) fn type_name(&self) -> &'static str {
        fn name<A: Element>(_: &[A]) -> &'static str {
            A::NAME
        }
        with_slice!(self, values => name(values))
    }

    /// No values of the same type.
    pub(crate) fn none_of_these(&self) -> Values<'static> {
        fn none<A: Element>(_: &[A]) -> Values<'static> {
            A::values(Block::Shared(Arc::default()))
        }
        with_slice!(self, values => none(values))
    }

    /// Makes this `count` zeros; nothing happens to values that somebody else uses.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(crate) fn reset(&mut self, count: usize) -> Result<(), TryReserveError> {
        fn reset<A: Element>(block: &mut Block<'_, A>, count: usize) -> Result<(), TryReserveError> {
            let Some(values) = block.as_vec() else { return Ok(()) };
            values.clear();
            values.try_reserve_exact(count)?;
            values.resize(count, A::default());
            Ok(())
        }
        with_block!(self, block => reset(block, count))
    }
}
