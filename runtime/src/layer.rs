//! What a layer's arithmetic is given, and the trait that it implements.

use std::ops::Range;

use monograd_schema::{Activation, Shape};

use crate::float::Float;
use crate::kernels::{Threads, Weight};
use crate::node::{Gradient, Node, Slot, Tensor, Wiring};
use crate::optimizers::{self, Update};
use crate::parameter_buffer::ParameterBuffer;
use crate::random::{Random, streams};

/// The arithmetic of a layer, forward and backward.
///
/// Shapes and offsets are proved by the compiler; an implementation computes and never decides. Results must not depend
/// on the number of threads, and a sample's output not on the other samples of its batch.
pub trait Layer<T: Float>: monograd_schema::Layer {
    /// Writes `pass.output()`, and `pass.saved(…)` in training.
    fn forward(&self, pass: &mut Pass<'_, T>);

    /// The output of one sample in prediction, of a layer with one input, where that is quicker than [`Layer::forward`]: without
    /// what only batches and training need. Says whether it was computed; the bits are the same.
    fn forward_row(&self, row: Row<'_, T>) -> bool;

    /// Writes the gradients of the inputs and of the parameters, from that of the output, which it may overwrite.
    fn backward(&self, pass: &mut Pass<'_, T>);
}

/// The arithmetic of a layer whose sizes are constants of the code ([`monograd_schema::Layer::tiny`]).
///
/// It is compiled in the crate that declares the network: what it calls is generic over the sizes, or concrete.
pub trait Tiny<const INPUTS: usize, const UNITS: usize> {
    /// As [`Layer::forward`].
    fn forward_tiny<T: Float>(&self, pass: &mut Pass<'_, T>);

    /// The output of one sample in prediction, with the bits of [`Tiny::forward_tiny`].
    fn forward_row_tiny<T: Float>(&self, row: Row<'_, T>);

    /// As [`Layer::backward`].
    fn backward_tiny<T: Float>(&self, pass: &mut Pass<'_, T>);
}

/// What one call of a layer works on.
///
/// The fields are apart so that a layer can write a tensor while it reads parameters.
pub struct Pass<'a, T> {
    /// The samples of this batch.
    pub rows: usize,
    /// Whether this is a training step.
    pub training: bool,
    /// Activations and their gradients.
    pub tensors: Tensors<'a, T>,
    /// The arena of `u32` tensors.
    pub indices: &'a [u32],
    /// The layer's parameters.
    pub parameters: Parameters<'a, T>,
    /// The gradients of the layer's parameters.
    pub gradients: Gradients<'a, T>,
    /// Memory of the size that the layer's rule asks for, with any content.
    pub workspace: &'a mut [T],
    /// The threads that work may be split over.
    pub threads: &'a Threads,
    pub(crate) wiring: &'a Wiring,
    pub(crate) seed: u64,
    pub(crate) step: u64,
}

/// One sample on its way through one layer in prediction.
pub struct Row<'a, T> {
    /// The input.
    pub x: &'a [T],
    /// Where the output is written.
    pub y: &'a mut [T],
    /// Where the layer's parameters are among all.
    pub(crate) slots: &'a [Slot],
    /// The values of all parameters.
    pub(crate) values: &'a [T],
}

impl<'a, T> Row<'a, T> {
    /// The values of one of the layer's parameters, in the order of its rule.
    #[inline]
    pub fn parameter(&self, number: usize) -> &'a [T] {
        &self.values[self.slots[number].range()]
    }
}

/// A range of an arena, resolved for the current batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    start: usize,
    length: usize,
}

impl Place {
    /// The range of `elements` per sample from `offset`, for `rows` samples.
    pub(crate) fn new(offset: usize, elements: usize, rows: usize) -> Self {
        Self { start: offset * rows, length: elements * rows }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.length
    }
}

impl<'a, T: Float> Pass<'a, T> {
    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.wiring.inputs.len()
    }

    /// The shape of one sample of an input.
    pub fn input_shape(&self, number: usize) -> Shape {
        self.wiring.inputs[number].shape
    }

    /// The shape of one sample of the output.
    pub fn output_shape(&self) -> Shape {
        self.wiring.output.shape
    }

    /// The place of an input.
    pub fn input(&self, number: usize) -> Place {
        self.place(&self.wiring.inputs[number])
    }

    /// A `u32` input.
    pub fn input_indices(&self, number: usize) -> &'a [u32] {
        &self.indices[self.place(&self.wiring.inputs[number]).range()]
    }

    /// The place of the output.
    pub fn output(&self) -> Place {
        self.place(&self.wiring.output)
    }

