//! Element types of arrays that samples may come in.

use std::sync::Arc;

use super::{Block, Values};

/// A number type that samples may come in.
///
/// | type | becomes | copied |
/// |---|---|---|
/// | `f32` | numbers | no |
/// | `f64` | numbers, rounded to `f32` | yes |
/// | `u32` | indices | no |
/// | `u8 u16 u64 usize i32 i64` | indices; one below 0 or above `u32::MAX` is an error | yes |
///
/// Numbers are what most inputs and targets are; indices are tokens, categories and classes.
#[diagnostic::on_unimplemented(
    message = "samples cannot consist of `{Self}`",
    label = "an array of `{Self}`",
    note = "numbers are `f32` (or `f64`), indices `u32` (or `u8`, `u16`, `i32`, `i64`, `u64`, `usize`)",
    note = "`array.mapv(|value| …)` makes an array of another type"
)]
pub trait Element: Copy + sealed::Sealed + 'static {
    /// Uses values where they lie, if their type allows it.
    #[doc(hidden)]
    fn borrow(values: &[Self]) -> Result<Values<'_>, NotAnIndex>;

    /// Takes values over.
    #[doc(hidden)]
    fn own(values: Vec<Self>) -> Result<Values<'static>, NotAnIndex>;
}

mod sealed {
    pub trait Sealed {}
}

/// A value that is no index, and its place.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnIndex {
    pub(crate) position: usize,
    pub(crate) value: i128,
}

macro_rules! kept {
    ($type:ident, $values:ident) => {
        impl sealed::Sealed for $type {}
        impl Element for $type {
            fn borrow(values: &[Self]) -> Result<Values<'_>, NotAnIndex> {
                Ok(Values::$values(Block::Borrowed(values)))
            }
            fn own(values: Vec<Self>) -> Result<Values<'static>, NotAnIndex> {
                Ok(Values::$values(Block::Shared(Arc::new(values))))
            }
        }
    };
}

kept!(f32, F32);
kept!(u32, U32);

impl sealed::Sealed for f64 {}
impl Element for f64 {
    fn borrow(values: &[Self]) -> Result<Values<'_>, NotAnIndex> {
        f32::own(values.iter().map(|&value| value as f32).collect())
    }
    fn own(values: Vec<Self>) -> Result<Values<'static>, NotAnIndex> {
        Self::borrow(&values).map(Values::into_owned)
    }
}

macro_rules! converted {
    ($($type:ident)*) => {$(
        impl sealed::Sealed for $type {}
        impl Element for $type {
            fn borrow(values: &[Self]) -> Result<Values<'_>, NotAnIndex> {
                let index = |(position, &value)| {
                    u32::try_from(value).map_err(|_| NotAnIndex { position, value: value as i128 })
                };
                u32::own(values.iter().enumerate().map(index).collect::<Result<_, _>>()?)
            }
            fn own(values: Vec<Self>) -> Result<Values<'static>, NotAnIndex> {
                Self::borrow(&values).map(Values::into_owned)
            }
        }
    )*};
}

converted!(u8 u16 u64 usize i32 i64);
