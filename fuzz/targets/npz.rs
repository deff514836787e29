//! NPZ files: an error, or arrays that can be read by their names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::files::{AnyArray, Npz};

fuzz_target!(|bytes: &[u8]| {
    let Ok(npz) = Npz::decode(bytes) else { return };
    for name in npz.names() {
        if let Ok(array) = npz.read::<AnyArray>(name) {
            assert!(array.shape().iter().product::<usize>() <= 8 * bytes.len() + (16 << 20));
        }
    }
    assert!(npz.read::<AnyArray>("no array of this name").is_err());
});
