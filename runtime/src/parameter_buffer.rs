//! The parameter buffer: the values of all parameters, and copies of weights for prediction.

use std::ops::{Deref, DerefMut};

use crate::float::Float;
use crate::kernels::{Kept, Memory, Weight};
use crate::node::{Layout, Slot};

/// Values up to which a parameter is read where it lies: a copy would save too little to look for it.
const MOST_IN_PLACE: usize = 256;

/// The values of all parameters. Who borrows them for writing drops the copies of weights that predictions have made.
pub(crate) struct ParameterBuffer<T> {
    values: Memory<T>,
    /// Of each large parameter of two axes or more its offset and the place of its copy, in order of the offsets.
    copies: Box<[(usize, Kept<T>)]>,
}

impl<T: Float> ParameterBuffer<T> {
    /// The values of a network's parameters.
    pub(crate) fn new(layout: &Layout, values: Memory<T>) -> Self {
        let weights = layout.parameters.iter().filter(|parameter| {
            let shape = parameter.shape;
            shape.extents().len() > 1 && shape.elements() > MOST_IN_PLACE
        });
        Self { values, copies: weights.map(|weight| (weight.offset, Kept::nothing())).collect() }
    }

    /// The values alone.
    pub(crate) fn memory(&self) -> &Memory<T> {
        &self.values
    }

    /// Other values.
    pub(crate) fn replace(&mut self, values: Memory<T>) {
        self.forget();
        self.values = values;
    }

    /// A parameter as the right operand of products.
    pub(crate) fn weight(&self, slot: &Slot) -> Weight<'_, T> {
        let values = &self.values[slot.range()];
        match self.copies.binary_search_by_key(&slot.offset, |&(offset, _)| offset) {
            Ok(place) => Weight::lasting(values, &self.copies[place].1),
            Err(_) => Weight::passing(values),
        }
    }

    #[inline]
    fn forget(&mut self) {
        self.copies.iter_mut().for_each(|(_, kept)| kept.forget());
    }
}

impl<T> Deref for ParameterBuffer<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.values
    }
}

impl<T: Float> DerefMut for ParameterBuffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.forget();
        &mut self.values
    }
}
