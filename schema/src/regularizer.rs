//! Penalties on the size of a layer's weights.

use crate::catalogue::{Check, catalogue};
use crate::error::in_range;
use crate::{AttributeError, AttributeType, Kind, Value};

catalogue! {
    /// A penalty on a layer's weights, added to the loss; as in Keras, biases have none.
    pub enum Regularizer, "regularizer", REGULARIZERS {
        /// `l1 · Σ |w|`.
        L1 = "l1" {
            /// Strength, 0 or more.
            l1: f64 = 0.01,
        },
        /// `l2 · Σ w²`. (Without the half that some texts have.)
        L2 = "l2" {
            /// Strength, 0 or more.
            l2: f64 = 0.01,
        },
        /// `l1 · Σ |w| + l2 · Σ w²`.
        L1L2 = "l1_l2" {
            /// Strength of the absolute values, 0 or more.
            l1: f64 = 0.01,
            /// Strength of the squares, 0 or more.
            l2: f64 = 0.01,
        },
    }
}

impl Regularizer {
    /// The strengths of the absolute values and of the squares.
    pub fn strengths(&self) -> (f64, f64) {
        match *self {
            Regularizer::L1 { l1 } => (l1, 0.0),
            Regularizer::L2 { l2 } => (0.0, l2),
            Regularizer::L1L2 { l1, l2 } => (l1, l2),
        }
    }
}

impl Check for Regularizer {
    fn check(&self) -> Result<(), AttributeError> {
        let (l1, l2) = self.strengths();
        in_range("l1", l1, 0.0..)?;
        in_range("l2", l2, 0.0..)
    }
}

impl AttributeType for Option<Regularizer> {
    const KIND: Kind = Kind::Entry(&REGULARIZERS);
    const OPTIONAL: bool = true;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Nothing => Some(None),
            value => Regularizer::from_value(value).map(Some),
        }
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Nothing, AttributeType::to_value)
    }
}
