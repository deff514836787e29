//! ShapedGraph → ShapedGraph: neighbours that one call can compute together become one.
//!
//! Which layers can take what is said in the schema; this stage only asks.

use crate::graph::NodeId;
use crate::infer::ShapedGraph;

/// Fuses activations into the layer before them, where nobody else reads that layer.
pub fn fuse(mut shaped: ShapedGraph) -> ShapedGraph {
    let count = shaped.graph.nodes.len();
    let mut readers = vec![0; count];
    for node in &shaped.graph.nodes {
        for &input in &node.inputs {
            readers[input] += 1;
        }
    }
    for output in &shaped.graph.outputs {
        readers[output.node] += 1;
    }
    // Shared layers have several uses, which need not all go through the same function.
    let mut uses = vec![0; shaped.graph.owners.len()];
    for node in &shaped.graph.nodes {
        uses[node.owner] += 1;
    }
    let mut replaced: Vec<NodeId> = (0..count).collect();
    for id in 0..count {
        let inputs: Vec<NodeId> = shaped.graph.nodes[id].inputs.iter().map(|&input| replaced[input]).collect();
        shaped.graph.nodes[id].inputs = inputs;
        let node = &shaped.graph.nodes[id];
        let (Some(function), &[input]) = (node.layer.as_activation(), node.inputs.as_slice()) else { continue };
        let before = &shaped.graph.nodes[input];
        if readers[input] != 1 || uses[before.owner] != 1 {
            continue;
        }
        if let Some(layer) = before.layer.with_activation(function) {
            readers[input] = readers[id];
            shaped.graph.nodes[input].layer = layer;
            replaced[id] = input;
        }
    }
    compact(shaped, &replaced)
}

/// Drops nodes that another one replaces.
fn compact(mut shaped: ShapedGraph, replaced: &[NodeId]) -> ShapedGraph {
    let mut position = vec![0; replaced.len()];
    let mut next = 0;
    for id in 0..replaced.len() {
        if replaced[id] == id {
            position[id] = next;
            next += 1;
        }
    }
    let to = |id: NodeId| position[replaced[id]];
    let mut id = 0;
    shaped.graph.nodes.retain(|_| {
        id += 1;
        replaced[id - 1] == id - 1
    });
    id = 0;
    shaped.tensors.retain(|_| {
        id += 1;
        replaced[id - 1] == id - 1
    });
    for node in &mut shaped.graph.nodes {
        node.inputs.iter_mut().for_each(|input| *input = to(*input));
    }
    shaped.graph.outputs.iter_mut().for_each(|output| output.node = to(output.node));
    shaped.graph.claims.clear();
    shaped
}
