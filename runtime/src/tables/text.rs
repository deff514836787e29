//! What was learned as text, one line for each column, and back.
//!
//! ```text
//! preprocessing 1
//! csv delimiter ";" missing "NA"
//! input "penguin"
//! standardize "bill_length_mm" fill median 44.5 mean 43.92 deviation 5.45
//! one_hot "island" unseen_as_zeros categories "Biscoe" "Dream"
//! target_classes "species" categories "Adelie" "Gentoo"
//! ```
//!
//! The line `csv` has the settings that the table was read by, but those that are the default ones.
//!
//! Numbers are the shortest decimals that give the same bits again. A text is read only if it is, letter by letter, what is
//! written for what it says.

use std::fmt::{self, Write as _};
use std::path::Path;

use super::Csv;
use super::arrays::LearnedArray;
use super::line::{Reader, Wrong};
use super::number::shown;
use super::preprocessing::{Filling, Learned, LearnedFeature, LearnedTarget, Preprocessing};
use super::recipe::{Feature, Fill, Form, Input, Target, TargetForm};
use crate::Error;
use crate::files::{Malformed, Place};
use crate::node::Layout;

/// The first line.
const HEAD: &str = "preprocessing 1";

impl Form {
    /// The method of `Recipe`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Form::Numbers => "numbers",
            Form::Standardize => "standardize",
            Form::Scale { .. } => "scale",
            Form::OneHot => "one_hot",
            Form::Index => "index",
            Form::HashedWords { .. } => "hashed_words",
        }
    }
}

impl TargetForm {
    /// The method of `Recipe`.
    pub(super) fn name(self) -> &'static str {
        match self {
            TargetForm::Numbers => "target",
            TargetForm::Standardize => "target_standardized",
            TargetForm::Classes => "target_classes",
        }
    }
}

impl Fill {
    pub(super) fn name(self) -> &'static str {
        match self {
            Fill::Mean => "mean",
            Fill::Median => "median",
            Fill::MostFrequent => "most_frequent",
        }
    }
}

impl Preprocessing {
    /// The text that [`Preprocessing::from_text`] reads.
    #[doc(hidden)]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        if self.csv != Csv::default() {
            text += &format!("csv{}\n", Settings(&self.csv));
        }
        for input in &self.inputs {
            match &input.name {
                Some(name) => text += &format!("input {}\n", Quoted(name)),
                None => text += "input\n",
            }
            input.features.iter().for_each(|feature| feature.write(&mut text));
        }
        for LearnedArray { feature, elements, .. } in &self.arrays {
            text += &format!("array {}", Head(feature));
            elements.iter().for_each(|learned| text += &Words(learned).to_string());
            text += "\n";
        }
        for LearnedTarget { target, learned } in &self.targets {
            text += &format!("{} {}{}\n", target.form.name(), Quoted(&target.column), Words(learned));
        }
        text
    }

    /// Reads what [`Preprocessing::to_text`] has written; `path` is the file that it stands in.
    #[doc(hidden)]
    pub fn from_text(path: &Path, text: &str) -> Result<Self, Error> {
        let wrong = |number: usize, wrong: Wrong| {
            let field = format!("line {number} of the preprocessing");
            Error::from(Malformed::new(path, Place::File, field, wrong.found, wrong.expected))
        };
        let mut lines = text.lines().zip(1..);
        let head = lines.next().map_or("", |(line, _)| line);
        if head != HEAD {
            return Err(wrong(1, Wrong::new(shown(head), format!("`{HEAD}`"))));
        }
        let mut read = Self { csv: Csv::default(), inputs: Vec::new(), targets: Vec::new(), arrays: Vec::new() };
        for (line, number) in lines {
            read.line(line).map_err(|mistake| wrong(number, mistake))?;
        }
        read.check_recipe(path)?;
        let again = read.to_text();
        if again != text {
            let same = again.lines().zip(text.lines()).take_while(|(again, line)| again == line).count();
            let (found, expected) = (text.lines().nth(same), again.lines().nth(same));
            let mistake = Wrong::new(shown(found.unwrap_or("")), shown(expected.unwrap_or("the end")));
            return Err(wrong(same + 1, mistake));
        }
        Ok(read)
    }

    /// Reads what a network has learned.
    pub(crate) fn read(path: &Path, text: &str, layout: &'static Layout) -> Result<Self, Error> {
        let read = Self::from_text(path, text)?;
        match read.check(layout) {
            Ok(()) => Ok(read),
            Err(error) => {
                let found = format!("one of which {error}");
                Err(Malformed::new(path, Place::File, "the preprocessing", found, "that of the network").into())
            }
        }
    }

    fn check_recipe(&self, path: &Path) -> Result<(), Error> {
        let of_table = !(self.inputs.is_empty() && self.targets.is_empty()) || self.csv != Csv::default();
        if self.is_of_arrays() && of_table {
            let (found, expected) = ("one of arrays and of a table", "one of either");
            return Err(Malformed::new(path, Place::File, "the preprocessing", found, expected).into());
        }
        let recipe = self.recipe();
        let checked = if self.is_of_arrays() { recipe.arrays().map(|_| ()) } else { recipe.inputs().map(|_| ()) };
        checked.map_err(|error| {
            let found = format!("one of which {error}");
            Malformed::new(path, Place::File, "the preprocessing", found, "one that a recipe gives").into()
        })
    }

    fn line(&mut self, line: &str) -> Result<(), Wrong> {
        let mut words = Reader { rest: line };
        let method = words.word()?;
        let target = |form| Some(form).filter(|form: &TargetForm| form.name() == method);
        let forms = [TargetForm::Numbers, TargetForm::Standardize, TargetForm::Classes];
        if method == "csv" {
            self.csv = words.csv()?;
        } else if method == "array" {
            self.arrays.push(words.array()?);
        } else if method == "input" {
            let name = if words.is_done() { None } else { Some(words.text()?) };
            self.inputs.push(Input { name, features: Vec::new() });
        } else if let Some(form) = forms.into_iter().find_map(target) {
            let column = words.text()?;
            let learned = match form {
                TargetForm::Numbers => Learned::Nothing,
                TargetForm::Standardize => words.standard()?,
                TargetForm::Classes => words.categories()?,
            };
            self.targets.push(LearnedTarget { target: Target { column, form }, learned });
        } else {
            let feature = words.feature(method)?;
            let input = self.inputs.last_mut().ok_or_else(|| Wrong::new(shown(line), "`input`"))?;
            input.features.push(feature);
        }
        words.done()
    }
}

