//! Where a number that is NaN or infinite comes from.

use std::fmt;

/// The first place where a number is NaN or infinite.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// The data: an input.
    Input {
        /// Which one.
        name: &'static str,
        /// The row of its array.
        row: usize,
        /// What stands there.
        value: f32,
    },
    /// The data: a target.
    Target {
        /// The output that it belongs to.
        name: &'static str,
        /// The row of its array.
        row: usize,
        /// What stands there.
        value: f32,
    },
    /// A layer's output.
    Layer {
        /// The path of the layer.
        name: &'static str,
        /// The line of the declaration that it stands on.
        line: u32,
    },
    /// The loss, of finite outputs and targets.
    Loss {
        /// Its value.
        value: f64,
    },
    /// A parameter after an update, though the loss was finite.
    Parameter {
        /// Its path.
        path: &'static str,
    },
}

impl Cause {
    /// Prints with the file of the declaration.
    pub(crate) fn display<'a>(&'a self, file: &'a str) -> impl fmt::Display + 'a {
        Located { cause: self, file }
    }
}

struct Located<'a> {
    cause: &'a Cause,
    file: &'a str,
}

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Input { name, row, value } => write!(f, "row {row} of the input `{name}` holds {value}"),
            Cause::Target { name, row, value } => write!(f, "row {row} of the target `{name}` holds {value}"),
            Cause::Layer { name, line } => {
                let file = self.file;
                write!(f, "the first layer with values that are not finite is `{name}`, {file}:{line}")
            }
            Cause::Loss { value } => write!(f, "the loss is {value}, though all outputs are finite"),
            Cause::Parameter { path } => write!(f, "the parameter `{path}` is not finite after the update"),
        }
    }
}
