//! A model's parameters: their first values, and reading and writing them by path.

use crate::Model;
use crate::float::Float;
use crate::initializers;
use crate::kernels::{Memory, Position};
use crate::node::{Layout, Parameter};
use crate::random::{Random, streams};

/// Gives every parameter's first values with their places. Not generic: drawn as `f64` once, rounded by the caller.
pub(super) fn initial_values(layout: &Layout, seed: u64, mut put: impl FnMut(usize, f64)) {
    let mut values = Vec::new();
    for (number, parameter) in layout.parameters.iter().enumerate() {
        draw(parameter, seed, number as u32, &mut values);
        values.iter().enumerate().for_each(|(place, &value)| put(parameter.offset + place, value));
    }
}

fn draw(parameter: &Parameter, seed: u64, number: u32, values: &mut Vec<f64>) {
    values.clear();
    values.resize(parameter.shape.elements(), 0.0);
    let random = Random::new(seed, streams::initializer(number), 0);
    initializers::fill(&parameter.initializer, parameter.shape, parameter.fans, random, values);
}

/// A parameter's path, its shape and its values.
type Entry<V> = (&'static str, &'static [usize], V);

impl<T: Float> Model<T> {
    /// Every parameter: its path (`dense_1.weight`), its shape and its values in row-major order.
    pub fn parameters(&self) -> impl Iterator<Item = Entry<&[T]>> {
        self.layout().parameters.iter().map(|parameter| {
            let values = &self.parameters[parameter.offset..parameter.offset + parameter.shape.elements()];
            (parameter.path, parameter.shape.extents(), values)
        })
    }

    /// Other values for all of them. The optimizer starts anew, and counts its steps anew.
    pub(crate) fn replace_parameters(&mut self, parameters: Memory<T>) {
        self.snapshot.forget();
        self.parameters.replace(parameters);
        self.state = Memory::empty(Position::State);
        self.step = 0;
    }

    /// The same, for writing.
    pub fn parameters_mut(&mut self) -> impl Iterator<Item = Entry<&mut [T]>> {
        self.snapshot.forget();
        let mut order: Vec<&'static Parameter> = self.layout.parameters.iter().collect();
        order.sort_by_key(|parameter| parameter.offset);
        let (mut rest, mut position) = (&mut *self.parameters, 0);
        order.into_iter().map(move |parameter| {
            let after = std::mem::take(&mut rest).split_at_mut(parameter.offset - position).1;
            let (values, after) = after.split_at_mut(parameter.shape.elements());
            (rest, position) = (after, parameter.offset + values.len());
            (parameter.path, parameter.shape.extents(), values)
        })
    }
}
