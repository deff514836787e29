//! Bytes into records: fields apart, quotes resolved, lines counted.

use std::path::Path;

use csv_core::{ReadFieldResult, Reader};

use super::Csv;
use super::number::shown;
use crate::Error;
use crate::files::{Malformed, Place, quote};

/// Goes through the records of a file. Lines without anything are skipped.
pub(super) struct Records<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    /// The next byte.
    position: usize,
    /// Its line, counted from 1.
    line: u64,
    /// Whether there are carriage returns, each of which may end a line.
    has_returns: bool,
    delimiter: u8,
    quoting: bool,
    reader: Reader,
    /// One field.
    buffer: Vec<u8>,
}

/// One record: its fields one after another.
#[derive(Default)]
pub(super) struct Record {
    /// The line that it begins in.
    pub(super) line: u64,
    text: String,
    ends: Vec<usize>,
}

impl Record {
    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The fields, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end])
    }
}

impl<'a> Records<'a> {
    /// The records of `bytes`, which are those of the file at `path`.
    pub(super) fn new(path: &'a Path, mut bytes: &'a [u8], settings: &Csv) -> Self {
        while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
            bytes = rest;
        }
        let (delimiter, quoting) = (settings.delimiter_for(path), settings.quoting);
        let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).quoting(quoting).build();
        let mut buffer = vec![0; 1 << 10];
        // csv-core takes a byte order mark for nothing in the first bytes that it sees: here, they are an empty line.
        reader.read_field(b"\n", &mut buffer);
        let has_returns = bytes.contains(&b'\r');
        Self { path, bytes, position: 0, line: 1, has_returns, delimiter, quoting, reader, buffer }
    }

    /// Reads the next record, if there is one; `names` are those of the columns, for messages.
    pub(super) fn read(&mut self, record: &mut Record, names: &[String]) -> Result<bool, Error> {
        while let Some(b'\r' | b'\n') = self.bytes.get(self.position) {
            self.advance(self.position + 1);
        }
        record.line = self.line;
        record.text.clear();
        record.ends.clear();
        if self.position == self.bytes.len() {
            return Ok(false);
        }
        let mut position = self.position;
        loop {
            let wrong = |found: &str, expected: &str| {
                let column = column(names, record.ends.len());
                Malformed::new(self.path, Place::Line(record.line), column, found, expected)
            };
            let start = position;
            let (mut result, mut length) = field(&mut self.reader, self.bytes, &mut position, &mut self.buffer);
            // After a closing quote, csv-core takes anything for more of the field.
            if let Some(end) = self.closing_quote(start)
                && let Some(rest) = self.rest_of_field(end + 1)
            {
                return Err(self.text_after_quote(record.line, column(names, record.ends.len()), end, rest).into());
            }
            if let ReadFieldResult::InputEmpty = result {
                // A line's end ends every record but one within quotes, to which it belongs.
                self.buffer.resize(self.buffer.len().max(length + 1), 0);
                (result, length) = match self.reader.read_field(b"\n", &mut self.buffer[length..]) {
                    (ReadFieldResult::InputEmpty, ..) => {
                        let open = wrong("a text whose quote is never closed", "a closing quote");
                        return Err(open.help("`Csv::default().quoting(false)` takes quotes as they are").into());
                    }
                    (result, _, more) => (result, length + more),
                };
            }
            if matches!(result, ReadFieldResult::OutputFull) || length > Csv::MAX_FIELD {
                let (found, expected) = ("longer", format!("at most {} bytes", Csv::MAX_FIELD));
                return Err(wrong(found, &expected).help("a quote may lack its end").into());
            }
            let field = std::str::from_utf8(&self.buffer[..length])
                .map_err(|_| wrong("not UTF-8", "text in UTF-8").help("editors can save the file as UTF-8"))?;
            record.text.push_str(field);
            record.ends.push(record.text.len());
            if !matches!(result, ReadFieldResult::Field { record_end: false }) {
                self.advance(position);
                return Ok(true);
            }
            if record.ends.len() == Csv::MAX_COLUMNS {
                let (found, expected) = ("greater", format!("at most {}", Csv::MAX_COLUMNS));
                let place = Place::Line(record.line);
                return Err(Malformed::new(self.path, place, "the number of fields", found, expected).into());
            }
        }
    }

    /// Where the field that begins at `start` has its closing quote, if it is in quotes.
    fn closing_quote(&self, start: usize) -> Option<usize> {
        if !self.quoting || self.bytes.get(start) != Some(&b'"') {
            return None;
        }
        let mut end = start + 1;
        loop {
            end += self.bytes[end..].iter().position(|&byte| byte == b'"')?;
            if self.bytes.get(end + 1) != Some(&b'"') {
                return Some(end);
            }
            end += 2;
        }
    }

    /// What there is from a byte to the end of the field, if there is anything.
    fn rest_of_field(&self, start: usize) -> Option<&'a [u8]> {
        let ends = |&byte: &u8| byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        self.bytes[start..].split(ends).next().filter(|rest| !rest.is_empty())
    }

    /// The complaint about a `rest` after the closing quote at `end`, in a record that begins at `line`.
    fn text_after_quote(&self, line: u64, column: String, end: usize, rest: &[u8]) -> Malformed {
        let last = self.line + self.lines_to(end);
        let (reach, cause) = match last > line {
            true => (format!(" up to line {last}"), "a quote may lack its end; "),
            false => (String::new(), ""),
        };
        let found = format!("a text in quotes{reach} and then {}", quote(rest));
        let delimiter = quote(&[self.delimiter]);
        let expected = format!("{delimiter} or the end of the line after its closing quote");
        Malformed::new(self.path, Place::Line(line), column, found, expected).help(format!(
            "{cause}a quote in a text in quotes is written twice; `Csv::default().quoting(false)` takes quotes as they are"
        ))
    }

    /// Goes on to a byte.
    fn advance(&mut self, end: usize) {
        self.line += self.lines_to(end);
        self.position = end;
    }

    /// The line ends before a byte. The two bytes of a Windows line end are one.
    fn lines_to(&self, end: usize) -> u64 {
        let passed = &self.bytes[self.position..end];
        let mut lines = passed.iter().filter(|&&byte| byte == b'\n').count();
        if self.has_returns {
            let after = |offset: usize| self.bytes.get(self.position + offset + 1);
            let returns = passed.iter().enumerate().filter(|&(_, &byte)| byte == b'\r');
            lines += returns.filter(|&(offset, _)| after(offset) != Some(&b'\n')).count();
        }
        lines as u64
    }
}

