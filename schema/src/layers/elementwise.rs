//! Functions of several tensors, element by element.

use crate::layer::layer;
use crate::{Inputs, Layer, Saves, Shape, ShapeError, Workspace};

layer! {
    /// `a + b + …` of tensors of one shape, or with axes of 1 that are repeated. Also written `a + b`.
    pub struct Add = "add", Inputs::Several, {}
}

layer! {
    /// `a - b` of tensors of one shape, or with axes of 1 that are repeated. Also written `a - b`.
    pub struct Subtract = "subtract", Inputs::Two, {}
}

layer! {
    /// `a · b · …` of tensors of one shape, or with axes of 1 that are repeated. Also written `a * b`.
    pub struct Multiply = "multiply", Inputs::Several, {}
}

layer! {
    /// The largest of several tensors, element by element. NaN passes through; equal values share the gradient evenly.
    pub struct Maximum = "maximum", Inputs::Several, {}
}

layer! {
    /// The least of several tensors, element by element. NaN passes through; equal values share the gradient evenly.
    pub struct Minimum = "minimum", Inputs::Several, {}
}

/// The common shape of tensors whose axes agree or are 1.
pub(super) fn broadcast(verb: &str, inputs: &[Shape]) -> Result<Shape, ShapeError> {
    let mut common = inputs[0];
    for &other in &inputs[1..] {
        let error = || {
            ShapeError::new(format!("cannot {verb} {common} and {other}"))
                .help("give both the same extents, or one of them an extent of 1")
        };
        if common.rank() != other.rank() {
            return Err(error());
        }
        let mut extents = Vec::new();
        for (&a, &b) in common.extents().iter().zip(other.extents()) {
            match (a, b) {
                (1, extent) | (extent, 1) => extents.push(extent as u64),
                (a, b) if a == b => extents.push(a as u64),
                _ => return Err(error()),
            }
        }
        common = Shape::checked(&extents)?;
    }
    Ok(common)
}

/// The elements of the common shape of tensors whose axes agree or are 1.
fn repeated_elements(inputs: &[Shape]) -> usize {
    let extent = |axis: usize| inputs.iter().map(|shape| shape.extents()[axis]).max().unwrap_or(1);
    (0..inputs[0].rank()).map(extent).product()
}

impl Layer for Add {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("add", inputs)
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }
}

impl Layer for Subtract {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("subtract", inputs)
    }

    fn saves(&self) -> Saves {
        Saves::NOTHING
    }
}

impl Layer for Multiply {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("multiply", inputs)
    }

    fn workspace(&self, inputs: &[Shape]) -> Workspace {
        // The gradient of the output times all inputs but one, before its sum over repeated axes.
        let direct = inputs.len() == 2 && inputs[0] == inputs[1];
        Workspace { per_sample: if direct { 0 } else { repeated_elements(inputs) }, fixed: 0 }
    }
}

impl Layer for Maximum {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("compare", inputs)
    }

    fn saves(&self) -> Saves {
        Saves::BOTH
    }

    fn workspace(&self, inputs: &[Shape]) -> Workspace {
        // Which inputs give the output, and how many do.
        Workspace { per_sample: 2 * repeated_elements(inputs), fixed: 0 }
    }
}

impl Layer for Minimum {
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        broadcast("compare", inputs)
    }

    fn saves(&self) -> Saves {
        Saves::BOTH
    }

    fn workspace(&self, inputs: &[Shape]) -> Workspace {
        // Which inputs give the output, and how many do.
        Workspace { per_sample: 2 * repeated_elements(inputs), fixed: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_of_one_are_repeated() {
        let shapes = [Shape::new([4, 1]), Shape::new([1, 5])];
        assert_eq!(Add {}.output_shape(&shapes), Ok(Shape::new([4, 5])));
    }

    #[test]
    fn other_extents_and_ranks_are_refused() {
        let error = Add {}.output_shape(&[Shape::new([16, 16, 32]), Shape::new([32, 32, 16])]).unwrap_err();
        assert_eq!(error.message, "cannot add [16, 16, 32] and [32, 32, 16]");
        assert!(Add {}.output_shape(&[Shape::new([3]), Shape::new([1, 3])]).is_err());
    }

    #[test]
    fn only_repeated_or_several_factors_need_workspace() {
        let (a, b) = (Shape::new([4, 1]), Shape::new([4, 5]));
        assert_eq!(Multiply {}.workspace(&[b, b]).per_sample, 0);
        assert_eq!(Multiply {}.workspace(&[a, b]).per_sample, 20);
        assert_eq!(Multiply {}.workspace(&[b, b, b]).per_sample, 20);
        assert_eq!(Maximum {}.workspace(&[a, a]).per_sample, 8);
    }
}