    /// The place of the output's gradient.
    pub fn d_output(&self) -> Place {
        Place::new(self.wiring.d_output, self.wiring.output.shape.elements(), self.rows)
    }

    /// The place of an input's gradient and whether to add to it; nothing if nobody needs it.
    pub fn d_input(&self, number: usize) -> Option<(Place, bool)> {
        let elements = self.wiring.inputs[number].shape.elements();
        match self.wiring.d_inputs[number] {
            Gradient::None => None,
            Gradient::Write(offset) | Gradient::Through(offset, _) => {
                Some((Place::new(offset, elements, self.rows), false))
            }
            Gradient::Add(offset) => Some((Place::new(offset, elements, self.rows), true)),
        }
    }

    /// The function that made an input, where the gradient of that input is to be taken through it.
    pub(crate) fn d_input_slope(&self, number: usize) -> Option<Activation> {
        match self.wiring.d_inputs[number] {
            Gradient::Through(_, function) => Some(function),
            _ => None,
        }
    }

    /// The place of a tensor that forward keeps for backward.
    pub fn saved(&self, number: usize) -> Place {
        let tensor = &self.wiring.saved[number];
        Place::new(tensor.training, tensor.shape.elements(), self.rows)
    }

    /// The layer's random numbers in this step.
    pub fn random(&self) -> Random {
        Random::new(self.seed, streams::layer(self.wiring.stream), self.step)
    }

    fn place(&self, tensor: &Tensor) -> Place {
        let offset = if self.training { tensor.training } else { tensor.prediction };
        Place::new(offset, tensor.shape.elements(), self.rows)
    }
}

/// The arena of activations: some ranges are written while the others are read.
pub struct Tensors<'a, T>(pub(crate) &'a mut [T]);

/// What is left of the arena for reading while some ranges are written.
pub struct Rest<'a, T> {
    pieces: [(usize, &'a [T]); 4],
}

impl<T> Tensors<'_, T> {
    /// Takes `N` disjoint ranges, at most 3, for writing, and everything else for reading.
    ///
    /// # Panics
    /// When ranges overlap, which a plan never does.
    pub fn write<const N: usize>(&mut self, places: [Place; N]) -> ([&mut [T]; N], Rest<'_, T>) {
        const { assert!(N <= 3) };
        let mut order: [usize; N] = std::array::from_fn(|i| i);
        order.sort_unstable_by_key(|&i| places[i].start);
        let mut taken: [Option<&mut [T]>; N] = [const { None }; N];
        let mut pieces: [(usize, &[T]); 4] = [(0, &[]); 4];
        let (mut left, mut position) = (&mut *self.0, 0);
        for (piece, &i) in order.iter().enumerate() {
            let Range { start, end } = places[i].range();
            assert!(start >= position, "the plan gives two tensors the same memory");
            let (before, from) = left.split_at_mut(start - position);
            let (range, after) = from.split_at_mut(end - start);
            pieces[piece] = (position, before);
            taken[i] = Some(range);
            (left, position) = (after, end);
        }
        pieces[N] = (position, left);
        (taken.map(|range| range.expect("every range is taken")), Rest { pieces })
    }

    /// One range for reading.
    pub fn read(&self, place: Place) -> &[T] {
        &self.0[place.range()]
    }
}

/// One range of an arena for reading and another one for writing.
///
/// # Panics
/// When they overlap, which a plan never asks for.
#[inline(always)]
pub(crate) fn read_and_write<T>(arena: &mut [T], from: Place, to: Place) -> (&[T], &mut [T]) {
    if from.start < to.start {
        let (first, second) = arena.split_at_mut(to.start);
        (&first[from.range()], &mut second[..to.length])
    } else {
        let (first, second) = arena.split_at_mut(from.start);
        (&second[..from.length], &mut first[to.range()])
    }
}

impl<'a, T> Rest<'a, T> {
    /// A range that is not being written.
    ///
    /// # Panics
    /// When it is being written, which a plan never asks for.
    pub fn read(&self, place: Place) -> &'a [T] {
        let Range { start, end } = place.range();
        for (first, piece) in self.pieces {
            if start >= first && end <= first + piece.len() {
                return &piece[start - first..end - first];
            }
        }
        panic!("the plan reads a tensor while it is written")
    }
}

/// The values of a layer's parameters.
pub struct Parameters<'a, T> {
    pub(crate) slots: &'a [Slot],
    pub(crate) values: Values<'a, T>,
}

