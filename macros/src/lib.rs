//! The procedural macros of Monograd, reached through `monograd::network!` and `monograd::blocks!`.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// Called by `monograd::network!` with the path of the runtime before the declaration.
#[doc(hidden)]
#[proc_macro]
pub fn __network(input: TokenStream) -> TokenStream {
    monograd_compiler::expand::network(input.into()).into_tokens().into()
}

/// Called by `monograd::blocks!` with the path of the runtime before the definitions.
#[doc(hidden)]
#[proc_macro]
pub fn __blocks(input: TokenStream) -> TokenStream {
    monograd_compiler::expand::blocks(input.into()).into_tokens().into()
}
