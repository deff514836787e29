//! Tape → Plan: where each tensor lies. Pure integers.
//!
//! Offsets count elements per sample, in multiples of [`ALIGNMENT`], so that a batch of any size begins on a cache line.
//! Two tensors share memory when they are never needed at the same time.

use monograd_schema::{ChainLink, Dtype, Optimizer, Parameter, Role, Shape, Tiny, WORTH_A_THREAD, Workspace};

use crate::differentiate::{Contribution, Tape};
use crate::graph::NodeId;
use crate::{slopes, tiny};

/// Tensors begin at multiples of this many elements per sample: 64 bytes of `f32`.
pub const ALIGNMENT: usize = 16;

/// Where each tensor of the network lies.
#[derive(Debug)]
pub struct Plan {
    /// The steps.
    pub tape: Tape,
    /// The offset of each node's output while training.
    pub training: Vec<usize>,
    /// The offset of each node's output in prediction.
    pub prediction: Vec<usize>,
    /// The offset of the gradient of each node's output.
    pub gradients: Vec<usize>,
    /// The offsets of what each node keeps for backward.
    pub saved: Vec<Vec<usize>>,
    /// Elements per sample of the training arena.
    pub training_size: usize,
    /// Elements per sample that the training arena would have if no tensors shared memory.
    pub unshared_size: usize,
    /// Elements per sample of the prediction arena.
    pub prediction_size: usize,
    /// Elements per sample of the arena of `u32` tensors.
    pub indices_size: usize,
    /// Inputs and units of the layers that are compiled for their sizes.
    pub tiny: Vec<Option<Tiny>>,
    /// The layers, where the network is a chain of tiny ones that is trained in one loop.
    pub trained_chain: Option<Vec<(NodeId, ChainLink)>>,
    /// The layers, where the network is a chain of small ones that one sample goes through in one function.
    pub predicted_chain: Option<Vec<(NodeId, ChainLink)>>,
    /// The largest memory that one call needs.
    pub workspace: Workspace,
    /// The first element of each parameter of each owner.
    pub parameters: Vec<Vec<usize>>,
    /// Whether a layer updates a parameter itself, where it makes its gradient.
    pub fused: Vec<Vec<bool>>,
    /// Whether the gradient of a node's output has been taken through the node's function by the layer that reads it.
    pub slopes: Vec<bool>,
    /// For each node, the samples from which on its calls are worth a second thread.
    pub split_from: Vec<usize>,
    /// Elements of the parameter buffer that are learned: a prefix of it.
    pub trainable: usize,
    /// Elements of the parameter buffer.
    pub total: usize,
    /// Multiply-adds of one forward pass of one sample.
    pub multiply_adds: u64,
}

impl Plan {
    /// Bytes that training takes with a batch of `rows`, workspace included.
    pub fn training_bytes(&self, rows: usize) -> u64 {
        let slots =
            self.tape.shaped.graph.optimizer.as_ref().map_or(0, |optimizer: &Optimizer| optimizer.slots().len());
        let parameters = self.total + self.trainable * (1 + slots);
        let per_sample = self.training_size + self.indices_size + self.workspace.per_sample;
        4 * (parameters as u64 + self.workspace.fixed as u64 + per_sample as u64 * rows as u64)
    }
}

/// Plans all memory of a network.
pub fn plan(tape: Tape) -> Plan {
    let count = tape.shaped.graph.nodes.len();
    let (parameters, trainable, total) = parameters(&tape);
    let tiny = tiny::layers(&tape);
    let mut plan = Plan {
        training: vec![0; count],
        prediction: vec![0; count],
        gradients: vec![0; count],
        saved: vec![vec![]; count],
        training_size: 0,
        unshared_size: 0,
        prediction_size: 0,
        indices_size: 0,
        trained_chain: tiny::trained_chain(&tape, &tiny),
        predicted_chain: tiny::predicted_chain(&tape),
        workspace: Workspace::default(),
        fused: fused(&tape, &tiny),
        slopes: slopes::taken(&tape, &tiny),
        split_from: split_from(&tape, &tiny),
        tiny,
        parameters,
        trainable,
        total,
        multiply_adds: 0,
        tape,
    };
    plan.place_indices();
    plan.place_training();
    plan.place_prediction();
    plan.measure();
    plan
}

