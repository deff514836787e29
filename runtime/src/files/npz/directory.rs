//! The directory of a ZIP archive, at its end (APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 and 4.4).

use std::collections::HashSet;
use std::path::Path;

use crate::files::storage::{Section, Storage};
use crate::files::{Malformed, Place, hex, quote, recognize};
use crate::{Error, files};

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END_64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";

/// The lengths of the end record, its comment apart, and of the locator of the 64-bit one.
const END_LENGTH: usize = 22;
const LOCATOR_LENGTH: u64 = 20;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A file in the archive, as the directory tells it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) checksum: u32,
    flags: u16,
    method: u16,
    compressed: u64,
    header: u64,
    /// Where the directory tells it.
    at: u64,
}

/// Reads the directory: the files, and where it begins. `start` is the beginning of the archive, for errors.
pub(super) fn read_directory(
    path: &Path,
    storage: &Storage<'_>,
    length: u64,
    start: &[u8],
) -> Result<(Vec<Entry>, u64), Error> {
    let Some(end) = find_end(path, storage, length)? else {
        let wrong = |place, field, found: String, expected| Malformed::new(path, place, field, found, expected);
        if start.starts_with(&LOCAL) {
            let found = "without the directory of the archive".to_string();
            return Err(wrong(Place::Byte(length), "the end", found, "it there: the file may be cut off").into());
        }
        let magic = &start[..start.len().min(4)];
        let wrong = wrong(Place::Byte(0), "the magic number", hex(magic), "that of a ZIP archive: 50 4b 03 04");
        return Err(recognize(wrong, magic).into());
    };
    let mut section = Section::new(path, storage, end.start..end.start + end.size);
    let mut entries = Vec::new();
    while section.position() < end.start + end.size {
        entries.push(read_entry(&mut section)?);
    }
    if entries.len() as u64 != end.count {
        let (found, expected) = (end.count.to_string(), format!("{}, that of the directory", entries.len()));
        return Err(section.wrong(end.at, "the number of files", found, expected).into());
    }
    let mut names = HashSet::new();
    for entry in &entries {
        if !names.insert(&entry.name) {
            let found = format!("{} again", quote(entry.name.as_bytes()));
            return Err(section.wrong(entry.at, "the name of a file", found, "one of its own").into());
        }
    }
    Ok((entries, end.start))
}

/// What the end of an archive says about its directory.
struct End {
    start: u64,
    size: u64,
    count: u64,
    /// Where it says so.
    at: u64,
}

/// The last record that could be the end: behind it is a comment exactly as long as it says.
fn find_end(path: &Path, storage: &Storage<'_>, length: u64) -> Result<Option<End>, Error> {
    let tail_start = length.saturating_sub(END_LENGTH as u64 + u64::from(u16::MAX));
    let mut section = Section::new(path, storage, tail_start..length);
    let mut tail = vec![0; (length - tail_start) as usize];
    section.read(&mut tail)?;
    let ends = |start: &usize| {
        let record = &tail[*start..];
        record.starts_with(&END) && record.len() == END_LENGTH + usize::from(u16_at(record, 20))
    };
    let Some(start) = (0..(tail.len() + 1).saturating_sub(END_LENGTH)).rev().find(ends) else { return Ok(None) };
    let (record, at) = (&tail[start..], tail_start + start as u64);
    let end =
        End { start: u32_at(record, 16).into(), size: u32_at(record, 12).into(), count: u16_at(record, 10).into(), at };
    let large = end.start == u64::from(u32::MAX) || end.size == u64::from(u32::MAX) || end.count == u64::from(u16::MAX);
    let end = if large { find_end_64(path, storage, end)? } else { end };
    if end.start.checked_add(end.size).is_none_or(|behind| behind > end.at) {
        let (found, expected) =
            (format!("{} bytes from byte {}", end.size, end.start), format!("before byte {}", end.at));
        return Err(section.wrong(end.at, "the directory", found, expected).into());
    }
    Ok(Some(end))
}

/// The end record with 64 bits a field, which a locator before the other one leads to. Without a locator, the fields of the
/// other one are meant.
fn find_end_64(path: &Path, storage: &Storage<'_>, end: End) -> Result<End, Error> {
    let Some(locator_at) = end.at.checked_sub(LOCATOR_LENGTH) else { return Ok(end) };
    let mut locator = [0; LOCATOR_LENGTH as usize];
    Section::new(path, storage, locator_at..end.at).read(&mut locator)?;
    if !locator.starts_with(&LOCATOR_64) {
        return Ok(end);
    }
    let at = u64_at(&locator, 8);
    let mut section = Section::new(path, storage, at.min(locator_at)..locator_at);
    let mut record = [0; 56];
    section.read(&mut record)?;
    if !record.starts_with(&END_64) {
        let (found, expected) = (format!("byte {at}"), "where the 64-bit end of the archive is");
        return Err(section.wrong(locator_at + 8, "the place of the end record", found, expected).into());
    }
    Ok(End { start: u64_at(&record, 48), size: u64_at(&record, 40), count: u64_at(&record, 32), at })
}