/// The values of all parameters.
pub(crate) enum Values<'a, T> {
    /// They stay as they are in this call.
    Fixed(&'a [T]),
    /// They stay as they are for calls to come too, unless somebody borrows them for writing: copies of weights are kept.
    Lasting(&'a ParameterBuffer<T>),
    /// They are being learned: layers may update them where they make their gradients.
    Learned(Learner<'a, T>),
}

/// What is needed to update parameters.
pub(crate) struct Learner<'a, T> {
    /// The values that are trainable, and behind them the others.
    pub(crate) parameters: &'a mut [T],
    /// What the optimizer keeps for the trainable ones.
    pub(crate) state: optimizers::Slots<'a, T>,
    /// The optimizer's step.
    pub(crate) update: &'a Update<T>,
}

/// A parameter that a layer updates: its values, what the optimizer keeps for it, and the optimizer's step.
pub(crate) type Learned<'a, T> = (&'a mut [T], optimizers::Slots<'a, T>, &'a Update<T>);

impl<T> Values<'_, T> {
    /// All values.
    #[inline]
    pub(crate) fn all(&self) -> &[T] {
        match self {
            Values::Fixed(values) => values,
            Values::Lasting(buffer) => buffer,
            Values::Learned(learner) => learner.parameters,
        }
    }

    /// The same, for one call.
    pub(crate) fn reborrow(&mut self) -> Values<'_, T> {
        match self {
            Values::Fixed(values) => Values::Fixed(values),
            Values::Lasting(buffer) => Values::Lasting(buffer),
            Values::Learned(Learner { parameters, state, update }) => {
                Values::Learned(Learner { parameters, state: state.reborrow(), update })
            }
        }
    }
}

impl<T> Parameters<'_, T> {
    /// The values of a parameter, in the order of the layer's rule.
    pub fn get(&self, number: usize) -> &[T] {
        &self.values.all()[self.slots[number].range()]
    }

    /// The same, as the right operand of products.
    pub(crate) fn weight(&self, number: usize) -> Weight<'_, T>
    where
        T: Float,
    {
        match &self.values {
            Values::Lasting(buffer) => buffer.weight(&self.slots[number]),
            _ => Weight::passing(self.get(number)),
        }
    }

    /// A parameter that the layer has to update when it has made its gradient; nothing if somebody else will, or nobody.
    pub(crate) fn learned(&mut self, number: usize) -> Option<Learned<'_, T>> {
        let slot = &self.slots[number];
        match &mut self.values {
            Values::Learned(Learner { parameters, state, update }) if slot.fused => {
                Some((&mut parameters[slot.range()], state.range(slot.range()), update))
            }
            _ => None,
        }
    }
}

/// The gradients of a layer's parameters.
pub struct Gradients<'a, T> {
    pub(crate) slots: &'a [Slot],
    pub(crate) values: &'a mut [T],
}

impl<T> Gradients<'_, T> {
    /// The gradient of a parameter and whether to add to it.
    pub fn get(&mut self, number: usize) -> (&mut [T], bool) {
        let slot = &self.slots[number];
        (&mut self.values[slot.range()], slot.add)
    }
}

/// Demands at compile time that each layer of the schema has arithmetic here.
macro_rules! require_arithmetic {
    ($($layer:ident),*) => {
        const _: () = {
            const fn arithmetic<L: Layer<f32> + Layer<f64>>() {}
            $( arithmetic::<monograd_schema::layers::$layer>(); )*
        };
    };
}
monograd_schema::for_each_layer!(require_arithmetic);

/// A node whose layer is known only as one.
pub type AnyNode<T> = Node<dyn Layer<T>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_while_others_are_read() {
        let mut memory: Vec<f32> = (0..10).map(|i| i as f32).collect();
        let mut tensors = Tensors(&mut memory);
        let place = |start, length| Place { start, length };
        let ([a, b], rest) = tensors.write([place(6, 2), place(2, 2)]);
        assert_eq!((a[0], b[0]), (6.0, 2.0));
        assert_eq!(rest.read(place(4, 2)), [4.0, 5.0]);
        assert_eq!(rest.read(place(8, 2)), [8.0, 9.0]);
        assert_eq!(rest.read(place(0, 1)), [0.0]);
        let (x, y) = read_and_write(&mut memory, place(1, 3), place(4, 2));
        assert_eq!((x, &*y), (&[1.0, 2.0, 3.0][..], &[4.0, 5.0][..]));
        let (x, y) = read_and_write(&mut memory, place(4, 2), place(1, 3));
        assert_eq!((x, &*y), (&[4.0, 5.0][..], &[1.0, 2.0, 3.0][..]));
    }
}
