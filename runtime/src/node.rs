//! Const descriptors that generated code hands to the runtime: where each tensor of a network lies.
//!
//! Offsets are integers of the compiler's plan. Those of activations count elements *per sample*: a tensor of a batch of
//! `rows` samples starts at `offset * rows`. There are two plans, for training (everything that backward reads again
//! stays) and for prediction.

use std::iter;
use std::ops::Range;

use monograd_schema::{
    Activation, Dtype, Fans, Initializer, Link, Loss, Metric, Optimizer, Regularizer, Shape, TargetKind, VERSION,
};

/// A tensor of activations: its shape per sample and its place in each plan.
#[derive(Clone, Copy, Debug)]
pub struct Tensor {
    /// The shape of one sample.
    pub shape: Shape,
    /// The offset in the training arena, in elements per sample.
    pub training: usize,
    /// The offset in the prediction arena, in elements per sample.
    pub prediction: usize,
    /// `u32` tensors lie in an arena of their own.
    pub dtype: Dtype,
}

impl Tensor {
    /// Numbers.
    pub const fn new(extents: &[usize], training: usize, prediction: usize) -> Self {
        Self { shape: Shape::of(extents), training, prediction, dtype: Dtype::F32 }
    }

    /// Tokens or categories.
    pub const fn indices(extents: &[usize], training: usize, prediction: usize) -> Self {
        Self { shape: Shape::of(extents), training, prediction, dtype: Dtype::U32 }
    }
}

/// Where a gradient goes: in the training arena, in elements per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gradient {
    /// Nobody needs it.
    None,
    /// The first contribution: it overwrites what is there.
    Write(usize),
    /// A further contribution: it is added.
    Add(usize),
    /// The only contribution, taken through the function that made the value: it overwrites what is there.
    Through(usize, Activation),
}

/// A parameter as one node sees it: its place in the parameter buffer, and in the gradient buffer at the same offset.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// The first element.
    pub offset: usize,
    /// Its shape.
    pub shape: Shape,
    /// Whether this node's gradient is added to that of another use of the same parameter.
    pub add: bool,
    /// Whether the layer updates it itself, where it makes its gradient.
    pub fused: bool,
}

impl Slot {
    /// The first use in backward order, or the only one.
    pub const fn new(offset: usize, extents: &[usize]) -> Self {
        Self { offset, shape: Shape::of(extents), add: false, fused: false }
    }

    /// A further use of a shared parameter.
    pub const fn shared(offset: usize, extents: &[usize]) -> Self {
        Self { offset, shape: Shape::of(extents), add: true, fused: false }
    }

    /// The only use, of a layer that updates the parameter itself.
    pub const fn fused(offset: usize, extents: &[usize]) -> Self {
        Self { offset, shape: Shape::of(extents), add: false, fused: true }
    }

    /// Its place in the parameter buffer.
    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.shape.elements()
    }
}

/// One layer of the network and what it is connected to.
#[derive(Debug)]
pub struct Node<L: ?Sized> {
    /// Its connections.
    pub wiring: Wiring,
    /// The layer with its options.
    pub layer: L,
}

/// What a layer is connected to.
#[derive(Debug)]
pub struct Wiring {
    /// The path of the layer: `block_1.dense_2`.
    pub name: &'static str,
    /// The line of the declaration that it stands on.
    pub line: u32,
    /// Its stream of random numbers.
    pub stream: u32,
    /// The tensors that it takes.
    pub inputs: &'static [Tensor],
    /// The gradients of these.
    pub d_inputs: &'static [Gradient],
    /// The tensor that it makes.
    pub output: Tensor,
    /// The gradient of that: an offset in the training arena. Backward may overwrite it.
    pub d_output: usize,
    /// Whether that has been taken through the layer's function already, by the layer that reads the output.
    pub slope_taken: bool,
    /// Its parameters.
    pub parameters: &'static [Slot],
    /// Tensors that forward writes for backward, in training only.
    pub saved: &'static [Tensor],
    /// Samples from which on its calls are worth a second thread; fewer stay on the caller's.
    pub split_from: usize,
}

/// One term of the loss.
#[derive(Debug)]
pub struct LossNode {
    /// As written: `mse(rating)`.
    pub name: &'static str,
    /// The line of the declaration.
    pub line: u32,
    /// Its function.
    pub loss: Loss,
    /// Its factor in the sum.
    pub weight: f64,
    /// The output that it reads.
    pub prediction: Tensor,
    /// The gradient of that output.
    pub d_prediction: Gradient,
    /// Which target it compares with.
    pub target: usize,
}

/// Everything about a network that the runtime's loops need to know.
#[derive(Debug)]
pub struct Layout {
    /// The name of the struct.
    pub name: &'static str,
    /// The file of the declaration.
    pub file: &'static str,
    /// A hash of what a file's numbers are for: layers, their functions, shapes and connections; no names.
    pub architecture: u64,
    /// What the network takes, in order of declaration.
    pub inputs: &'static [Input],
    /// What it gives, in the order of `output`.
    pub outputs: &'static [Output],
    /// What its losses compare with, one for each output that a loss reads, in the order of the outputs.
    pub targets: &'static [Target],
    /// The metrics, in order.
    pub metrics: &'static [MetricNode],
    /// The optimizer, if the network has a loss.
    pub optimizer: Option<Optimizer>,
    /// All parameters; the trainable ones come first.
    pub parameters: &'static [Parameter],
    /// Which of them have a regularizer.
    pub regularized: &'static [usize],
    /// The number of trainable values, a prefix of the parameter buffer.
    pub trainable: usize,
    /// The length of the parameter buffer.
    pub total: usize,
    /// Elements per sample of the arenas.
    pub training: Arena,
    /// Elements per sample of the arenas.
    pub prediction: Arena,
    /// Multiply-adds of one forward pass of one sample.
    pub multiply_adds: u64,
}

