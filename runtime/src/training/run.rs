//! The loop of `fit`.

use std::ops::ControlFlow;
use std::time::Instant;

use super::interrupt::Interrupt;
use super::progress::{At, Reporter};
use super::{Ended, Epoch, Evaluation, Fit, History, Next, metric_values};
use crate::data::{Dataset, Order, Pass};
use crate::kernels::Threads;
use crate::metrics::MetricState;
use crate::random::{Random, streams};
use crate::{Error, Model};

impl Model {
    /// Trains: goes through the data epoch by epoch, batch by batch, one update each. Calling it again goes on.
    ///
    /// # Errors
    /// Settings out of range; data that does not fit the network, or that a recipe cannot learn from; a loss that is not
    /// finite, with the parameters left as they were last good. Nothing is trained before settings and data are checked. An
    /// error that leaves no step done leaves nothing of a recipe learned.
    pub fn fit(&mut self, train: &Dataset<'_>, mut fit: Fit<'_>) -> Result<History, Error> {
        fit.check()?;
        self.check_loss("fit")?;
        let held_back = fit.validation_split.map(|fraction| hold_back(train, fraction)).transpose()?;
        let (train, validation) = match &held_back {
            Some((train, validation)) => (train, Some(validation)),
            None => (train, fit.validation),
        };
        let preprocessing = self.preprocessing_for(train)?;
        let learned = preprocessing.as_deref();
        let prepared = self.prepare(learned, train)?;
        let train = prepared.as_ref().unwrap_or(train);
        let prepared = validation.map(|validation| self.prepare(learned, validation)).transpose()?.flatten();
        let validation = prepared.as_ref().or(validation);
        let train = &*self.check_data(train)?;
        let validation = validation.map(|validation| self.check_data(validation)).transpose()?;
        let validation = validation.as_deref();
        self.reserve(fit.batch_size.min(train.len()))?;
        let (before, first_step) = (std::mem::replace(&mut self.preprocessing, preprocessing), self.step);
        let own = fit.threads.map(|count| std::mem::replace(&mut self.threads, Threads::new(count)));
        let history = self.run(train, validation, &mut fit);
        if let Some(own) = own {
            self.threads = own;
        }
        if history.is_err() && self.step == first_step {
            // No parameter has been trained on what was learned.
            self.preprocessing = before;
        }
        history
    }

    fn run(
        &mut self,
        train: &Dataset<'_>,
        validation: Option<&Dataset<'_>>,
        fit: &mut Fit<'_>,
    ) -> Result<History, Error> {
        let mut history = History { epochs: Vec::new(), ended: Ended::Epochs };
        let interrupt = Interrupt::watch(fit.ctrl_c, fit.stop_flag);
        let mut reporter = Reporter::new(fit.progress, train.len().div_ceil(fit.batch_size) as u64);
        let mut metrics = self.metric_states();
        let seed = fit.seed.unwrap_or(self.seed);
        let random = |epoch| Random::new(seed, streams::SHUFFLE, epoch);
        let mut order = Order::Data;
        if fit.shuffle {
            order = Order::random(train.len(), fit.batch_size.min(train.len()), random(self.epoch));
        }
        for number in 1..=fit.epochs {
            if interrupt.is_raised() {
                history.ended = Ended::Interrupted;
                break;
            }
            order.begin(random(self.epoch));
            let course = Course { train, batch_size: fit.batch_size, number, of: fit.epochs };
            let mut epoch = self.run_epoch(&course, &mut order, &mut metrics, &mut reporter, &interrupt)?;
            if !interrupt.is_raised()
                && let Some(validation) = validation
            {
                epoch.validation = self.evaluate_while(validation, || !interrupt.is_raised())?;
            }
            reporter.epoch(&epoch);
            let mut stop = false;
            fit.callbacks.iter_mut().for_each(|callback| stop |= callback(&epoch) == Next::Stop);
            let reached = fit.until_loss.filter(|&until| epoch.loss <= until);
            history.epochs.push(epoch);
            if let Some(ended) = end(interrupt.is_raised(), reached, stop) {
                history.ended = ended;
                break;
            }
        }
        Ok(history)
    }

    /// One time through the data, or until somebody interrupts.
    fn run_epoch(
        &mut self,
        course: &Course<'_>,
        order: &mut Order,
        metrics: &mut [MetricState],
        reporter: &mut Reporter,
        interrupt: &Interrupt<'_>,
    ) -> Result<Epoch, Error> {
        let &Course { train, batch_size, number, of } = course;
        let layout = self.layout();
        metrics.iter_mut().for_each(MetricState::reset);
        self.begin_epoch();
        let (mut sum, mut steps, mut samples) = (0.0, 0, 0);
        let started = Instant::now();
        let pass = Pass { layout, inputs: train.inputs(), targets: train.targets(), rows: batch_size };
        pass.for_each(order, |batch| {
            if steps > 0 && interrupt.is_raised() {
                return Ok(ControlFlow::Break(()));
            }
            let loss = self.learn(batch, metrics).map_err(|error| in_epoch(error, number, steps + 1))?;
            sum += loss * batch.rows() as f64;
            (samples, steps) = (samples + batch.rows(), steps + 1);
            let at = At { epoch: number, epochs: of, step: steps as u64, samples, began: started };
            reporter.step(at, || Evaluation { loss: sum / samples as f64, metrics: metric_values(layout, metrics) });
            Ok(ControlFlow::Continue(()))
        })?;
        let seconds = started.elapsed().as_secs_f64();
        self.epoch += 1;
        self.check_parameters().map_err(|error| in_epoch(error, number, steps))?;
        let (loss, metrics) = (sum / samples as f64, metric_values(layout, metrics));
        Ok(Epoch { number, of, loss, metrics, validation: None, steps, samples, seconds })
    }
}

/// What one epoch goes through.
struct Course<'a> {
    train: &'a Dataset<'a>,
    batch_size: usize,
    number: usize,
    of: usize,
}

/// Splits the last share of the data off, as Keras does.
fn hold_back<'a>(data: &Dataset<'a>, fraction: f64) -> Result<(Dataset<'a>, Dataset<'a>), Error> {
    let kept = (data.len() as f64 * (1.0 - fraction)) as usize;
    if kept == 0 || kept == data.len() {
        return Err(Error::Setting {
            name: "validation_split",
            found: fraction.to_string(),
            expected: format!("a share that leaves samples in both parts of {}", data.len()),
        });
    }
    Ok((data.rows(0..kept)?, data.rows(kept..data.len())?))
}

fn end(interrupted: bool, reached: Option<f64>, stop: bool) -> Option<Ended> {
    match (interrupted, reached, stop) {
        (true, ..) => Some(Ended::Interrupted),
        (_, Some(until), _) => Some(Ended::Loss { until }),
        (_, _, true) => Some(Ended::Callback),
        _ => None,
    }
}

/// Says where in this training a step was.
fn in_epoch(error: Error, number: usize, step_of_epoch: usize) -> Error {
    match error {
        Error::NonFinite { file, cause, steps_back, .. } => {
            Error::NonFinite { epoch: Some(number), step: step_of_epoch as u64, file, cause, steps_back }
        }
        error => error,
    }
}
