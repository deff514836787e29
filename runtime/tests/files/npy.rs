//! NPY files.

use monograd::files::{AnyArray, ValueType, decode_npy, encode_npy, read_npy, write_npy};
use monograd::ndarray::{Array0, Array1, Array2, ArrayD, array};

use super::*;

#[test]
fn the_bytes_are_those_of_numpy() {
    let matrix = array![[-2.0f32, -1.0, 0.0], [1.0, 2.0, 3.0]];
    assert_eq!(encode_npy(&matrix), std::fs::read(numpy("matrix.npy")).unwrap());
    assert_eq!(encode_npy(&matrix.t().as_standard_layout().t()), std::fs::read(numpy("matrix.npy")).unwrap());
    let vector = array![0i64, 1, 2, 3, 4, 5];
    assert_eq!(encode_npy(&vector), std::fs::read(numpy("version_1.npy")).unwrap());
    assert_eq!(encode_npy(&Array0::from_elem((), 2.5f64)), std::fs::read(numpy("scalar.npy")).unwrap());
    assert_eq!(encode_npy(&Array2::<u16>::zeros((0, 3))), std::fs::read(numpy("empty.npy")).unwrap());
}

#[test]
fn files_are_replaced_by_those_written() {
    let folder = Folder::new();
    let path = folder.file("predictions.npy", b"old");
    write_npy(&path, &array![[0.5f32, 0.25]]).unwrap();
    assert_eq!(read_npy::<Array2<f32>>(&path).unwrap(), array![[0.5, 0.25]]);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
    let message = message(write_npy(folder.0.join("absent/a.npy"), &array![1u8]));
    assert_eq!(message, "cannot write `a.npy`");
}

#[test]
fn all_types_come_back() {
    fn check<A: monograd::files::Value + PartialEq + std::fmt::Debug>(value: A) {
        let array = Array1::from_elem(3, value);
        assert_eq!(decode_npy::<Array1<A>>(&encode_npy(&array)).unwrap(), array);
    }
    check(true);
    check(250u8);
    check(-100i8);
    check(60_000u16);
    check(-30_000i16);
    check(4_000_000_000u32);
    check(-2_000_000_000i32);
    check(u64::MAX);
    check(i64::MIN);
    check(1.1f32);
    check(1.1f64);
}

#[test]
fn all_versions_are_read() {
    for version in ["version_1.npy", "version_2.npy", "version_3.npy"] {
        assert_eq!(read_npy::<Array1<i64>>(numpy(version)).unwrap(), array![0, 1, 2, 3, 4, 5]);
    }
}

