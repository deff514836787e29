//! What was learned as text, one line for each column, and back.
//!
//! ```text
//! preprocessing 1
//! input "penguin"
//! standardize "bill_length_mm" fill median 44.5 mean 43.92 deviation 5.45
//! one_hot "island" unseen_as_zeros categories "Biscoe" "Dream"
//! target_classes "species" categories "Adelie" "Gentoo"
//! ```
//!
//! Numbers are the shortest decimals that give the same bits again. A text is read only if it is, letter by letter, what is
//! written for what it says.

use std::fmt::{self, Write as _};
use std::path::Path;

use super::arrays::LearnedArray;
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
    fn name(self) -> &'static str {
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
        let mut read = Self { inputs: Vec::new(), targets: Vec::new(), arrays: Vec::new() };
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
        if self.is_of_arrays() && !(self.inputs.is_empty() && self.targets.is_empty()) {
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
        if method == "array" {
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

/// What is wrong in a line.
#[derive(Debug)]
struct Wrong {
    found: String,
    expected: String,
}

impl Wrong {
    fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { found: found.into(), expected: expected.into() }
    }
}

/// The words of a line.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn done(&self) -> Result<(), Wrong> {
        if self.is_done() { Ok(()) } else { Err(Wrong::new(shown(self.rest), "the end of the line")) }
    }

    fn word(&mut self) -> Result<&'a str, Wrong> {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest;
        if word.is_empty() { Err(Wrong::new("at its end", "a word")) } else { Ok(word) }
    }

    /// Whether this word is next; if so, it is behind.
    fn skip(&mut self, word: &str) -> bool {
        let next = self.rest.split(' ').next() == Some(word);
        if next {
            self.rest = self.rest[word.len()..].trim_start_matches(' ');
        }
        next
    }

    fn expect(&mut self, word: &str) -> Result<(), Wrong> {
        if self.skip(word) { Ok(()) } else { Err(Wrong::new(shown(self.rest), format!("`{word}`"))) }
    }

    fn number(&mut self) -> Result<f64, Wrong> {
        let word = self.word()?;
        let number = word.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| Wrong::new(shown(word), "a finite number"))
    }

    fn text(&mut self) -> Result<String, Wrong> {
        let wrong = Wrong::new(shown(self.rest), "a text between quotes");
        let mut letters = self.rest.char_indices();
        if !matches!(letters.next(), Some((_, '"'))) {
            return Err(wrong);
        }
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    let rest = &self.rest[at + 1..];
                    self.rest = rest.strip_prefix(' ').unwrap_or(rest);
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, letter @ ('"' | '\\'))) => text.push(letter),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 'r')) => text.push('\r'),
                    _ => return Err(wrong),
                },
                letter => text.push(letter),
            }
        }
        Err(wrong)
    }

    fn array(&mut self) -> Result<LearnedArray, Wrong> {
        let method = self.word()?;
        let (column, form) = self.head(method)?;
        let mut elements = Vec::new();
        while elements.is_empty() || !self.is_done() {
            elements.push(if form == Form::Standardize { self.standard()? } else { self.range()? });
        }
        Ok(LearnedArray::new(Feature { column, form, fill: None, zeros: false }, elements))
    }

    fn head(&mut self, method: &str) -> Result<(String, Form), Wrong> {
        let column = self.text()?;
        let form = match method {
            "numbers" => Form::Numbers,
            "standardize" => Form::Standardize,
            "scale" => Form::Scale { low: self.named("low")?, high: self.named("high")? },
            "one_hot" => Form::OneHot,
            "index" => Form::Index,
            "hashed_words" => Form::HashedWords { buckets: self.named("buckets")? as usize },
            _ => return Err(Wrong::new(shown(method), "a method of `Recipe`")),
        };
        Ok((column, form))
    }

    fn feature(&mut self, method: &str) -> Result<LearnedFeature, Wrong> {
        let (column, form) = self.head(method)?;
        let zeros = self.skip("unseen_as_zeros");
        let (fill, filling) = self.filling()?.unzip();
        let learned = match form {
            Form::Numbers | Form::HashedWords { .. } => Learned::Nothing,
            Form::Standardize => self.standard()?,
            Form::Scale { .. } => self.range()?,
            Form::OneHot | Form::Index => self.categories()?,
        };
        if let Some(Filling::Category(category)) = &filling
            && !learned.categories().contains(category)
        {
            return Err(Wrong::new(shown(category), "a category of the column to fill with"));
        }
        Ok(LearnedFeature { feature: Feature { column, form, fill, zeros }, filling, learned })
    }

    fn filling(&mut self) -> Result<Option<(Fill, Filling)>, Wrong> {
        if !self.skip("fill") {
            return Ok(None);
        }
        let word = self.word()?;
        let fill = [Fill::Mean, Fill::Median, Fill::MostFrequent].into_iter().find(|fill| fill.name() == word);
        Ok(Some(match fill {
            Some(fill @ (Fill::Mean | Fill::Median)) => (fill, Filling::Number(self.number()?)),
            Some(fill @ Fill::MostFrequent) => (fill, Filling::Category(self.text()?)),
            None => return Err(Wrong::new(shown(word), "`mean`, `median` or `most_frequent`")),
        }))
    }

    fn named(&mut self, name: &str) -> Result<f64, Wrong> {
        self.expect(name)?;
        self.number()
    }

    fn standard(&mut self) -> Result<Learned, Wrong> {
        let (mean, deviation) = (self.named("mean")?, self.named("deviation")?);
        if deviation <= 0.0 {
            return Err(Wrong::new(format!("a deviation of {deviation}"), "one above 0"));
        }
        Ok(Learned::Standard { mean, deviation })
    }

    fn range(&mut self) -> Result<Learned, Wrong> {
        let (minimum, maximum) = (self.named("minimum")?, self.named("maximum")?);
        if minimum > maximum {
            return Err(Wrong::new(format!("a range from {minimum} to {maximum}"), "the lower number first"));
        }
        Ok(Learned::Range { minimum, maximum })
    }

    fn categories(&mut self) -> Result<Learned, Wrong> {
        self.expect("categories")?;
        let (mut categories, mut known) = (Vec::new(), std::collections::HashSet::new());
        while categories.is_empty() || !self.is_done() {
            let category = self.text()?;
            if !known.insert(category.clone()) {
                return Err(Wrong::new(format!("the category {} twice", shown(&category)), "each once"));
            }
            categories.push(category);
        }
        Ok(Learned::Categories(categories))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "preprocessing 1\n\
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
            (3, "-1.5", "nan", "`nan`, expected a finite number"),
            (3, "-1.5", "-1.50", "`numbers \"one \\\"two\\\"\" fill mean -1.50`, expected `numbers"),
            (4, "1e-300", "0.0", "a deviation of 0, expected one above 0"),
            (4, "median", "middle", "`middle`, expected `mean`, `median` or `most_frequent`"),
            (5, "maximum 5.0", "maximum -5.0", "a range from 0 to -5, expected the lower number first"),
            (6, "\"a b\" \"é\"", "\"a b\" \"a b\"", "the category `a b` twice, expected each once"),
            (6, "frequent \"é\"", "frequent \"e\"", "`e`, expected a category of the column to fill with"),
            (6, "\"a b\" \"é\"", "\"a b\" \"é", "`\"é`, expected a text between quotes"),
            (7, "4096", "4096 x", "`x`, expected the end of the line"),
            (7, "hashed_words", "hashed", "`hashed`, expected a method of `Recipe`"),
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
