//! One training step.

use std::iter;
use std::ops::Range;

use crate::data::{Batch, Columns, Positions, check_inputs, check_targets, first_non_finite};
use crate::float::Float;
use crate::kernels::{Memory, Position, stride};
use crate::layer::{Learner, Values};
use crate::metrics::MetricState;
use crate::node::Parameter;
use crate::optimizers::{Slots, Update};
use crate::step::Step;
use crate::training::Cause;
use crate::{Error, Model, regularizers};

impl<T: Float> Model<T> {
    /// The samples `x` with the targets `y` as one batch, checked.
    pub(super) fn training_batch<'b>(&self, x: &'b Columns<'b>, y: &'b Columns<'b>) -> Result<Batch<'b>, Error> {
        self.optimizer("train_step")?;
        check_inputs(self.layout, x)?;
        check_targets(self.layout, y)?;
        if x.rows() != y.rows() {
            let (first, second) = ("the inputs".to_string(), "the targets".to_string());
            return Err(Error::Lengths { first, first_rows: x.rows(), second, second_rows: y.rows() });
        }
        Ok(Batch { inputs: x, targets: y, positions: Positions::Range(0..x.rows()), samples: None })
    }

    /// Makes room for training with batches of up to `rows` samples.
    pub(crate) fn reserve(&mut self, rows: usize) -> Result<(), Error> {
        let optimizer = self.optimizer("fit")?;
        self.scratch.reserve(&self.layout.training, rows)?;
        if self.gradients.len() < self.layout.total {
            self.gradients = Memory::new(Position::Gradients, self.layout.total, T::ZERO);
        }
        if self.state.is_empty() {
            let first = T::from_f64(optimizer.initial_state());
            let length = optimizer.slots().len() * stride::<T>(self.layout.trainable);
            self.state = Memory::new(Position::State, length, first);
        }
        Ok(())
    }

    /// Forward, backward, update: the loss before the update. There is room, and the batch was checked.
    ///
    /// # Errors
    /// A loss that is not finite. The update is not applied; unless the data are to blame, earlier parameters are back.
    pub(crate) fn learn(&mut self, batch: &Batch<'_>, metrics: &mut [MetricState]) -> Result<f64, Error> {
        let optimizer = self.optimizer("fit")?;
        let (loss, whole) = self.forward(batch, metrics, true);
        if !loss.is_finite() {
            return Err(self.diverged(batch, loss));
        }
        if self.snapshot.is_due(self.step) && self.non_finite_parameter().is_none() {
            self.snapshot.take(&self.parameters, &self.state, self.step, &self.threads);
        }
        let update = Update::new(optimizer, optimizer.learning_rate(), self.step + 1);
        if whole {
            self.update(iter::once(0..self.layout.trainable), &update);
        } else {
            self.backward(batch.rows(), Some(&update));
            self.update(self.layout.unfused(), &update);
        }
        self.step += 1;
        Ok(loss)
    }

    /// Updates ranges of the parameters.
    fn update(&mut self, ranges: impl Iterator<Item = Range<usize>>, update: &Update<T>) {
        let mut slots = Slots::apart(&mut self.state, self.layout.trainable);
        // Borrowed once: whenever they are, copies of weights are dropped.
        let parameters = &mut *self.parameters;
        for range in ranges {
            let (values, gradients) = (&mut parameters[range.clone()], &self.gradients[range.clone()]);
            update.apply_split(values, gradients, slots.range(range), &self.threads);
        }
    }

    /// The loss of a batch, penalties included; outputs and their gradients are in the arena. With `whole`, networks that
    /// compute their gradients in the same loop do, and say so.
    pub(super) fn forward(&mut self, batch: &Batch<'_>, metrics: &mut [MetricState], whole: bool) -> (f64, bool) {
        let (program, layout, rows) = (self.program, self.layout, batch.rows());
        self.scratch.load_inputs(layout, true, batch, &self.threads);
        self.scratch.load_targets(layout, batch, &self.threads);
        let penalty = self.penalty();
        let mut step = Step {
            training: true,
            gradients: &mut self.gradients,
            targets: &self.scratch.targets,
            seed: self.seed,
            step: self.step,
            ..Step::predict(rows, &mut self.scratch.buffers, Values::Fixed(&self.parameters), &self.threads)
        };
        let whole = whole && program.train(&mut step);
        if !whole {
            program.forward(&mut step);
            program.loss(&mut step);
        }
        for (node, state) in layout.metrics.iter().zip(metrics) {
            let scores = step.buffers.floats_of(&layout.outputs[node.output].tensor, true, rows);
            state.update(scores, &step.targets[node.target].rows(), &self.threads);
        }
        (step.loss + penalty, whole)
    }

