//! The cells of a file: their text in one piece, row by row.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Csv;
use super::number::{Cell, shown};
use super::records::{Record, Records};
use crate::Error;
use crate::files::{Malformed, Place, refuse_other_than_utf8};

/// Everything that a file says, each cell as it is there.
pub(super) struct Cells {
    pub(super) path: PathBuf,
    pub(super) settings: Arc<Csv>,
    pub(super) names: Vec<String>,
    /// The columns in the order of their names.
    by_name: Vec<usize>,
    /// Which columns are numbers, where they are there.
    pub(super) numeric: Vec<bool>,
    text: String,
    /// Where each cell ends.
    ends: Vec<u32>,
    lines: Lines,
}

/// The line of each row.
enum Lines {
    /// One after another, from this one.
    From(u64),
    /// Any.
    List(Vec<u64>),
}

/// What the first pass over a file finds out: how much there is.
struct Extent {
    rows: usize,
    bytes: usize,
    first_line: u64,
    /// Whether each row has one line, and each line a row.
    regular: bool,
}

impl Cells {
    /// Reads a file's bytes: once to check and count, once to keep.
    pub(super) fn new(path: &Path, bytes: &[u8], settings: &Csv) -> Result<Self, Error> {
        settings.check()?;
        refuse_other_than_utf8(path, bytes)?;
        let names = names(path, bytes, settings)?;
        let extent = Extent::measure(path, bytes, settings, &names)?;
        let mut cells = Self::reserve(path, names, &extent, settings).map_err(|source| {
            let source = std::io::Error::from(source);
            Error::Io { action: "read", path: path.to_path_buf(), source }
        })?;
        cells.fill(bytes, settings)?;
        Ok(cells)
    }

    /// Takes rows that no file has; a row's line is its number, from 1. What is a number is checked where one is asked for.
    pub(super) fn of_rows<C: AsRef<str>, R: IntoIterator<Item = C>>(
        names: Vec<String>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Self, Error> {
        let path = Path::new("rows");
        let wrong = |place, field: &str, found: String, expected: String| {
            Error::from(Malformed::new(path, place, field, found, expected))
        };
        let empty =
            |what: &str, expected: &str| Err(wrong(Place::File, what, "empty".to_string(), expected.to_string()));
        if names.is_empty() {
            return empty("the list of names", "1 column or more");
        }
        if let Some(twice) = name_twice(path, Place::File, &names) {
            return Err(twice.into());
        }
        let (count, lines) = (names.len(), Lines::From(1));
        let (numeric, text, ends) = (vec![true; count], String::new(), Vec::new());
        let (path_buf, settings, by_name) = (path.to_path_buf(), Arc::default(), Vec::new());
        let mut cells = Self { path: path_buf, settings, names, by_name, numeric, text, ends, lines };
        let mut kinds = cells.kinds();
        for (row, line) in rows.into_iter().zip(1..) {
            let fields: Vec<C> = row.into_iter().collect();
            if fields.len() != count {
                let expected = format!("{count}, as many as names are given");
                return Err(wrong(Place::Line(line), "the number of fields", fields.len().to_string(), expected));
            }
            for (number, field) in fields.iter().enumerate() {
                cells.push(&mut kinds, number, field.as_ref(), line)?;
            }
            if cells.text.len() as u64 > Csv::MAX_FILE {
                let expected = format!("at most {} bytes", Csv::MAX_FILE);
                return Err(wrong(Place::Line(line), "the text of all rows", "longer".to_string(), expected));
            }
        }
        if cells.ends.is_empty() {
            return empty("the list of rows", "1 row or more");
        }
        cells.finish(kinds, true)?;
        Ok(cells)
    }

    fn reserve(
        path: &Path,
        names: Vec<String>,
        extent: &Extent,
        settings: &Csv,
    ) -> Result<Self, std::collections::TryReserveError> {
        let (mut text, mut ends) = (String::new(), Vec::new());
        text.try_reserve_exact(extent.bytes)?;
        ends.try_reserve_exact(extent.rows.saturating_mul(names.len()))?;
        let mut lines = Lines::From(extent.first_line);
        if !extent.regular {
            let mut list = Vec::new();
            list.try_reserve_exact(extent.rows)?;
            lines = Lines::List(list);
        }
        let numeric = vec![true; names.len()];
        let settings = Arc::new(Csv { lenient: false, ..settings.clone() });
        Ok(Self { path: path.to_path_buf(), settings, names, by_name: Vec::new(), numeric, text, ends, lines })
    }

    fn fill(&mut self, bytes: &[u8], settings: &Csv) -> Result<(), Error> {
        let path = self.path.clone();
        let (mut records, mut record) = (Records::new(&path, bytes, settings), Record::default());
        let mut kinds = self.kinds();
        if settings.header {
            records.read(&mut record, &self.names)?;
        }
        while records.read(&mut record, &self.names)? {
            if let Lines::List(lines) = &mut self.lines {
                lines.push(record.line);
            }
            for (number, field) in record.fields().enumerate() {
                self.push(&mut kinds, number, field, record.line)?;
            }
        }
        self.finish(kinds, settings.lenient)
    }

    /// What is known about each column before the first row.
    fn kinds(&self) -> Vec<Kind> {
        self.names.iter().map(|name| Kind::new(name, &self.settings)).collect()
    }

    /// Adds the next cell, one of this column.
    fn push(&mut self, kinds: &mut [Kind], number: usize, field: &str, line: u64) -> Result<(), Error> {
        if !self.settings.is_missing(&self.names[number], field) {
            kinds[number].see(field, line).map_err(|wrong| wrong.error(self, number, field))?;
        }
        self.text.push_str(field);
        self.ends.push(self.text.len() as u32);
        Ok(())
    }

    /// Decides what the columns are. Lenient means that those of numbers, but for some that are not finite, are text.
    fn finish(&mut self, kinds: Vec<Kind>, lenient: bool) -> Result<(), Error> {
        for (number, kind) in kinds.into_iter().enumerate() {
            self.numeric[number] = matches!(kind, Kind::Numbers | Kind::Forced);
            match kind {
                Kind::Wrong { wrong, text } if !lenient => return Err(wrong.error(self, number, &text)),
                _ => {}
            }
        }
        self.by_name = (0..self.names.len()).collect();
        self.by_name.sort_unstable_by_key(|&column| &self.names[column]);
        Ok(())
    }

    /// The column of a name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let place = self.by_name.binary_search_by(|&column| self.names[column].as_str().cmp(name)).ok()?;
        Some(self.by_name[place])
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.ends.len() / self.names.len()
    }

