//! What is wrong with the bytes of a file.

use std::fmt;

/// One thing that is wrong with a file's bytes. Places are counted in bytes from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// No bytes at all.
    Empty,
    /// Fewer bytes than the length of the header takes.
    Short { length: u64 },
    /// Another kind of file, known by its first bytes.
    Other { what: &'static str, help: &'static str },
    /// A header that is longer than the file, or than headers may be.
    HeaderLength { found: u64, most: u64 },
    /// Bytes that are no text.
    NotText { at: u64 },
    /// Text that is not what stands in a header.
    Syntax { at: u64, found: String, expected: &'static str },
    /// A key that comes twice in one object.
    Twice { key: String },
    /// A key that tensors do not have.
    Unknown { at: u64, key: String },
    /// A tensor without one of its keys.
    Lacking { tensor: String, key: &'static str },
    /// An element type that safetensors files do not have.
    Dtype { tensor: String, found: String },
    /// A shape whose bytes cannot be counted.
    TooLarge { tensor: String },
    /// A tensor without a beginning and an end.
    Offsets { tensor: String, found: usize },
    /// A tensor whose bytes are not as many as its shape and type take.
    Extent { tensor: String, begin: u64, end: u64, expected: u64 },
    /// A tensor that does not begin where the one before it ends.
    Gap { tensor: String, found: u64, expected: u64 },
    /// A tensor that does not begin at a multiple of the size of its elements.
    Misaligned { tensor: String, begin: u64, expected: u64 },
    /// More or fewer bytes than the tensors take.
    Length { found: u64, expected: u64 },
    /// The file became shorter while it was read.
    Shrunk,
    /// A header that does not have its own checksum.
    HeaderChecksum { found: u32, expected: u32 },
    /// A tensor that does not have its checksum.
    Checksum { tensor: String, found: u32, expected: u32 },
    /// A tensor whose checksum is not in the header, or no checksum.
    NoChecksum { tensor: String, found: Option<String> },
    /// A key of the metadata that this version of the format does not have.
    UnknownEntry { key: String },
    /// More entries of the metadata than any file needs.
    Entries { most: usize },
    /// Not enough memory for what is in the file.
    Memory { bytes: u64 },
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Damage::Empty => f.write_str("it is empty"),
            Damage::Short { length } => write!(f, "it has {length} bytes, expected 8 or more for the header's length"),
            Damage::Other { what, help } => write!(f, "it is {what}, not a safetensors file\nhelp: {help}"),
            Damage::HeaderLength { found, most } => {
                write!(f, "its header is said to have {found} bytes, expected 2 to {most}")
            }
            Damage::NotText { at } => write!(f, "byte {at} of its header is no UTF-8 text"),
            Damage::Syntax { at, found, expected } => {
                write!(f, "byte {at} of its header: found {found}, expected {expected}")
            }
            Damage::Twice { key } => write!(f, "{} comes twice in its header", Name(key)),
            Damage::Unknown { at, key } => {
                write!(f, "byte {at} of its header: found {}, ", Name(key))?;
                f.write_str("expected `dtype`, `shape` or `data_offsets`")
            }
            Damage::Lacking { tensor, key } => write!(f, "the tensor {} has no `{key}`", Name(tensor)),
            Damage::Dtype { tensor, found } => {
                write!(f, "the tensor {} has the unknown element type {}", Name(tensor), Name(found))
            }
            Damage::TooLarge { tensor } => {
                write!(f, "the shape and type of the tensor {} give no whole number of bytes below 2^61", Name(tensor))
            }
            Damage::Offsets { tensor, found } => {
                write!(f, "the tensor {} has {found} `data_offsets`, expected 2", Name(tensor))
            }
            Damage::Extent { tensor, begin, end, expected } => {
                let tensor = Name(tensor);
                write!(f, "the tensor {tensor} is said to lie at {begin}..{end}, expected a range of {expected} bytes")
            }
            Damage::Gap { tensor, found, expected } => write!(
                f,
                "the tensor {} begins at byte {found} of the data, expected {expected}, where the one before it ends",
                Name(tensor)
            ),
            Damage::Misaligned { tensor, begin, expected } => {
                let tensor = Name(tensor);
                write!(f, "the tensor {tensor} begins at byte {begin} of the data, expected a multiple of {expected}")
            }
            Damage::Length { found, expected } => {
                write!(f, "it has {found} bytes, expected {expected} for its header and tensors")
            }
            Damage::Shrunk => f.write_str("it became shorter while it was read"),
            Damage::HeaderChecksum { found, expected } => {
                write!(f, "its header has the checksum {found:08x}, expected {expected:08x}")
            }
            Damage::Checksum { tensor, found, expected } => {
                write!(f, "the tensor {} has the checksum {found:08x}, expected {expected:08x}", Name(tensor))
            }
            Damage::NoChecksum { tensor, found } => {
                write!(f, "the tensor {} has no checksum in the metadata", Name(tensor))?;
                found
                    .as_ref()
                    .map_or(Ok(()), |found| write!(f, ": found {}, expected 8 hexadecimal digits", Name(found)))
            }
            Damage::Entries { most } => write!(f, "its metadata has more strings, expected at most {most}"),
            Damage::UnknownEntry { key } => write!(f, "its metadata has the unknown key {}", Name(key)),
            Damage::Memory { bytes } => write!(f, "its {bytes} bytes are more than there is memory"),
        }
    }
}

impl std::error::Error for Damage {}

/// A name from a file in backticks, cut short, and without characters that a terminal would obey.
pub(super) struct Name<'a>(pub(super) &'a str);

impl Name<'_> {
    const LONGEST: usize = 200;
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for letter in self.0.chars().take(Name::LONGEST) {
            if letter.is_control() { write!(f, "{}", letter.escape_default())? } else { write!(f, "{letter}")? }
        }
        f.write_str(if self.0.chars().nth(Name::LONGEST).is_some() { "…`" } else { "`" })
    }
}
