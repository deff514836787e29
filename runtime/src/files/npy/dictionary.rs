//! The dictionary of an NPY file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.

use crate::Error;
use crate::files::array::Header;
use crate::files::content::Content;
use crate::files::{ByteOrder, ValueType, quote};

/// NumPy's arrays have at most so many axes.
const MOST_AXES: usize = 64;

/// Reads the dictionary in `text`, which begins at byte `start` of the content.
pub(super) fn read_dictionary(content: &Content<'_>, start: u64, text: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor { content, start, text, next: 0 };
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    cursor.expect(b'{')?;
    while !cursor.eat(b'}') {
        let at = cursor.place();
        let key = cursor.string()?;
        cursor.expect(b':')?;
        cursor.skip_blanks();
        let value_at = cursor.place();
        let new = match key {
            b"descr" => descr.replace((value_at, cursor.value_type()?)).is_none(),
            b"fortran_order" => fortran.replace(cursor.boolean()?).is_none(),
            b"shape" => shape.replace((value_at, cursor.shape()?)).is_none(),
            _ => false,
        };
        if !new {
            let (key, expected) = (quote(key), "`descr`, `fortran_order` and `shape`, once each");
            return Err(content.wrong(at, "a key of the header", key, expected).into());
        }
        if !cursor.eat(b',') {
            cursor.expect(b'}')?;
            break;
        }
    }
    cursor.skip_blanks();
    if let Some(&byte) = cursor.text.get(cursor.next) {
        return Err(content.wrong(cursor.place(), "the end of the header", quote(&[byte]), "blank").into());
    }
    let missing = |key| Error::from(content.wrong(start, "the header", format!("without `{key}`"), "one with it"));
    let (type_at, (value_type, order)) = descr.ok_or_else(|| missing("descr"))?;
    let fortran = fortran.ok_or_else(|| missing("fortran_order"))?;
    let (shape_at, shape) = shape.ok_or_else(|| missing("shape"))?;
    Ok(Header { value_type, order, fortran, shape, type_at, shape_at })
}

struct Cursor<'c, 'a> {
    content: &'c Content<'a>,
    start: u64,
    text: &'c [u8],
    next: usize,
}

impl<'c> Cursor<'c, '_> {
    /// The place in the content of what comes next.
    fn place(&self) -> u64 {
        self.start + self.next as u64
    }

    fn rest(&self) -> &'c [u8] {
        &self.text[self.next..]
    }

    fn wrong<T>(&self, expected: &str) -> Result<T, Error> {
        let rest = self.rest();
        let word = rest.iter().skip(1).position(|byte| b" ,:)}]'\"".contains(byte)).map_or(rest.len(), |end| end + 1);
        let found = if rest.is_empty() { "at its end".to_string() } else { quote(&rest[..word]) };
        Err(self.content.wrong(self.place(), "the header", found, expected).into())
    }

    fn skip_blanks(&mut self) {
        self.next += self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.rest().first() == Some(&byte);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.eat(byte) { Ok(()) } else { self.wrong(&format!("`{}`", byte as char)) }
    }

    fn string(&mut self) -> Result<&'c [u8], Error> {
        self.skip_blanks();
        let rest = self.rest();
        if let Some(&quote @ (b'\'' | b'"')) = rest.first()
            && let Some(length) = rest[1..].iter().position(|&byte| byte == quote)
        {
            self.next += length + 2;
            return Ok(&rest[1..1 + length]);
        }
        self.wrong("text in quotation marks")
    }

    fn boolean(&mut self) -> Result<bool, Error> {
        self.skip_blanks();
        for (word, value) in [(&b"False"[..], false), (b"True", true)] {
            if self.rest().starts_with(word) {
                self.next += word.len();
                return Ok(value);
            }
        }
        self.wrong("`True` or `False`")
    }

    fn shape(&mut self) -> Result<Vec<usize>, Error> {
        self.expect(b'(')?;
        let mut shape = Vec::new();
        while !self.eat(b')') {
            if shape.len() == MOST_AXES {
                return self.wrong(&format!("`)` after {MOST_AXES} axes"));
            }
            shape.push(self.extent()?);
            if !self.eat(b',') {
                self.expect(b')')?;
                break;
            }
        }
        Ok(shape)
    }

    /// A whole number; those that Python 2 wrote may end in `L`.
    fn extent(&mut self) -> Result<usize, Error> {
        self.skip_blanks();
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = str::from_utf8(&self.rest()[..digits]).ok().and_then(|number| number.parse().ok());
        let Some(number) = number else { return self.wrong("an extent: a whole number that memory can hold") };
        self.next += digits;
        self.next += usize::from(self.rest().first() == Some(&b'L'));
        Ok(number)
    }

    fn value_type(&mut self) -> Result<(ValueType, ByteOrder), Error> {
        const EXPECTED: &str =
            "one of `b1`, `u1` to `u8`, `i1` to `i8`, `f2`, `f4` and `f8`, with `<` or `>` before it";
        self.skip_blanks();
        let at = self.place();
        let wrong = |found: String| Err(self.content.wrong(at, "the type of the values", found, EXPECTED).into());
        if self.rest().first() == Some(&b'[') {
            return wrong("a list: records of several fields".to_string());
        }
        let text = self.string()?;
        let (order, name) = text.split_at(text.len().min(1));
        let value_type = match name {
            b"b1" => ValueType::Bool,
            b"u1" => ValueType::U8,
            b"u2" => ValueType::U16,
            b"u4" => ValueType::U32,
            b"u8" => ValueType::U64,
            b"i1" => ValueType::I8,
            b"i2" => ValueType::I16,
            b"i4" => ValueType::I32,
            b"i8" => ValueType::I64,
            b"f2" => ValueType::F16,
            b"f4" => ValueType::F32,
            b"f8" => ValueType::F64,
            _ => return self.refuse(at, text, EXPECTED),
        };
        let native = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };
        match order {
            b"<" => Ok((value_type, ByteOrder::Little)),
            b">" => Ok((value_type, ByteOrder::Big)),
            b"=" => Ok((value_type, native)),
            b"|" if value_type.width() == 1 => Ok((value_type, native)),
            _ => self.refuse(at, text, EXPECTED),
        }
    }

    /// Complains about a type that is not read, and says what it is.
    fn refuse<T>(&self, at: u64, text: &[u8], expected: &str) -> Result<T, Error> {
        let words = match text.get(1..).unwrap_or_default() {
            [b'O', ..] => ": Python objects",
            [b'S' | b'a' | b'U', ..] => ": text",
            [b'c', ..] => ": complex numbers",
            [b'M', ..] => ": dates",
            [b'm', ..] => ": durations",
            [b'V', ..] => ": raw bytes",
            b"f12" | b"f16" => ": floats of more than 64 bits",
            _ => "",
        };
        Err(self.content.wrong(at, "the type of the values", format!("{}{words}", quote(text)), expected).into())
    }
}
