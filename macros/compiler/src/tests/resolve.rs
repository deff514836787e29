//! Names, constants, blocks and loops: statements in, a graph or mistakes out.

mod block;
mod constant;
mod import;
mod limit;
mod meant;
mod path;
mod repetition;
mod setting;
mod shared;
mod tensor;
mod unused_block;

use super::{graph, mistakes, mistakes_in_full, resolved, says};
use crate::graph::Graph;

/// The layers as `path(inputs)`.
fn layers(statements: &str) -> Vec<String> {
    show(&graph(statements))
}

fn show(graph: &Graph) -> Vec<String> {
    let path = |node: usize| graph.owners[graph.nodes[node].owner].path.as_str();
    let nodes = graph.nodes.iter().enumerate().map(|(id, node)| {
        let inputs: Vec<&str> = node.inputs.iter().map(|&input| path(input)).collect();
        format!("{}({})", path(id), inputs.join(", "))
    });
    nodes.collect()
}

/// The value of `const`s of a network: `A = 3`.
fn constants(declarations: &str) -> Vec<String> {
    let graph = graph(&format!("{declarations} let x = Input(2);"));
    graph.constants.iter().map(|constant| format!("{} = {}", constant.name, constant.value.text())).collect()
}

/// The value of an expression of a type.
fn value(kind: &str, expression: &str) -> String {
    constants(&format!("const A: {kind} = {expression};")).remove(0).split_off("A = ".len())
}
