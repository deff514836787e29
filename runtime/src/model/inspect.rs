//! A look inside, for tests: the loss and its gradients without an update.

use std::path::Path;

use monograd_schema::Dtype;

use crate::data::Columns;
use crate::float::Float;
use crate::kernels::Threads;
use crate::layer::Place;
use crate::step::Program;
use crate::{Error, Mapping, Model, persistence};

impl<T: Float> Model<T> {
    /// All parameters, in the order of the layout.
    #[doc(hidden)]
    pub fn parameter_values(&self) -> &[T] {
        &self.parameters
    }

    /// All parameters, for writing.
    #[doc(hidden)]
    pub fn parameter_values_mut(&mut self) -> &mut [T] {
        self.snapshot.forget();
        &mut self.parameters
    }

    /// The loss of a batch in training, penalties included. The step counter stays, so the same values are dropped each
    /// time; [`Model::training_output`] can be read afterwards.
    ///
    /// # Errors
    /// As `train_step`, but a loss that is not finite is none.
    #[doc(hidden)]
    pub fn training_loss(&mut self, x: Columns<'_>, y: Columns<'_>) -> Result<f64, Error> {
        let batch = self.training_batch(&x, &y)?;
        self.reserve(batch.rows())?;
        Ok(self.forward(&batch, &mut [], false).0)
    }

    /// The same, with its gradients, which [`Model::gradients`] gives afterwards.
    ///
    /// # Errors
    /// As [`Model::training_loss`].
    #[doc(hidden)]
    pub fn loss_and_gradients(&mut self, x: Columns<'_>, y: Columns<'_>) -> Result<f64, Error> {
        let batch = self.training_batch(&x, &y)?;
        self.reserve(batch.rows())?;
        let (loss, _) = self.forward(&batch, &mut [], false);
        self.backward(batch.rows(), None);
        Ok(loss)
    }

    /// The gradients of the last [`Model::loss_and_gradients`], laid out as the parameters; empty before the first step.
    #[doc(hidden)]
    pub fn gradients(&self) -> &[T] {
        &self.gradients
    }

    /// The raw scores of an output after [`Model::training_loss`] of `rows` samples.
    #[doc(hidden)]
    pub fn training_output(&self, output: usize, rows: usize) -> &[T] {
        let tensor = &self.layout.outputs[output].tensor;
        debug_assert_eq!(tensor.dtype, Dtype::F32);
        &self.scratch.buffers.floats[Place::new(tensor.training, tensor.shape.elements(), rows).range()]
    }

    /// The raw scores of every output by the plan of prediction, one list each.
    ///
    /// # Errors
    /// As `predict`.
    #[doc(hidden)]
    pub fn prediction_outputs(&self, x: Columns<'_>) -> Result<Vec<Vec<T>>, Error> {
        self.raw_outputs(&x)
    }

    /// As `set_threads`, but work is split over them however little it is.
    #[doc(hidden)]
    pub fn split_all_over(&mut self, threads: usize) {
        self.threads = Threads::eager(threads);
    }

    /// The number of updates so far.
    #[doc(hidden)]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The optimizer's slots, one after another; empty before the first step.
    #[doc(hidden)]
    pub fn optimizer_state(&self) -> &[T] {
        &self.state
    }
}

impl Model {
    /// [`Model::load`] of a file that is in memory; its path is that of messages.
    ///
    /// # Errors
    /// As [`Model::load`].
    #[doc(hidden)]
    pub fn from_bytes(program: &'static dyn Program<f32>, path: &Path, mut bytes: &[u8]) -> Result<Self, Error> {
        let length = bytes.len() as u64;
        persistence::load_from(program, path, &mut bytes, length)
    }

    /// [`Model::load_weights`] from a file that is in memory.
    ///
    /// # Errors
    /// As [`Model::load_weights`].
    #[doc(hidden)]
    pub fn weights_from_bytes(&mut self, path: &Path, mut bytes: &[u8], mapping: &Mapping) -> Result<(), Error> {
        let length = bytes.len() as u64;
        persistence::load_weights_from(self, path, &mut bytes, length, mapping)
    }
}
