//! What is wrong in a data file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Error;

/// What is wrong in a data file: the file, the place, the field, what was found there and what was expected.
///
/// Printed as `` `train.idx`, byte 4: the extent of axis 1 is 0, expected 1 or more ``, and a line `help:` where it is
/// certain what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malformed {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub place: Place,
    /// What stands there: `the magic number`, ``the column `price` ``.
    pub field: String,
    /// What it is, as text.
    pub found: String,
    /// What it should be.
    pub expected: String,
    /// What to do, where that is certain.
    pub help: Option<String>,
}

/// Where something is in a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Everywhere: the file as a whole.
    File,
    /// A byte, counted from 0.
    Byte(u64),
    /// A byte of what a compressed file holds, counted from 0.
    Decompressed(u64),
    /// A byte of a file in an archive, counted from 0.
    Member {
        /// The file's name in the archive.
        name: String,
        /// The byte.
        byte: u64,
    },
    /// A line of text, counted from 1.
    Line(u64),
}

impl Malformed {
    /// A complaint without help.
    pub(crate) fn new(
        path: &Path,
        place: Place,
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (field, found, expected) = (field.into(), found.into(), expected.into());
        Self { path: path.to_path_buf(), place, field, found, expected, help: None }
    }

    /// Says what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Error::Malformed(Box::new(malformed))
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, place, field, found, expected, help } = self;
        write!(f, "`{}`{place}: {field} is {found}, expected {expected}", path.display())?;
        help.iter().try_for_each(|help| write!(f, "\nhelp: {help}"))
    }
}

/// What follows the file's name in a message.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => Ok(()),
            Place::Byte(byte) => write!(f, ", byte {byte}"),
            Place::Decompressed(byte) => write!(f, ", byte {byte} after decompression"),
            Place::Member { name, byte } => write!(f, ", byte {byte} of `{name}`"),
            Place::Line(line) => write!(f, ", line {line}"),
        }
    }
}

/// `1 byte`, `2 bytes`
pub(crate) fn count(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Text of a file in backticks, without what would disturb a terminal, and not too long.
pub(crate) fn quote(text: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(text);
    let shown = text.chars().take(LONGEST).flat_map(|letter| {
        let escaped = letter.is_control().then(|| letter.escape_default());
        let plain = escaped.is_none().then_some(letter);
        escaped.into_iter().flatten().chain(plain)
    });
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{}{more}`", shown.collect::<String>())
}

/// `[2, 3]`; a shape of more than eight axes is cut.
pub(crate) fn shape(shape: &[usize]) -> String {
    const LONGEST: usize = 8;
    if shape.len() <= LONGEST {
        return format!("{shape:?}");
    }
    let extents: Vec<String> = shape[..LONGEST].iter().map(usize::to_string).collect();
    format!("[{}, …] ({} axes)", extents.join(", "), shape.len())
}

/// `1f 8b`
pub(crate) fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(place: Place) -> String {
        Error::from(Malformed::new(Path::new("a.csv"), place, "the column `price`", "`abc`", "a number")).to_string()
    }

    #[test]
    fn messages_name_file_place_field_found_and_expected() {
        let rest = ": the column `price` is `abc`, expected a number";
        assert_eq!(message(Place::File), format!("`a.csv`{rest}"));
        assert_eq!(message(Place::Byte(16)), format!("`a.csv`, byte 16{rest}"));
        assert_eq!(message(Place::Decompressed(16)), format!("`a.csv`, byte 16 after decompression{rest}"));
        assert_eq!(message(Place::Line(3)), format!("`a.csv`, line 3{rest}"));
        let member = Place::Member { name: "x.npy".to_string(), byte: 8 };
        assert_eq!(message(member), format!("`a.csv`, byte 8 of `x.npy`{rest}"));
    }

    #[test]
    fn text_of_files_is_shown_safely() {
        assert_eq!(quote(b"it's"), "`it's`");
        assert_eq!(quote(b"a\x1b[2J\n\xff"), "`a\\u{1b}[2J\\n\u{fffd}`");
        assert_eq!(quote("ü".repeat(50).as_bytes()), format!("`{}…`", "ü".repeat(40)));
    }

    #[test]
    fn help_is_a_line_of_its_own() {
        let malformed =
            Malformed::new(Path::new("a"), Place::File, "the file", "a folder", "a file").help("look inside");
        assert_eq!(malformed.to_string(), "`a`: the file is a folder, expected a file\nhelp: look inside");
    }
}
