//! What has to hold for every input: code, or errors with something to say.

use monograd_compiler::diagnostics::position;
use monograd_compiler::expand::{Expansion, blocks, network};
use proc_macro2::TokenStream;

/// Expands tokens as a network; panics where the result is neither code nor errors. A `thorough` look also parses the code,
/// which takes as long as the rest, and expands the tokens as a library and for an editor.
pub fn survives(input: TokenStream, thorough: bool) {
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
