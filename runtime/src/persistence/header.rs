//! The header of a safetensors file: which tensors it has, where they lie, and its map of strings.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::damage::Damage;
use super::json::Json;

/// A header that describes every byte of its file, each once.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// The metadata, in the order of the file.
    pub(super) entries: Vec<Entry<'a>>,
    /// The tensors, in the order of their bytes.
    pub(super) tensors: Vec<Tensor<'a>>,
}

/// One string of the metadata.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
    /// Where the value stands in the header, in quotes.
    pub(super) place: Range<usize>,
}

/// One tensor.
#[derive(Debug)]
pub(super) struct Tensor<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) dtype: &'static Dtype,
    pub(super) shape: SmallVec<[usize; 2]>,
    /// Its bytes, counted from the end of the header.
    pub(super) begin: u64,
    pub(super) end: u64,
}

/// An element type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dtype {
    pub(super) name: &'static str,
    bits: u64,
}

const fn dtype(name: &'static str, bits: u64) -> Dtype {
    Dtype { name, bits }
}

/// The element types of safetensors files.
static DTYPES: [Dtype; 21] = [
    dtype("F32", 32),
    dtype("F64", 64),
    dtype("F16", 16),
    dtype("BF16", 16),
    dtype("BOOL", 8),
    dtype("U8", 8),
    dtype("I8", 8),
    dtype("I16", 16),
    dtype("U16", 16),
    dtype("I32", 32),
    dtype("U32", 32),
    dtype("I64", 64),
    dtype("U64", 64),
    dtype("C64", 64),
    dtype("F4", 4),
    dtype("F6_E2M3", 6),
    dtype("F6_E3M2", 6),
    dtype("F8_E5M2", 8),
    dtype("F8_E4M3", 8),
    dtype("F8_E8M0", 8),
    dtype("F8_E4M3FNUZ", 8),
];

/// The key of the metadata among those of tensors.
const METADATA: &str = "__metadata__";

