//! Every truncation and every flipped bit of a small file of each format: an error, or an array of the same shape.

use monograd::files::{AnyArray, Npz, NpzWriter, decode_idx, decode_npy, encode_npy};
use monograd::ndarray::array;

use super::*;

type Read = fn(&[u8]) -> Result<AnyArray, Error>;

/// The content of a small file of each format, what reads it, and whether a checksum finds every changed value.
fn samples() -> Vec<(&'static str, Vec<u8>, Read, bool)> {
    let idx = idx(11, &[2, 3], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let npy = encode_npy(&array![[1.0f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let truth = encode_npy(&array![true, false, true]);
    let npz = NpzWriter::new().array("x", &array![[1i16, 2, 3], [4, 5, 6]]).encode().unwrap();
    let deflated = std::fs::read(numpy("deflated_big.npz")).unwrap();
    let member: Read = |bytes| Npz::decode(bytes)?.read("x");
    let all: Read = |bytes| {
        let npz = Npz::decode(bytes)?;
        let names: Vec<&str> = npz.names().collect();
        names.into_iter().try_for_each(|name| npz.read::<AnyArray>(name).map(drop))?;
        npz.read("f8")
    };
    vec![
        ("idx", idx.clone(), decode_idx, false),
        ("idx.gz", gzip(&idx), decode_idx, true),
        ("npy", npy.clone(), decode_npy, false),
        ("npy of truth", truth, decode_npy, false),
        ("npy.gz", gzip(&npy), decode_npy, true),
        ("npz", npz, member, true),
        ("npz, deflated", deflated, all, true),
    ]
}

#[test]
fn every_truncation_is_an_error() {
    for (name, bytes, read, _) in samples() {
        read(&bytes).unwrap();
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "{name}: {length} of {} bytes are read", bytes.len());
        }
    }
}

#[test]
fn every_byte_too_many_is_an_error() {
    for (name, bytes, read, _) in samples() {
        assert!(read(&[&bytes[..], &[0]].concat()).is_err(), "{name}");
    }
}

#[test]
fn every_flipped_bit_is_an_error_or_keeps_the_shape() {
    for (name, mut bytes, read, checksum) in samples() {
        let whole = read(&bytes).unwrap();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(array) = read(&bytes) {
                let elements = array.shape().iter().product::<usize>();
                assert_eq!(elements, whole.shape().iter().product::<usize>(), "{name}: bit {bit}");
                if checksum {
                    assert_eq!(array, whole, "{name}: bit {bit}");
                }
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn every_byte_may_be_anything() {
    for (_, mut bytes, read, _) in samples() {
        for place in 0..bytes.len() {
            let old = bytes[place];
            for new in [0, 1, 0x7f, 0x80, 0xff, old.wrapping_add(1)] {
                bytes[place] = new;
                let _ = read(&bytes);
            }
            bytes[place] = old;
        }
    }
}
