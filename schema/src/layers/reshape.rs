//! Another shape for the same values.

use crate::attribute::Extents;
use crate::layer::layer;
use crate::{AttributeError, Inputs, Layer, Role, Saves, Shape, ShapeError};

layer! {
    /// Another shape for the same values in memory order: `Reshape(7, 7, 64)`. One extent may be -1: what is left over.
    pub struct Reshape = "Reshape", Inputs::One, {
        /// The extents of one sample, without the batch axis.
        shape: Extents,
    }
}

impl Layer for Reshape {
    fn check(&self) -> Result<(), AttributeError> {
        let mut free = 0;
        for &extent in self.shape.values() {
            free += usize::from(extent == -1);
            if extent == 0 || extent < -1 {
                return Err(AttributeError::new(
                    "shape",
                    format!("an extent is {extent}, expected 1 or more, or -1 for the rest"),
                ));
            }
        }
        if free > 1 {
            return Err(AttributeError::new("shape", format!("{free} extents are -1, expected at most one")));
        }
        Ok(())
    }

    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let elements = inputs[0].elements() as u64;
        let given: Vec<u64> = self.shape.values().iter().map(|&extent| extent.unsigned_abs()).collect();
        let known = Shape::checked(&given)?.elements() as u64; // a -1 counts as 1
        let has_free = self.shape.values().contains(&-1);
        if has_free && elements.is_multiple_of(known) {
            let extents: Vec<u64> =
                self.shape.values().iter().map(|&extent| u64::try_from(extent).unwrap_or(elements / known)).collect();
            return Shape::checked(&extents);
        }
        if !has_free && elements == known {
            return Shape::checked(&given);
        }
        let input = inputs[0];
        let written: Vec<String> = self.shape.values().iter().map(i64::to_string).collect();
        let written = format!("[{}]", written.join(", "));
        let needs = if has_free { format!("a multiple of {known}") } else { known.to_string() };
        Err(ShapeError::new(format!(
            "cannot reshape {input} into {written}: it has {elements} elements, expected {needs}"
        ))
        .needs(format!("{needs} elements")))
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }

    fn role(&self) -> Role {
        Role::View
    }
}
