//! Layers and networks so small that their sizes are constants of the code (see `schema::Layer::tiny`).

use monograd_schema::{ChainLink, Dtype, Loss, Role, Shape, Tiny};

use crate::differentiate::Tape;
use crate::graph::NodeId;

/// Different sizes of layers that a network has compiled for them: each takes rustc a tenth of a second or two.
pub(crate) const MOST_TINY_SIZES: usize = 16;

/// Links of a chain, which is compiled as one function.
const LONGEST_CHAIN: usize = 4;

/// Weights of the largest link of a chain that one sample goes through: the way from layer to layer takes some tens of
/// nanoseconds, a tenth of what so many multiply-adds do (bench `handwritten`).
const LARGEST_PREDICTED_LINK: usize = 1024;

/// The sizes of the layers that are compiled for them: the first ones, up to [`MOST_TINY_SIZES`].
pub(crate) fn layers(tape: &Tape) -> Vec<Option<Tiny>> {
    let mut known: Vec<[usize; 2]> = Vec::new();
    let mut layers = vec![None; tape.roots.len()];
    for &id in &tape.forward {
        let node = &tape.shaped.graph.nodes[id];
        let shapes: Vec<Shape> = node.inputs.iter().map(|&input| tape.shaped.tensors[input].shape).collect();
        let Some(tiny) = node.layer.tiny(&shapes) else { continue };
        let sizes = [tiny.inputs, tiny.units];
        if !known.contains(&sizes) {
            if known.len() == MOST_TINY_SIZES {
                continue;
            }
            known.push(sizes);
        }
        layers[id] = Some(tiny);
    }
    layers
}

/// The layers of a network that is nothing but a chain of tiny ones, from its input to a mean squared error.
///
/// Penalties and metrics are computed from parameters and outputs in memory, so a network with one of these is no chain.
pub(crate) fn trained_chain(tape: &Tape, tiny: &[Option<Tiny>]) -> Option<Vec<(NodeId, ChainLink)>> {
    let graph = &tape.shaped.graph;
    let chain = chain(tape, |id, _| tiny[id].is_some(), |_| false)?;
    let mut owners: Vec<_> = chain.iter().map(|&(id, _)| graph.nodes[id].owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let owned = owners.len() == chain.len();
    let plain = matches!(&graph.losses[..], [loss] if loss.loss == Loss::Mse) && graph.metrics.is_empty();
    let free = tape.shaped.parameters.iter().flatten().all(|parameter| parameter.regularizer.is_none());
    (owned && plain && free).then_some(chain)
}

/// The layers of a network that is nothing but a chain of small ones in prediction, whatever its loss.
pub(crate) fn predicted_chain(tape: &Tape) -> Option<Vec<(NodeId, ChainLink)>> {
    let vanishes = |id: NodeId| tape.shaped.graph.nodes[id].layer.role() != Role::Compute;
    chain(tape, |_, link| link.inputs * link.units <= LARGEST_PREDICTED_LINK, vanishes)
}

/// The layers, if each reads only the one before, the first the input, and the last is the output; without those that
/// vanish, which hand their input through.
fn chain(
    tape: &Tape,
    belongs: impl Fn(NodeId, ChainLink) -> bool,
    vanishes: impl Fn(NodeId) -> bool,
) -> Option<Vec<(NodeId, ChainLink)>> {
    let (nodes, tensors) = (&tape.shaped.graph.nodes, &tape.shaped.tensors);
    let value = |mut id: NodeId| {
        while vanishes(id) && !nodes[id].inputs.is_empty() {
            id = nodes[id].inputs[0];
        }
        id
    };
    let mut chain: Vec<(NodeId, ChainLink)> = Vec::new();
    for &id in tape.forward.iter().filter(|&&id| !vanishes(id)) {
        let [input] = nodes[id].inputs[..] else { return None };
        let link = nodes[id].layer.link(&[tensors[input].shape]).filter(|&link| belongs(id, link))?;
        let follows = match chain.last() {
            Some(&(last, _)) => value(input) == last,
            None => nodes[value(input)].inputs.is_empty() && tensors[input].dtype == Dtype::F32,
        };
        if !follows || chain.len() == LONGEST_CHAIN {
            return None;
        }
        chain.push((id, link));
    }
    let [output] = &tape.shaped.graph.outputs[..] else { return None };
    (chain.last()?.0 == value(output.node)).then_some(chain)
}
