//! Tensors side by side.

use crate::layer::layer;
use crate::{Inputs, Layer, Saves, Shape, ShapeError};

layer! {
    /// Tensors side by side along one axis: `concat(u, f)`. All other axes must agree.
    pub struct Concat = "concat", Inputs::Several, {
        /// The axis, counted from the first axis of a sample; -1 is the last.
        axis: i64 = -1,
    }
}

impl Concat {
    /// The axis of inputs of this rank, counted from the first.
    pub fn axis_of(&self, rank: usize) -> Option<usize> {
        let rank = rank as i64;
        let axis = if self.axis < 0 { self.axis + rank } else { self.axis };
        (0..rank).contains(&axis).then_some(axis as usize)
    }
}

impl Layer for Concat {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let first = inputs[0];
        let Some(axis) = self.axis_of(first.rank()) else {
            let axis = self.axis;
            return Err(ShapeError::new(format!(
                "`concat` joins along axis {axis}, found {first}, which has no such axis"
            )));
        };
        let mut extents: Vec<u64> = first.extents().iter().map(|&extent| extent as u64).collect();
        for other in &inputs[1..] {
            let agrees = other.rank() == first.rank()
                && (0..first.rank()).all(|i| i == axis || other.extents()[i] == first.extents()[i]);
            if !agrees {
                let reason = match (first.rank(), other.rank()) {
                    (a, b) if a != b => format!("they have {a} axes and {b}"),
                    _ => format!("all axes but axis {axis} must agree"),
                };
                return Err(ShapeError::new(format!("cannot concat {first} and {other}: {reason}")));
            }
            extents[axis] += other.extents()[axis] as u64;
        }
        Shape::checked(&extents)
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }
}