impl<'a> Header<'a> {
    /// Reads the text of a header whose file has so many bytes after it.
    pub(super) fn parse(text: &'a str, data: u64) -> Result<Self, Damage> {
        let (mut entries, mut tensors) = (None, Vec::new());
        let mut json = Json::new(text);
        if !text.starts_with('{') {
            // Spaces before it are JSON, but not what safetensors files begin with.
            return Err(Damage::Syntax { at: json.place(), found: first(text), expected: "`{`" });
        }
        json.object(|json, key| {
            if key != METADATA {
                tensors.push(tensor(json, key)?);
            } else if entries.replace(metadata(json, text.len())?).is_some() {
                return Err(Damage::Twice { key: METADATA.to_string() });
            }
            Ok(())
        })?;
        json.end()?;
        let entries = entries.unwrap_or_default();
        distinct(entries.iter().map(|entry: &Entry<'_>| &*entry.key))?;
        distinct(tensors.iter().map(|tensor: &Tensor<'_>| &*tensor.name))?;
        tensors.sort_by_key(|tensor| (tensor.begin, tensor.end));
        check_places(text.len() as u64, &tensors, data)?;
        Ok(Self { entries, tensors })
    }

    /// A string of the metadata.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| &*entry.value)
    }

    /// A string of the metadata and its place.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

fn first(text: &str) -> String {
    text.chars().next().map_or("the end of the header".to_string(), |letter| format!("{letter:?}"))
}

/// Reads the map of strings of a header of so many bytes. A short entry takes far more memory than it has bytes, so there may be a
/// thousand, and one more for every 64 bytes of the header: a checksum of ours has these, with what else is said of its tensor.
fn metadata<'a>(json: &mut Json<'a>, length: usize) -> Result<Vec<Entry<'a>>, Damage> {
    const FEW: usize = 1000;
    const LEAST: usize = 64;
    let most = FEW + length / LEAST;
    let mut entries = Vec::new();
    json.object(|json, key| {
        if entries.len() == most {
            return Err(Damage::Entries { most });
        }
        let (value, place) = json.string_at()?;
        entries.push(Entry { key, value, place });
        Ok(())
    })?;
    Ok(entries)
}

fn tensor<'a>(json: &mut Json<'a>, name: Cow<'a, str>) -> Result<Tensor<'a>, Damage> {
    let (mut kind, mut shape, mut offsets) = (None, None, None);
    json.object(|json, key| {
        let at = json.place();
        let again = match &*key {
            "dtype" => kind.replace(json.string()?).is_some(),
            "shape" => shape.replace(json.numbers()?).is_some(),
            "data_offsets" => offsets.replace(json.numbers()?).is_some(),
            _ => return Err(Damage::Unknown { at, key: key.into_owned() }),
        };
        if again { Err(Damage::Twice { key: format!("{name}: {key}") }) } else { Ok(()) }
    })?;
    let lacking = |key| Damage::Lacking { tensor: name.to_string(), key };
    let kind = kind.ok_or_else(|| lacking("dtype"))?;
    let shape = shape.ok_or_else(|| lacking("shape"))?;
    let offsets = offsets.ok_or_else(|| lacking("data_offsets"))?;
    let dtype = DTYPES.iter().find(|dtype| dtype.name == kind);
    let dtype = dtype.ok_or_else(|| Damage::Dtype { tensor: name.to_string(), found: kind.into_owned() })?;
    let &[begin, end] = &offsets[..] else {
        return Err(Damage::Offsets { tensor: name.into_owned(), found: offsets.len() });
    };
    let bytes = bytes(dtype, &shape).ok_or_else(|| Damage::TooLarge { tensor: name.to_string() })?;
    if end.checked_sub(begin) != Some(bytes) {
        return Err(Damage::Extent { tensor: name.into_owned(), begin, end, expected: bytes });
    }
    let size = (dtype.bits / 8).max(1);
    if begin % size != 0 {
        return Err(Damage::Misaligned { tensor: name.into_owned(), begin, expected: size });
    }
    // No extent is larger than the number of bytes that was just counted, unless there are no elements at all.
    let shape = shape.into_iter().map(|extent| usize::try_from(extent).unwrap_or(usize::MAX)).collect();
    Ok(Tensor { name, dtype, shape, begin, end })
}

/// The bytes of a tensor, if they can be counted and are whole.
fn bytes(dtype: &Dtype, shape: &[u64]) -> Option<u64> {
    let bits = shape.iter().try_fold(dtype.bits, |bits, &extent| bits.checked_mul(extent))?;
    (bits % 8 == 0).then_some(bits / 8)
}

fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), Damage> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Damage::Twice { key: pair[0].to_string() }),
        None => Ok(()),
    }
}

