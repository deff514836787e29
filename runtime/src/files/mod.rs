//! Data in files: arrays in the formats of MNIST and NumPy.
//!
//! | format | read | written |
//! |---|---|---|
//! | IDX, compressed by gzip or not | [`read_idx`], [`decode_idx`] | |
//! | NPY, compressed by gzip or not | [`read_npy`], [`decode_npy`] | [`write_npy`], [`encode_npy`] |
//! | NPZ, compressed or not | [`Npz`] | [`NpzWriter`] |
//!
//! What a file is decides its content, not its name. Nothing in a file is believed before it is checked: a file that is
//! damaged, cut off or hostile is an [`Error::Malformed`](crate::Error::Malformed) that names the file, the place, the field,
//! what was found and what was expected. Until then, a reader has taken no more memory than eight times the file and 16 MB.
//! A compressed file that holds more than that is refused, too, unless [`Reader::expansion`] says otherwise.

mod array;
mod content;
mod gzip;
mod idx;
mod inflate;
mod malformed;
mod npy;
mod npz;
mod open;
mod reader;
mod storage;
mod value;

pub use array::{AnyArray, FromFile};
pub use idx::{decode_idx, read_idx};
pub use malformed::{Malformed, Place};
pub use npy::{decode_npy, encode_npy, read_npy, write_npy};
pub use npz::{Npz, NpzWriter};
pub use reader::Reader;
pub use value::{Value, ValueType};

#[doc(hidden)]
pub use array::Values;
#[doc(hidden)]
pub use value::ByteOrder;

pub(crate) use malformed::{count, hex, quote, shape};
pub(crate) use open::{open, recognize, refuse_other_than_utf8, refuse_pointer};
