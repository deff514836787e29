//! What happened in training.

use std::fmt;

use super::Evaluation;
use super::progress::Thousands;

/// Every epoch of one `fit`, and why it ended.
///
/// Prints one line for each epoch and one for the end.
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) ended: Ended,
}

/// The numbers of one epoch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Epoch {
    /// Its number in this `fit`, from 1.
    pub number: usize,
    /// How many epochs this `fit` was asked for.
    pub of: usize,
    /// The training loss: the mean over the samples as they came by, while the network was changing. Penalties of
    /// regularizers are part of it.
    pub loss: f64,
    /// The metrics over the same samples, by name.
    pub metrics: Vec<(&'static str, f64)>,
    /// Loss and metrics on the validation data at the epoch's end, if there is any.
    pub validation: Option<Evaluation>,
    /// How many steps it had; fewer than the others if training was interrupted.
    pub steps: usize,
    /// How many samples it had.
    pub samples: usize,
    /// The time of its steps, without validation, in seconds.
    pub seconds: f64,
}

/// Why training ended.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Ended {
    /// All epochs are done.
    Epochs,
    /// The training loss reached that of `until_loss`.
    Loss {
        /// The loss of `until_loss`.
        until: f64,
    },
    /// Somebody pressed Ctrl-C, or set the flag of `stop_flag`.
    Interrupted,
    /// A callback asked for it.
    Callback,
}

impl History {
    /// The epochs, in order. The last one may be part of an epoch if training was interrupted.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// Why training ended.
    pub fn ended(&self) -> Ended {
        self.ended
    }

    /// The last epoch; none if there was not even a step.
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// The training loss of each epoch.
    pub fn loss(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.loss).collect()
    }

    /// One of the values of [`Epoch::get`] for each epoch that has it.
    pub fn series(&self, name: &str) -> Vec<f64> {
        self.epochs.iter().filter_map(|epoch| epoch.get(name)).collect()
    }
}

impl Epoch {
    /// A value by name: `loss`, a metric (`accuracy`), or either of the validation data (`val_loss`, `val_accuracy`).
    pub fn get(&self, name: &str) -> Option<f64> {
        if let Some(name) = name.strip_prefix("val_") {
            return self.validation.as_ref()?.get(name);
        }
        if name == "loss" {
            return Some(self.loss);
        }
        self.metrics.iter().find(|(metric, _)| *metric == name).map(|&(_, value)| value)
    }

    /// Samples trained on in a second.
    pub fn samples_per_second(&self) -> f64 {
        self.samples as f64 / self.seconds.max(1e-9)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let training = Evaluation { loss: self.loss, metrics: self.metrics.clone() };
        write!(f, "epoch {}/{}  {training}", self.number, self.of)?;
        if let Some(validation) = &self.validation {
            write!(f, "  {}", validation.prefixed("val_"))?;
        }
        let rate = Thousands(self.samples_per_second() as u64);
        write!(f, "  {rate} samples/s  {:.1} s", self.seconds)
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Epochs => f.write_str("all epochs are done"),
            Ended::Loss { until } => write!(f, "the loss reached {until}"),
            Ended::Interrupted => f.write_str("interrupted"),
            Ended::Callback => f.write_str("a callback ended training"),
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.epochs.iter().try_for_each(|epoch| writeln!(f, "{epoch}"))?;
        write!(f, "ended: {}", self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: usize) -> Epoch {
        let validation = Evaluation { loss: 0.25, metrics: vec![("accuracy", 0.5)] };
        Epoch {
            number,
            of: 3,
            loss: 0.125,
            metrics: vec![("accuracy", 0.75)],
            validation: Some(validation),
            steps: 10,
            samples: 24_690,
            seconds: 2.0,
        }
    }

    #[test]
    fn prints_a_line_for_each_epoch() {
        let history = History { epochs: vec![epoch(1), epoch(2)], ended: Ended::Loss { until: 0.2 } };
        let printed = history.to_string();
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(
            lines[1],
            "epoch 2/3  loss 0.1250  accuracy 0.7500  val_loss 0.2500  val_accuracy 0.5000  12 345 samples/s  2.0 s"
        );
        assert_eq!(lines[2], "ended: the loss reached 0.2");
    }

    #[test]
    fn gives_values_by_name() {
        let history = History { epochs: vec![epoch(1), epoch(2)], ended: Ended::Epochs };
        assert_eq!(history.loss(), [0.125, 0.125]);
        assert_eq!(history.series("val_accuracy"), [0.5, 0.5]);
        assert_eq!(history.last().unwrap().get("val_loss"), Some(0.25));
        assert_eq!(history.last().unwrap().get("val_mae"), None);
    }
}