fn read_entry(section: &mut Section<'_>) -> Result<Entry, Error> {
    let at = section.position();
    let mut record = [0; 46];
    read_record(section, &mut record, &CENTRAL, "the directory")?;
    let mut name = vec![0; u16_at(&record, 28).into()];
    let mut extra = vec![0; u16_at(&record, 30).into()];
    let mut comment = vec![0; u16_at(&record, 32).into()];
    for part in [&mut name, &mut extra, &mut comment] {
        if section.read(part)? < part.len() {
            return Err(section
                .wrong(section.position(), "the end of the directory", "within a file's", "after it")
                .into());
        }
    }
    let mut entry = Entry {
        name: String::from_utf8_lossy(&name).into_owned(),
        size: u32_at(&record, 24).into(),
        checksum: u32_at(&record, 16),
        flags: u16_at(&record, 8),
        method: u16_at(&record, 10),
        compressed: u32_at(&record, 20).into(),
        header: u32_at(&record, 42).into(),
        at,
    };
    // Fields too large for 32 bits stand in the extra field of kind 1, in this order.
    let mut large = field_64(&extra);
    for value in [&mut entry.size, &mut entry.compressed, &mut entry.header] {
        if *value == u64::from(u32::MAX)
            && let Some((bytes, rest)) = large.split_first_chunk()
        {
            (*value, large) = (u64::from_le_bytes(*bytes), rest);
        }
    }
    Ok(entry)
}

/// The extra field of 64-bit numbers; empty if there is none.
fn field_64(mut extra: &[u8]) -> &[u8] {
    while let Some((&[kind, kind_high, length, length_high], rest)) = extra.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([length, length_high]));
        let Some((field, rest)) = rest.split_at_checked(length) else { break };
        if [kind, kind_high] == [1, 0] {
            return field;
        }
        extra = rest;
    }
    &[]
}

impl Entry {
    pub(super) fn is_deflated(&self) -> bool {
        self.method == DEFLATED
    }

    /// The bytes of the file, compressed or not, behind its own header, which must agree with the directory. No file ends
    /// behind `end`.
    pub(super) fn data<'s>(&self, path: &'s Path, storage: &'s Storage<'s>, end: u64) -> Result<Section<'s>, Error> {
        let mut section = Section::new(path, storage, self.header.min(end)..end);
        let wrong = |at, field: &str, found: String, expected: &str| {
            Err(Malformed::new(path, Place::Byte(at), field, found, expected).into())
        };
        let encrypted = self.flags & 1 != 0;
        if encrypted {
            return wrong(self.at + 8, "a file", format!("encrypted: {}", self.shown()), "one that is not");
        }
        if ![STORED, DEFLATED].contains(&self.method) {
            let expected = "0: stored, or 8: deflated";
            return wrong(self.at + 10, "the compression", format!("{} of {}", self.method, self.shown()), expected);
        }
        let mut record = [0; 30];
        read_record(&mut section, &mut record, &LOCAL, "a file's header")?;
        let mut name = vec![0; u16_at(&record, 26).into()];
        let read = section.read(&mut name)?;
        if read < name.len() || String::from_utf8_lossy(&name) != self.name {
            let found = quote(&name[..read]);
            let expected = format!("{}, as in the directory", self.shown());
            return wrong(self.header + 30, "the name of a file", found, &expected);
        }
        if u16_at(&record, 8) != self.method {
            let expected = format!("{}, as in the directory", self.method);
            return wrong(self.header + 8, "the compression", u16_at(&record, 8).to_string(), &expected);
        }
        let start = section.position() + u64::from(u16_at(&record, 28));
        let Some(behind) = start.checked_add(self.compressed).filter(|&behind| behind <= end) else {
            let (found, expected) =
                (files::count(self.compressed, "byte"), format!("{} or less", end.saturating_sub(start)));
            return wrong(self.at + 20, "the length of a file", found, &expected);
        };
        if self.method == STORED && self.compressed != self.size {
            let (found, expected) = (files::count(self.size, "byte"), format!("{}, as it is stored", self.compressed));
            return wrong(self.at + 24, "the length of a file", found, &expected);
        }
        Ok(Section::new(path, storage, start..behind))
    }

    /// Its name, for messages.
    fn shown(&self) -> String {
        quote(self.name.as_bytes())
    }
}

/// Reads a record that begins with a signature.
fn read_record(section: &mut Section<'_>, record: &mut [u8], signature: &[u8; 4], what: &str) -> Result<(), Error> {
    let at = section.position();
    let length = section.read(record)?;
    if length < record.len() {
        let at = section.position();
        return Err(section.wrong(at, "the end of the archive", format!("within {what}"), "after it").into());
    }
    if !record.starts_with(signature) {
        return Err(section.wrong(at, what, hex(&record[..4]), hex(signature)).into());
    }
    Ok(())
}

fn u16_at(record: &[u8], place: usize) -> u16 {
    u16::from_le_bytes([record[place], record[place + 1]])
}

fn u32_at(record: &[u8], place: usize) -> u32 {
    u32::from(u16_at(record, place)) | u32::from(u16_at(record, place + 2)) << 16
}

fn u64_at(record: &[u8], place: usize) -> u64 {
    u64::from(u32_at(record, place)) | u64::from(u32_at(record, place + 4)) << 32
}
