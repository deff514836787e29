//! A file on its way into memory: first its header, then its tensors in the order of their bytes, each byte once.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::damage::Damage;
use crate::Error;
use crate::files::refuse_pointer;

/// A file that is read from its start to its end.
pub(super) struct Source<'a> {
    path: &'a Path,
    file: &'a mut dyn Read,
    length: u64,
}

/// The longest header of a safetensors file.
pub(super) const LONGEST_HEADER: u64 = 100_000_000;

/// Files that are met where a safetensors file should be: how they begin, what they are, and what helps.
static OTHERS: [(&[u8], &str, &str); 7] = [
    (b"PK\x03\x04", "a ZIP archive, as `torch.save` and Keras write", CONVERT),
    (b"\x89HDF\r\n", "an HDF5 file, as Keras writes", CONVERT),
    (b"\x80\x02", "a Python pickle", CONVERT),
    (b"\x80\x03", "a Python pickle", CONVERT),
    (b"\x80\x04", "a Python pickle", CONVERT),
    (b"\x80\x05", "a Python pickle", CONVERT),
    (b"\x1f\x8b", "compressed by gzip", "`gunzip` makes the file that it stands for"),
];

const CONVERT: &str = "`save_file` of Python's `safetensors` writes its weights to a safetensors file";

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Path, file: &'a mut dyn Read, length: u64) -> Self {
        Self { path, file, length }
    }

    pub(super) fn corrupt(&self, damage: Damage) -> Error {
        Error::Corrupt { path: self.path.to_path_buf(), source: Box::new(damage) }
    }

    /// The text of the header and the number of bytes after it. Memory is asked for only where the file is as long.
    pub(super) fn header(&mut self) -> Result<(String, u64), Error> {
        let mut length = [0; 8];
        let first = &mut length[..self.length.min(8) as usize];
        self.file.read_exact(first).map_err(|error| self.failed(error))?;
        if self.length == 0 {
            return Err(self.corrupt(Damage::Empty));
        }
        let rest = self.length.saturating_sub(8);
        let (found, most) = (u64::from_le_bytes(length), rest.min(LONGEST_HEADER));
        if self.length < 8 || !(2..=most).contains(&found) {
            return Err(self.no_header(length, found, most));
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(found as usize).map_err(|_| self.corrupt(Damage::Memory { bytes: found }))?;
        bytes.resize(found as usize, 0);
        self.read(&mut bytes)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = 8 + error.utf8_error().valid_up_to() as u64;
            self.corrupt(Damage::NotText { at })
        })?;
        Ok((text, rest - found))
    }

    /// The next bytes of the file.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.file.read_exact(bytes).map_err(|error| self.failed(error))
    }

    /// Says what the file is, if it is known.
    fn no_header(&mut self, first: [u8; 8], found: u64, most: u64) -> Error {
        const MOST: u64 = 64;
        let length = self.length.min(MOST) as usize;
        let mut begin = [0; MOST as usize];
        begin[..8].copy_from_slice(&first);
        if length > 8
            && let Err(error) = self.read(&mut begin[8..length])
        {
            return error;
        }
        let begin = &begin[..length];
        if let Err(error) = refuse_pointer(self.path, begin) {
            return error;
        }
        for (start, what, help) in OTHERS {
            if begin.starts_with(start) {
                return self.corrupt(Damage::Other { what, help });
            }
        }
        match self.length {
            length @ 0..8 => self.corrupt(Damage::Short { length }),
            _ => self.corrupt(Damage::HeaderLength { found, most }),
        }
    }

    fn failed(&self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::UnexpectedEof => self.corrupt(Damage::Shrunk),
            _ => Error::Io { action: "read", path: self.path.to_path_buf(), source: error },
        }
    }
}