/// The first element of each parameter; trainable ones come first.
fn parameters(tape: &Tape) -> (Vec<Vec<usize>>, usize, usize) {
    let owners = &tape.shaped.parameters;
    let mut offsets: Vec<Vec<usize>> = owners.iter().map(|owned| vec![0; owned.len()]).collect();
    let (mut next, mut trainable) = (0, 0);
    for learned in [true, false] {
        for (owner, owned) in owners.iter().enumerate() {
            for (position, parameter) in owned.iter().enumerate() {
                if parameter.trainable == learned {
                    offsets[owner][position] = next;
                    next += parameter.shape.elements();
                }
            }
        }
        if learned {
            trainable = next;
        }
    }
    (offsets, trainable, next)
}

/// Which parameters their layers update: those of one use, whose gradient is whole as soon as it is made, of layers that are
/// not compiled for their sizes.
fn fused(tape: &Tape, tiny: &[Option<Tiny>]) -> Vec<Vec<bool>> {
    let mut uses = vec![0; tape.shaped.parameters.len()];
    for step in &tape.backward {
        uses[tape.shaped.graph.nodes[step.node].owner] += if tiny[step.node].is_some() { 2 } else { 1 };
    }
    let fused = |(owned, &uses): (&Vec<Parameter>, &usize)| {
        let fused = |parameter: &Parameter| {
            parameter.fused && parameter.trainable && parameter.regularizer.is_none() && uses == 1
        };
        owned.iter().map(fused).collect()
    };
    tape.shaped.parameters.iter().zip(&uses).map(fused).collect()
}

/// Multiply-adds that one value of a layer takes at most, where the layer is no product: a function with an exponential.
const COST_OF_A_VALUE: usize = 16;

/// The samples from which on the calls of each node are worth a second thread; those of layers that are compiled for their
/// sizes never are.
fn split_from(tape: &Tape, tiny: &[Option<Tiny>]) -> Vec<usize> {
    let shape = |node: NodeId| tape.shaped.tensors[node].shape;
    let samples = |(id, node): (NodeId, &crate::graph::Node)| {
        if tiny[id].is_some() {
            return usize::MAX;
        }
        let shapes: Vec<Shape> = node.inputs.iter().map(|&input| shape(input)).collect();
        let values = shapes.iter().map(Shape::elements).sum::<usize>().max(shape(id).elements());
        let cost = (node.layer.multiply_adds(&shapes) as usize).max(values.saturating_mul(COST_OF_A_VALUE));
        (2 * WORTH_A_THREAD).div_ceil(cost.max(1))
    };
    tape.shaped.graph.nodes.iter().enumerate().map(samples).collect()
}

/// A tensor and the steps between which its memory is its own.
#[derive(Clone, Copy, Debug)]
struct Buffer {
    size: usize,
    first: usize,
    last: usize,
}

impl Buffer {
    fn new(shape: Shape, first: usize) -> Self {
        Self { size: shape.elements().next_multiple_of(ALIGNMENT), first, last: first }
    }

    fn live_until(&mut self, step: usize) {
        self.last = self.last.max(step);
    }
}

