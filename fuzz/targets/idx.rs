//! IDX files, compressed or not: an error, or an array that the bytes can hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::files::{AnyArray, decode_idx};
use monograd::ndarray::Array3;

/// No stream of deflate expands to more.
const MOST_EXPANSION: usize = 1032;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(array) = decode_idx::<AnyArray>(bytes) {
        assert!(array.shape().iter().product::<usize>() <= bytes.len() * MOST_EXPANSION);
    }
    let _ = decode_idx::<Array3<f64>>(bytes);
});
