//! Arrays as NPZ files.

use std::path::Path;

use flate2::Crc;
use ndarray::{ArrayBase, Data, Dimension};

use super::SUFFIX;
use crate::Error;
use crate::files::{Malformed, Place, Value, encode_npy, quote};
use crate::persistence::replace_file;

/// The version of the ZIP format that is needed to read the file: 2.0.
const VERSION: u16 = 20;

/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;

/// 1 January 1980, the first day that the format knows: the same arrays give the same bytes.
const DATE: u16 = 1 << 5 | 1;

/// Arrays on their way into an NPZ file, which `numpy.load` reads.
///
/// ```
/// use monograd::files::{Npz, NpzWriter};
/// use monograd::ndarray::{Array1, array};
///
/// let bytes = NpzWriter::new().array("loss", &array![0.5f32, 0.25]).array("epoch", &array![1u32, 2]).encode()?;
/// let loss: Array1<f32> = Npz::decode(&bytes)?.read("loss")?;
/// assert_eq!(loss, array![0.5, 0.25]);
/// # Ok::<(), monograd::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NpzWriter {
    arrays: Vec<(String, Vec<u8>)>,
}

impl NpzWriter {
    /// No arrays.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an array under a name.
    #[must_use]
    pub fn array<A, S, D>(mut self, name: impl Into<String>, array: &ArrayBase<S, D>) -> Self
    where
        A: Value,
        S: Data<Elem = A>,
        D: Dimension,
    {
        self.arrays.push((name.into(), encode_npy(array)));
        self
    }

    /// Writes the file, not compressed, as `numpy.savez` does. It is replaced as a whole or not at all.
    ///
    /// # Errors
    /// A file that cannot be written; two arrays of one name, a name of more than 65,531 bytes; more than 65,534 arrays or
    /// 4 GB.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        replace_file(path.as_ref(), &self.bytes(path.as_ref())?)
    }

    /// The bytes that [`write`](Self::write) writes.
    ///
    /// # Errors
    /// Those of [`write`](Self::write) but for the file.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.bytes(Path::new("bytes"))
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, Error> {
        self.check(path)?;
        let mut bytes = Vec::with_capacity(self.size());
        let mut directory = Vec::new();
        for (name, array) in &self.arrays {
            let name = format!("{name}{SUFFIX}");
            let mut checksum = Crc::new();
            checksum.update(array);
            let (header, size) = (bytes.len() as u32, array.len() as u32);
            // What the header of a file and its entry in the directory have in common.
            let mut common = Vec::new();
            for field in [VERSION, UTF_8, 0, 0, DATE] {
                common.extend(field.to_le_bytes());
            }
            for field in [checksum.sum(), size, size] {
                common.extend(field.to_le_bytes());
            }
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0; 2]); // no extra field
            bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), array].concat());
            // No comment, the first disk, no attributes.
            let place = [&[0; 10][..], &header.to_le_bytes()].concat();
            directory.extend([b"PK\x01\x02", &VERSION.to_le_bytes()[..], &common, &place, name.as_bytes()].concat());
        }
        let (start, count) = (bytes.len() as u32, self.arrays.len() as u16);
        bytes.extend(&directory);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
        bytes.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
        bytes.extend([0; 2]); // no comment
        Ok(bytes)
    }

    /// The bytes of the file.
    fn size(&self) -> usize {
        let file = |(name, array): &(String, Vec<u8>)| 30 + 46 + 2 * (name.len() + SUFFIX.len()) + array.len();
        22 + self.arrays.iter().map(file).sum::<usize>()
    }

    /// Whether all fits in the fields of a ZIP archive of 32 bits.
    fn check(&self, path: &Path) -> Result<(), Error> {
        let wrong = |field: &str, found: String, expected: &str| {
            Err(Malformed::new(path, Place::File, field, found, expected).into())
        };
        let mut names: Vec<&str> = self.arrays.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return wrong("the name of two arrays", quote(pair[0].as_bytes()), "names of their own");
        }
        let most = usize::from(u16::MAX) - SUFFIX.len();
        if let Some(name) = names.iter().find(|name| name.len() > most) {
            return wrong("the name of an array", format!("{} bytes long", name.len()), "at most 65531 bytes");
        }
        if names.len() >= usize::from(u16::MAX) {
            return wrong("the number of arrays", names.len().to_string(), "at most 65534");
        }
        if u32::try_from(self.size()).is_err() {
            return wrong("the size", format!("{} bytes", self.size()), "at most 4294967295 bytes");
        }
        Ok(())
    }
}
