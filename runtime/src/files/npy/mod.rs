//! NPY, NumPy's file of one array: a magic number, a version, a dictionary in the syntax of Python, the values.

mod dictionary;
mod write;

use std::path::Path;

use dictionary::read_dictionary;
pub use write::{encode_npy, write_npy};

use super::array::{Header, Values};
use super::content::Content;
use super::storage::Storage;
use super::{FromFile, Reader, hex, recognize};
use crate::Error;

/// What every NPY file begins with.
const MAGIC: [u8; 6] = *b"\x93NUMPY";

/// The longest header that is read: NumPy's own are shorter than 1 KB for all arrays that are read here.
const LONGEST_HEADER: u32 = 64 * 1024;

/// Reads an NPY file, as `numpy.save` writes it: versions 1 to 3, either order of bytes and of axes, compressed by gzip or
/// not.
///
/// The result's type says what is wanted: an array with as many axes as the file has, or `ArrayD`, of a type that holds its
/// values (see [`Value`](super::Value)); or an [`AnyArray`](super::AnyArray). An array in Fortran order stays so in memory.
///
/// ```no_run
/// use monograd::ndarray::Array2;
/// use monograd::prelude::*;
///
/// let x: Array2<f32> = files::read_npy("x.npy")?;
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// A file that cannot be read, or is no file; [`Error::Malformed`]: one that is no NPY file, or is cut off, or longer than
/// its shape says; one of another type or number of axes; one of Python objects, text, complex numbers, dates or records; a
/// compressed one that holds more than [`Reader::expansion`] allows.
pub fn read_npy<T: FromFile>(path: impl AsRef<Path>) -> Result<T, Error> {
    Reader::default().read_npy(path)
}

/// Reads the content of an NPY file from memory, as [`read_npy`] does from a file. In errors it is called `bytes`.
///
/// ```
/// use monograd::files;
/// use monograd::ndarray::{Array1, array};
///
/// let bytes = files::encode_npy(&array![1.5f32, 2.5]);
/// let values: Array1<f64> = files::decode_npy(&bytes)?;
/// assert_eq!(values, array![1.5, 2.5]);
/// # Ok::<(), monograd::Error>(())
/// ```
///
/// # Errors
/// Those of [`read_npy`].
pub fn decode_npy<T: FromFile>(bytes: &[u8]) -> Result<T, Error> {
    Reader::default().decode_npy(bytes)
}

pub(super) fn decode_file<T: FromFile>(
    reader: &Reader,
    path: &Path,
    storage: &Storage<'_>,
    length: u64,
) -> Result<T, Error> {
    decode(Content::of_file(reader, path, storage, length, "an NPY file")?)
}

pub(super) fn decode<T: FromFile>(mut content: Content<'_>) -> Result<T, Error> {
    let header = read_header(&mut content)?;
    T::read(Values { header, content: &mut content })
}

fn read_header(content: &mut Content<'_>) -> Result<Header, Error> {
    let mut magic = [0; 6];
    content.read_field(&mut magic, "the magic number")?;
    if magic != MAGIC {
        let wrong = content.wrong(0, "the magic number", hex(&magic), format!("that of NPY: {}", hex(&MAGIC)));
        return Err(recognize(wrong, &magic).into());
    }
    let mut version = [0; 2];
    content.read_field(&mut version, "the version")?;
    let length = match version {
        [1, 0] => {
            let mut length = [0; 2];
            content.read_field(&mut length, "the length of the header")?;
            u16::from_le_bytes(length).into()
        }
        [2 | 3, 0] => {
            let mut length = [0; 4];
            content.read_field(&mut length, "the length of the header")?;
            u32::from_le_bytes(length)
        }
        [major, minor] => {
            return Err(content.wrong(6, "the version", format!("{major}.{minor}"), "1.0, 2.0 or 3.0").into());
        }
    };
    if length > LONGEST_HEADER {
        let expected = format!("at most {LONGEST_HEADER} bytes");
        return Err(content.wrong(8, "the length of the header", format!("{length} bytes"), expected).into());
    }
    let start = content.position();
    let mut text = vec![0; length as usize];
    content.read_field(&mut text, "the header")?;
    read_dictionary(content, start, &text)
}