impl Layout {
    /// Generated code demands while it compiles that the network was planned by the rules of this runtime, and that its
    /// parameters fill their buffer without a gap, the trainable ones first.
    ///
    /// # Panics
    /// Where that is not so.
    pub const fn check(&self, rules: &str) {
        assert!(
            is_equal(rules.as_bytes(), VERSION.as_bytes()),
            "this network was planned by another version of Monograd than the one that it is compiled with: run `cargo update`"
        );
        let (mut total, mut trainable, mut regularized, mut next) = (0, 0, 0, 0);
        while next < self.parameters.len() {
            let parameter = &self.parameters[next];
            assert!(parameter.offset == total, "a parameter does not begin where the one before it ends");
            total += parameter.shape.elements();
            if parameter.trainable {
                trainable = total;
            }
            if parameter.regularizer.is_some() {
                assert!(self.regularized[regularized] == next, "a parameter's regularizer is not in the list of them");
                regularized += 1;
            }
            next += 1;
        }
        assert!(total == self.total, "the parameters do not fill their buffer");
        assert!(trainable == self.trainable, "the trainable parameters are not a prefix of their buffer");
        assert!(regularized == self.regularized.len(), "a parameter without a regularizer is in the list of them");
    }

    /// The trainable parameters that no layer updates itself, neighbours as one range.
    pub(crate) fn unfused(&self) -> impl Iterator<Item = Range<usize>> + use<'_> {
        let mut parameters =
            self.parameters.iter().filter(|parameter| parameter.trainable && !parameter.fused).peekable();
        iter::from_fn(move || {
            let mut range = parameters.next()?.range();
            while let Some(next) = parameters.next_if(|next| next.offset == range.end) {
                range.end = next.range().end;
            }
            Some(range)
        })
    }

    /// The parameters that have a regularizer, with it.
    pub(crate) fn regularized(&self) -> impl Iterator<Item = (&Regularizer, &Parameter)> {
        let parameters = self.regularized.iter().map(|&number| &self.parameters[number]);
        parameters.filter_map(|parameter| Some((parameter.regularizer.as_ref()?, parameter)))
    }
}

const fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let mut next = 0;
    while next < left.len() && next < right.len() && left[next] == right[next] {
        next += 1;
    }
    next == left.len() && next == right.len()
}

impl Parameter {
    /// Its place in the parameter buffer.
    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.shape.elements()
    }
}

/// Sizes of the buffers of one plan.
#[derive(Clone, Copy, Debug)]
pub struct Arena {
    /// Activations and gradients, per sample.
    pub floats: usize,
    /// Tokens and categories, per sample.
    pub indices: usize,
    /// Memory used within one call, per sample.
    pub workspace: usize,
    /// Memory used within one call, for any batch.
    pub fixed_workspace: usize,
}

/// An input of the network.
#[derive(Debug)]
pub struct Input {
    /// Its name in the declaration.
    pub name: &'static str,
    /// Its place.
    pub tensor: Tensor,
}

/// An output of the network.
#[derive(Debug)]
pub struct Output {
    /// Its name in the declaration, or `output`.
    pub name: &'static str,
    /// Its place: raw scores.
    pub tensor: Tensor,
    /// What `predict` applies to them.
    pub link: Link,
}

/// What a loss compares an output with.
#[derive(Debug)]
pub struct Target {
    /// The name of the output.
    pub name: &'static str,
    /// The shape of one sample.
    pub shape: Shape,
    /// Numbers or classes.
    pub kind: TargetKind,
    /// A condition on the values that the loss makes.
    pub loss: Loss,
}

/// A metric of an output.
#[derive(Debug)]
pub struct MetricNode {
    /// The name in `History` and `Evaluation`: `accuracy`, or `accuracy(finished)` where there are several outputs.
    pub name: &'static str,
    /// What it measures.
    pub metric: Metric,
    /// Which output it reads.
    pub output: usize,
    /// Which target it compares with.
    pub target: usize,
    /// The loss of that output, which says what the scores mean.
    pub loss: Loss,
}

/// A parameter of the network.
#[derive(Debug)]
pub struct Parameter {
    /// Its path: `block_1.dense_2.weight`.
    pub path: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// The first element in the parameter buffer.
    pub offset: usize,
    /// Its first values.
    pub initializer: Initializer,
    /// The scale of these.
    pub fans: Fans,
    /// A penalty added to the loss.
    pub regularizer: Option<Regularizer>,
    /// Whether it is learned.
    pub trainable: bool,
    /// Whether its layer updates it itself.
    pub fused: bool,
    /// For each axis the one that it is in PyTorch; empty where these are in the same order.
    pub pytorch: &'static [usize],
}
