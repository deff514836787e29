//! NPZ files: an error, or arrays that can be read by their names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::files::{AnyArray, Npz};

fuzz_target!(|bytes: &[u8]| {
    let Ok(npz) = Npz::decode(bytes) else { return };
    for name in npz.names() {
        let _ = npz.read::<AnyArray>(name);
    }
    assert!(npz.read::<AnyArray>("no array of this name").is_err());
});
