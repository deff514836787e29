//! What is wrong, without where: the caller adds the place.

use std::fmt;

/// Shapes that do not fit a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// What is wrong, with found and expected.
    pub message: String,
    /// The shape that the rule would take, for the chain of shapes: `[features]`.
    pub needs: Option<String>,
    /// A remedy, where one is certain.
    pub help: Option<String>,
}

impl ShapeError {
    /// An error with a message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), needs: None, help: None }
    }

    /// Adds what the rule would take.
    pub fn needs(mut self, needs: impl Into<String>) -> Self {
        self.needs = Some(needs.into());
        self
    }

    /// Adds a remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShapeError {}

/// An option whose value is out of its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeError {
    /// The name of the option.
    pub attribute: &'static str,
    /// What is wrong, with found and expected.
    pub message: String,
    /// A remedy, where one is certain.
    pub help: Option<String>,
}

impl AttributeError {
    /// An error with a message alone.
    pub fn new(attribute: &'static str, message: impl Into<String>) -> Self {
        Self { attribute, message: message.into(), help: None }
    }

    /// Adds a remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AttributeError {}

/// Checks that a number lies in a range; the message names both ends.
pub(crate) fn in_range(
    attribute: &'static str,
    value: f64,
    range: impl std::ops::RangeBounds<f64>,
) -> Result<(), AttributeError> {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    if value.is_finite() && range.contains(&value) {
        return Ok(());
    }
    let low = match range.start_bound() {
        Included(low) => format!("{low} or more"),
        Excluded(low) => format!("more than {low}"),
        Unbounded => String::new(),
    };
    let high = match range.end_bound() {
        Included(high) => format!("at most {high}"),
        Excluded(high) => format!("less than {high}"),
        Unbounded => String::new(),
    };
    let expected = match (low.is_empty(), high.is_empty()) {
        (false, false) => format!("{low} and {high}"),
        (true, true) => "a finite number".to_string(),
        _ => format!("{low}{high}"),
    };
    Err(AttributeError::new(attribute, format!("`{attribute}` is {value}, expected {expected}")))
}
