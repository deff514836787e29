//! Loss and metrics over a data set.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::predict::chunk_rows;
use crate::data::{Dataset, Order, Pass, arrange, check_inputs, check_targets};
use crate::float::Float;
use crate::layer::Values;
use crate::metrics::MetricState;
use crate::step::Step;
use crate::training::{Evaluation, metric_values};
use crate::{Error, Model};

impl Model {
    /// The loss and every metric of the declaration over a data set. Nothing is random, nothing is learned. Of a standardized
    /// target, the metrics are in the units of its column, the loss in those of training.
    ///
    /// # Errors
    /// A network without a loss, and data that does not fit the network.
    pub fn evaluate(&self, test: &Dataset<'_>) -> Result<Evaluation, Error> {
        self.check_loss("evaluate")?;
        let prepared = self.prepare(self.preprocessing(), test)?;
        let test = prepared.as_ref().unwrap_or(test);
        let test = self.check_data(test)?;
        Ok(self.evaluate_while(&test, || true)?.expect("nobody ended it"))
    }
}

impl<T: Float> Model<T> {
    /// Checks that this network has a loss.
    pub(crate) fn check_loss(&self, operation: &'static str) -> Result<(), Error> {
        match self.layout.targets {
            [] => Err(Error::NoLoss { network: self.layout.name, operation }),
            _ => Ok(()),
        }
    }

    /// Checks that a data set is one for this network, and puts its columns in the network's order.
    pub(crate) fn check_data<'d>(&self, data: &'d Dataset<'d>) -> Result<Cow<'d, Dataset<'d>>, Error> {
        let data = arrange(self.layout, data)?;
        check_inputs(self.layout, data.inputs())?;
        check_targets(self.layout, data.targets())?;
        Ok(data)
    }

    /// The metrics of the declaration, before the first sample; errors of a standardized target are in its units.
    pub(crate) fn metric_states(&self) -> Vec<MetricState> {
        let state = |node: &'static crate::node::MetricNode| {
            let output = &self.layout.outputs[node.output];
            let standard = self.preprocessing().and_then(|learned| learned.standard(self.layout, output.name));
            let unit = standard.map_or(1.0, |(_, deviation)| deviation);
            MetricState::new(node, output.tensor.shape).in_units(unit)
        };
        self.layout.metrics.iter().map(state).collect()
    }

    /// Evaluates checked data chunk by chunk; nothing if `go_on` says no in between.
    pub(crate) fn evaluate_while(
        &self,
        data: &Dataset<'_>,
        go_on: impl Fn() -> bool,
    ) -> Result<Option<Evaluation>, Error> {
        let (program, layout, rows) = (self.program, self.layout, data.len());
        let mut metrics = self.metric_states();
        let mut scratch = self.pool.borrow();
        let chunk = chunk_rows(&layout.prediction).min(rows);
        scratch.reserve(&layout.prediction, chunk)?;
        let (mut sum, mut whole) = (0.0, true);
        let pass = Pass { layout, inputs: data.inputs(), targets: data.targets(), rows: chunk };
        pass.for_each(&mut Order::Data, |batch| {
            whole = go_on();
            if !whole {
                return Ok(ControlFlow::Break(()));
            }
            scratch.load_inputs(layout, false, batch, &self.threads);
            scratch.load_targets(layout, batch, &self.threads);
            let scratch = &mut *scratch;
            let mut step = Step {
                targets: &scratch.targets,
                ..Step::predict(batch.rows(), &mut scratch.buffers, Values::Lasting(&self.parameters), &self.threads)
            };
            program.forward(&mut step);
            program.loss(&mut step);
            sum += step.loss * batch.rows() as f64;
            for (node, state) in layout.metrics.iter().zip(&mut metrics) {
                let scores = step.buffers.floats_of(&layout.outputs[node.output].tensor, false, batch.rows());
                state.update(scores, &step.targets[node.target].rows(), &self.threads);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if !whole {
            return Ok(None);
        }
        let loss = sum / rows as f64 + self.penalty();
        Ok(Some(Evaluation { loss, metrics: metric_values(layout, &metrics) }))
    }
}