    /// The gradients of the loss that [`Model::forward`] just gave; with an update, layers that can apply it do.
    pub(super) fn backward(&mut self, rows: usize, update: Option<&Update<T>>) {
        let (program, layout) = (self.program, self.layout);
        // A parameter that no gradient goes through is not written by backward, only added to below.
        for (_, parameter) in layout.regularized() {
            self.gradients[parameter.range()].fill(T::ZERO);
        }
        let parameters = match update {
            None => Values::Fixed(&self.parameters),
            Some(update) => {
                let state = Slots::apart(&mut self.state, layout.trainable);
                Values::Learned(Learner { parameters: &mut self.parameters, state, update })
            }
        };
        let mut step = Step {
            training: true,
            gradients: &mut self.gradients,
            seed: self.seed,
            step: self.step,
            ..Step::predict(rows, &mut self.scratch.buffers, parameters, &self.threads)
        };
        program.backward(&mut step);
        for (regularizer, parameter) in layout.regularized() {
            let (weights, gradient) = (&self.parameters[parameter.range()], &mut self.gradients[parameter.range()]);
            regularizers::add_gradient(regularizer, weights, gradient);
        }
    }

    /// What regularizers add to the loss.
    pub(super) fn penalty(&self) -> f64 {
        let penalty = |(regularizer, parameter): (&_, &Parameter)| {
            regularizers::penalty(regularizer, &self.parameters[parameter.range()])
        };
        self.layout.regularized().map(penalty).sum()
    }

    /// Finds out where a loss that is not finite comes from. Unless the data are to blame, the parameters that gave it are not
    /// good, whether they are finite or not, and the last ones kept after a finite loss are restored.
    fn diverged(&mut self, batch: &Batch<'_>, loss: f64) -> Error {
        let data = self.non_finite_data(batch);
        let blames_parameters = data.is_none() || self.non_finite_parameter().is_some();
        let cause = data.or_else(|| self.non_finite_layer(batch)).unwrap_or(Cause::Loss { value: loss });
        self.error(cause, self.step + 1, blames_parameters)
    }

    /// An epoch begins: its first step keeps a copy of the parameters.
    pub(crate) fn begin_epoch(&mut self) {
        self.snapshot.want();
    }

    /// An error if an update made a parameter infinite or NaN; good ones are restored then.
    pub(crate) fn check_parameters(&mut self) -> Result<(), Error> {
        match self.non_finite_parameter() {
            None => Ok(()),
            Some(path) => Err(self.error(Cause::Parameter { path }, self.step, true)),
        }
    }

    fn error(&mut self, cause: Cause, step: u64, goes_back: bool) -> Error {
        let mut steps_back = 0;
        if goes_back && let Some(good) = self.snapshot.restore(&mut self.parameters, &mut self.state) {
            steps_back = self.step - good;
            self.step = good;
        }
        Error::NonFinite { epoch: None, step, file: self.layout.file, cause, steps_back }
    }

    fn non_finite_data(&self, batch: &Batch<'_>) -> Option<Cause> {
        if let Some((number, row, value)) = first_non_finite(batch.inputs, batch.rows_of(batch.inputs)) {
            return Some(Cause::Input { name: self.layout.inputs[number].name, row: batch.sample(row), value });
        }
        let (number, row, value) = first_non_finite(batch.targets, batch.rows_of(batch.targets))?;
        Some(Cause::Target { name: self.layout.targets[number].name, row: batch.sample(row), value })
    }

    /// Runs forward again and looks at each layer's output.
    fn non_finite_layer(&mut self, batch: &Batch<'_>) -> Option<Cause> {
        let (program, mut found) = (self.program, None);
        self.scratch.load_inputs(self.layout, true, batch, &self.threads);
        let mut step = Step {
            training: true,
            seed: self.seed,
            step: self.step,
            trace: Some(&mut found),
            ..Step::predict(batch.rows(), &mut self.scratch.buffers, Values::Fixed(&self.parameters), &self.threads)
        };
        program.forward(&mut step);
        found.map(|found| Cause::Layer { name: found.layer, line: found.line })
    }

    fn non_finite_parameter(&self) -> Option<&'static str> {
        let mut parameters = self.parameters();
        parameters.find(|(_, _, values)| values.iter().any(|value| !value.is_finite())).map(|(path, ..)| path)
    }
}
