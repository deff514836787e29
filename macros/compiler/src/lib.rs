//! The compiler behind `network!`.

#![forbid(unsafe_code)]

pub mod ast;
pub mod diagnostics;