#[test]
fn fortran_order_is_read() {
    let array: Array2<f32> = read_npy(numpy("fortran.npy")).unwrap();
    assert_eq!(array, array![[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]);
}

#[test]
fn arrays_without_axes_or_elements_are_read() {
    assert_eq!(read_npy::<Array0<f64>>(numpy("scalar.npy")).unwrap(), Array0::from_elem((), 2.5));
    let empty: AnyArray = read_npy(numpy("empty.npy")).unwrap();
    assert_eq!((empty.shape(), empty.value_type()), (&[0, 3][..], ValueType::U16));
}

#[test]
fn dictionaries_may_be_written_otherwise() {
    for dictionary in [
        "{'shape':(2,),'descr':'<u2','fortran_order':False}",
        "{\"descr\": \"<u2\", \"shape\": (2), \"fortran_order\": True,}\n",
        " { 'descr' : '=u2' , 'shape' : ( 2L , ) , 'fortran_order' : False , } \n",
    ] {
        assert_eq!(decode_npy::<Array1<u16>>(&npy(dictionary, &[1, 0, 2, 0])).unwrap(), array![1, 2]);
    }
}

#[test]
fn types_that_are_no_numbers_are_named() {
    let expected = "expected one of `b1`, `u1` to `u8`, `i1` to `i8`, `f2`, `f4` and `f8`, with `<` or `>` before it";
    for (name, found) in [
        ("objects.npy", "`|O`: Python objects"),
        ("text.npy", "`<U2`: text"),
        ("bytes.npy", "`|S2`: text"),
        ("complex.npy", "`<c16`: complex numbers"),
        ("dates.npy", "`<M8[D]`: dates"),
        ("durations.npy", "`<m8[s]`: durations"),
        ("records.npy", "a list: records of several fields"),
        ("long_double.npy", "`<f16`: floats of more than 64 bits"),
    ] {
        let found = format!("`{name}`, byte 20: the type of the values is {found}, {expected}");
        assert_eq!(message(read_npy::<AnyArray>(numpy(name))), found);
    }
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = |bytes: &[u8]| message(decode_npy::<ArrayD<u8>>(bytes));
    let header = |dictionary: &str| wrong(&npy(dictionary, &[1, 2]));
    assert_eq!(wrong(b""), "`bytes`: the file is empty, expected an NPY file");
    assert_eq!(
        wrong(b"\x93NUMPX\x01\0"),
        "`bytes`, byte 0: the magic number is 93 4e 55 4d 50 58, expected that of NPY: 93 4e 55 4d 50 59"
    );
    assert_eq!(wrong(b"\x93NUMPY\x04\0"), "`bytes`, byte 6: the version is 4.0, expected 1.0, 2.0 or 3.0");
    assert_eq!(
        wrong(b"\x93NUMPY\x02\0\xff\xff\xff\xff"),
        "`bytes`, byte 8: the length of the header is 4294967295 bytes, expected at most 65536 bytes"
    );
    assert_eq!(
        wrong(b"\x93NUMPY\x01\0\x10\0{}"),
        "`bytes`, byte 12: the end of the content is within the header, expected after it"
    );
    assert_eq!(header("[]"), "`bytes`, byte 10: the header is `[`, expected `{`");
    assert_eq!(header("{'descr' '|u1'}"), "`bytes`, byte 19: the header is `'|u1`, expected `:`");
    assert_eq!(header("{'fortran_order': 0}"), "`bytes`, byte 28: the header is `0`, expected `True` or `False`");
    assert_eq!(
        header("{'shape': (-1,)}"),
        "`bytes`, byte 21: the header is `-1`, expected an extent: a whole number that memory can hold"
    );
    assert_eq!(
        header("{'shape': (99999999999999999999,)}"),
        "`bytes`, byte 21: the header is `99999999999999999999`, expected an extent: a whole number that memory can hold"
    );
    let keys = "expected `descr`, `fortran_order` and `shape`, once each";
    assert_eq!(header("{'size': 1}"), format!("`bytes`, byte 11: a key of the header is `size`, {keys}"));
    assert_eq!(
        header("{'shape': (), 'shape': ()}"),
        format!("`bytes`, byte 24: a key of the header is `shape`, {keys}")
    );
    assert_eq!(
        header("{'shape': (2,), 'descr': '|u1'}"),
        "`bytes`, byte 10: the header is without `fortran_order`, expected one with it"
    );
    assert_eq!(
        header("{'shape': (2,), 'descr': '|u1', 'fortran_order': False} x"),
        "`bytes`, byte 66: the end of the header is `x`, expected blank"
    );
    assert_eq!(
        header("{'shape': (3,), 'descr': '|u1', 'fortran_order': False}"),
        "`bytes`, byte 65: the data is 2 bytes, expected 3 bytes: [3] of `u8`"
    );
    let many = format!("{{'shape': ({}), 'descr': '|u1', 'fortran_order': False}}", "1,".repeat(65));
    assert_eq!(header(&many), "`bytes`, byte 149: the header is `1`, expected `)` after 64 axes");
}

#[test]
fn shapes_whose_product_wraps_are_refused() {
    for shape in ["(9223372036854775807, 2)", "(0, 4294967296, 4294967296)", "(4294967296, 4294967296, 0)"] {
        let dictionary = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}");
        let message = message(decode_npy::<ArrayD<u8>>(&npy(&dictionary, &[])));
        assert!(message.starts_with("`bytes`, byte 60: the shape is ["), "{message}");
        assert!(message.ends_with("], expected one of at most 9223372036854775807 bytes"), "{message}");
    }
}

#[test]
fn truth_is_0_or_1() {
    let bytes = npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", &[1, 0, 2]);
    assert_eq!(
        message(decode_npy::<AnyArray>(&bytes)),
        "`bytes`, byte 67: a value of type `bool` is 2, expected 0 or 1"
    );
}

#[test]
fn files_of_other_formats_are_recognized() {
    let message = message(read_npy::<AnyArray>(numpy("stored_little.npz")));
    assert!(message.ends_with("help: `Npz::open` reads NPZ files"), "{message}");
}
