//! ShapedGraph → Tape: the steps of training in order, and where each gradient comes from.

use monograd_schema::Role;

use crate::graph::NodeId;
use crate::infer::ShapedGraph;

/// The steps of the network, forward and backward.
#[derive(Debug)]
pub struct Tape {
    /// The graph that the steps are of.
    pub shaped: ShapedGraph,
    /// The node whose memory a value lives in: another one for views.
    pub roots: Vec<NodeId>,
    /// Layers that compute, in order.
    pub forward: Vec<NodeId>,
    /// The gradient that each term of the loss gives to its output.
    pub losses: Vec<Contribution>,
    /// Layers that a gradient goes through, in reverse order.
    pub backward: Vec<Backward>,
}

/// One backward step.
#[derive(Debug)]
pub struct Backward {
    /// The layer.
    pub node: NodeId,
    /// What it gives to each of its inputs.
    pub inputs: Vec<Contribution>,
    /// Whether it adds to the gradients of its parameters: a later use of a shared layer has written them.
    pub adds_to_parameters: bool,
}

/// What a step gives to the gradient of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contribution {
    /// Nobody needs it.
    None,
    /// The first: it is written.
    First,
    /// It is added to what is there.
    Further,
}

/// Differentiates the network with respect to its trainable parameters.
pub fn differentiate(shaped: ShapedGraph) -> Tape {
    let nodes = &shaped.graph.nodes;
    let mut roots: Vec<NodeId> = Vec::with_capacity(nodes.len());
    let mut learns: Vec<bool> = Vec::with_capacity(nodes.len());
    let mut forward = Vec::new();
    for (id, node) in nodes.iter().enumerate() {
        let view = node.layer.role() == Role::View;
        roots.push(if view && !node.inputs.is_empty() { roots[node.inputs[0]] } else { id });
        let own = shaped.parameters[node.owner].iter().any(|parameter| parameter.trainable);
        learns.push(own || node.inputs.iter().any(|&input| learns[input]));
        if !view {
            forward.push(id);
        }
    }
    let mut gradients = vec![false; nodes.len()];
    let mut contribute = |node: NodeId| {
        let root = roots[node];
        match (learns[node], std::mem::replace(&mut gradients[root], true)) {
            (false, _) => Contribution::None,
            (true, false) => Contribution::First,
            (true, true) => Contribution::Further,
        }
    };
    let losses = shaped.graph.losses.iter().map(|term| contribute(shaped.graph.outputs[term.output].node)).collect();
    let mut written = vec![false; shaped.graph.owners.len()];
    let mut backward = Vec::new();
    for &id in forward.iter().rev() {
        let node = &nodes[id];
        if shaped.graph.losses.is_empty() || !learns[id] {
            continue;
        }
        let inputs = node.inputs.iter().map(|&input| contribute(input)).collect();
        let adds_to_parameters = std::mem::replace(&mut written[node.owner], true);
        backward.push(Backward { node: id, inputs, adds_to_parameters });
    }
    Tape { shaped, roots, forward, losses, backward }
}
