//! NPZ files.

use monograd::files::{AnyArray, Npz, NpzWriter};
use monograd::ndarray::{Array1, Array2, ArrayD, array};

use super::*;

const VALUES: [u8; 6] = [0, 1, 2, 3, 4, 5];
const SIGNED: [i8; 6] = [-2, -1, 0, 1, 2, 3];
const FLOATS: [f32; 6] = [-1.5, -0.0, 0.25, 1.0, 2.0, 65504.0];

fn matrix<A: Clone, B>(values: [A; 6], convert: impl Fn(A) -> B) -> ArrayD<B> {
    Array2::from_shape_fn((2, 3), |(row, column)| convert(values[row * 3 + column].clone())).into_dyn()
}

#[test]
fn stored_and_deflated_arrays_of_all_types_are_read() {
    for file in ["stored_little.npz", "deflated_big.npz"] {
        let npz = Npz::open(numpy(file)).unwrap();
        let names = ["bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"];
        assert_eq!(npz.names().collect::<Vec<_>>(), names);
        let read = |name| npz.read::<AnyArray>(name).unwrap();
        let truth = [false, true, true, false, true, false];
        assert_eq!(read("bool"), AnyArray::Bool(matrix(truth, |value| value)));
        assert_eq!(read("u1"), AnyArray::U8(matrix(VALUES, u8::from)));
        assert_eq!(read("u2"), AnyArray::U16(matrix(VALUES, u16::from)));
        assert_eq!(read("u4"), AnyArray::U32(matrix(VALUES, u32::from)));
        assert_eq!(read("u8"), AnyArray::U64(matrix(VALUES, u64::from)));
        assert_eq!(read("i1"), AnyArray::I8(matrix(SIGNED, i8::from)));
        assert_eq!(read("i2"), AnyArray::I16(matrix(SIGNED, i16::from)));
        assert_eq!(read("i4"), AnyArray::I32(matrix(SIGNED, i32::from)));
        assert_eq!(read("i8"), AnyArray::I64(matrix(SIGNED, i64::from)));
        assert_eq!(read("f2"), AnyArray::F32(matrix(FLOATS, f32::from)));
        assert_eq!(read("f4"), AnyArray::F32(matrix(FLOATS, f32::from)));
        assert_eq!(read("f8"), AnyArray::F64(matrix(FLOATS, f64::from)));
        assert_eq!(npz.read::<Array2<f64>>("i1").unwrap(), array![[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]);
    }
}

fn sample() -> NpzWriter {
    NpzWriter::new().array("x", &array![[1.0f32, 2.0]]).array("übung", &array![3u8])
}

#[test]
fn what_is_written_is_read() {
    let folder = Folder::new();
    let path = folder.file("a.npz", b"old");
    sample().write(&path).unwrap();
    let npz = Npz::open(&path).unwrap();
    assert_eq!(npz.names().collect::<Vec<_>>(), ["x", "übung"]);
    assert_eq!(npz.read::<Array2<f32>>("x").unwrap(), array![[1.0, 2.0]]);
    assert_eq!(npz.read::<Array1<u8>>("übung").unwrap(), array![3]);
    let bytes = NpzWriter::new().encode().unwrap();
    assert_eq!(Npz::decode(&bytes).unwrap().names().count(), 0);
}

#[test]
fn names_are_not_given_twice() {
    let twice = NpzWriter::new().array("x", &array![1u8]).array("y", &array![1u8]).array("x", &array![1u8]);
    assert_eq!(message(twice.write("a.npz")), "`a.npz`: the name of two arrays is `x`, expected names of their own");
    let long = NpzWriter::new().array("x".repeat(65_532), &array![1u8]);
    assert_eq!(
        message(long.encode()),
        "`bytes`: the name of an array is 65532 bytes long, expected at most 65531 bytes"
    );
}

/// The sample with some bytes replaced.
fn changed(find: &[u8], replace: &[u8], occurrence: usize) -> Vec<u8> {
    let mut bytes = sample().encode().unwrap();
    let places = bytes.windows(find.len()).enumerate().filter(|(_, window)| window == &find);
    let place = places.map(|(place, _)| place).nth(occurrence).expect("it is there");
    bytes[place..][..replace.len()].copy_from_slice(replace);
    bytes
}

#[test]
fn what_is_wrong_with_an_archive_is_named() {
    let wrong = |bytes: &[u8]| message(Npz::decode(bytes));
    assert_eq!(wrong(b""), "`bytes`: the file is empty, expected an NPZ file");
    assert_eq!(
        wrong(b"\x93NUMPY\x01\0"),
        "`bytes`, byte 0: the magic number is 93 4e 55 4d, expected that of a ZIP archive: 50 4b 03 04\n\
         help: `read_npy` reads NPY files"
    );
    let whole = sample().encode().unwrap();
    let cut = whole.len() - 1;
    assert_eq!(
        wrong(&whole[..cut]),
        format!(
            "`bytes`, byte {cut}: the end is without the directory of the archive, expected it there: the file may be cut off"
        )
    );
    let message = wrong(&changed(b"PK\x05\x06\0\0\0\0\x02\0\x02\0", b"PK\x05\x06\0\0\0\0\x03\0\x03\0", 0));
    assert!(message.ends_with("the number of files is 3, expected 2, that of the directory"), "{message}");
    let message = wrong(&changed(b"PK\x01\x02", b"PK\x01\x03", 1));
    assert!(message.ends_with("the directory is 50 4b 01 03, expected 50 4b 01 02"), "{message}");
}

#[test]
fn what_is_wrong_with_an_array_is_named() {
    let wrong = |bytes: &[u8]| message(Npz::decode(bytes).unwrap().read::<Array2<f32>>("x"));
    let absent = message(Npz::decode(&sample().encode().unwrap()).unwrap().read::<AnyArray>("y"));
    assert_eq!(absent, "`bytes`: the list of arrays is `x`, `übung`, expected `y` among them");
    let message = wrong(&changed(&2.0f32.to_le_bytes(), &3.0f32.to_le_bytes(), 0));
    assert!(message.starts_with("`bytes`, byte 136 of `x.npy`: the checksum is "), "{message}");
    let message = wrong(&changed(b"PK\x03\x04", b"PK\x03\x05", 0));
    assert_eq!(message, "`bytes`, byte 0: a file's header is 50 4b 03 05, expected 50 4b 03 04");
    let message = wrong(&changed(b"x.npy", b"y.npy", 0));
    assert_eq!(message, "`bytes`, byte 30: the name of a file is `y.npy`, expected `x.npy`, as in the directory");
    let message = wrong(&changed(b"\x14\0\0\x08\0\0", b"\x14\0\0\x08\x0c\0", 2));
    assert!(
        message.ends_with(": the compression is 12 of `x.npy`, expected 0: stored, or 8: deflated"),
        "{message}"
    );
    let message = wrong(&changed(b"\x14\0\0\x08", b"\x14\0\x01\x08", 2));
    assert!(message.ends_with(": a file is encrypted: `x.npy`, expected one that is not"), "{message}");
}

#[test]
fn names_in_an_archive_are_told_apart() {
    let mut bytes = sample().encode().unwrap();
    let (first, second) = (b"x.npy", "übung.npy".as_bytes());
    // The second file takes the name of the first: shorter, so that the rest of it becomes an extra field.
    for place in (0..bytes.len() - second.len()).rev() {
        if bytes[place..].starts_with(second) {
            bytes[place..][..first.len()].copy_from_slice(first);
        }
    }
    let lengths: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"\x0a\0\0\0")).collect();
    for at in lengths {
        bytes[at..][..4].copy_from_slice(b"\x05\0\x05\0");
    }
    let message = message(Npz::decode(&bytes));
    assert!(message.ends_with("the name of a file is `x.npy` again, expected one of its own"), "{message}");
}
