//! One step of a network: what generated code calls, once for each layer.

use monograd_schema::{Dtype, Role};

use crate::data::TargetMemory;
use crate::float::Float;
use crate::kernels::{Memory, Position, Threads};
use crate::layer::{AnyNode, Gradients, Layer, Parameters, Pass, Place, Row, Tensors, Tiny, Values, read_and_write};
use crate::losses;
use crate::node::{Arena, Gradient, Layout, LossNode, Node, Tensor, Wiring};

/// The compiled network: straight-line calls of [`Step`], written by `network!`.
pub trait Program<T: Float>: Sync {
    /// What the loops around the network need to know.
    fn layout(&self) -> &'static Layout;

    /// All layers, in order.
    fn forward(&self, step: &mut Step<'_, T>);

    /// All terms of the loss, with the gradients of the outputs in training.
    fn loss(&self, step: &mut Step<'_, T>);

    /// All layers that a gradient goes through, in reverse order.
    fn backward(&self, step: &mut Step<'_, T>);

    /// Forward, loss and backward in one loop over the samples, where the network is a chain of tiny layers and the processor
    /// has registers for that; false where not.
    fn train(&self, _step: &mut Step<'_, T>) -> bool {
        false
    }

    /// The scores of one sample, where the network is a chain of small layers and the processor has registers for that; false
    /// where not.
    fn predict_row(&self, _parameters: &[T], _x: &[T], _y: &mut [T]) -> bool {
        false
    }
}

/// The memory of one plan, for batches up to its capacity.
#[derive(Debug)]
pub struct Buffers<T> {
    pub(crate) floats: Memory<T>,
    pub(crate) indices: Memory<u32>,
    pub(crate) workspace: Memory<T>,
    rows: usize,
}

impl<T: Float> Default for Buffers<T> {
    fn default() -> Self {
        let position = Position::Other;
        let (floats, workspace) = (Memory::empty(position), Memory::empty(position));
        Self { floats, indices: Memory::empty(position), workspace, rows: 0 }
    }
}

impl<T: Float> Buffers<T> {
    /// Grows to batches of `rows` samples, with any values in them; never shrinks.
    ///
    /// # Panics
    /// When there is not enough memory.
    #[inline]
    pub fn reserve(&mut self, arena: &Arena, rows: usize) {
        self.try_reserve(arena, rows).expect("there is memory for the samples");
    }

    /// The same, or nothing if there is not enough memory.
    #[inline]
    pub(crate) fn try_reserve(&mut self, arena: &Arena, rows: usize) -> Option<()> {
        if rows > self.rows || self.workspace.len() < arena.fixed_workspace {
            self.grow(arena, rows.max(self.rows))?;
        }
        Some(())
    }

    #[cold]
    fn grow(&mut self, arena: &Arena, rows: usize) -> Option<()> {
        fn grow<A: Copy>(memory: &mut Memory<A>, length: usize, value: A) -> Option<()> {
            if length > memory.len() {
                *memory = Memory::empty(Position::Other); // before there are two of them
                *memory = Memory::try_new(Position::Other, length, value)?;
            }
            Some(())
        }
        self.rows = 0;
        grow(&mut self.floats, arena.floats.checked_mul(rows)?, T::ZERO)?;
        grow(&mut self.indices, arena.indices.checked_mul(rows)?, 0)?;
        let workspace = arena.workspace.checked_mul(rows)?.checked_add(arena.fixed_workspace)?;
        grow(&mut self.workspace, workspace, T::ZERO)?;
        self.rows = rows;
        Some(())
    }

    /// The part of an `f32` tensor's memory that belongs to one batch.
    pub(crate) fn floats_of(&mut self, tensor: &Tensor, training: bool, rows: usize) -> &mut [T] {
        let offset = if training { tensor.training } else { tensor.prediction };
        &mut self.floats[Place::new(offset, tensor.shape.elements(), rows).range()]
    }

    /// The part of a `u32` tensor's memory that belongs to one batch.
    pub(crate) fn indices_of(&mut self, tensor: &Tensor, training: bool, rows: usize) -> &mut [u32] {
        let offset = if training { tensor.training } else { tensor.prediction };
        &mut self.indices[Place::new(offset, tensor.shape.elements(), rows).range()]
    }
}

/// One batch on its way through the network.
pub struct Step<'a, T> {
    /// The samples of this batch.
    pub(crate) rows: usize,
    /// Whether gradients will be asked for; chooses the plan.
    pub(crate) training: bool,
    pub(crate) buffers: &'a mut Buffers<T>,
    pub(crate) parameters: Values<'a, T>,
    /// Empty outside of training.
    pub(crate) gradients: &'a mut [T],
    /// One entry for each target of the layout.
    pub(crate) targets: &'a [TargetMemory<T>],
    pub(crate) threads: &'a Threads,
    /// With the number of the step, what layers for training alone draw their random numbers from.
    pub(crate) seed: u64,
    pub(crate) step: u64,
    /// The weighted sum of the losses so far, each the mean over the batch.
    pub(crate) loss: f64,
    /// Where to note the first layer whose output is not finite; only while looking for it.
    pub(crate) trace: Option<&'a mut Option<NonFinite>>,
}

/// The first layer with a value that is NaN or infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// The path of the layer.
    pub layer: &'static str,
    /// The line of the declaration.
    pub line: u32,
}

impl<'a, T> Step<'a, T> {
    /// A batch of which nothing is wanted but what the network says to it.
    pub(crate) fn predict(
        rows: usize,
        buffers: &'a mut Buffers<T>,
        parameters: Values<'a, T>,
        threads: &'a Threads,
    ) -> Self {
        Self {
            rows,
            training: false,
            buffers,
            parameters,
            gradients: &mut [],
            targets: &[],
            threads,
            seed: 0,
            step: 0,
            loss: 0.0,
            trace: None,
        }
    }
}

impl<T: Float> Step<'_, T> {
    /// Computes a layer. Layers for training alone hand their input through in prediction: it is the same memory.
    #[track_caller]
    #[inline]
    pub fn forward<L: Layer<f32> + Layer<f64> + 'static>(&mut self, node: &Node<L>) {
        T::forward(self, T::erase(node));
    }

    /// Computes the gradients of a layer.
    #[track_caller]
    #[inline]
    pub fn backward<L: Layer<f32> + Layer<f64> + 'static>(&mut self, node: &Node<L>) {
        T::backward(self, T::erase(node));
    }

    /// [`Step::forward`] of a layer whose sizes are constants.
    #[track_caller]
    #[inline]
    pub fn forward_tiny<const INPUTS: usize, const UNITS: usize, L: Tiny<INPUTS, UNITS>>(&mut self, node: &Node<L>) {
        if let Some(row) = self.row(&node.wiring) {
            return node.layer.forward_row_tiny(row);
        }
        node.layer.forward_tiny(&mut self.pass(&node.wiring));
        if self.trace.is_some() {
            T::look_at(self, &node.wiring);
        }
    }

    /// [`Step::backward`] of a layer whose sizes are constants.
    #[track_caller]
    #[inline]
    pub fn backward_tiny<const INPUTS: usize, const UNITS: usize, L: Tiny<INPUTS, UNITS>>(&mut self, node: &Node<L>) {
        node.layer.backward_tiny(&mut self.pass(&node.wiring));
    }

    #[track_caller]
    pub(crate) fn compute(&mut self, node: &AnyNode<T>) {
        if !self.training && node.layer.role() == Role::Training {
            return;
        }
        if self.compute_row(node) {
            return;
        }
        node.layer.forward(&mut self.pass(&node.wiring));
        if self.trace.is_some() {
            self.look_at(&node.wiring);
        }
    }

    /// Computes a layer for one sample, if it has a quick way for that.
    #[track_caller]
    #[inline]
    fn compute_row(&mut self, node: &AnyNode<T>) -> bool {
        self.row(&node.wiring).is_some_and(|row| node.layer.forward_row(row))
    }

    /// One sample on its way through a layer with one input; nothing for batches, in training and for other layers.
    #[inline(always)]
    fn row<'s>(&'s mut self, wiring: &'s Wiring) -> Option<Row<'s, T>> {
        let &Wiring { inputs: [input], ref output, parameters: slots, .. } = wiring else { return None };
        let are_numbers = input.dtype == Dtype::F32 && output.dtype == Dtype::F32;
        let values: &[T] = match self.parameters {
            Values::Fixed(values) => values,
            Values::Lasting(buffer) => buffer,
            Values::Learned(_) => return None,
        };
        if self.rows != 1 || self.training || !are_numbers {
            return None;
        }
        let place = |tensor: &Tensor| Place::new(tensor.prediction, tensor.shape.elements(), 1);
        let (x, y) = read_and_write(&mut self.buffers.floats, place(input), place(output));
        Some(Row { x, y, slots, values })
    }

    #[track_caller]
    pub(crate) fn compute_gradients(&mut self, node: &AnyNode<T>) {
        node.layer.backward(&mut self.pass(&node.wiring));
    }

    /// Adds a term of the loss and, in training, writes the gradient of its output.
    #[track_caller]
    #[inline]
    pub fn loss(&mut self, node: &LossNode) {
        T::loss(self, node);
    }

    pub(crate) fn compute_loss(&mut self, node: &LossNode) {
        let offset = if self.training { node.prediction.training } else { node.prediction.prediction };
        let elements = node.prediction.shape.elements();
        let prediction = Place::new(offset, elements, self.rows);
        let target = &self.targets[node.target].rows();
        let mut tensors = Tensors(&mut self.buffers.floats);
        let (offset, add) = match node.d_prediction {
            Gradient::Write(offset) if self.training => (offset, false),
            Gradient::Add(offset) if self.training => (offset, true),
            _ => {
                let scores = tensors.read(prediction);
                let value = losses::value(&node.loss, node.prediction.shape, scores, target, self.threads);
                self.loss += node.weight * value;
                return;
            }
        };
        let ([gradient], rest) = tensors.write([Place::new(offset, elements, self.rows)]);
        let scores = rest.read(prediction);
        let (shape, gradient) = (node.prediction.shape, (gradient, add));
        let value = losses::value_and_gradient(&node.loss, shape, scores, target, node.weight, gradient, self.threads);
        self.loss += node.weight * value;
    }

    #[inline(always)]
    fn pass<'s>(&'s mut self, wiring: &'s Wiring) -> Pass<'s, T> {
        Pass {
            rows: self.rows,
            training: self.training,
            tensors: Tensors(&mut self.buffers.floats),
            indices: &self.buffers.indices,
            parameters: Parameters { slots: wiring.parameters, values: self.parameters.reborrow() },
            gradients: Gradients { slots: wiring.parameters, values: self.gradients },
            workspace: &mut self.buffers.workspace,
            threads: self.threads.for_rows(self.rows, wiring.split_from),
            wiring,
            seed: self.seed,
            step: self.step,
        }
    }

    /// Notes the first layer whose output is not finite.
    pub(crate) fn look_at(&mut self, wiring: &Wiring) {
        let rows = self.rows;
        let finite = match wiring.output.dtype {
            Dtype::U32 => true,
            Dtype::F32 => {
                self.buffers.floats_of(&wiring.output, self.training, rows).iter().all(|value| value.is_finite())
            }
        };
        if let (false, Some(found)) = (finite, &mut self.trace) {
            found.get_or_insert(NonFinite { layer: wiring.name, line: wiring.line });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::__private::Network;

    /// Says to the test that runs as a program of its own that it shall panic.
    const CHILD: &str = "MONOGRAD_TEST_PANICS_IN_A_LAYER";

    const LINE: u32 = line!();
    crate::network!({
        struct Wide;

        let x = Input(40);
        Dense(30, activation = tanh);
        Dense(20);
    });

    /// Runs a layer without memory.
    fn panic_in_a_layer() {
        let (mut buffers, threads) = (Buffers::<f32>::default(), Threads::new(1));
        Wide::program::<f32>().forward(&mut Step::predict(1, &mut buffers, Values::Fixed(&[]), &threads));
    }

    /// A backtrace has the line of the layer in the declaration, where one looks for the mistake.
    #[test]
    fn a_backtrace_names_the_line_of_the_layer() {
        if std::env::var_os(CHILD).is_some() {
            return panic_in_a_layer();
        }
        let program = std::env::current_exe().expect("a test is a program");
        let output = Command::new(program)
            .args(["--exact", "step::tests::a_backtrace_names_the_line_of_the_layer", "--nocapture"])
            .env(CHILD, "1")
            .env("RUST_BACKTRACE", "1")
            .output()
            .expect("the test runs again");
        let shown = String::from_utf8_lossy(&output.stderr).replace('\\', "/");
        assert!(!output.status.success(), "{shown}");
        let layer = format!("src/step.rs:{}:9", LINE + 5);
        assert!(shown.contains(&layer), "no {layer} in {shown}");
    }
}
