//! Element types that files hold, and what they can be read as.

use std::fmt;

/// An element type in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueType {
    /// True or false: one byte, 1 or 0.
    Bool,
    /// 8 bits, from 0.
    U8,
    /// 16 bits, from 0.
    U16,
    /// 32 bits, from 0.
    U32,
    /// 64 bits, from 0.
    U64,
    /// 8 bits with a sign.
    I8,
    /// 16 bits with a sign.
    I16,
    /// 32 bits with a sign.
    I32,
    /// 64 bits with a sign.
    I64,
    /// IEEE 754 half precision.
    F16,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
}

impl ValueType {
    /// The bytes of one value in a file.
    pub fn width(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F16 => "f16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

/// Which byte of a value comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least significant one.
    Little,
    /// The most significant one.
    Big,
}

/// A type that values in files can be read as, and written from.
///
/// Reading keeps every value exactly: a type can be read as itself and as each type that holds all its values.
///
/// | read as | from files of |
/// |---|---|
/// | `bool` | `bool` |
/// | `u8` | `bool u8` |
/// | `u16` | `bool u8 u16` |
/// | `u32` | `bool u8 u16 u32` |
/// | `u64` | `bool u8 u16 u32 u64` |
/// | `i8` | `bool i8` |
/// | `i16` | `bool u8 i8 i16` |
/// | `i32` | `bool u8 u16 i8 i16 i32` |
/// | `i64` | `bool u8 u16 u32 i8 i16 i32 i64` |
/// | `f32` | `bool u8 u16 i8 i16 f16 f32` |
/// | `f64` | `bool u8 u16 u32 i8 i16 i32 f16 f32 f64` |
#[diagnostic::on_unimplemented(
    message = "values in files cannot be read as `{Self}`",
    note = "they can be read as `bool`, `u8` to `u64`, `i8` to `i64`, `f32` and `f64`"
)]
pub trait Value: Copy + sealed::Sealed + 'static {
    /// The type's own name in files.
    #[doc(hidden)]
    const TYPE: ValueType;

    /// Whether every value of a type is one of this type.
    #[doc(hidden)]
    fn holds(from: ValueType) -> bool;

    /// Appends the values that `bytes` consist of. Their type is one that this one holds.
    #[doc(hidden)]
    fn decode(from: ValueType, order: ByteOrder, bytes: &[u8], into: &mut Vec<Self>);

    /// Appends the value's bytes, the least significant one first.
    #[doc(hidden)]
    fn encode(self, into: &mut Vec<u8>);
}

mod sealed {
    pub trait Sealed {}
}

/// Half precision, which Rust has no type for.
#[derive(Clone, Copy)]
struct F16(u16);

impl F16 {
    fn from_le_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }

    fn from_be_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }
}

impl From<F16> for f32 {
    fn from(F16(bits): F16) -> f32 {
        let sign = u32::from(bits >> 15) << 31;
        let (exponent, fraction) = (u32::from(bits >> 10) & 0x1f, u32::from(bits) & 0x3ff);
        match exponent {
            0 => f32::from_bits(sign | 0x3f80_0000) * fraction as f32 / (1 << 24) as f32,
            31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
            _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
        }
    }
}

impl From<F16> for f64 {
    fn from(half: F16) -> f64 {
        f64::from(f32::from(half))
    }
}

/// Reads `bytes` as values of `SIZE` bytes each.
fn append<const SIZE: usize, V>(bytes: &[u8], into: &mut Vec<V>, value: impl Fn([u8; SIZE]) -> V) {
    into.extend(bytes.as_chunks::<SIZE>().0.iter().map(|&bytes| value(bytes)));
}

macro_rules! value {
    ($type:ident, $own:ident, encode $encode:expr, from $($variant:ident $from:ident),*) => {
        impl sealed::Sealed for $type {}
        impl Value for $type {
            const TYPE: ValueType = ValueType::$own;

            fn holds(from: ValueType) -> bool {
                matches!(from, ValueType::Bool $(| ValueType::$variant)*)
            }

            fn decode(from: ValueType, order: ByteOrder, bytes: &[u8], into: &mut Vec<Self>) {
                match (from, order) {
                    (ValueType::Bool, _) => append(bytes, into, |[byte]: [u8; 1]| <$type>::from(byte != 0)),
                    $((ValueType::$variant, ByteOrder::Little) => {
                        append(bytes, into, |bytes| <$type>::from(<$from>::from_le_bytes(bytes)));
                    }
                    (ValueType::$variant, ByteOrder::Big) => {
                        append(bytes, into, |bytes| <$type>::from(<$from>::from_be_bytes(bytes)));
                    })*
                    #[allow(unreachable_patterns, reason = "nothing is left for a type that holds all others")]
                    _ => debug_assert!(false, "the type was checked"),
                }
            }

            fn encode(self, into: &mut Vec<u8>) {
                let encode: fn($type, &mut Vec<u8>) = $encode;
                encode(self, into);
            }
        }
    };
}

value!(bool, Bool, encode | value, into | into.push(u8::from(value)), from);

macro_rules! number {
    ($type:ident, $own:ident, from $($rest:tt)*) => {
        value!($type, $own, encode |value, into| into.extend(value.to_le_bytes()), from $($rest)*);
    };
}

number!(u8, U8, from U8 u8);
number!(u16, U16, from U8 u8, U16 u16);
number!(u32, U32, from U8 u8, U16 u16, U32 u32);
number!(u64, U64, from U8 u8, U16 u16, U32 u32, U64 u64);
number!(i8, I8, from I8 i8);
number!(i16, I16, from U8 u8, I8 i8, I16 i16);
number!(i32, I32, from U8 u8, U16 u16, I8 i8, I16 i16, I32 i32);
number!(i64, I64, from U8 u8, U16 u16, U32 u32, I8 i8, I16 i16, I32 i32, I64 i64);
number!(f32, F32, from U8 u8, U16 u16, I8 i8, I16 i16, F16 F16, F32 f32);
number!(f64, F64, from U8 u8, U16 u16, U32 u32, I8 i8, I16 i16, I32 i32, F16 F16, F32 f32, F64 f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn half(bits: u16) -> f32 {
        f32::from(F16(bits))
    }

    #[test]
    fn half_precision_by_hand() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert_eq!(half(0x3555), 0.333_251_95);
        assert_eq!(half(0x7bff), 65504.0);
        assert_eq!(half(0x0400), 2f32.powi(-14));
        assert_eq!(half(0x0001), 2f32.powi(-24));
        assert_eq!(half(0x83ff), -1023.0 * 2f32.powi(-24));
        assert_eq!(half(0x8000).to_bits(), (-0.0f32).to_bits());
        assert_eq!((half(0x7c00), half(0xfc00)), (f32::INFINITY, f32::NEG_INFINITY));
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn bytes_come_in_either_order() {
        let mut values = Vec::new();
        i32::decode(ValueType::I16, ByteOrder::Big, &[0xff, 0xfe, 1, 0], &mut values);
        i32::decode(ValueType::I16, ByteOrder::Little, &[0xff, 0xfe, 1, 0], &mut values);
        assert_eq!(values, [-2, 256, -257, 1]);
    }

    #[test]
    fn no_type_is_read_as_one_that_lacks_values() {
        assert!(f32::holds(ValueType::U16) && !f32::holds(ValueType::U32) && !f32::holds(ValueType::F64));
        assert!(u8::holds(ValueType::Bool) && !u8::holds(ValueType::I8) && !i8::holds(ValueType::U8));
        assert!(!bool::holds(ValueType::U8));
    }
}
