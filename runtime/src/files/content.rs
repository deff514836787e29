//! The content of a file, or of a file in an archive: decompressed, checked to its end, with places for errors.

use std::path::Path;

use flate2::Crc;

use super::gzip::{self, Gzip};
use super::inflate::{Inflate, MOST_EXPANSION};
use super::open::refuse_pointer;
use super::storage::{Section, Storage};
use super::{Malformed, Place, Reader, count};
use crate::Error;

/// Bytes on their way to a reader.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    reader: Reader,
    section: Section<'a>,
    coding: Coding,
    /// Its name in an archive.
    member: Option<Member<'a>>,
    position: u64,
}

#[derive(Debug)]
enum Coding {
    Plain,
    Gzip(Box<Gzip>),
    Deflated(Box<Inflate>),
}

/// What an archive says about a file in it.
#[derive(Debug)]
struct Member<'a> {
    name: &'a str,
    size: u64,
    checksum: u32,
    computed: Crc,
}

impl<'a> Content<'a> {
    /// The content of a file of `length` bytes; what begins with the magic number of gzip is decompressed.
    ///
    /// # Errors
    /// An empty file, a pointer of Git LFS.
    pub(crate) fn of_file(
        reader: &Reader,
        path: &'a Path,
        storage: &'a Storage<'a>,
        length: u64,
        expected: &str,
    ) -> Result<Self, Error> {
        let mut section = Section::new(path, storage, 0..length);
        let start = section.fill()?;
        if start.is_empty() {
            return Err(Malformed::new(path, Place::File, "the file", "empty", expected).into());
        }
        refuse_pointer(path, start)?;
        let gzip = start.starts_with(&gzip::MAGIC);
        let coding = if gzip { Coding::Gzip(Box::new(Gzip::new())) } else { Coding::Plain };
        Ok(Self { reader: *reader, section, coding, member: None, position: 0 })
    }

    /// The content of a file in an archive, stored or deflated, of which the archive says how long it is.
    pub(crate) fn of_member(
        reader: &Reader,
        section: Section<'a>,
        deflated: bool,
        name: &'a str,
        size: u64,
        checksum: u32,
    ) -> Self {
        let coding = if deflated { Coding::Deflated(Box::new(Inflate::new())) } else { Coding::Plain };
        let member = Some(Member { name, size, checksum, computed: Crc::new() });
        Self { reader: *reader, section, coding, member, position: 0 }
    }

