//! Which layers find the gradient of their output already taken through their function.
//!
//! A layer that is the only reader of a value has the gradient of that value in the cache when it makes it. There it costs
//! next to nothing to take it on through the function that made the value; the layer before need not do it.

use monograd_schema::Tiny;

use crate::differentiate::{Contribution, Tape};

/// For each node, whether the layer that reads its output takes the gradient through the node's function.
pub(crate) fn taken(tape: &Tape, tiny: &[Option<Tiny>]) -> Vec<bool> {
    let nodes = &tape.shaped.graph.nodes;
    let mut contributions = vec![0; nodes.len()];
    for term in &tape.shaped.graph.losses {
        contributions[tape.roots[tape.shaped.graph.outputs[term.output].node]] += 1;
    }
    for step in &tape.backward {
        for &input in &nodes[step.node].inputs {
            contributions[tape.roots[input]] += 1;
        }
    }
    let mut taken = vec![false; nodes.len()];
    for step in tape.backward.iter().filter(|step| tiny[step.node].is_none()) {
        let node = &nodes[step.node];
        for (&input, contribution) in node.inputs.iter().zip(&step.inputs) {
            taken[input] = node.layer.takes_slopes()
                && *contribution == Contribution::First
                && contributions[input] == 1
                && tape.roots[input] == input
                && tiny[input].is_none()
                && nodes[input].layer.last_slope().is_some();
        }
    }
    taken
}