impl LearnedFeature {
    fn write(&self, text: &mut String) {
        let Feature { fill, .. } = &self.feature;
        *text += &Head(&self.feature).to_string();
        match (fill, &self.filling) {
            (Some(fill), Some(Filling::Number(number))) => *text += &format!(" fill {} {number:?}", fill.name()),
            (Some(fill), Some(Filling::Category(category))) => {
                *text += &format!(" fill {} {}", fill.name(), Quoted(category));
            }
            _ => {}
        }
        *text += &format!("{}\n", Words(&self.learned));
    }
}

/// What the recipe says of a column.
struct Head<'a>(&'a Feature);

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Feature { column, form, zeros, .. } = self.0;
        write!(f, "{} {}", form.name(), Quoted(column))?;
        match form {
            Form::Scale { low, high } => write!(f, " low {low:?} high {high:?}")?,
            Form::HashedWords { buckets } => write!(f, " buckets {buckets}")?,
            _ => {}
        }
        if *zeros { f.write_str(" unseen_as_zeros") } else { Ok(()) }
    }
}

/// What was learned, as words after others.
struct Words<'a>(&'a Learned);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Learned::Nothing => Ok(()),
            Learned::Standard { mean, deviation } => write!(f, " mean {mean:?} deviation {deviation:?}"),
            Learned::Range { minimum, maximum } => write!(f, " minimum {minimum:?} maximum {maximum:?}"),
            Learned::Categories(categories) => {
                f.write_str(" categories")?;
                categories.iter().try_for_each(|category| write!(f, " {}", Quoted(category)))
            }
        }
    }
}

/// How a table was read, as words after others.
struct Settings<'a>(&'a Csv);

impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Csv { header, names, delimiter, quoting, missing, numbers, text, lenient: _ } = self.0;
        let texts = |f: &mut fmt::Formatter<'_>, name: &str, texts: &[String]| {
            texts.iter().enumerate().try_for_each(|(number, text)| {
                if number == 0 { write!(f, " {name} {}", Quoted(text)) } else { write!(f, " {}", Quoted(text)) }
            })
        };
        if !header {
            f.write_str(" header false")?;
        }
        if let Some(delimiter) = delimiter {
            write!(f, " delimiter {}", Quoted(char::from(*delimiter).encode_utf8(&mut [0; 4])))?;
        }
        if !quoting {
            f.write_str(" quoting false")?;
        }
        texts(f, "names", names)?;
        texts(f, "missing", missing)?;
        texts(f, "numbers", numbers)?;
        texts(f, "text", text)
    }
}

