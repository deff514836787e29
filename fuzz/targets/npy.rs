//! NPY files: an error, or an array that is the same after writing and reading it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::files::{AnyArray, decode_npy, encode_npy};
use monograd::ndarray::Array2;

fuzz_target!(|bytes: &[u8]| {
    let _ = decode_npy::<Array2<f32>>(bytes);
    let Ok(array) = decode_npy::<AnyArray>(bytes) else { return };
    let written = encode(&array);
    let again: AnyArray = decode_npy(&written).expect("what is written is read");
    assert_eq!((array.shape(), array.value_type()), (again.shape(), again.value_type()));
    assert_eq!(encode(&again), written);
});

fn encode(array: &AnyArray) -> Vec<u8> {
    match array {
        AnyArray::Bool(array) => encode_npy(array),
        AnyArray::U8(array) => encode_npy(array),
        AnyArray::U16(array) => encode_npy(array),
        AnyArray::U32(array) => encode_npy(array),
        AnyArray::U64(array) => encode_npy(array),
        AnyArray::I8(array) => encode_npy(array),
        AnyArray::I16(array) => encode_npy(array),
        AnyArray::I32(array) => encode_npy(array),
        AnyArray::I64(array) => encode_npy(array),
        AnyArray::F32(array) => encode_npy(array),
        AnyArray::F64(array) => encode_npy(array),
        _ => panic!("a type without a case"),
    }
}
