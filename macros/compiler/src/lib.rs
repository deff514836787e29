//! The compiler behind `network!`, as a library: every stage can be run and tested without rustc.
//!
//! [`expand`] is the table of contents.

#![forbid(unsafe_code)]

pub mod ast;
pub mod chain;
pub mod constant;
pub mod diagnostics;
pub mod differentiate;
pub mod emit;
pub mod expand;
pub mod fuse;
pub mod graph;
pub mod infer;
pub mod likely;
pub mod parse;
pub mod plan;
pub mod resolve;
mod slopes;
pub mod text;
mod tiny;
pub mod translate;
pub mod warning;

#[cfg(test)]
mod tests;
