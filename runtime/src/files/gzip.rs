//! Gzip (RFC 1952): members one after another, each a header, a stream of deflate and a checksum.

use flate2::Crc;

use super::hex;
use super::inflate::Inflate;
use super::storage::Section;
use crate::Error;

/// What every member begins with.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The one method of compression: deflate.
const DEFLATE: u8 = 8;

/// Bits of the flags.
const HEADER_CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// A gzip file on its way out of compression.
#[derive(Debug)]
pub(crate) struct Gzip {
    inflate: Inflate,
    checksum: Crc,
    length: u64,
    within: bool,
}

impl Gzip {
    pub(crate) fn new() -> Self {
        Self { inflate: Inflate::new(), checksum: Crc::new(), length: 0, within: false }
    }

    /// Decompresses into `into`, which has room; says how many bytes came. None come at the end of the last member only.
    ///
    /// # Errors
    /// What is no gzip member, a member that is damaged or cut off, or whose checksum or length is wrong.
    pub(crate) fn read(&mut self, section: &mut Section<'_>, into: &mut [u8]) -> Result<usize, Error> {
        loop {
            if !self.within {
                if section.fill()?.is_empty() {
                    return Ok(0);
                }
                read_header(section)?;
                self.inflate.reset();
                self.checksum.reset();
                (self.length, self.within) = (0, true);
            }
            let count = self.inflate.read(section, into)?;
            if count > 0 {
                self.checksum.update(&into[..count]);
                self.length += count as u64;
                return Ok(count);
            }
            self.check_trailer(section)?;
            self.within = false;
        }
    }

    fn check_trailer(&self, section: &mut Section<'_>) -> Result<(), Error> {
        let at = section.position();
        let checksum = u32::from_le_bytes(field(section, "the gzip checksum")?);
        if checksum != self.checksum.sum() {
            let (found, expected) =
                (format!("{checksum:08x}"), format!("{:08x}, that of the data", self.checksum.sum()));
            return Err(section.wrong(at, "the gzip checksum", found, expected).into());
        }
        let length = u32::from_le_bytes(field(section, "the gzip length")?);
        if length != self.length as u32 {
            let expected = format!("{}, that of the data", self.length as u32);
            return Err(section.wrong(at + 4, "the gzip length", length.to_string(), expected).into());
        }
        Ok(())
    }
}

fn read_header(section: &mut Section<'_>) -> Result<(), Error> {
    let at = section.position();
    let magic: [u8; 2] = field(section, "the gzip magic number")?;
    if magic != MAGIC {
        let expected = format!("{}, or the end of the file", hex(&MAGIC));
        return Err(section.wrong(at, "the gzip magic number", hex(&magic), expected).into());
    }
    let [method, flags, ..]: [u8; 8] = field(section, "the gzip header")?;
    if method != DEFLATE {
        return Err(section.wrong(at + 2, "the gzip method", method.to_string(), "8: deflate").into());
    }
    if flags & RESERVED != 0 {
        let found = format!("{flags:#010b}");
        return Err(section.wrong(at + 3, "the byte of gzip flags", found, "0 in the three highest bits").into());
    }
    if flags & EXTRA != 0 {
        let length = u16::from_le_bytes(field(section, "the gzip extra field")?);
        for _ in 0..length {
            field::<1>(section, "the gzip extra field")?;
        }
    }
    for (flag, what) in [(NAME, "the gzip file name"), (COMMENT, "the gzip comment")] {
        if flags & flag != 0 {
            while field(section, what)? != [0] {}
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        field::<2>(section, "the gzip header checksum")?;
    }
    Ok(())
}

/// The next bytes of the header or trailer.
fn field<const LENGTH: usize>(section: &mut Section<'_>, what: &str) -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    if section.read(&mut bytes)? < LENGTH {
        let at = section.position();
        return Err(section.wrong(at, "the end of the file", format!("within {what}"), "after it").into());
    }
    Ok(bytes)
}
