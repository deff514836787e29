//! IDX files, compressed or not: an error, or an array that the bytes can hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::files::{AnyArray, decode_idx};
use monograd::ndarray::Array3;

/// The most bytes of an array that a file of so many may hold, if it is compressed.
fn most(length: usize) -> usize {
    8 * length + (16 << 20)
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(array) = decode_idx::<AnyArray>(bytes) {
        assert!(array.shape().iter().product::<usize>() <= most(bytes.len()));
    }
    let _ = decode_idx::<Array3<f64>>(bytes);
});
