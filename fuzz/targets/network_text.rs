//! Bytes as text as tokens: whatever lexes is expanded.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use fuzz::survives;
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| -> Corpus {
    // Places in earlier inputs are forgotten, or memory would fill with them.
    proc_macro2::extra::invalidate_current_thread_spans();
    match text.parse::<TokenStream>() {
        Ok(tokens) => survives(tokens, text.as_bytes()),
        Err(_) => return Corpus::Reject,
    }
    Corpus::Keep
});
