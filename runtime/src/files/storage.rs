//! Where bytes come from: a file or memory, read at any place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{Malformed, Place};
use crate::Error;

/// Bytes that are read at once: decompression is slow with fewer, and more would not be faster.
const CHUNK: usize = 64 * 1024;

/// A file or bytes in memory.
#[derive(Debug)]
pub(crate) enum Storage<'a> {
    /// An open file. It has one position for all that read it, so it is lent to one at a time.
    File(Mutex<File>),
    /// Bytes.
    Memory(&'a [u8]),
}

impl Storage<'_> {
    /// Reads what lies at a position; less than `into` holds only at the end.
    pub(crate) fn read_at(&self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Storage::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(position))?;
                read_all(&mut *file, into)
            }
            Storage::Memory(bytes) => {
                let rest = usize::try_from(position).ok().and_then(|position| bytes.get(position..));
                read_all(&mut rest.unwrap_or_default(), into)
            }
        }
    }
}

fn read_all(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A part of a file, from front to back.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    path: &'a Path,
    storage: &'a Storage<'a>,
    range: Range<u64>,
    buffer: Vec<u8>,
    /// The part of the buffer that nobody has used yet; it lies before `next` in the file.
    unused: Range<usize>,
    next: u64,
}

impl<'a> Section<'a> {
    pub(crate) fn new(path: &'a Path, storage: &'a Storage<'a>, range: Range<u64>) -> Self {
        Self { path, storage, next: range.start, range, buffer: Vec::new(), unused: 0..0 }
    }

    pub(crate) fn path(&self) -> &'a Path {
        self.path
    }

    /// The number of bytes from its front to its end.
    pub(crate) fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The place in the file of the next byte.
    pub(crate) fn position(&self) -> u64 {
        self.next - self.unused.len() as u64
    }

    /// Goes back to the front.
    pub(crate) fn rewind(&mut self) {
        (self.next, self.unused) = (self.range.start, 0..0);
    }

    /// The next bytes, one or more; none at the end.
    ///
    /// # Errors
    /// A file that cannot be read, or that has become shorter.
    pub(crate) fn fill(&mut self) -> Result<&[u8], Error> {
        if self.unused.is_empty() && self.next < self.range.end {
            let length = (self.range.end - self.next).min(CHUNK as u64) as usize;
            self.buffer.resize(length, 0);
            let read = self.storage.read_at(self.next, &mut self.buffer);
            let found = read.map_err(|source| Error::Io { action: "read", path: self.path.to_path_buf(), source })?;
            if found < length {
                let (end, expected) = (self.next + found as u64, self.range.end);
                return Err(self
                    .wrong(end, "the file", format!("{end} bytes long"), format!("{expected} bytes"))
                    .into());
            }
            (self.next, self.unused) = (self.next + length as u64, 0..length);
        }
        Ok(&self.buffer[self.unused.clone()])
    }

    /// Takes as many bytes of the next ones.
    pub(crate) fn consume(&mut self, count: usize) {
        self.unused.start = (self.unused.start + count).min(self.unused.end);
    }

    /// Fills `into`, if there are as many bytes; says how many there were.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < into.len() {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                break;
            }
            let count = bytes.len().min(into.len() - filled);
            into[filled..][..count].copy_from_slice(&bytes[..count]);
            self.consume(count);
            filled += count;
        }
        Ok(filled)
    }

    /// A complaint about a byte of the file.
    pub(crate) fn wrong(
        &self,
        byte: u64,
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Malformed {
        Malformed::new(self.path, Place::Byte(byte), field, found, expected)
    }
}
