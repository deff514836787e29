//! How a file differs from the network that it should fill.

use std::collections::BTreeMap;
use std::fmt;

use monograd_schema::Shape;
use safetensors::tensor::{Dtype, TensorView};

/// One way in which a file differs from a network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The file lacks a tensor.
    Missing {
        /// Its name.
        name: String,
        /// Its shape in the network.
        expected: Shape,
    },
    /// The file has a tensor that the network lacks.
    Unexpected {
        /// Its name.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
    },
    /// A tensor has another shape.
    Shape {
        /// Its name.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// Its shape in the network.
        expected: Shape,
    },
    /// A tensor has another element type than `f32`.
    Dtype {
        /// Its name.
        name: String,
        /// Its type in the file.
        found: String,
    },
    /// The layers, their options or their connections differ.
    Architecture {
        /// The network's name in the file.
        network: String,
        /// The hash in the file.
        found: String,
        /// The hash of the network.
        expected: String,
    },
    /// The state of another optimizer.
    Optimizer {
        /// The optimizer in the file.
        found: String,
        /// The optimizer of the network.
        expected: &'static str,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing { name, expected } => write!(f, "missing: `{name}` {expected}"),
            Difference::Unexpected { name, found } => write!(f, "unexpected: `{name}` {found:?}"),
            Difference::Shape { name, found, expected } => {
                write!(f, "other shape: `{name}` is {found:?}, expected {expected}")
            }
            Difference::Dtype { name, found } => write!(f, "other type: `{name}` is `{found}`, expected `f32`"),
            Difference::Architecture { network, found, expected } => {
                write!(f, "other architecture: `{network}` with hash {found}, expected {expected}")
            }
            Difference::Optimizer { found, expected } => {
                write!(f, "other optimizer: `{found}`, expected `{expected}`")
            }
        }
    }
}

/// Compares the tensors of a file with those that a network expects.
pub(crate) fn compare(
    mut found: BTreeMap<String, TensorView<'_>>,
    expected: impl Iterator<Item = (String, Shape)>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, shape) in expected {
        match found.remove(&name) {
            None => differences.push(Difference::Missing { name, expected: shape }),
            Some(tensor) if tensor.shape() != shape.extents() => {
                differences.push(Difference::Shape { name, found: tensor.shape().to_vec(), expected: shape });
            }
            Some(tensor) if tensor.dtype() != Dtype::F32 => {
                differences.push(Difference::Dtype { name, found: tensor.dtype().to_string().to_lowercase() });
            }
            Some(_) => {}
        }
    }
    differences
        .extend(found.into_iter().map(|(name, view)| Difference::Unexpected { name, found: view.shape().to_vec() }));
    differences
}
