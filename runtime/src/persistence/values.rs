//! The bytes of one tensor into numbers.

use super::checksum;
use super::damage::Damage;
use super::header::Tensor;
use super::source::Source;
use crate::Error;

/// Bytes that are read at a time: a multiple of the size of every element.
const PIECE: usize = 65_536;

/// Reads all bytes of the next tensor of the file, and its numbers into `values`, which may be fewer or none.
pub(super) fn read(
    source: &mut Source<'_>,
    tensor: &Tensor<'_>,
    expected: Option<u32>,
    values: &mut [f32],
) -> Result<(), Error> {
    let mut values = values.iter_mut();
    read_pieces(source, tensor, expected, |bytes| {
        for (bytes, value) in bytes.as_chunks().0.iter().zip(&mut values) {
            *value = f32::from_le_bytes(*bytes);
        }
    })
}

/// Hands all bytes of the next tensor of the file over, a piece at a time, and then compares their checksum.
pub(super) fn read_pieces(
    source: &mut Source<'_>,
    tensor: &Tensor<'_>,
    expected: Option<u32>,
    mut piece: impl FnMut(&[u8]),
) -> Result<(), Error> {
    let mut left = tensor.end - tensor.begin;
    let mut bytes = vec![0; left.min(PIECE as u64) as usize];
    let mut found = 0;
    while left > 0 {
        let bytes = &mut bytes[..left.min(PIECE as u64) as usize];
        source.read(bytes)?;
        if expected.is_some() {
            found = checksum::append(found, bytes);
        }
        piece(bytes);
        left -= bytes.len() as u64;
    }
    match expected {
        Some(expected) if expected != found => {
            Err(source.corrupt(Damage::Checksum { tensor: tensor.name.to_string(), found, expected }))
        }
        _ => Ok(()),
    }
}

/// Hands over the numbers of bytes of one of the types that `f32` can hold.
pub(super) fn elements(dtype: &str, bytes: &[u8], value: impl FnMut(f32)) {
    match dtype {
        "F16" => bytes.as_chunks().0.iter().map(|&bytes| half(u16::from_le_bytes(bytes))).for_each(value),
        "BF16" => {
            let widened = |&bytes: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16);
            bytes.as_chunks().0.iter().map(widened).for_each(value);
        }
        _ => bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).for_each(value),
    }
}

/// The number that 16 bits stand for (IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction).
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    match exponent {
        0 => {
            // Subnormal: multiples of 2^-24.
            let magnitude = fraction as f32 / 16_777_216.0;
            f32::from_bits(sign | magnitude.to_bits())
        }
        0x1f => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        exponent => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_exact() {
        let values = [(0x0000, 0.0), (0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (0x0001, 5.960_464_5e-8)];
        for (bits, expected) in values {
            assert_eq!(half(bits), expected, "{bits:04x}");
        }
        assert_eq!(half(0x0400), 2f32.powi(-14));
        assert_eq!(half(0x03ff), 1023.0 * 2f32.powi(-24));
        assert_eq!(half(0x3555), 0.333_251_95);
        assert_eq!(half(0x8000).to_bits(), 0x8000_0000);
        assert_eq!((half(0x7c00), half(0xfc00)), (f32::INFINITY, f32::NEG_INFINITY));
        assert!(half(0x7e01).is_nan());
    }

    #[test]
    fn all_types_are_widened() {
        let values = |dtype, bytes: &[u8]| {
            let mut values = Vec::new();
            elements(dtype, bytes, |value| values.push(value));
            values
        };
        assert_eq!(values("BF16", &[0x80, 0x3f, 0x20, 0xc0]), [1.0, -2.5]);
        assert_eq!(values("F16", &[0x00, 0x3c, 0x00, 0xc1]), [1.0, -2.5]);
        assert_eq!(values("F32", &[0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]), [1.0, -2.5]);
    }
}
