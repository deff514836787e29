//! What a cell is: a number, nothing, or some other text.

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Missing,
    /// A finite number.
    Number(f32),
    /// A number that no `f32` is: NaN, infinite, or too large.
    NotFinite,
    /// Digits with commas, or other spaces between them.
    Marked,
    /// Anything else.
    Text,
}

impl Cell {
    /// Reads a cell; blanks around a number are allowed.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Cell::Missing;
        }
        match text.parse::<f32>() {
            Ok(number) if number.is_finite() => Cell::Number(number),
            Ok(_) => Cell::NotFinite,
            Err(_) if is_marked(text) => Cell::Marked,
            Err(_) => Cell::Text,
        }
    }

    /// What should be there instead.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Cell::Missing | Cell::Text => "a number",
            Cell::Marked => "a number with a decimal point and no other marks",
            Cell::Number(_) | Cell::NotFinite => "a finite number of at most 3.4e38",
        }
    }
}

fn is_marked(text: &str) -> bool {
    let mark = |letter: char| matches!(letter, ',' | '\'' | '\u{a0}' | '\u{202f}');
    text.len() <= 64
        && text.contains(mark)
        && text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | ',' | '.'))
        && text.split(mark).collect::<String>().parse::<f64>().is_ok_and(f64::is_finite)
}

/// A text as messages show it: without line ends and the like, and cut after 40 letters.
pub(super) fn shown(text: &str) -> String {
    const LETTERS: usize = 40;
    let mut shown = String::from("`");
    for letter in text.chars().take(LETTERS) {
        if letter.is_control() { shown.extend(letter.escape_debug()) } else { shown.push(letter) }
    }
    shown + if text.chars().nth(LETTERS).is_some() { "…`" } else { "`" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_have_a_point() {
        for (text, number) in [("1", 1.0), (" 2.50 ", 2.5), ("-3e2", -300.0), (".5", 0.5), ("+7", 7.0), ("5.", 5.0)] {
            assert_eq!(Cell::of(text), Cell::Number(number), "{text}");
        }
        assert_eq!((Cell::of(""), Cell::of(" \t")), (Cell::Missing, Cell::Missing));
        for text in ["nan", "NaN", "inf", "-Infinity", "1e999", "3.5e38"] {
            assert_eq!(Cell::of(text), Cell::NotFinite, "{text}");
        }
        for text in ["3,5", "1,234.5", "1'000", "-0,5", "1\u{a0}000"] {
            assert_eq!(Cell::of(text), Cell::Marked, "{text}");
        }
        for text in ["NA", "1_000", "0x10", "12 3", "2024-01-01", ",", "e5", "MALE", "١"] {
            assert_eq!(Cell::of(text), Cell::Text, "{text}");
        }
    }

    #[test]
    fn long_and_strange_texts_are_cut_and_escaped() {
        assert_eq!(shown("a\nb"), "`a\\nb`");
        assert_eq!(shown(&"é".repeat(41)), format!("`{}…`", "é".repeat(40)));
        assert_eq!(shown(&"é".repeat(40)), format!("`{}`", "é".repeat(40)));
    }
}
