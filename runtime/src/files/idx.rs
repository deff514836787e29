//! IDX, the format of MNIST: a type, the extents, the values, all with the most significant byte first.

use std::path::Path;

use super::array::{Header, Values};
use super::content::Content;
use super::storage::Storage;
use super::{ByteOrder, FromFile, Reader, ValueType, hex, recognize};
use crate::Error;

/// Reads an IDX file, as MNIST and its relatives come, compressed by gzip or not; the content decides, not the name.
///
/// The result's type says what is wanted: an array with as many axes as the file has, of a type that holds its values (see
/// [`Value`](super::Value)), or an [`AnyArray`](super::AnyArray).
///
/// ```no_run
/// use monograd::ndarray::{Array1, Array3};
/// use monograd::prelude::*;
///
/// let images: Array3<u8> = files::read_idx("train-images-idx3-ubyte.gz")?;
/// let labels: Array1<u8> = files::read_idx("train-labels-idx1-ubyte.gz")?;
/// let data = Dataset::new(Scaled::pixels(images), labels)?;
/// # Ok::<(), Error>(())
/// ```
///
/// The format is LeCun's: two bytes of 0, the type (8 `u8`, 9 `i8`, 11 `i16`, 12 `i32`, 13 `f32`, 14 `f64`), the number of
/// axes, one extent of four bytes for each, and the values, the last axis fastest.
///
/// # Errors
/// A file that cannot be read, or is no file; [`Error::Malformed`]: one that is no IDX file, or is cut off, longer than its
/// extents say, or damaged as far as gzip's checksum can tell; one of another type or number of axes; a compressed one that
/// holds more than [`Reader::expansion`] allows.
pub fn read_idx<T: FromFile>(path: impl AsRef<Path>) -> Result<T, Error> {
    Reader::default().read_idx(path)
}

/// Reads the content of an IDX file from memory, as [`read_idx`] does from a file. In errors it is called `bytes`.
///
/// ```
/// use monograd::files;
/// use monograd::ndarray::{Array2, array};
///
/// let bytes = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
/// let values: Array2<u8> = files::decode_idx(&bytes)?;
/// assert_eq!(values, array![[1, 2, 3], [4, 5, 6]]);
/// # Ok::<(), monograd::Error>(())
/// ```
///
/// # Errors
/// Those of [`read_idx`].
pub fn decode_idx<T: FromFile>(bytes: &[u8]) -> Result<T, Error> {
    Reader::default().decode_idx(bytes)
}

pub(super) fn decode<T: FromFile>(
    reader: &Reader,
    path: &Path,
    storage: &Storage<'_>,
    length: u64,
) -> Result<T, Error> {
    let mut content = Content::of_file(reader, path, storage, length, "an IDX file")?;
    let header = read_header(&mut content)?;
    T::read(Values { header, content: &mut content })
}

fn read_header(content: &mut Content<'_>) -> Result<Header, Error> {
    let mut magic = [0; 4];
    content.read_field(&mut magic, "the magic number")?;
    let [0, 0, value_type, axes] = magic else {
        let wrong = content.wrong(0, "the magic number", hex(&magic), "that of IDX: 00 00, a type, a number of axes");
        return Err(recognize(wrong, &magic).into());
    };
    let value_type = match value_type {
        0x08 => ValueType::U8,
        0x09 => ValueType::I8,
        0x0b => ValueType::I16,
        0x0c => ValueType::I32,
        0x0d => ValueType::F32,
        0x0e => ValueType::F64,
        _ => {
            let (found, expected) = (format!("{value_type:02x}"), "08, 09, 0b, 0c, 0d or 0e");
            return Err(content.wrong(2, "the type of the values", found, expected).into());
        }
    };
    if axes == 0 {
        return Err(content.wrong(3, "the number of axes", "0", "1 or more").into());
    }
    let mut shape = Vec::with_capacity(axes.into());
    for axis in 0..axes {
        let mut extent = [0; 4];
        content.read_field(&mut extent, &format!("the extent of axis {axis}"))?;
        let at = content.position() - 4;
        let extent = u32::from_be_bytes(extent);
        let extent = usize::try_from(extent).map_err(|_| {
            content.wrong(at, format!("the extent of axis {axis}"), extent.to_string(), "one that memory can hold")
        })?;
        shape.push(extent);
    }
    Ok(Header { value_type, order: ByteOrder::Big, fortran: false, shape, type_at: 2, shape_at: 4 })
}