/// Gives each buffer the lowest offset that no buffer alive at the same time covers, largest first.
fn allocate(buffers: &[Buffer]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..buffers.len()).collect();
    order.sort_by_key(|&buffer| (std::cmp::Reverse(buffers[buffer].size), buffers[buffer].first, buffer));
    let mut offsets = vec![0; buffers.len()];
    let mut placed: Vec<usize> = Vec::new(); // by offset
    let mut size = 0;
    for buffer in order {
        let Buffer { size: length, first, last } = buffers[buffer];
        let mut offset = 0;
        for &other in &placed {
            let together = buffers[other].first <= last && first <= buffers[other].last;
            if together && offsets[other] < offset + length && offset < offsets[other] + buffers[other].size {
                offset = offsets[other] + buffers[other].size;
            }
        }
        offsets[buffer] = offset;
        let position = placed.partition_point(|&other| offsets[other] <= offset);
        placed.insert(position, buffer);
        size = size.max(offset + length);
    }
    (offsets, size)
}

impl Plan {
    fn shape(&self, node: NodeId) -> Shape {
        self.tape.shaped.tensors[node].shape
    }

    /// `u32` tensors are inputs; they lie one after the other, for the whole step.
    fn place_indices(&mut self) {
        for node in 0..self.tape.roots.len() {
            if self.tape.shaped.tensors[node].dtype == Dtype::U32 {
                let root = self.tape.roots[node];
                if root == node {
                    self.training[node] = self.indices_size;
                    self.indices_size += self.shape(node).elements().next_multiple_of(ALIGNMENT);
                }
                (self.training[node], self.prediction[node]) = (self.training[root], self.training[root]);
            }
        }
    }

    fn is_float_root(&self, node: NodeId) -> bool {
        self.tape.roots[node] == node && self.tape.shaped.tensors[node].dtype == Dtype::F32
    }

    /// Steps: 0 fills the inputs, then forward, one for all losses and metrics, then backward.
    fn place_training(&mut self) {
        let nodes = &self.tape.shaped.graph.nodes;
        let roots = &self.tape.roots;
        let loss = self.tape.forward.len() + 1;
        let end = loss + self.tape.backward.len() + 1;
        let mut buffers: Vec<Buffer> = (0..nodes.len()).map(|node| Buffer::new(self.shape(node), 0)).collect();
        for (node, buffer) in buffers.iter_mut().enumerate() {
            if nodes[node].inputs.is_empty() {
                buffer.live_until(loss); // A second forward pass may look for the first NaN.
            }
        }
        let mut saved: Vec<Vec<Buffer>> = vec![vec![]; nodes.len()];
        for (position, &node) in self.tape.forward.iter().enumerate() {
            let step = position + 1;
            (buffers[node].first, buffers[node].last) = (step, step);
            let inputs = &nodes[node].inputs;
            inputs.iter().for_each(|&input| buffers[roots[input]].live_until(step));
            let shapes: Vec<Shape> = inputs.iter().map(|&input| self.shape(input)).collect();
            saved[node] = nodes[node].layer.saved(&shapes).into_iter().map(|shape| Buffer::new(shape, step)).collect();
        }
        for output in &self.tape.shaped.graph.outputs {
            buffers[roots[output.node]].live_until(end); // Metrics may read outputs after the step.
        }
        let mut gradients: Vec<Option<Buffer>> = vec![None; nodes.len()];
        let outputs = &self.tape.shaped.graph.outputs;
        for (term, contribution) in self.tape.shaped.graph.losses.iter().zip(&self.tape.losses) {
            let node = outputs[term.output].node;
            if *contribution != Contribution::None {
                gradients[roots[node]].get_or_insert(Buffer::new(self.shape(node), loss));
            }
        }
        for (position, backward) in self.tape.backward.iter().enumerate() {
            let (step, node) = (loss + 1 + position, backward.node);
            let saves = nodes[node].layer.saves();
            if let Some(gradient) = &mut gradients[roots[node]] {
                gradient.live_until(step);
            }
            saved[node].iter_mut().for_each(|buffer| buffer.live_until(step));
            if saves.output && !self.slopes[node] {
                buffers[roots[node]].live_until(step);
            }
            for (&input, contribution) in nodes[node].inputs.iter().zip(&backward.inputs) {
                if saves.inputs || self.slopes[input] {
                    buffers[roots[input]].live_until(step);
                }
                if *contribution != Contribution::None {
                    let size = Buffer::new(self.shape(input), step);
                    gradients[roots[input]].get_or_insert(size).live_until(step);
                }
            }
        }
        let mut all: Vec<Buffer> = Vec::new();
        let mut targets: Vec<Target> = Vec::new();
        for node in (0..nodes.len()).filter(|&node| self.is_float_root(node)) {
            all.push(buffers[node]);
            targets.push(Target::Output(node));
            if let Some(gradient) = gradients[node] {
                all.push(gradient);
                targets.push(Target::Gradient(node));
            }
            for (position, &buffer) in saved[node].iter().enumerate() {
                all.push(buffer);
                targets.push(Target::Saved(node, position));
            }
        }
        let (offsets, size) = allocate(&all);
        self.saved = saved.iter().map(|buffers| vec![0; buffers.len()]).collect();
        for (target, &offset) in targets.into_iter().zip(&offsets) {
            match target {
                Target::Output(node) => self.training[node] = offset,
                Target::Gradient(node) => self.gradients[node] = offset,
                Target::Saved(node, position) => self.saved[node][position] = offset,
            }
        }
        for node in 0..self.tape.roots.len() {
            let root = self.tape.roots[node];
            (self.training[node], self.gradients[node]) = (self.training[root], self.gradients[root]);
        }
        self.training_size = size;
        self.unshared_size = all.iter().map(|buffer| buffer.size).sum();
    }

