//! First values of parameters.

use crate::catalogue::{Check, catalogue};
use crate::error::in_range;
use crate::{AttributeError, Shape};

/// How many values flow into and out of one unit of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fans {
    /// Values that one output is computed from.
    pub input: usize,
    /// Outputs that one value goes into.
    pub output: usize,
}

impl Fans {
    /// The fans of a vector of `length`, as Keras counts them: both are its length.
    pub const fn of_vector(length: usize) -> Self {
        Self { input: length, output: length }
    }
}

catalogue! {
    /// How a parameter gets its first values, from the model's seed. Formulas and defaults are those of Keras 3.
    pub enum Initializer, "initializer", INITIALIZERS {
        /// 0 everywhere.
        Zeros = "zeros",
        /// 1 everywhere.
        Ones = "ones",
        /// The same number everywhere.
        Constant = "constant" {
            /// The number.
            value: f64 = 0.0,
        },
        /// Uniform in `[minimum, maximum)`.
        Uniform = "uniform" {
            /// The least value.
            minimum: f64 = -0.05,
            /// The end of the range, above `minimum`.
            maximum: f64 = 0.05,
        },
        /// Normal.
        Normal = "normal" {
            /// Its mean.
            mean: f64 = 0.0,
            /// Its standard deviation, 0 or more.
            stddev: f64 = 0.05,
        },
        /// Normal, drawn again beyond two standard deviations.
        TruncatedNormal = "truncated_normal" {
            /// Mean before truncation.
            mean: f64 = 0.0,
            /// Standard deviation before truncation, 0 or more.
            stddev: f64 = 0.05,
        },
        /// Uniform in `±√(6 / (fan_in + fan_out))` (Glorot and Bengio 2010).
        GlorotUniform = "glorot_uniform",
        /// Truncated normal of variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010).
        GlorotNormal = "glorot_normal",
        /// Uniform in `±√(6 / fan_in)` (He et al. 2015).
        HeUniform = "he_uniform",
        /// Truncated normal of variance `2 / fan_in` (He et al. 2015).
        HeNormal = "he_normal",
        /// Uniform in `±√(3 / fan_in)` (LeCun et al. 1998).
        LecunUniform = "lecun_uniform",
        /// Truncated normal of variance `1 / fan_in` (LeCun et al. 1998).
        LecunNormal = "lecun_normal",
        /// A random matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2013).
        Orthogonal = "orthogonal" {
            /// A factor on all values.
            gain: f64 = 1.0,
        },
    }
}

impl Initializer {
    /// Checks that a parameter of this shape can start this way.
    ///
    /// # Errors
    /// `orthogonal` needs two axes or more.
    pub fn check_shape(&self, shape: Shape) -> Result<(), AttributeError> {
        if matches!(self, Initializer::Orthogonal { .. }) && shape.rank() < 2 {
            return Err(AttributeError::new("init", format!("`orthogonal` needs a matrix, found the shape {shape}")));
        }
        Ok(())
    }
}

impl Check for Initializer {
    fn check(&self) -> Result<(), AttributeError> {
        match *self {
            Initializer::Constant { value } => in_range("value", value, ..),
            Initializer::Uniform { minimum, maximum } => {
                in_range("minimum", minimum, ..)?;
                in_range("maximum", maximum, minimum..)
            }
            Initializer::Normal { mean, stddev } | Initializer::TruncatedNormal { mean, stddev } => {
                in_range("mean", mean, ..)?;
                in_range("stddev", stddev, 0.0..)
            }
            Initializer::Orthogonal { gain } => in_range("gain", gain, ..),
            _ => Ok(()),
        }
    }
}
