//! Text as what a model has learned about tables: it is refused, or it is what is written for what it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use monograd::Preprocessing;

fuzz_target!(|text: &str| {
    if let Ok(read) = Preprocessing::from_text("model.safetensors".as_ref(), text) {
        assert_eq!(read.to_text(), text);
    }
});
