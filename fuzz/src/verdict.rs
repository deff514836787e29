//! What has to hold for every input: code, or errors with something to say.

use std::hash::{DefaultHasher, Hash, Hasher};

use monograd_compiler::diagnostics::position;
use monograd_compiler::expand::{Expansion, blocks, network};
use proc_macro2::TokenStream;

/// One input in so many gets the thorough look.
const THOROUGH: u64 = 16;

/// Expands tokens as a network; panics where the result is neither code nor errors. Some inputs, chosen by their `bytes`, get
/// a thorough look, which takes several times as long: the code is parsed as Rust, and the tokens are expanded as a library
/// and for an editor too.
pub fn survives(input: TokenStream, bytes: &[u8]) {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let thorough = hasher.finish().is_multiple_of(THOROUGH);
    let call = |before: &str| {
        let mut call: TokenStream = before.parse().expect("these are tokens");
        call.extend(input.clone());
        call
    };
    let expansion = network(call("(::monograd)"));
    assert!(!expansion.errors.is_empty() || !expansion.tokens.is_empty(), "neither code nor errors");
    check_errors(&expansion);
    if thorough {
        check_code(&expansion);
        check_errors(&blocks(call("(::monograd)")));
        check_code(&network(call("(::monograd) [editor]")));
    }
}

/// Each error says something in the form of the others, and they are in source order.
fn check_errors(expansion: &Expansion) {
    for error in &expansion.errors {
        let message = &error.message;
        assert!(!message.trim().is_empty(), "an empty message");
        assert!(!message.contains("\n\n") && !message.contains('\t'), "{message:?}");
        assert!(message.lines().all(|line| line == line.trim_end()), "{message:?}");
        assert!(!error.to_tokens().is_empty());
    }
    let places: Vec<_> = expansion.errors.iter().map(|error| position(error.extent.first)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

/// The code, a stub after errors, is Rust's.
fn check_code(expansion: &Expansion) {
    if let Err(error) = syn::parse2::<syn::File>(expansion.tokens.clone()) {
        panic!("{error} in {}", expansion.tokens);
    }
}