    /// The text of a cell.
    pub(super) fn get(&self, row: usize, column: usize) -> &str {
        let cell = row * self.names.len() + column;
        let start = if cell == 0 { 0 } else { self.ends[cell - 1] };
        &self.text[start as usize..self.ends[cell] as usize]
    }

    /// The line that a row begins in.
    pub(super) fn line(&self, row: usize) -> u64 {
        match &self.lines {
            Lines::From(first) => first + row as u64,
            Lines::List(lines) => lines[row],
        }
    }
}

/// What a column has been so far.
enum Kind {
    /// Numbers.
    Numbers,
    /// Numbers, but for this one.
    Wrong { wrong: Wrong, text: String },
    /// Numbers, as the settings say.
    Forced,
    /// Text.
    Text,
}

/// A cell that should be a number.
struct Wrong {
    cell: Cell,
    line: u64,
}

impl Kind {
    fn new(name: &str, settings: &Csv) -> Self {
        match () {
            () if settings.is_text(name) => Kind::Text,
            () if settings.numbers.iter().any(|other| other == name) => Kind::Forced,
            () => Kind::Numbers,
        }
    }

    /// Looks at one more cell.
    fn see(&mut self, field: &str, line: u64) -> Result<(), Wrong> {
        if let Kind::Text = self {
            return Ok(());
        }
        match Cell::of(field) {
            Cell::Missing | Cell::Number(_) => {}
            cell if matches!(self, Kind::Forced) => return Err(Wrong { cell, line }),
            Cell::Text => *self = Kind::Text,
            cell if matches!(self, Kind::Numbers) => {
                *self = Kind::Wrong { wrong: Wrong { cell, line }, text: field.to_string() };
            }
            Cell::NotFinite | Cell::Marked => {}
        }
        Ok(())
    }
}

impl Wrong {
    fn error(self, cells: &Cells, number: usize, text: &str) -> Error {
        not_a_number(&cells.path, self.line, &cells.names[number], text, self.cell)
    }
}

