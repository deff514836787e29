//! JSON as far as headers have it: objects, strings, whole numbers and lists of these.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::damage::Damage;

/// A place in a text, and what is read from there on.
pub(super) struct Json<'a> {
    text: &'a str,
    at: usize,
}

/// Where the text of a header begins in its file.
const START: u64 = 8;

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The place in the file.
    pub(super) fn place(&self) -> u64 {
        START + self.at as u64
    }

    /// An object, whose members are read by `member`.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Damage>,
    ) -> Result<(), Damage> {
        self.expect(b'{', "`{`")?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.string()?;
            self.expect(b':', "`:`")?;
            member(self, key)?;
            if !self.take(b',') {
                return self.expect(b'}', "`,` or `}`");
            }
        }
    }

    /// A list of whole numbers, of as many as arrays of other programs have axes.
    pub(super) fn numbers(&mut self) -> Result<SmallVec<[u64; 2]>, Damage> {
        const MOST: usize = 64;
        let mut numbers = SmallVec::new();
        self.expect(b'[', "`[`")?;
        if self.take(b']') {
            return Ok(numbers);
        }
        loop {
            numbers.push(self.number()?);
            if !self.take(b',') {
                return self.expect(b']', "`,` or `]`").map(|()| numbers);
            }
            if numbers.len() == MOST {
                let found = "more numbers".to_string();
                return Err(Damage::Syntax { at: self.place(), found, expected: "at most 64 in a list" });
            }
        }
    }

    /// A string and its place in the text, in quotes.
    pub(super) fn string_at(&mut self) -> Result<(Cow<'a, str>, Range<usize>), Damage> {
        self.space();
        let start = self.at;
        let string = self.string()?;
        Ok((string, start..self.at))
    }

    /// A string; a copy only where it has escapes.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Damage> {
        self.expect(b'"', "`\"`")?;
        let (start, mut copied) = (self.at, None::<String>);
        let mut whole = start;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let copy = copied.get_or_insert_default();
                    copy.push_str(&self.text[whole..self.at]);
                    copy.push(self.escape()?);
                    whole = self.at;
                }
                Some(0..0x20) | None => return Err(self.wrong("`\"`")),
                Some(_) => self.at += 1,
            }
        }
        let rest = &self.text[whole..self.at];
        self.at += 1;
        Ok(match copied {
            None => Cow::Borrowed(rest),
            Some(copy) => Cow::Owned(copy + rest),
        })
    }

    /// Nothing but spaces to the end.
    pub(super) fn end(&mut self) -> Result<(), Damage> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.wrong("the end of the header")) }
    }

    fn escape(&mut self) -> Result<char, Damage> {
        self.at += 1;
        let letter = match self.peek() {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code(),
            _ => return Err(self.wrong("an escape of JSON")),
        };
        self.at += 1;
        Ok(letter)
    }

    /// `u0041`, or two of these for a character beyond the first 65,536.
    fn code(&mut self) -> Result<char, Damage> {
        const EXPECTED: &str = "the code of a character";
        let first = self.unit()?;
        if let Some(letter) = char::from_u32(first) {
            return Ok(letter);
        }
        if self.peek() != Some(b'\\') {
            return Err(self.wrong(EXPECTED));
        }
        self.at += 1;
        let second = self.unit()?;
        char::decode_utf16([first as u16, second as u16])
            .next()
            .and_then(Result::ok)
            .ok_or_else(|| self.wrong(EXPECTED))
    }

    fn unit(&mut self) -> Result<u32, Damage> {
        self.letter(b'u', "`u`")?;
        let digits =
            self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.wrong("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<u64, Damage> {
        self.space();
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = &self.text[self.at..self.at + digits];
        let whole = !matches!(rest.get(digits), Some(b'.' | b'e' | b'E')) && (digits == 1 || !text.starts_with('0'));
        let number = text.parse().ok().filter(|_| whole).ok_or_else(|| self.wrong("a whole number below 2^64"))?;
        self.at += digits;
        Ok(number)
    }

    fn take(&mut self, letter: u8) -> bool {
        self.space();
        let found = self.peek() == Some(letter);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, letter: u8, expected: &'static str) -> Result<(), Damage> {
        self.space();
        self.letter(letter, expected)
    }

    fn letter(&mut self, letter: u8, expected: &'static str) -> Result<(), Damage> {
        if self.peek() != Some(letter) {
            return Err(self.wrong(expected));
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn wrong(&self, expected: &'static str) -> Damage {
        let letter = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let found = letter.map_or("the end of the header".to_string(), |letter| format!("{letter:?}"));
        Damage::Syntax { at: self.place(), found, expected }
    }
}

/// Appends a string in quotes, with escapes where JSON wants them.
pub(super) fn quote(text: &str, to: &mut String) {
    to.push('"');
    for letter in text.chars() {
        match letter {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\n' => to.push_str("\\n"),
            '\0'..' ' => to.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => to.push(letter),
        }
    }
    to.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, Damage> {
        let mut json = Json::new(text);
        let string = json.string()?.into_owned();
        json.end().map(|()| string)
    }

    fn numbers(text: &str) -> Result<Vec<u64>, Damage> {
        let mut json = Json::new(text);
        let numbers = json.numbers()?;
        json.end().map(|()| numbers.to_vec())
    }

    #[test]
    fn strings_come_back_as_they_were() {
        for text in ["", "dense_1.weight", "é ∞ 🦀", "\"\\/", "\0\u{1f}\n\r\t\u{7f}"] {
            let mut quoted = String::new();
            quote(text, &mut quoted);
            assert_eq!(string(&quoted).unwrap(), text, "{quoted}");
        }
    }

    #[test]
    fn escapes_of_others_are_read() {
        assert_eq!(string(r#""a\/\b\f\n\r\tAé\ud83e\udd80z""#).unwrap(), "a/\u{8}\u{c}\n\r\tAé🦀z");
        for wrong in [r#""\x""#, r#""\u12""#, r#""\u12é""#, r#""\ud83e""#, r#""\ud83eA""#, r#""\udd80""#, r#""\u+123""#]
        {
            assert!(string(wrong).is_err(), "{wrong}");
        }
        for wrong in ["\"", "\"\n\"", "x", "", "\"a\" b", "\"\\"] {
            assert!(string(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!(numbers("[0, 12 ,18446744073709551615]").unwrap(), [0, 12, u64::MAX]);
        assert_eq!(numbers(" [ ] ").unwrap(), [0; 0]);
        for wrong in
            ["[18446744073709551616]", "[-1]", "[1.0]", "[1e3]", "[01]", "[1,]", "[1", "[", "[[1]]", "[1 2]", "[\"1\"]"]
        {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_error_says_where_and_what() {
        let error = numbers("[1, x]").unwrap_err().to_string();
        assert_eq!(error, "byte 12 of its header: found 'x', expected a whole number below 2^64");
        let error = numbers("[1").unwrap_err().to_string();
        assert_eq!(error, "byte 10 of its header: found the end of the header, expected `,` or `]`");
    }
}
