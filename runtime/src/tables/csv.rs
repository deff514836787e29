//! How a file of separated values is read.

use std::io::Read;
use std::path::Path;

use super::Table;
use super::cells::Cells;
use crate::Error;
use crate::files::{Malformed, Place, open, refuse_pointer};

/// How to read a file of separated values (CSV, TSV): the settings, and the reader.
///
/// By default the first line has the names of the columns, fields are separated by commas (by tabs in files whose name
/// ends in `.tsv` or `.tab`), quotes are those of RFC 4180, and cells without anything but blanks are missing ones. Text is
/// UTF-8, with or without a byte order mark; lines end as on Unix, Windows or old Macs; empty lines are skipped.
///
/// A column in which every cell that is there is a number is a column of numbers, others are text. Where all would be
/// numbers but for `nan`, `inf`, too large ones or decimal commas, that is an error and not a column of text. A model that
/// was trained knows which columns are numbers: by the settings of [`Preprocessing::csv`](crate::Preprocessing::csv), and in
/// rows of [`Table::from_rows`], such a cell is an error only where a number is asked for.
///
/// ```
/// use monograd::prelude::*;
///
/// let table = Csv::default().delimiter(b';').missing(["NA"]).parse("size;kind\n1.5;a\nNA;b\n")?;
/// assert_eq!(table.names(), ["size", "kind"]);
/// assert_eq!(table.numbers("size")?, [Some(1.5), None]);
/// assert_eq!(table.texts("kind")?, [Some("a"), Some("b")]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    pub(super) header: bool,
    pub(super) names: Vec<String>,
    pub(super) delimiter: Option<u8>,
    pub(super) quoting: bool,
    pub(super) missing: Vec<String>,
    pub(super) numbers: Vec<String>,
    pub(super) text: Vec<String>,
    /// Whether a recipe that was learned says what columns there are and which are numbers: those of `numbers` and `text`
    /// may be absent, and others are no error where they would be numbers but for some.
    pub(super) lenient: bool,
}

impl Default for Csv {
    fn default() -> Self {
        let (names, missing, numbers, text) = Default::default();
        Self { header: true, names, delimiter: None, quoting: true, missing, numbers, text, lenient: false }
    }
}

impl Csv {
    /// The most bytes that a field may have: 1 MiB.
    pub const MAX_FIELD: usize = 1 << 20;
    /// The most columns that a file may have.
    pub const MAX_COLUMNS: usize = 1 << 16;
    /// The most bytes that a file may have: 4 GiB less one.
    pub const MAX_FILE: u64 = u32::MAX as u64;

    /// Whether the first line has the names of the columns; true by default. Without, they are `column_1`, `column_2`
    /// and so on, or those of [`Csv::names`].
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// Names for the columns, in their order, in place of those of the first line.
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// What stands between fields, an ASCII character.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// Whether `"` begins and ends a field; true by default. Without, it is a letter like others.
    pub fn quoting(mut self, quoting: bool) -> Self {
        self.quoting = quoting;
        self
    }

    /// Texts that stand for a missing cell, besides the empty one: `["NA", "?"]`. Blanks around them do not count.
    ///
    /// A model that was trained on a table keeps them: they are missing cells in all tables that it answers for, however
    /// these were read. A file with words such as `nan` among numbers is still refused by settings without them, when it is
    /// read; [`Preprocessing::csv`](crate::Preprocessing::csv) and [`Table::from_rows`] take it.
    pub fn missing<S: Into<String>>(mut self, texts: impl IntoIterator<Item = S>) -> Self {
        self.missing.extend(texts.into_iter().map(|text| text.into().trim_ascii().to_string()));
        self
    }

    /// Columns that must be numbers: any other text in them is an error.
    pub fn numbers<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.numbers.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Columns that are text whatever they look like: `1,2` and `nan` are no errors there, and blanks are no missing cell.
    pub fn text<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.text.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, is no regular file, is empty, or has more than [`Csv::MAX_FILE`] bytes; a field or a
    /// number of columns beyond the limits; rows of different lengths; names that are there twice; text that is not
    /// UTF-8; a quote without an end, or text behind its end; a column of numbers with one that is not finite. All name file, line and column.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table, Error> {
        let path = path.as_ref();
        let failed = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
        let (file, length) = open(path)?;
        let too_large = || {
            let limit = format!("at most {} bytes", Self::MAX_FILE);
            Error::from(Malformed::new(path, Place::File, "the file", "larger", limit))
        };
        if length > Self::MAX_FILE {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length as usize + 1).map_err(|error| failed(error.into()))?;
        file.take(Self::MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > Self::MAX_FILE {
            return Err(too_large());
        }
        refuse_pointer(path, &bytes)?;
        Cells::new(path, &bytes, self).map(Table::new)
    }

    /// Reads what a file would hold, in UTF-8. Messages call it `text`.
    ///
    /// # Errors
    /// As [`Csv::read`].
    pub fn parse(&self, text: impl AsRef<[u8]>) -> Result<Table, Error> {
        let (path, text) = (Path::new("text"), text.as_ref());
        if text.len() as u64 > Self::MAX_FILE {
            let limit = format!("at most {} bytes", Self::MAX_FILE);
            return Err(Malformed::new(path, Place::File, "it", "larger", limit).into());
        }
        Cells::new(path, text, self).map(Table::new)
    }

    /// Whether a column is said to be text.
    pub(super) fn is_text(&self, column: &str) -> bool {
        self.text.iter().any(|other| other == column)
    }

    /// Whether a cell of a column is a missing one.
    pub(super) fn is_missing(&self, column: &str, cell: &str) -> bool {
        let text = cell.trim_ascii();
        let blank = text.is_empty() && (cell.is_empty() || !self.is_text(column));
        blank || self.missing.iter().any(|missing| missing == text)
    }

    /// Checks what the types cannot say.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.delimiter {
            Some(byte) if !byte.is_ascii() || matches!(byte, b'"' | b'\n' | b'\r') => Err(Error::Setting {
                name: "delimiter",
                found: format!("{:?}", char::from(byte)),
                expected: "an ASCII character that is no quote and no line end".to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// What separates the fields of a file.
    pub(super) fn delimiter_for(&self, path: &Path) -> u8 {
        let tabs = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("tsv") || extension.eq_ignore_ascii_case("tab"));
        self.delimiter.unwrap_or(if tabs { b'\t' } else { b',' })
    }
}
