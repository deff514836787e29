//! Layers and networks so small that their sizes are constants of the code (see `schema::Layer::tiny`).

use monograd_schema::{Dtype, Loss, Shape, Tiny};

use crate::differentiate::Tape;
use crate::graph::NodeId;

/// Different sizes of layers that a network has compiled for them: each takes rustc a tenth of a second or two.
pub(crate) const MOST_TINY_SIZES: usize = 16;

/// Links of a chain, which is compiled as one function.
const LONGEST_CHAIN: usize = 4;

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

/// The layers of a network that is nothing but a chain of them, from its input to a mean squared error.
///
/// Penalties and metrics are computed from parameters and outputs in memory, so a network with one of these is no chain.
pub(crate) fn chain(tape: &Tape, tiny: &[Option<Tiny>]) -> Option<Vec<NodeId>> {
    let (graph, layers) = (&tape.shaped.graph, &tape.forward);
    let ([loss], [output], [first, ..]) = (&graph.losses[..], &graph.outputs[..], &layers[..]) else { return None };
    let from_input = match graph.nodes[*first].inputs[..] {
        [input] => graph.nodes[input].inputs.is_empty() && tape.shaped.tensors[input].dtype == Dtype::F32,
        _ => false,
    };
    let linked = layers.windows(2).all(|pair| graph.nodes[pair[1]].inputs == [pair[0]]);
    let chains = layers.iter().all(|&id| tiny[id].is_some_and(|tiny| tiny.link.is_some()));
    let mut owners: Vec<_> = layers.iter().map(|&id| graph.nodes[id].owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let owned = owners.len() == layers.len();
    let whole = from_input && linked && chains && owned && layers.last() == Some(&output.node);
    let plain = loss.loss == Loss::Mse && graph.metrics.is_empty();
    let free = tape.shaped.parameters.iter().flatten().all(|parameter| parameter.regularizer.is_none());
    let short = (1..=LONGEST_CHAIN).contains(&layers.len());
    (whole && plain && free && short).then(|| layers.clone())
}