/// A cell that is no number where one should be.
pub(super) fn not_a_number(path: &Path, line: u64, column: &str, text: &str, cell: Cell) -> Error {
    let field = format!("the column {}", shown(column));
    let found = shown(text);
    let wrong = Malformed::new(path, Place::Line(line), field, found, cell.expected());
    let stands_for_nothing = ["nan", "na", "n/a", "null", "none", "?", "-"];
    if stands_for_nothing.iter().any(|other| text.trim_ascii().eq_ignore_ascii_case(other)) {
        let help = format!("`Csv::default().missing([{:?}])` takes it as a missing cell", text.trim_ascii());
        return wrong.help(help).into();
    }
    wrong.into()
}

/// The names of the columns, each only once.
fn names(path: &Path, bytes: &[u8], settings: &Csv) -> Result<Vec<String>, Error> {
    let mut record = Record::default();
    if !Records::new(path, bytes, settings).read(&mut record, &[])? {
        let expected = if settings.header { "a line of column names, then rows" } else { "rows" };
        return Err(Malformed::new(path, Place::File, "the file", "empty", expected).into());
    }
    let count = record.len();
    let names: Vec<String> = match settings {
        Csv { names, .. } if !names.is_empty() => names.clone(),
        Csv { header: true, .. } => record.fields().map(str::to_string).collect(),
        _ => (1..=count).map(|number| format!("column_{number}")).collect(),
    };
    let at = |field: String, found: String, expected: String| {
        Malformed::new(path, Place::Line(record.line), field, found, expected)
    };
    if names.len() != count {
        let expected = format!("{}, as many as names are given", names.len());
        return Err(at("the number of fields".to_string(), count.to_string(), expected).into());
    }
    if let Some(twice) = name_twice(path, Place::Line(record.line), &names) {
        return Err(twice.help("a file without a line of names is read by `Csv::default().header(false)`").into());
    }
    for (setting, columns) in [("numbers", &settings.numbers), ("text", &settings.text)] {
        let absent = columns.iter().find(|column| !settings.lenient && !names.contains(column));
        if let Some(absent) = absent {
            return Err(absent_column(path, absent, &names, setting));
        }
    }
    Ok(names)
}

/// What is wrong where two columns have one name.
fn name_twice(path: &Path, place: Place, names: &[String]) -> Option<Malformed> {
    let mut first = HashMap::new();
    names.iter().enumerate().find_map(|(number, name)| {
        let other = first.insert(name.as_str(), number)?;
        let (field, expected) =
            (format!("the name of column {}", number + 1), format!("another than that of column {}", other + 1));
        Some(Malformed::new(path, place.clone(), field, shown(name), expected))
    })
}

/// A column that somebody asks for and the file lacks.
pub(super) fn absent_column(path: &Path, absent: &str, names: &[String], asked_by: &str) -> Error {
    const SHOWN: usize = 12;
    let known: Vec<String> = names.iter().take(SHOWN).map(|name| shown(name)).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let field = format!("the column {} of `{asked_by}`", shown(absent));
    let absence = Malformed::new(path, Place::File, field, "not there", format!("one of {}{more}", known.join(", ")));
    match monograd_schema::nearest(absent, names.iter().map(String::as_str)) {
        Some(name) => absence.help(format!("did you mean {}?", shown(name))).into(),
        None => absence.into(),
    }
}

impl Extent {
    fn measure(path: &Path, bytes: &[u8], settings: &Csv, names: &[String]) -> Result<Self, Error> {
        let (mut records, mut record) = (Records::new(path, bytes, settings), Record::default());
        if settings.header {
            records.read(&mut record, names)?;
        }
        let mut extent = Self { rows: 0, bytes: 0, first_line: 0, regular: true };
        while records.read(&mut record, names)? {
            if record.len() != names.len() {
                let (found, expected) = (record.len().to_string(), format!("{}, as in the first line", names.len()));
                let place = Place::Line(record.line);
                return Err(Malformed::new(path, place, "the number of fields", found, expected).into());
            }
            if extent.rows == 0 {
                extent.first_line = record.line;
            }
            extent.regular &= record.line == extent.first_line + extent.rows as u64;
            extent.bytes += record.fields().map(str::len).sum::<usize>();
            extent.rows += 1;
        }
        if extent.rows == 0 {
            let found = "a line of names without rows";
            return Err(Malformed::new(path, Place::File, "the file", found, "1 row or more").into());
        }
        Ok(extent)
    }
}
