//! How files of arrays are read.

use std::path::Path;
use std::sync::Mutex;

use super::open::{open, with_file};
use super::storage::Storage;
use super::{FromFile, Npz, idx, npy};
use crate::Error;

/// What bytes in memory are called in errors.
const BYTES: &str = "bytes";

/// How to read files of arrays: the setting, and the readers. [`read_idx`](super::read_idx) and the other functions are
/// those of `Reader::default()`.
///
/// A small compressed file can expand to a thousand times as many bytes. By default, one may have 8 times its own bytes and
/// 16 MB, which is enough for most images; [`Reader::expansion`] takes more. These are bytes of the type in the file: an array
/// of a wider one takes up to 8 times as much memory, so that 16 MB of `u8` are 128 MB of `f64`.
///
/// ```no_run
/// use monograd::ndarray::Array3;
/// use monograd::prelude::*;
///
/// // Masks that are 0 but for a few places.
/// let masks: Array3<u8> = files::Reader::default().expansion(200).read_npy("masks.npy.gz")?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    expansion: u32,
}

impl Default for Reader {
    fn default() -> Self {
        Self { expansion: 8 }
    }
}

impl Reader {
    /// Bytes that any compressed file may have.
    const HARMLESS: u64 = 16 << 20;

    /// How many times its own bytes a compressed file, or a compressed array in an archive, may hold, besides 16 MB; 8 by
    /// default. No file can hold more than 1032 times its own: such a number takes everything, and as much memory as a
    /// file says.
    pub fn expansion(mut self, times: u32) -> Self {
        self.expansion = times;
        self
    }

    /// As [`read_idx`](super::read_idx).
    ///
    /// # Errors
    /// Those of [`read_idx`](super::read_idx).
    pub fn read_idx<T: FromFile>(&self, path: impl AsRef<Path>) -> Result<T, Error> {
        with_file(path.as_ref(), |path, storage, length| idx::decode(self, path, storage, length))
    }

    /// As [`decode_idx`](super::decode_idx).
    ///
    /// # Errors
    /// Those of [`read_idx`](super::read_idx).
    pub fn decode_idx<T: FromFile>(&self, bytes: &[u8]) -> Result<T, Error> {
        idx::decode(self, Path::new(BYTES), &Storage::Memory(bytes), bytes.len() as u64)
    }

    /// As [`read_npy`](super::read_npy).
    ///
    /// # Errors
    /// Those of [`read_npy`](super::read_npy).
    pub fn read_npy<T: FromFile>(&self, path: impl AsRef<Path>) -> Result<T, Error> {
        with_file(path.as_ref(), |path, storage, length| npy::decode_file(self, path, storage, length))
    }

    /// As [`decode_npy`](super::decode_npy).
    ///
    /// # Errors
    /// Those of [`read_npy`](super::read_npy).
    pub fn decode_npy<T: FromFile>(&self, bytes: &[u8]) -> Result<T, Error> {
        npy::decode_file(self, Path::new(BYTES), &Storage::Memory(bytes), bytes.len() as u64)
    }

    /// As [`Npz::open`].
    ///
    /// # Errors
    /// Those of [`Npz::open`].
    pub fn open_npz(&self, path: impl AsRef<Path>) -> Result<Npz<'static>, Error> {
        let path = path.as_ref();
        let (file, length) = open(path)?;
        Npz::new(*self, path, Storage::File(Mutex::new(file)), length)
    }

    /// As [`Npz::decode`].
    ///
    /// # Errors
    /// Those of [`Npz::open`].
    pub fn decode_npz<'a>(&self, bytes: &'a [u8]) -> Result<Npz<'a>, Error> {
        Npz::new(*self, Path::new(BYTES), Storage::Memory(bytes), bytes.len() as u64)
    }

    /// The most bytes that `compressed` ones may hold.
    pub(super) fn most(&self, compressed: u64) -> u64 {
        compressed.saturating_mul(self.expansion.into()).saturating_add(Self::HARMLESS)
    }

    /// What to write where `compressed` bytes hold more than that.
    pub(super) fn remedy(&self, compressed: u64, data: u64) -> String {
        let times = data.saturating_sub(Self::HARMLESS).div_ceil(compressed.max(1));
        format!("`files::Reader::default().expansion({times})` reads it, if the file can be trusted")
    }
}
