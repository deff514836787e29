//! One file per stage: text in, stage value or messages out.

mod expand;
mod parse;
mod resolve;

use proc_macro2::TokenStream;

use crate::diagnostics::{Diagnostics, position};
use crate::differentiate::{Tape, differentiate};
use crate::fuse::fuse;
use crate::graph::Graph;
use crate::infer::{ShapedGraph, infer};
use crate::parse::parse_network;

fn tokens(text: &str) -> TokenStream {
    match text.parse() {
        Ok(tokens) => tokens,
        Err(error) => panic!("{error} in {text}"),
    }
}

/// The mistakes in source order, as `line:column message`.
fn messages(diagnostics: Diagnostics) -> Vec<String> {
    let sorted = diagnostics.into_sorted();
    let shown = sorted.into_iter().map(|diagnostic| {
        let (line, column) = position(diagnostic.extent.first);
        format!("{line}:{column} {}", diagnostic.message)
    });
    shown.collect()
}

/// The graph of a network of these statements, which start on line 2, and the mistakes up to there.
fn resolved(statements: &str) -> (Graph, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let text = format!("struct Net;\n{statements}");
    let ast = parse_network(tokens(&text), &mut diagnostics);
    let ast = ast.unwrap_or_else(|| panic!("no tree of {text}"));
    let graph = crate::resolve::resolve(&ast, &[], &mut diagnostics);
    (graph, messages(diagnostics))
}

/// The graph of statements without mistakes.
fn graph(statements: &str) -> Graph {
    let (graph, messages) = resolved(statements);
    assert!(messages.is_empty(), "{messages:#?} in {statements}");
    graph
}

/// The shaped graph of statements without mistakes.
fn shaped(statements: &str) -> ShapedGraph {
    let mut diagnostics = Diagnostics::default();
    let shaped = infer(graph(statements), &mut diagnostics);
    let messages = messages(diagnostics);
    shaped.unwrap_or_else(|| panic!("{messages:#?} in {statements}"))
}

/// The steps of statements without mistakes.
fn tape(statements: &str) -> Tape {
    differentiate(fuse(shaped(statements)))
}

/// All mistakes of statements that start on line 2; the first line of each.
fn mistakes(statements: &str) -> Vec<String> {
    mistakes_in_full(statements).iter().map(|message| message.lines().next().unwrap_or("").to_string()).collect()
}

/// All mistakes of statements that start on line 2.
fn mistakes_in_full(statements: &str) -> Vec<String> {
    let expansion = crate::expand::network(tokens(&format!("struct Net;\n{statements}")));
    let shown = expansion.errors.into_iter().map(|error| {
        let (line, column) = position(error.extent.first);
        format!("{line}:{column} {}", error.message)
    });
    shown.collect()
}

/// The statements, which start on line 2, have this one mistake; its first line is compared.
fn says(statements: &str, message: &str) {
    assert_eq!(mistakes(statements), [message], "{statements}");
}
