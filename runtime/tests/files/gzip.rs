//! Compressed files.

use monograd::files::{decode_idx, decode_npy, encode_npy, read_idx};
use monograd::ndarray::{Array1, Array2, array};

use super::*;

fn sample() -> Vec<u8> {
    idx(8, &[2, 3], &[1, 2, 3, 4, 5, 6])
}

#[test]
fn the_content_decides_not_the_name() {
    let folder = Folder::new();
    let expected = array![[1u8, 2, 3], [4, 5, 6]];
    for (name, content) in [("plain.gz", sample()), ("compressed", gzip(&sample()))] {
        assert_eq!(read_idx::<Array2<u8>>(folder.file(name, &content)).unwrap(), expected);
    }
}

#[test]
fn members_follow_each_other() {
    let whole = sample();
    let (first, second) = whole.split_at(7);
    let bytes = [gzip(first), gzip(b""), gzip(second)].concat();
    assert_eq!(decode_idx::<Array2<u8>>(&bytes).unwrap(), array![[1, 2, 3], [4, 5, 6]]);
}

#[test]
fn headers_may_have_all_fields() {
    use std::io::Write;
    let header = flate2::GzBuilder::new().filename("a").comment("b").extra([1, 2, 3]);
    let mut encoder = header.write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&sample()).unwrap();
    let bytes = encoder.finish().unwrap();
    assert_eq!(decode_idx::<Array2<u8>>(&bytes).unwrap().sum(), 21);
}

#[test]
fn npy_files_may_be_compressed() {
    let bytes = gzip(&encode_npy(&array![1.5f32, 2.5]));
    assert_eq!(decode_npy::<Array1<f32>>(&bytes).unwrap(), array![1.5, 2.5]);
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = |bytes: &[u8]| message(decode_idx::<Array2<u8>>(bytes));
    let whole = gzip(&sample());
    let end = whole.len();

    let mut bytes = whole.clone();
    bytes[end - 5] ^= 1;
    let message = wrong(&bytes);
    assert!(message.starts_with(&format!("`bytes`, byte {}: the gzip checksum is ", end - 8)), "{message}");
    assert!(message.ends_with(", that of the data"), "{message}");

    let mut bytes = whole.clone();
    bytes[end - 4] = 17;
    assert_eq!(
        wrong(&bytes),
        format!("`bytes`, byte {}: the gzip length is 17, expected 18, that of the data", end - 4)
    );
    assert_eq!(
        wrong(&[&whole[..], b"junk"].concat()),
        format!("`bytes`, byte {end}: the gzip magic number is 6a 75, expected 1f 8b, or the end of the file")
    );
    assert_eq!(
        wrong(&whole[..end - 1]),
        format!("`bytes`, byte {}: the end of the file is within the gzip length, expected after it", end - 1)
    );
    assert_eq!(
        wrong(&whole[..end - 9]),
        format!("`bytes`, byte {}: the compressed data is cut off, expected a stream of deflate", end - 9)
    );
    assert_eq!(wrong(b"\x1f\x8b\x07\0\0\0\0\0\0\0"), "`bytes`, byte 2: the gzip method is 7, expected 8: deflate");
    assert_eq!(
        wrong(b"\x1f\x8b\x08\xe0\0\0\0\0\0\0"),
        "`bytes`, byte 3: the byte of gzip flags is 0b11100000, expected 0 in the three highest bits"
    );
}

#[test]
fn extents_and_decompressed_length_must_agree() {
    let wrong = |bytes: &[u8]| message(decode_idx::<Array1<u8>>(&gzip(bytes)));
    assert_eq!(
        wrong(&idx(8, &[6], &[0; 5])),
        "`bytes`, byte 8 after decompression: the data is 5 bytes, expected 6 bytes: [6] of `u8`"
    );
    assert_eq!(
        wrong(&idx(8, &[6], &[0; 7])),
        "`bytes`, byte 8 after decompression: the data is more than 6 bytes, expected 6 bytes: [6] of `u8`"
    );
    let message = wrong(&idx(8, &[u32::MAX], &[0; 100]));
    assert!(message.contains("the data is at most "), "{message}");
}
