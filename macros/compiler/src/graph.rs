//! The network as a graph of layers: names resolved, blocks and loops unrolled, no shapes yet.

use std::rc::Rc;
use std::sync::Arc;

use monograd_schema::{Layer, Loss, Metric, Optimizer};
use proc_macro2::Span;

use crate::ast::{ConstKind, Extent};

/// A node by its position; its inputs come before it.
pub type NodeId = usize;

/// Who owns parameters, by position: one for each layer, shared by all uses of a `static`.
pub type OwnerId = usize;

/// The network as a graph of layers.
#[derive(Debug, Default)]
pub struct Graph {
    /// Layers in the order of the declaration.
    pub nodes: Vec<Node>,
    /// Paths of the owners of parameters.
    pub owners: Vec<Owner>,
    /// What the network gives.
    pub outputs: Vec<Output>,
    /// The terms of the loss.
    pub losses: Vec<LossTerm>,
    /// The metrics.
    pub metrics: Vec<MetricTerm>,
    /// The optimizer.
    pub optimizer: Option<Optimizer>,
    /// Where its learning rate is written, or its name.
    pub optimizer_place: Option<Extent>,
    /// Blocks and shared layers that nothing uses, with what each is.
    pub unused: Vec<(proc_macro2::Ident, &'static str)>,
    /// Shapes that the user wrote beside a value.
    pub claims: Vec<Claim>,
    /// Constants of the declaration, which become constants of the struct.
    pub constants: Vec<Constant>,
    /// Names of values and uses of blocks, for editors; layers have their sites.
    pub mentions: Vec<Mention>,
}

/// A name of a value, or a use of a block.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The name.
    pub place: Span,
    /// What the block takes.
    pub inputs: Vec<NodeId>,
    /// The value.
    pub value: NodeId,
}

/// One layer.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its rules.
    pub layer: Arc<dyn Layer>,
    /// What it takes.
    pub inputs: Vec<NodeId>,
    /// Who owns its parameters.
    pub owner: OwnerId,
    /// Where it stands.
    pub site: Site,
}

/// Where a node stands in the declaration.
#[derive(Clone, Debug)]
pub struct Site {
    /// The smallest place to point at: the layer's name, or an operation.
    pub extent: Extent,
    /// Its line.
    pub line: usize,
    /// As written: `Dense(3, activation = relu)`.
    pub text: String,
    /// The name that a `let` gives to it.
    pub name: Option<String>,
    /// Where its activation is written as an option.
    pub activation: Option<Extent>,
    /// How to leave its activation out: ``remove `.relu()` ``.
    pub without: String,
    /// The block that it stands in.
    pub block: Option<Rc<BlockUse>>,
}

/// A block at one of its uses.
#[derive(Debug)]
pub struct BlockUse {
    /// The block with the values of its options: `Residual(filters = 32, stride = 2)`.
    pub text: String,
    /// Where it is used.
    pub extent: Extent,
    /// The line of that; none for a block that nothing uses.
    pub line: Option<usize>,
    /// Whether its text is in another macro call, which errors cannot point into.
    pub imported: bool,
    /// The block that this use stands in.
    pub outer: Option<Rc<BlockUse>>,
}

/// An owner of parameters.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The path: `residual_1.conv_2`.
    pub path: String,
}

/// One output of the network.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name: that of the variable, or `output`.
    pub name: String,
    /// Which value it is.
    pub node: NodeId,
    /// Where it is named.
    pub extent: Extent,
}

/// One term of the loss.
#[derive(Clone, Debug)]
pub struct LossTerm {
    /// Its function.
    pub loss: Loss,
    /// Its factor.
    pub weight: f64,
    /// Which output it reads.
    pub output: usize,
    /// As written.
    pub text: String,
    /// The function's name in the declaration.
    pub extent: Extent,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct MetricTerm {
    /// What it measures.
    pub metric: Metric,
    /// Which output it reads.
    pub output: usize,
    /// As written: `accuracy(finished)`.
    pub text: String,
    /// Its place in the declaration.
    pub extent: Extent,
    /// Where its number is written: the 5 of `top_k(5)`.
    pub number: Option<Extent>,
}

/// A shape that the user wrote beside a value: `let h: Tensor<7, 7, 64> = …`.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The value.
    pub node: NodeId,
    /// The name of the variable or block.
    pub name: String,
    /// The extents as written.
    pub extents: Vec<u64>,
    /// Where they are written.
    pub extent: Extent,
    /// The block that they stand in.
    pub block: Option<Rc<BlockUse>>,
}

/// A constant of the declaration.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name, with the user's span.
    pub name: proc_macro2::Ident,
    /// Lines of its doc comment.
    pub docs: Vec<String>,
    /// Its type.
    pub kind: ConstKind,
    /// Its value.
    pub value: crate::constant::Constant,
}

impl Site {
    /// Where to report a mistake at `extent`: in the block, or at its use if the block is imported.
    pub fn place(extent: Extent, block: &Option<Rc<BlockUse>>) -> Extent {
        let mut extent = extent;
        let mut next = block.as_ref();
        while let Some(block) = next {
            if block.imported {
                extent = block.extent;
            }
            next = block.outer.as_ref();
        }
        extent
    }

    /// The line that names the block and its use; empty outside of blocks.
    pub fn context(block: &Option<Rc<BlockUse>>) -> String {
        let Some(block) = block else { return String::new() };
        block.line.map_or(String::new(), |line| format!("\nin block `{}`, used at line {line}", block.text))
    }
}
