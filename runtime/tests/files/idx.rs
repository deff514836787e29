//! IDX files.

use monograd::files::{AnyArray, decode_idx, read_idx};
use monograd::ndarray::{Array1, Array2, Array3, ArrayD, array};
use monograd::prelude::*;

use super::*;

#[test]
fn all_six_types_are_read() {
    let read = |value_type, bytes: &[u8]| {
        let width = bytes.len() as u32 / 2;
        assert_eq!(bytes.len() as u32 % width, 0);
        decode_idx::<AnyArray>(&idx(value_type, &[2], bytes)).unwrap()
    };
    assert_eq!(read(0x08, &[1, 255]), AnyArray::U8(array![1, 255].into_dyn()));
    assert_eq!(read(0x09, &[1, 255]), AnyArray::I8(array![1, -1].into_dyn()));
    assert_eq!(read(0x0b, &[1, 0, 255, 254]), AnyArray::I16(array![256, -2].into_dyn()));
    assert_eq!(read(0x0c, &[0, 1, 0, 0, 255, 255, 255, 253]), AnyArray::I32(array![65536, -3].into_dyn()));
    let floats = [1.5f32.to_be_bytes(), (-2.0f32).to_be_bytes()].concat();
    assert_eq!(read(0x0d, &floats), AnyArray::F32(array![1.5, -2.0].into_dyn()));
    let floats = [1.5f64.to_be_bytes(), (-2.0f64).to_be_bytes()].concat();
    assert_eq!(read(0x0e, &floats), AnyArray::F64(array![1.5, -2.0].into_dyn()));
}

#[test]
fn the_last_axis_runs_fastest() {
    let array: Array3<u8> = decode_idx(&idx(8, &[2, 1, 3], &[1, 2, 3, 4, 5, 6])).unwrap();
    assert_eq!(array, array![[[1, 2, 3]], [[4, 5, 6]]]);
    let array: Array3<f32> = decode_idx(&idx(8, &[2, 1, 3], &[1, 2, 3, 4, 5, 6])).unwrap();
    assert_eq!(array, array![[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]]);
}

#[test]
fn files_go_into_a_data_set() {
    let folder = Folder::new();
    let images = folder.file("images", &idx(8, &[2, 2], &[0, 255, 51, 102]));
    let labels = folder.file("labels.gz", &gzip(&idx(8, &[2], &[3, 1])));
    let x: Array2<f32> = read_idx(images).unwrap();
    let y: Array1<u8> = read_idx(labels).unwrap();
    let data = Dataset::new(x / 255.0, y).unwrap();
    assert_eq!(data.inputs().array(0), Some(array![[0.0, 1.0], [0.2, 0.4]].into_dyn()));
    assert_eq!(data.targets().array(0), Some(array![3.0, 1.0].into_dyn()));
}

#[test]
fn arrays_of_any_type_go_into_a_data_set() {
    let x: AnyArray = decode_idx(&idx(8, &[2, 2], &[0, 255, 51, 102])).unwrap();
    let y = AnyArray::Bool(array![true, false].into_dyn());
    for data in [Dataset::new(&x, &y).unwrap(), Dataset::new(x.clone(), y.clone()).unwrap()] {
        assert_eq!(data.inputs().array(0), Some(array![[0.0, 255.0], [51.0, 102.0]].into_dyn()));
        assert_eq!(data.targets().array(0), Some(array![1.0, 0.0].into_dyn()));
    }
}

