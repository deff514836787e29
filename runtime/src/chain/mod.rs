//! Networks that are nothing but a chain of small layers, as one function: what lies between the layers stays in registers
//! or on the stack, and every size is a constant.

mod predict;
mod train;

pub use predict::{Onward, Predicted};
pub use train::{End, Run, Tail};

use monograd_schema::layers::Dense;

use crate::float::Float;
use crate::node::Node;

/// A layer, with `relu` or without an activation, and what comes after it.
pub struct Chain<'n, R, const INPUTS: usize, const UNITS: usize, const RELU: bool> {
    node: &'n Node<Dense>,
    rest: R,
}

impl<'n, R, const INPUTS: usize, const UNITS: usize, const RELU: bool> Chain<'n, R, INPUTS, UNITS, RELU> {
    /// A layer before `rest`.
    pub const fn new(node: &'n Node<Dense>, rest: R) -> Self {
        Self { node, rest }
    }

    /// The weight and the bias among all parameters.
    #[inline(always)]
    fn parameters<'p, T>(&self, all: &'p [T]) -> (&'p [T], Option<&'p [T]>) {
        let slots = self.node.wiring.parameters;
        let bias = self.node.layer.bias.then(|| &all[slots[1].offset..][..UNITS]);
        (&all[slots[0].offset..][..INPUTS * UNITS], bias)
    }

    /// The least value of the output.
    #[inline(always)]
    fn floor<T: Float>(&self) -> T {
        if RELU { T::ZERO } else { -T::INFINITY }
    }
}