/// The tensors lie one after the other, from the end of the header to the end of the file.
fn check_places(header: u64, tensors: &[Tensor<'_>], data: u64) -> Result<(), Damage> {
    let mut expected = 0;
    for tensor in tensors {
        if tensor.begin != expected {
            return Err(Damage::Gap { tensor: tensor.name.to_string(), found: tensor.begin, expected });
        }
        expected = tensor.end;
    }
    if expected != data {
        let before = 8 + header;
        return Err(Damage::Length { found: before + data, expected: before.saturating_add(expected) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, data: u64) -> Result<Vec<(String, Vec<usize>)>, String> {
        let header = Header::parse(text, data).map_err(|damage| damage.to_string())?;
        Ok(header.tensors.iter().map(|tensor| (tensor.name.to_string(), tensor.shape.to_vec())).collect())
    }

    fn error(text: &str, data: u64) -> String {
        parse(text, data).unwrap_err()
    }

    #[test]
    fn tensors_come_in_the_order_of_their_bytes() {
        let text = r#"{"b":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]},
            "__metadata__":{"a":"1","b":"\u0032"}, "a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"}}  "#;
        assert_eq!(parse(text, 12).unwrap(), [("a".to_string(), vec![]), ("b".to_string(), vec![2, 1])]);
        let header = Header::parse(text, 12).unwrap();
        assert_eq!((header.get("a"), header.get("b"), header.get("c")), (Some("1"), Some("2"), None));
        assert_eq!(&text[header.entry("b").unwrap().place.clone()], r#""\u0032""#);
    }

    #[test]
    fn no_tensors_are_allowed() {
        assert_eq!(parse("{}", 0).unwrap(), []);
        assert_eq!(error("{}", 3), "it has 13 bytes, expected 10 for its header and tensors");
    }

    #[test]
    fn nothing_comes_twice() {
        let a = r#""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#;
        assert_eq!(error(&format!("{{{a},{a}}}"), 1), "`a` comes twice in its header");
        assert_eq!(
            error(&format!("{{{a},{}}}", a.replace("\"a\"", "\"\\u0061\"")), 1),
            "`a` comes twice in its header"
        );
        assert_eq!(error(r#"{"__metadata__":{"k":"1","k":"1"}}"#, 0), "`k` comes twice in its header");
        assert_eq!(error(r#"{"__metadata__":{},"__metadata__":{}}"#, 0), "`__metadata__` comes twice in its header");
        let twice = r#"{"a":{"dtype":"U8","shape":[1],"dtype":"U8","data_offsets":[0,1]}}"#;
        assert_eq!(error(twice, 1), "`a: dtype` comes twice in its header");
    }

    #[test]
    fn keys_are_those_of_the_format() {
        let text = r#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}"#;
        assert_eq!(error(text, 1), "byte 64 of its header: found `x`, expected `dtype`, `shape` or `data_offsets`");
        assert_eq!(error(r#"{"a":{"dtype":"U8","shape":[1]}}"#, 1), "the tensor `a` has no `data_offsets`");
        assert_eq!(
            error(r#"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, 4),
            "the tensor `a` has the unknown element type `F33`"
        );
        assert!(error(r#"{"__metadata__":{"a":1}}"#, 0).starts_with("byte 29 of its header: found '1'"));
        assert!(error(r#" {}"#, 0).starts_with("byte 8 of its header: found ' ', expected `{`"));
        assert!(error(r#"{} x"#, 0).contains("found 'x', expected the end of the header"));
        assert!(error("", 0).contains("found the end of the header, expected `{`"));
    }

    fn tensors(list: &[(&str, &str, u64, u64)]) -> String {
        let mut text = String::from("{");
        for (number, (dtype, shape, begin, end)) in list.iter().enumerate() {
            text += if number == 0 { "" } else { "," };
            text += &format!(r#""t{number}":{{"dtype":"{dtype}","shape":[{shape}],"data_offsets":[{begin},{end}]}}"#);
        }
        text + "}"
    }

    #[test]
    fn bytes_belong_to_one_tensor_each() {
        let check = |list: &[(&str, &str, u64, u64)], data| parse(&tensors(list), data).map(|_| ()).unwrap_err();
        assert!(check(&[("U8", "4", 0, 4), ("U8", "4", 2, 6)], 6).contains("begins at byte 2 of the data, expected 4"));
        assert!(check(&[("U8", "4", 0, 4), ("U8", "4", 0, 4)], 4).contains("begins at byte 0 of the data, expected 4"));
        assert!(check(&[("U8", "4", 0, 4), ("U8", "4", 5, 9)], 9).contains("begins at byte 5 of the data, expected 4"));
        assert!(check(&[("U8", "4", 1, 5)], 5).contains("begins at byte 1 of the data, expected 0"));
        assert!(check(&[("U8", "4", 0, 4)], 5).starts_with("it has "));
        assert!(check(&[("U8", "4", 0, 4)], 3).starts_with("it has "));
        assert!(check(&[("U8", "1", 0, 1), ("F32", "1", 1, 5)], 5).contains("expected a multiple of 4"));
        assert!(parse(&tensors(&[("U8", "4", 0, 4), ("F32", "0", 4, 4), ("F32", "2", 4, 12)]), 12).is_ok());
    }

    #[test]
    fn shapes_are_counted_without_wrapping() {
        let check = |dtype, shape, begin, end| parse(&tensors(&[(dtype, shape, begin, end)]), end).unwrap_err();
        assert_eq!(check("F32", "2", 0, 4), "the tensor `t0` is said to lie at 0..4, expected a range of 8 bytes");
        assert!(check("F32", "2", 8, 0).contains("8..0"));
        assert!(check("F32", "4294967296, 4294967296", 0, 0).contains("no whole number of bytes"));
        assert!(check("F32", "18446744073709551615", 0, 4).contains("no whole number of bytes"));
        assert!(check("U8", "2305843009213693952", 0, 0).contains("no whole number of bytes"));
        assert!(check("F64", "0, 18446744073709551615, 2", 0, 8).contains("expected a range of 0 bytes"));
        assert!(check("F4", "3", 0, 2).contains("no whole number of bytes"));
    }
}
