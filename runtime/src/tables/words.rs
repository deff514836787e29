//! Words of a text, hashed.

/// The bucket of each word of a text, in order: a word is a run of letters and digits, in lower case.
///
/// The hash is FNV-1a of 64 bits over its UTF-8 (Fowler, Noll and Vo), whose halves are joined so that every bit counts.
pub(super) fn buckets(text: &str, buckets: usize) -> impl Iterator<Item = usize> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(move |word| {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for letter in word.chars().flat_map(char::to_lowercase) {
            for &byte in letter.encode_utf8(&mut [0; 4]).as_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        ((hash ^ (hash >> 32)) % buckets as u64) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_bucket_whatever_their_case() {
        let of = |text| buckets(text, 1000).collect::<Vec<_>>();
        assert_eq!(of("Win a PRIZE, win"), [of("win"), of("a"), of("prize"), of("win")].concat());
        assert_eq!(of("Ärger-los"), [of("ärger"), of("LOS")].concat());
        assert!(of(" ...!").is_empty());
        assert!(buckets("a b c d e f", 1).all(|bucket| bucket == 0));
    }

    #[test]
    fn the_hash_is_fnv() {
        // FNV-1a of "foobar" is 0x85944171f73967e8.
        let hash: u64 = 0x8594_4171_f739_67e8;
        assert_eq!(buckets("foobar", 1 << 20).collect::<Vec<_>>(), [((hash ^ (hash >> 32)) % (1 << 20)) as usize]);
    }
}