/// A text between quotes, on one line.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                letter => f.write_char(letter)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "preprocessing 1\n\
        csv header false delimiter \"\t\" quoting false names \"x\" \"one \\\"two\\\"\" missing \"NA\" \"?\" numbers \"x\" text \"é\"\n\
        input \"a\\\\b\"\n\
        numbers \"one \\\"two\\\"\" fill mean -1.5\n\
        standardize \"x\" fill median 0.1 mean 0.30000000000000004 deviation 1e-300\n\
        scale \"x\" low -1.0 high 1.0 fill median 0.1 minimum 0.0 maximum 5.0\n\
        one_hot \"kind\\nof\" unseen_as_zeros fill most_frequent \"é\" categories \"a b\" \"é\"\n\
        hashed_words \"message\" buckets 4096\n\
        input \"second\"\n\
        index \"word\" categories \"\\r\"\n\
        target_classes \"species\" categories \"1\" \"2\"\n\
        target \"price\"\n\
        target_standardized \"mpg\" mean 23.5 deviation 7.0\n";

    const ARRAYS: &str = "preprocessing 1\n\
        array standardize \"x\" mean 0.5 deviation 2.0 mean -1.0 deviation 1.0\n\
        array scale \"y\" low 0.0 high 1.0 minimum 0.0 maximum 255.0\n";

    fn read(text: &str) -> Result<Preprocessing, Error> {
        Preprocessing::from_text(Path::new("m.safetensors"), text)
    }

    #[test]
    fn texts_come_back_letter_by_letter() {
        let read = read(TEXT).unwrap();
        assert_eq!(read.to_text(), TEXT);
        assert_eq!(read.inputs.len(), 2);
        assert_eq!(read.classes("species"), Some(&["1".to_string(), "2".to_string()][..]));
        assert!(read.is_of(&read.recipe()).unwrap());
        let arrays = self::read(ARRAYS).unwrap();
        assert_eq!(arrays.to_text(), ARRAYS);
        assert!(arrays.is_of(&arrays.recipe()).unwrap());
        assert!(self::read(&ARRAYS.replace("\"y\"", "\"x\"")).is_err());
        assert!(self::read(&format!("{ARRAYS}target \"z\"\n")).is_err());
        let mixed = ARRAYS.replacen("array", "csv header false\narray", 1);
        assert!(self::read(&mixed).unwrap_err().to_string().contains("one of arrays and of a table"));
    }

    #[test]
    fn bad_lines_are_named() {
        let message = |from: &str, to: &str| {
            assert!(TEXT.contains(from), "{from}");
            read(&TEXT.replacen(from, to, 1)).expect_err(to).to_string()
        };
        let line = |number: usize| format!("`m.safetensors`: line {number} of the preprocessing is ");
        for (number, from, to, rest) in [
            (1, "preprocessing 1", "preprocessing 2", "`preprocessing 2`, expected `preprocessing 1`"),
            (
                2,
                "header false",
                "header true",
                "`true delimiter \"\\t\" quoting false names \"…`, expected `false`",
            ),
            (2, "\"\t\" q", "\"\" q", "``, expected an ASCII character that is no quote and no line end"),
            (2, "missing \"NA\" \"?\"", "missing", "`numbers \"x\" text \"é\"`, expected a text between quotes"),
            (2, "delimiter \"\t\" quoting false", "quoting false delimiter \"\t\"", "`delimiter"),
            (4, "-1.5", "nan", "`nan`, expected a finite number"),
            (4, "-1.5", "-1.50", "`numbers \"one \\\"two\\\"\" fill mean -1.50`, expected `numbers"),
            (5, "1e-300", "0.0", "a deviation of 0, expected one above 0"),
            (5, "median", "middle", "`middle`, expected `mean`, `median` or `most_frequent`"),
            (6, "maximum 5.0", "maximum -5.0", "a range from 0 to -5, expected the lower number first"),
            (7, "\"a b\" \"é\"", "\"a b\" \"a b\"", "the category `a b` twice, expected each once"),
            (7, "frequent \"é\"", "frequent \"e\"", "`e`, expected a category of the column to fill with"),
            (7, "\"a b\" \"é\"", "\"a b\" \"é", "`\"é`, expected a text between quotes"),
            (8, "4096", "4096 x", "`x`, expected the end of the line"),
            (8, "hashed_words", "hashed", "`hashed`, expected a method of `Recipe`"),
        ] {
            let message = message(from, to);
            assert!(message.starts_with(&format!("{}{rest}", line(number))), "{message}");
        }
        assert!(message("buckets 4096", "buckets 1e18").contains("expected 1 to 1048576 buckets"));
        assert!(message("input \"second\"\n", "").contains("an input of their own"));
    }

    #[test]
    fn every_truncation_and_flipped_bit_is_an_error_or_says_the_same() {
        for end in 0..TEXT.len() {
            if let Some(Ok(read)) = TEXT.get(..end).map(read) {
                assert_eq!(read.to_text(), TEXT[..end]);
            }
        }
        let mut bytes = TEXT.as_bytes().to_vec();
        for bit in 0..8 * bytes.len() {
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Some(Ok(read)) = std::str::from_utf8(&bytes).ok().map(read) {
                assert_eq!(read.to_text().as_bytes(), bytes);
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
