//! How a file differs from the network that it should fill.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use monograd_schema::{Shape, nearest};

use super::damage::Name;
use super::header::Tensor;

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
    /// A tensor that is missing, and one of the same shape that the network lacks: it may be the same under another name.
    Renamed {
        /// Its name in the file.
        found: String,
        /// Its name in the network.
        expected: String,
        /// The shape of both.
        shape: Shape,
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
        /// The types that can be read.
        expected: &'static str,
    },
    /// Two tensors of the file are to become the same parameter.
    Twice {
        /// One of them.
        first: String,
        /// The other.
        second: String,
        /// The parameter.
        parameter: String,
    },
    /// A name that a [`Mapping`](crate::Mapping) was given and that is nowhere.
    Unused {
        /// What it was given to: `rename`, `ignore` or `keep`.
        method: &'static str,
        /// The name.
        name: String,
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
            Difference::Unexpected { name, found } => write!(f, "unexpected: {} {found:?}", Name(name)),
            Difference::Renamed { found, expected, shape } => {
                write!(f, "renamed: {} {shape}, expected `{expected}`", Name(found))
            }
            Difference::Shape { name, found, expected } => {
                write!(f, "other shape: {} is {found:?}, expected {expected}", Name(name))
            }
            Difference::Dtype { name, found, expected } => {
                write!(f, "other type: {} is `{found}`, expected {expected}", Name(name))
            }
            Difference::Twice { first, second, parameter } => {
                write!(f, "twice: {} and {} both become `{parameter}`", Name(first), Name(second))
            }
            Difference::Unused { method: "keep", name } => {
                write!(f, "nothing to keep: {} is not in the network", Name(name))
            }
            Difference::Unused { method, name } => {
                write!(f, "nothing to {method}: {} is not in the file", Name(name))
            }
            Difference::Architecture { network, found, expected } => {
                write!(f, "other architecture: `{network}` with hash {found}, expected {expected}")
            }
            Difference::Optimizer { found, expected } => {
                write!(f, "other optimizer: `{found}`, expected `{expected}`")
            }
        }
    }
}

/// A tensor that a network expects.
pub(super) struct Expected {
    pub(super) name: String,
    /// Its shape in the network.
    pub(super) shape: Shape,
    /// Its shape in the file: of the same extents, maybe in another order.
    pub(super) stored: Shape,
}

impl Expected {
    /// With its axes in the network's order.
    pub(super) fn new(name: String, shape: Shape) -> Self {
        Self { name, shape, stored: shape }
    }
}

/// The element types that a reader knows, as the format calls them, and as messages do.
pub(super) struct Known {
    pub(super) dtypes: &'static [&'static str],
    pub(super) text: &'static str,
}

/// Compares the tensors of a file, each with the name that it has in the network, with those that the network expects.
pub(super) fn compare<'a>(
    mut found: BTreeMap<Cow<'a, str>, &'a Tensor<'a>>,
    expected: impl Iterator<Item = Expected>,
    known: &Known,
) -> Vec<Difference> {
    let (mut differences, mut missing) = (Vec::new(), Vec::new());
    for expected in expected {
        match found.remove(&*expected.name) {
            None => missing.push(expected),
            Some(tensor) => differences.extend(difference(tensor, expected.stored, known)),
        }
    }
    let renamed = pair(&missing, &found);
    for (missing, renamed) in missing.into_iter().zip(renamed) {
        let (name, expected) = (missing.name, missing.shape);
        differences.push(match renamed.and_then(|renamed| found.remove(&*renamed)) {
            Some(tensor) => {
                Difference::Renamed { found: tensor.name.to_string(), expected: name, shape: missing.stored }
            }
            None => Difference::Missing { name, expected },
        });
    }
    let unexpected =
        |tensor: &Tensor<'_>| Difference::Unexpected { name: tensor.name.to_string(), found: tensor.shape.to_vec() };
    differences.extend(found.into_values().map(unexpected));
    differences
}

fn difference(tensor: &Tensor<'_>, expected: Shape, known: &Known) -> Option<Difference> {
    let name = || tensor.name.to_string();
    if tensor.shape[..] != *expected.extents() {
        Some(Difference::Shape { name: name(), found: tensor.shape.to_vec(), expected })
    } else if !known.dtypes.contains(&tensor.dtype.name) {
        let found = tensor.dtype.name.to_lowercase();
        Some(Difference::Dtype { name: name(), found, expected: known.text })
    } else {
        None
    }
}

/// For each tensor that is missing one that may be the same under another name: of its shape, with the same last word, and
/// either the only one of that kind on both sides or the one of the nearest name.
fn pair(missing: &[Expected], unexpected: &BTreeMap<Cow<'_, str>, &Tensor<'_>>) -> Vec<Option<String>> {
    /// Names are compared letter by letter where there are so few of them, and none so long.
    const FEW: usize = 32;
    const LONG: usize = 200;
    /// Tensors of one last word and one shape: how many are missing, and the names that are free.
    #[derive(Default)]
    struct Kind<'a> {
        missing: usize,
        free: Vec<&'a str>,
    }
    let mut kinds: HashMap<(&str, &[usize]), Kind<'_>> = HashMap::new();
    for expected in missing {
        kinds.entry((word(&expected.name), expected.stored.extents())).or_default().missing += 1;
    }
    for (name, tensor) in unexpected.iter().filter(|(name, _)| name.len() <= LONG) {
        if let Some(kind) = kinds.get_mut(&(word(name), &tensor.shape[..])) {
            kind.free.push(name);
        }
    }
    let candidates = missing.iter().map(|expected| {
        let Kind { missing, free } = kinds.get_mut(&(word(&expected.name), expected.stored.extents()))?;
        if free.len() == 1 && *missing == 1 {
            return free.pop().map(str::to_string);
        }
        let nearest = nearest(&expected.name, free.iter().copied().filter(|_| free.len() <= FEW))?;
        free.retain(|name| *name != nearest);
        Some(nearest.to_string())
    });
    candidates.collect()
}

/// The last word of a path.
fn word(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or(name)
}