#[test]
fn an_axis_of_0_is_an_empty_array() {
    let array: ArrayD<u8> = decode_idx(&idx(8, &[0, 28, 28], &[])).unwrap();
    assert_eq!(array.shape(), [0, 28, 28]);
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = |bytes: &[u8]| message(decode_idx::<Array2<f32>>(bytes));
    assert_eq!(wrong(b""), "`bytes`: the file is empty, expected an IDX file");
    assert_eq!(
        wrong(b"\0\0\x08"),
        "`bytes`, byte 3: the end of the content is within the magic number, expected after it"
    );
    assert_eq!(
        wrong(b"\x01\0\x08\x02"),
        "`bytes`, byte 0: the magic number is 01 00 08 02, expected that of IDX: 00 00, a type, a number of axes"
    );
    assert_eq!(
        wrong(&idx(10, &[1, 1], &[1])),
        "`bytes`, byte 2: the type of the values is 0a, expected 08, 09, 0b, 0c, 0d or 0e"
    );
    assert_eq!(wrong(&idx(8, &[], &[1])), "`bytes`, byte 3: the number of axes is 0, expected 1 or more");
    assert_eq!(
        wrong(b"\0\0\x08\x02\0\0\0\x01\0\0"),
        "`bytes`, byte 10: the end of the content is within the extent of axis 1, expected after it"
    );
    assert_eq!(wrong(&idx(8, &[4], &[1, 2, 3, 4])), "`bytes`, byte 4: the shape is [4], expected 2 axes");
    assert_eq!(
        wrong(&idx(12, &[1, 1], &[0, 0, 0, 1])),
        "`bytes`, byte 2: the type of the values is `i32`, expected `f32`\n\
         help: read an array of `i32`, and convert it by `mapv`"
    );
}

#[test]
fn long_shapes_are_cut_in_messages() {
    let wrong = |bytes: &[u8]| message(decode_idx::<Array2<f32>>(bytes));
    let of = |axes: usize| idx(8, &vec![1; axes], &[]);
    let ones = "1, 1, 1, 1, 1, 1, 1, 1";
    assert_eq!(wrong(&of(8)), format!("`bytes`, byte 4: the shape is [{ones}], expected 2 axes"));
    for axes in [9, 255] {
        let shape = format!("[{ones}, …] ({axes} axes)");
        assert_eq!(wrong(&of(axes)), format!("`bytes`, byte 4: the shape is {shape}, expected 2 axes"));
        let short = message(decode_idx::<AnyArray>(&of(axes)));
        let start = 4 + 4 * axes;
        assert_eq!(short, format!("`bytes`, byte {start}: the data is 0 bytes, expected 1 byte: {shape} of `u8`"));
        let large = message(decode_idx::<AnyArray>(&idx(8, &vec![2; axes], &[])));
        assert!(large.len() < 200, "{large}");
    }
}

#[test]
fn extents_and_length_must_agree() {
    let wrong = |bytes: &[u8]| message(decode_idx::<ArrayD<u8>>(bytes));
    assert_eq!(
        wrong(&idx(8, &[2, 3], &[1, 2, 3, 4, 5])),
        "`bytes`, byte 12: the data is 5 bytes, expected 6 bytes: [2, 3] of `u8`"
    );
    assert_eq!(
        message(decode_idx::<ArrayD<i16>>(&idx(11, &[1], &[1, 2, 3]))),
        "`bytes`, byte 8: the data is 3 bytes, expected 2 bytes: [1] of `i16`"
    );
    assert_eq!(
        wrong(&idx(8, &[u32::MAX], &[0; 16])),
        "`bytes`, byte 8: the data is 16 bytes, expected 4294967295 bytes: [4294967295] of `u8`"
    );
}

#[test]
fn extents_whose_product_wraps_are_refused() {
    let expected = "expected one of at most 9223372036854775807 bytes";
    let wrong = |shape: &[u32], found: &str| {
        let message = message(decode_idx::<ArrayD<u8>>(&idx(8, shape, &[0; 16])));
        assert_eq!(message, format!("`bytes`, byte 4: the shape is {found}, {expected}"));
    };
    wrong(&[1 << 31, 1 << 31, 4], "[2147483648, 2147483648, 4]");
    wrong(&[1 << 16, 1 << 16, 1 << 16, 1 << 16], "[65536, 65536, 65536, 65536]");
    wrong(&[0, 1 << 31, 1 << 31], "[0, 2147483648, 2147483648]");
    wrong(&[1 << 31, 1 << 31, 0], "[2147483648, 2147483648, 0]");
}