/// Reads one field, or the part of it that is there: how it ends, and how many bytes it has in the buffer, which grows up to
/// one more than a field may have.
fn field(reader: &mut Reader, bytes: &[u8], position: &mut usize, buffer: &mut Vec<u8>) -> (ReadFieldResult, usize) {
    let mut length = 0;
    loop {
        let (result, read, written) = reader.read_field(&bytes[*position..], &mut buffer[length..]);
        (*position, length) = (*position + read, length + written);
        match result {
            ReadFieldResult::OutputFull if buffer.len() <= Csv::MAX_FIELD => {
                buffer.resize((2 * buffer.len()).min(Csv::MAX_FIELD + 1), 0);
            }
            result => return (result, length),
        }
    }
}

/// A column as messages call it, by its number from 0.
fn column(names: &[String], number: usize) -> String {
    match names.get(number) {
        Some(name) => format!("the column {}", shown(name)),
        None => format!("the column {}", number + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, settings: &Csv) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(Path::new("a.csv"), text.as_bytes(), settings);
        let (mut record, mut rows) = (Record::default(), Vec::new());
        while records.read(&mut record, &[]).expect("it is well formed") {
            rows.push((record.line, record.fields().map(str::to_string).collect()));
        }
        rows
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_lines() {
        let rows = all("a,\"b,\"\"c\"\"\"\n\"two\nlines\",x\nlast,\"\"", &Csv::default());
        assert_eq!(rows, [row(1, &["a", "b,\"c\""]), row(2, &["two\nlines", "x"]), row(4, &["last", ""])]);
        let plain = Csv::default().quoting(false);
        assert_eq!(all("a,\"b\n", &plain), [row(1, &["a", "\"b"])]);
    }

    #[test]
    fn fields_in_quotes_end_with_delimiters_lines_and_files() {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let texts = ["", "a", "\"", "\"\"", ",", "a\"b", "\",\"", "x\ny", "x\r\ny", "\r", "\u{e9}\"", "8\",80"];
        for end in ["\n", "\r\n", "\r"] {
            for (first, second) in texts.iter().flat_map(|first| texts.map(|second| (first, second))) {
                let lines = |text: &str| text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64;
                let (next, record) =
                    (2 + lines(first) + lines(second), format!("{},{}", quoted(first), quoted(second)));
                for mark in ["", "\u{feff}"] {
                    let rows = all(&format!("{mark}{record}{end}z,{record}"), &Csv::default());
                    assert_eq!(rows, [row(1, &[first, second]), row(next, &["z", first, second])], "{record:?}");
                }
            }
        }
        // Only a quote in front makes a text in quotes.
        assert_eq!(all("8\"80, \"a\"b\n", &Csv::default()), [row(1, &["8\"80", " \"a\"b"])]);
    }

    #[test]
    fn fields_of_any_length_are_read_whole() {
        for length in [0, 1, 1022, 1023, 1024, 1025, 2047, 2048, 2049, 5000] {
            let field = "x".repeat(length);
            for end in ["", "\n"] {
                let rows = all(&format!("{field},{field}\na,{field}{end}"), &Csv::default());
                assert_eq!(rows, [row(1, &[&field, &field]), row(2, &["a", &field])], "{length}");
            }
        }
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let expected = [row(1, &["a", "b"]), row(3, &["c", ""]), row(4, &["", "d"])];
        for end in ["\n", "\r\n", "\r"] {
            for last in ["", end] {
                let text = format!("\u{feff}a,b{end}{end}c,{end},d{last}");
                assert_eq!(all(&text, &Csv::default()), expected, "{text:?}");
            }
        }
    }
}
