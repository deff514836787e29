//! NPZ, NumPy's file of several arrays: a ZIP archive of NPY files.

mod directory;
mod write;

use std::path::{Path, PathBuf};

use directory::{Entry, read_directory};
pub use write::NpzWriter;

use super::content::Content;
use super::open::refuse_pointer;
use super::storage::Storage;
use super::{FromFile, Malformed, Place, Reader, npy, quote};
use crate::Error;

/// What the name of an array's file ends with.
const SUFFIX: &str = ".npy";

/// An NPZ file, as `numpy.savez` and `numpy.savez_compressed` write it, open for reading.
///
/// ```
/// use monograd::ndarray::{Array1, Array2, array};
/// use monograd::prelude::*;
///
/// let path = std::env::temp_dir().join(format!("samples-{}.npz", std::process::id()));
/// files::NpzWriter::new().array("x", &array![[1.0f32, 2.0]]).array("y", &array![3u8]).write(&path)?;
///
/// let npz = files::Npz::open(&path)?;
/// assert_eq!(npz.names().collect::<Vec<_>>(), ["x", "y"]);
/// let x: Array2<f32> = npz.read("x")?;
/// let y: Array1<u8> = npz.read("y")?;
/// assert_eq!((x, y), (array![[1.0, 2.0]], array![3]));
/// # std::fs::remove_file(&path).ok();
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Npz<'a> {
    reader: Reader,
    path: PathBuf,
    storage: Storage<'a>,
    entries: Vec<Entry>,
    /// Where the directory begins: entries end before it.
    end: u64,
}

impl Npz<'static> {
    /// Opens an NPZ file, and reads its directory.
    ///
    /// # Errors
    /// A file that cannot be read, or is no file; [`Error::Malformed`]: one that is no ZIP archive, or whose directory is
    /// cut off or contradicts itself, or has two files of one name.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Reader::default().open_npz(path)
    }
}

impl<'a> Npz<'a> {
    /// Opens the content of an NPZ file in memory, as [`Npz::open`] does a file. In errors it is called `bytes`.
    ///
    /// # Errors
    /// Those of [`Npz::open`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Reader::default().decode_npz(bytes)
    }

    pub(super) fn new(reader: Reader, path: &Path, storage: Storage<'a>, length: u64) -> Result<Self, Error> {
        if length == 0 {
            return Err(Malformed::new(path, Place::File, "the file", "empty", "an NPZ file").into());
        }
        let mut start = [0; 64];
        let read = storage.read_at(0, &mut start);
        let read = read.map_err(|source| Error::Io { action: "read", path: path.to_path_buf(), source })?;
        refuse_pointer(path, &start[..read])?;
        let (entries, end) = read_directory(path, &storage, length, &start[..read])?;
        Ok(Self { reader, path: path.to_path_buf(), storage, entries, end })
    }

    /// The names of the arrays, in the order of the archive.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.name.strip_suffix(SUFFIX))
    }

    /// Reads an array by its name. The result's type says what is wanted, as for [`read_npy`](super::read_npy).
    ///
    /// # Errors
    /// No array of this name, and those of [`read_npy`](super::read_npy); a wrong checksum; a file that is encrypted, or
    /// compressed in another way than by deflate, or that holds more than [`Reader::expansion`] allows.
    pub fn read<T: FromFile>(&self, name: &str) -> Result<T, Error> {
        let named = |entry: &&Entry| entry.name.strip_suffix(SUFFIX) == Some(name);
        let entry = self.entries.iter().find(named).ok_or_else(|| self.unknown(name))?;
        let section = entry.data(&self.path, &self.storage, self.end)?;
        let deflated = entry.is_deflated();
        npy::decode(Content::of_member(&self.reader, section, deflated, &entry.name, entry.size, entry.checksum))
    }

    fn unknown(&self, name: &str) -> Error {
        /// More names than these would hide the message.
        const SHOWN: usize = 8;
        let names: Vec<String> = self.names().take(SHOWN).map(|name| quote(name.as_bytes())).collect();
        let more = self.names().count() - names.len();
        let found = match (names.is_empty(), more) {
            (true, _) => "empty".to_string(),
            (false, 0) => names.join(", "),
            (false, more) => format!("{} and {more} more", names.join(", ")),
        };
        let expected = format!("{} among them", quote(name.as_bytes()));
        Malformed::new(&self.path, Place::File, "the list of arrays", found, expected).into()
    }
}
