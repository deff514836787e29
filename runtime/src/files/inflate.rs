//! Decompression of one stream of deflate (RFC 1951), a piece at a time.

use flate2::{Decompress, FlushDecompress, Status};

use super::storage::Section;
use crate::Error;

/// No stream of deflate holds more bytes for each of its own: two bits may stand for 258 bytes.
pub(crate) const MOST_EXPANSION: u64 = 1032;

/// A stream of deflate.
#[derive(Debug)]
pub(crate) struct Inflate {
    state: Decompress,
    ended: bool,
}

impl Inflate {
    pub(crate) fn new() -> Self {
        Self { state: Decompress::new(false), ended: false }
    }

    /// Begins a stream anew.
    pub(crate) fn reset(&mut self) {
        self.state.reset(false);
        self.ended = false;
    }

    /// Decompresses into `into`, which has room; says how many bytes came. None come at the end only, after which the
    /// section stands behind the stream.
    ///
    /// # Errors
    /// A stream that breaks the rules of deflate, or that the section ends in.
    pub(crate) fn read(&mut self, section: &mut Section<'_>, into: &mut [u8]) -> Result<usize, Error> {
        while !self.ended {
            let input = section.fill()?;
            let at_end = input.is_empty();
            let (consumed, written) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(input, into, FlushDecompress::None);
            let consumed = (self.state.total_in() - consumed) as usize;
            let written = (self.state.total_out() - written) as usize;
            section.consume(consumed);
            let wrong = |found: &str| {
                let at = section.position();
                Err(section.wrong(at, "the compressed data", found, "a stream of deflate").into())
            };
            match status {
                Err(_) => return wrong("damaged"),
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) if written == 0 && at_end => return wrong("cut off"),
                Ok(_) if written == 0 && consumed == 0 => return wrong("damaged"),
                Ok(_) => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
