//! The settings of training.

use std::sync::atomic::AtomicBool;

use super::{Epoch, Progress};
use crate::Error;
use crate::data::Dataset;

/// How to train: the settings of `fit`, each with Keras' default.
///
/// ```
/// use monograd::prelude::*;
///
/// let settings = Fit::default().epochs(100).batch_size(64).until_loss(0.01).callback(|epoch| {
///     println!("{}: {}", epoch.number, epoch.loss);
/// });
/// ```
pub struct Fit<'a> {
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    pub(crate) shuffle: bool,
    pub(crate) seed: Option<u64>,
    pub(crate) validation: Option<&'a Dataset<'a>>,
    pub(crate) validation_split: Option<f64>,
    pub(crate) until_loss: Option<f64>,
    pub(crate) progress: Progress,
    pub(crate) threads: Option<usize>,
    pub(crate) callbacks: Vec<Callback<'a>>,
    pub(crate) ctrl_c: bool,
    pub(crate) stop_flag: Option<&'a AtomicBool>,
}

/// What is called at each epoch's end.
pub(crate) type Callback<'a> = Box<dyn FnMut(&Epoch) -> Next + 'a>;

/// What a callback wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Train on.
    Continue,
    /// End training after this epoch.
    Stop,
}

/// A callback that returns nothing trains on.
impl From<()> for Next {
    fn from((): ()) -> Self {
        Next::Continue
    }
}

impl Default for Fit<'_> {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            shuffle: true,
            seed: None,
            validation: None,
            validation_split: None,
            until_loss: None,
            progress: Progress::Auto,
            threads: None,
            callbacks: Vec::new(),
            ctrl_c: true,
            stop_flag: None,
        }
    }
}

impl<'a> Fit<'a> {
    /// How often to go through the data; 1 by default. With 0 nothing happens.
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// How many samples go into one step, 1 or more; 32 by default. A size larger than the data takes all of it at once,
    /// which is gradient descent without the "stochastic". The last batch of an epoch has the samples that are left.
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.batch_size = samples;
        self
    }

    /// Whether each epoch takes the samples in another random order; true by default.
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// The seed of the order of the samples; that of the model by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Evaluates these samples at each epoch's end. The network never trains on them.
    pub fn validation(mut self, data: &'a Dataset<'a>) -> Self {
        self.validation = Some(data);
        self
    }

    /// Holds the last samples of the training data back for validation: this share of them, above 0 and below 1. As in
    /// Keras they are taken before shuffling; [`Dataset::split`] takes random ones.
    pub fn validation_split(mut self, fraction: f64) -> Self {
        self.validation_split = Some(fraction);
        self
    }

    /// Ends training after the first epoch with a training loss at or below this one.
    pub fn until_loss(mut self, loss: f64) -> Self {
        self.until_loss = Some(loss);
        self
    }

    /// What to show meanwhile; [`Progress::Auto`] by default.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// How many threads this training may use, 1 or more; one for each processor by default. Results do not depend on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Calls `callback` with the numbers of each epoch at its end; returning [`Next::Stop`] ends training. Several
    /// callbacks are called in order.
    pub fn callback<R: Into<Next>>(mut self, mut callback: impl FnMut(&Epoch) -> R + 'a) -> Self {
        self.callbacks.push(Box::new(move |epoch| callback(epoch).into()));
        self
    }

    /// Whether Ctrl-C ends training after the current step, with the history so far, instead of killing the program;
    /// true by default. A second Ctrl-C kills it, and so does one outside of training. Programs that handle Ctrl-C
    /// themselves say false, and can use [`Fit::stop_flag`].
    pub fn ctrl_c(mut self, handle: bool) -> Self {
        self.ctrl_c = handle;
        self
    }

    /// Ends training after the current step, as Ctrl-C does, once this flag is true: for a button, or another thread.
    pub fn stop_flag(mut self, flag: &'a AtomicBool) -> Self {
        self.stop_flag = Some(flag);
        self
    }

    /// Checks what the types cannot say.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let setting =
            |name, found: String, expected: &str| Error::Setting { name, found, expected: expected.to_string() };
        if self.batch_size == 0 {
            return Err(setting("batch_size", "0".to_string(), "1 or more"));
        }
        if self.threads == Some(0) {
            return Err(setting("threads", "0".to_string(), "1 or more"));
        }
        if let Some(loss) = self.until_loss.filter(|loss| loss.is_nan()) {
            return Err(setting("until_loss", loss.to_string(), "a number"));
        }
        if self.validation.is_some() && self.validation_split.is_some() {
            return Err(Error::TwoValidations);
        }
        match self.validation_split {
            Some(fraction) if !(fraction > 0.0 && fraction < 1.0) => {
                Err(setting("validation_split", fraction.to_string(), "more than 0 and less than 1"))
            }
            _ => Ok(()),
        }
    }
}