    pub(crate) fn path(&self) -> &'a Path {
        self.section.path()
    }

    /// The bytes read so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The bytes in all, where that is known before they are read.
    fn size(&self) -> Option<u64> {
        match (&self.member, &self.coding) {
            (Some(member), _) => Some(member.size),
            (None, Coding::Plain) => Some(self.section.length()),
            (None, _) => None,
        }
    }

    /// A complaint about a byte of the content.
    pub(crate) fn wrong(
        &self,
        byte: u64,
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Malformed {
        let place = match (&self.member, &self.coding) {
            (Some(member), _) => Place::Member { name: member.name.to_string(), byte },
            (None, Coding::Plain) => Place::Byte(byte),
            (None, _) => Place::Decompressed(byte),
        };
        Malformed::new(self.path(), place, field, found, expected)
    }

    /// Fills `into`; says how many bytes came, fewer only at the end. Behind the last byte, checksums have been checked.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < into.len() {
            let rest = &mut into[filled..];
            let count = match &mut self.coding {
                Coding::Plain => self.section.read(rest)?,
                Coding::Gzip(gzip) => gzip.read(&mut self.section, rest)?,
                Coding::Deflated(inflate) => inflate.read(&mut self.section, rest)?,
            };
            if count == 0 {
                break;
            }
            if let Some(member) = &mut self.member {
                member.computed.update(&into[filled..][..count]);
            }
            filled += count;
            self.position += count as u64;
        }
        Ok(filled)
    }

    /// Fills `into` with a field of a header.
    ///
    /// # Errors
    /// When the content ends in it.
    pub(crate) fn read_field(&mut self, into: &mut [u8], what: &str) -> Result<(), Error> {
        if self.read(into)? < into.len() {
            let at = self.position;
            return Err(self.wrong(at, "the end of the content", format!("within {what}"), "after it").into());
        }
        Ok(())
    }

    /// Checks, as far as that can be known before reading on, that there are exactly `data` bytes left, and not more than
    /// the reader takes of such a file; `what` says why there should be.
    pub(crate) fn check_rest(&self, data: u64, what: &str) -> Result<(), Error> {
        let found = match self.size() {
            Some(size) => match size.saturating_sub(self.position) {
                rest if rest == data => None,
                rest => Some(count(rest, "byte")),
            },
            None => None,
        };
        let length = self.section.length();
        let most = length.saturating_mul(MOST_EXPANSION).saturating_sub(self.position);
        let found =
            found.or_else(|| (self.is_compressed() && data > most).then(|| format!("at most {}", count(most, "byte"))));
        if let Some(found) = found {
            return Err(self.wrong_rest(self.position, found, data, what));
        }
        if self.is_compressed() && data > self.reader.most(length) {
            let found = format!("{}: {what}", count(data, "byte"));
            let expected = format!("at most {} for {length} in the file", count(self.reader.most(length), "byte"));
            let wrong = self.wrong(self.position, "the data", found, expected);
            return Err(wrong.help(self.reader.remedy(length, data)).into());
        }
        Ok(())
    }

    fn is_compressed(&self) -> bool {
        !matches!(self.coding, Coding::Plain)
    }

    /// What is wrong when there are other than `data` bytes from `start` on.
    pub(crate) fn wrong_rest(&self, start: u64, found: String, data: u64, what: &str) -> Error {
        self.wrong(start, "the data", found, format!("{}: {what}", count(data, "byte"))).into()
    }

    /// Whether keeping `memory` bytes could be more than the file is worth: those of a file that decompresses to far more
    /// than itself.
    pub(crate) fn is_suspicious(&self, memory: u64) -> bool {
        /// Memory that is kept without a thought.
        const HARMLESS: u64 = 8 << 20;
        self.is_compressed() && memory > self.section.length().saturating_mul(4).max(HARMLESS)
    }

    /// Checks that nothing is left, and the checksums; `data` bytes began at `start`.
    pub(crate) fn finish(&mut self, start: u64, data: u64, what: &str) -> Result<(), Error> {
        if self.read(&mut [0])? > 0 {
            let found = format!("more than {}", count(data, "byte"));
            return Err(self.wrong_rest(start, found, data, what));
        }
        if let Some(member) = &self.member
            && member.computed.sum() != member.checksum
        {
            let (found, expected) = (member.checksum, member.computed.sum());
            let expected = format!("{expected:08x}, that of the data");
            return Err(self.wrong(self.position, "the checksum", format!("{found:08x}"), expected).into());
        }
        let left = self.section.fill()?.len();
        if left > 0 {
            let at = self.section.position();
            return Err(self.section.wrong(at, "the compressed data", "over", "their last byte here").into());
        }
        Ok(())
    }

    /// Goes back to a byte of the content.
    pub(crate) fn rewind(&mut self, position: u64) -> Result<(), Error> {
        self.section.rewind();
        self.position = 0;
        match &mut self.coding {
            Coding::Plain => {}
            Coding::Gzip(gzip) => **gzip = Gzip::new(),
            Coding::Deflated(inflate) => inflate.reset(),
        }
        if let Some(member) = &mut self.member {
            member.computed.reset();
        }
        let mut skipped = [0; 4096];
        while self.position < position {
            let length = (position - self.position).min(skipped.len() as u64) as usize;
            self.read_field(&mut skipped[..length], "the header")?;
        }
        Ok(())
    }
}
