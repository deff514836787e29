//! Checksums: CRC-32C of the header, and of the bytes of each tensor.

use std::ops::Range;

use super::damage::Damage;
use super::header::Header;

/// The entry of the metadata with the checksum of the header.
pub(super) const HEADER: &str = "header_crc32c";

/// What the name of a tensor stands after in the entry with its checksum.
pub(super) const TENSOR: &str = "crc32c.";

/// Stands for the checksum of a header while it is computed.
pub(super) const BLANK: &str = "00000000";

/// Continues the checksum of the bytes before these; that of none is 0.
pub(super) fn append(checksum: u32, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(checksum, bytes)
}

/// The checksum as files write it.
pub(super) fn hexadecimal(checksum: u32) -> String {
    format!("{checksum:08x}")
}

/// The checksum of a header with its length before it, computed as if [`BLANK`] stood at `place`, where its own digits do.
pub(super) fn of_header(text: &str, place: Range<usize>) -> u32 {
    let length = append(0, &(text.len() as u64).to_le_bytes());
    let before = append(append(length, &text.as_bytes()[..place.start]), BLANK.as_bytes());
    append(before, &text.as_bytes()[place.end..])
}

/// Compares the header with its checksum, which must stand in it.
///
/// # Errors
/// None inside if the header has no checksum.
pub(super) fn check_header(text: &str, header: &Header<'_>) -> Result<(), Option<Damage>> {
    let entry = header.entry(HEADER).ok_or(None)?;
    let expected = parse(&entry.value).filter(|_| entry.place.len() == BLANK.len() + 2).ok_or(None)?;
    let found = of_header(text, entry.place.start + 1..entry.place.end - 1);
    if found == expected { Ok(()) } else { Err(Some(Damage::HeaderChecksum { found, expected })) }
}

/// Eight digits in lower case, so that there is one way to write each number.
pub(super) fn parse(text: &str) -> Option<u32> {
    let checksum = u32::from_str_radix(text, 16).ok()?;
    (hexadecimal(checksum) == text).then_some(checksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standard() {
        // RFC 3720, appendix B.4.
        assert_eq!(append(0, &[0; 32]), 0x8a91_36aa);
        assert_eq!(append(0, &[0xff; 32]), 0x62a8_ab43);
        assert_eq!(append(0, b"123456789"), 0xe306_9283);
        assert_eq!(append(append(0, b"1234"), b"56789"), 0xe306_9283);
    }

    #[test]
    fn digits_are_written_in_one_way() {
        assert_eq!(parse("0000abcd"), Some(0xabcd));
        for wrong in ["", "abcd", "0000ABCD", "+000abcd", "00000abcd", "0000abcg"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
