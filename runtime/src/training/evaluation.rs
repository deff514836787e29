//! Loss and metrics over a data set.

use std::fmt;

use crate::metrics::MetricState;
use crate::node::Layout;

/// The loss and the metrics of a network over a data set, as `evaluate` gives them.
///
/// Prints as `loss 0.1234  accuracy 0.9712`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The mean loss over all samples, penalties of regularizers included. Of a
    /// [`target_standardized`](crate::Recipe::target_standardized) it is that of the standardized numbers.
    pub loss: f64,
    /// The metrics by name, in the order of the declaration; those of a standardized target are in the units of its column.
    pub metrics: Vec<(&'static str, f64)>,
}

impl Evaluation {
    /// The loss (`loss`) or a metric by its name: `accuracy`, or `accuracy(finished)` in a network with several outputs.
    pub fn get(&self, name: &str) -> Option<f64> {
        if name == "loss" {
            return Some(self.loss);
        }
        self.metrics.iter().find(|(metric, _)| *metric == name).map(|&(_, value)| value)
    }

    /// Prints with a prefix before each name.
    pub(crate) fn prefixed(&self, prefix: &'static str) -> impl fmt::Display + '_ {
        Prefixed { prefix, evaluation: self }
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.prefixed("").fmt(f)
    }
}

struct Prefixed<'a> {
    prefix: &'static str,
    evaluation: &'a Evaluation,
}

impl fmt::Display for Prefixed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { prefix, evaluation } = self;
        write!(f, "{prefix}loss {}", Short(evaluation.loss))?;
        evaluation.metrics.iter().try_for_each(|&(name, value)| write!(f, "  {prefix}{name} {}", Short(value)))
    }
}

/// Four decimals, or an exponent where those would say nothing.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || (1e-3..1e6).contains(&size) || !size.is_finite() {
            write!(f, "{:.4}", self.0)
        } else {
            write!(f, "{:.4e}", self.0)
        }
    }
}

/// The values of a network's metrics so far.
pub(crate) fn metric_values(layout: &'static Layout, states: &[MetricState]) -> Vec<(&'static str, f64)> {
    layout.metrics.iter().zip(states).map(|(node, state)| (node.name, state.value())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_small_and_large_values_readably() {
        let values = [0.0, 0.12345, 12345.678, 1.5e-5, 2e9, f64::NAN];
        let printed: Vec<String> = values.iter().map(|&value| Short(value).to_string()).collect();
        assert_eq!(printed, ["0.0000", "0.1235", "12345.6780", "1.5000e-5", "2.0000e9", "NaN"]);
    }

    #[test]
    fn finds_values_by_name() {
        let evaluation = Evaluation { loss: 0.5, metrics: vec![("accuracy", 0.75)] };
        assert_eq!(evaluation.get("accuracy"), Some(0.75));
        assert_eq!(evaluation.get("loss"), Some(0.5));
        assert_eq!(evaluation.get("mae"), None);
        assert_eq!(evaluation.to_string(), "loss 0.5000  accuracy 0.7500");
    }
}
