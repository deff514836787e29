//! The words of a line of text that says what was learned.

use super::Csv;
use super::arrays::LearnedArray;
use super::number::shown;
use super::preprocessing::{Filling, Learned, LearnedFeature};
use super::recipe::{Feature, Fill, Form};

/// What is wrong in a line.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) found: String,
    pub(super) expected: String,
}

impl Wrong {
    pub(super) fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { found: found.into(), expected: expected.into() }
    }
}

/// The words of a line.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn done(&self) -> Result<(), Wrong> {
        if self.is_done() { Ok(()) } else { Err(Wrong::new(shown(self.rest), "the end of the line")) }
    }

    pub(super) fn word(&mut self) -> Result<&'a str, Wrong> {
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

    pub(super) fn text(&mut self) -> Result<String, Wrong> {
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

    /// The texts behind a word, if that is next.
    fn texts(&mut self, word: &str) -> Result<Vec<String>, Wrong> {
        let mut texts = Vec::new();
        if self.skip(word) {
            while texts.is_empty() || self.rest.starts_with('"') {
                texts.push(self.text()?);
            }
        }
        Ok(texts)
    }

    /// Whether a setting is true, as it is where it is not named.
    fn switch(&mut self, word: &str) -> Result<bool, Wrong> {
        if self.skip(word) { self.expect("false").map(|()| false) } else { Ok(true) }
    }

    pub(super) fn csv(&mut self) -> Result<Csv, Wrong> {
        let header = self.switch("header")?;
        let delimiter = if self.skip("delimiter") { Some(self.delimiter()?) } else { None };
        let quoting = self.switch("quoting")?;
        let [names, missing, numbers, text] =
            [self.texts("names")?, self.texts("missing")?, self.texts("numbers")?, self.texts("text")?];
        Ok(Csv { header, names, delimiter, quoting, missing, numbers, text, lenient: false })
    }

    fn delimiter(&mut self) -> Result<u8, Wrong> {
        let text = self.text()?;
        let csv = |byte| Csv::default().delimiter(byte);
        match text.as_bytes() {
            &[byte] if csv(byte).check().is_ok() => Ok(byte),
            _ => Err(Wrong::new(shown(&text), "an ASCII character that is no quote and no line end")),
        }
    }

    pub(super) fn array(&mut self) -> Result<LearnedArray, Wrong> {
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

    pub(super) fn feature(&mut self, method: &str) -> Result<LearnedFeature, Wrong> {
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

    pub(super) fn standard(&mut self) -> Result<Learned, Wrong> {
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

    pub(super) fn categories(&mut self) -> Result<Learned, Wrong> {
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