    /// Steps: 0 fills the inputs, then forward; outputs stay to the end. Layers for training alone hand their input through.
    fn place_prediction(&mut self) {
        let nodes = &self.tape.shaped.graph.nodes;
        let mut roots: Vec<NodeId> = Vec::with_capacity(nodes.len());
        for (id, node) in nodes.iter().enumerate() {
            let alias = !node.inputs.is_empty() && node.layer.role() != Role::Compute;
            roots.push(if alias { roots[node.inputs[0]] } else { id });
        }
        let end = self.tape.forward.len() + 1;
        let mut buffers: Vec<Buffer> = (0..nodes.len()).map(|node| Buffer::new(self.shape(node), 0)).collect();
        for (position, &node) in self.tape.forward.iter().enumerate() {
            let step = position + 1;
            (buffers[node].first, buffers[node].last) = (step, step.max(buffers[node].last));
            nodes[node].inputs.iter().for_each(|&input| buffers[roots[input]].live_until(step));
        }
        for output in &self.tape.shaped.graph.outputs {
            buffers[roots[output.node]].live_until(end);
        }
        let owners: Vec<NodeId> = (0..nodes.len())
            .filter(|&node| roots[node] == node && self.tape.shaped.tensors[node].dtype == Dtype::F32)
            .collect();
        let (offsets, size) = allocate(&owners.iter().map(|&node| buffers[node]).collect::<Vec<_>>());
        for (&node, &offset) in owners.iter().zip(&offsets) {
            self.prediction[node] = offset;
        }
        for (node, &root) in roots.iter().enumerate() {
            self.prediction[node] = self.prediction[root];
        }
        self.prediction_size = size;
    }

    fn measure(&mut self) {
        for node in &self.tape.shaped.graph.nodes {
            let shapes: Vec<Shape> = node.inputs.iter().map(|&input| self.tape.shaped.tensors[input].shape).collect();
            let workspace = node.layer.workspace(&shapes);
            self.workspace.per_sample = self.workspace.per_sample.max(workspace.per_sample);
            self.workspace.fixed = self.workspace.fixed.max(workspace.fixed);
            self.multiply_adds = self.multiply_adds.saturating_add(node.layer.multiply_adds(&shapes));
        }
    }
}

/// Whose memory a planned buffer is.
enum Target {
    Output(NodeId),
    Gradient(NodeId),
    Saved(NodeId, usize),
}
