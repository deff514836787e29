//! Arrays as NPY files.

use std::path::Path;

use ndarray::{ArrayBase, Data, Dimension};

use super::MAGIC;
use crate::Error;
use crate::files::{Value, ValueType};
use crate::persistence::replace_file;

/// The header ends at a multiple of so many bytes, so that the values can be mapped into memory.
const ALIGNMENT: usize = 64;

/// NumPy leaves room for the first extent to grow to so many digits.
const GROWTH: usize = 21;

/// Writes an array as an NPY file, which `numpy.load` reads: in C order, the least significant byte first.
///
/// The file is replaced as a whole or not at all.
///
/// ```
/// use monograd::ndarray::{Array2, array};
/// use monograd::prelude::*;
///
/// let path = std::env::temp_dir().join(format!("predictions-{}.npy", std::process::id()));
/// let predictions = array![[0.25f32, 0.75], [0.5, 0.5]];
/// files::write_npy(&path, &predictions)?;
/// let read: Array2<f32> = files::read_npy(&path)?;
/// assert_eq!(read, predictions);
/// # std::fs::remove_file(&path).ok();
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// A file that cannot be written.
pub fn write_npy<A: Value, S: Data<Elem = A>, D: Dimension>(
    path: impl AsRef<Path>,
    array: &ArrayBase<S, D>,
) -> Result<(), Error> {
    replace_file(path.as_ref(), &encode_npy(array))
}

/// An array as the content of an NPY file: the bytes that [`write_npy`] writes.
pub fn encode_npy<A: Value, S: Data<Elem = A>, D: Dimension>(array: &ArrayBase<S, D>) -> Vec<u8> {
    let header = header(A::TYPE, array.shape());
    let mut bytes = Vec::with_capacity(header.len() + array.len() * A::TYPE.width());
    bytes.extend(header);
    array.iter().for_each(|value| value.encode(&mut bytes));
    bytes
}

fn header(value_type: ValueType, shape: &[usize]) -> Vec<u8> {
    let extents: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let (descr, extents) = (descr(value_type), extents.join(", "));
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({extents}{comma}), }}");
    if let Some(first) = shape.first() {
        text.extend(std::iter::repeat_n(' ', GROWTH - first.to_string().len()));
    }
    // The text ends with a line feed. Version 2 has room for more axes than NumPy knows.
    let (version, width) = if text.len() < usize::from(u16::MAX) - ALIGNMENT { (1, 2) } else { (2, 4) };
    let unpadded = MAGIC.len() + 2 + width + text.len() + 1;
    text.extend(std::iter::repeat_n(' ', ALIGNMENT - unpadded % ALIGNMENT));
    text.push('\n');
    let length = (text.len() as u32).to_le_bytes();
    [&MAGIC[..], &[version, 0], &length[..width], text.as_bytes()].concat()
}

fn descr(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Bool => "|b1",
        ValueType::U8 => "|u1",
        ValueType::U16 => "<u2",
        ValueType::U32 => "<u4",
        ValueType::U64 => "<u8",
        ValueType::I8 => "|i1",
        ValueType::I16 => "<i2",
        ValueType::I32 => "<i4",
        ValueType::I64 => "<i8",
        ValueType::F16 => "<f2",
        ValueType::F32 => "<f4",
        ValueType::F64 => "<f8",
    }
}
