//! A network with its numbers: what a generated struct wraps.

mod evaluate;
mod inspect;
mod parameters;
mod pool;
mod predict;
mod prepare;
mod step;

pub use predict::Sample;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use monograd_schema::Optimizer;

use crate::data::{Columns, Scratch, arrange_inputs, arrange_targets};
use crate::float::Float;
use crate::kernels::Threads;
use crate::kernels::{Memory, Position};
use crate::node::Layout;
use crate::parameter_buffer::ParameterBuffer;
use crate::step::Program;
use crate::training::Snapshot;
use crate::{Error, Mapping, Preprocessing, persistence};

use parameters::initial_values;
use pool::Pool;

/// A compiled network and everything that training changes: parameters, the optimizer's state, the counters.
///
/// What a user calls is documented at the generated struct. Networks run with `f32`; `Model<f64>` exists so that gradients
/// can be checked.
pub struct Model<T: Float = f32> {
    program: &'static dyn Program<T>,
    layout: &'static Layout,
    pub(crate) seed: u64,
    pub(crate) parameters: ParameterBuffer<T>,
    gradients: Memory<T>,
    /// The optimizer's slots; empty before the first step.
    pub(crate) state: Memory<T>,
    /// Updates so far.
    pub(crate) step: u64,
    /// Epochs so far, whole or in part.
    pub(crate) epoch: u64,
    /// How tables become inputs and targets, if it was trained on one.
    pub(crate) preprocessing: Option<Arc<Preprocessing>>,
    pub(crate) threads: Threads,
    scratch: Scratch<T>,
    pool: Pool<T>,
    snapshot: Snapshot<T>,
}

impl<T: Float> Model<T> {
    /// A network with first values that depend on the seed alone.
    pub fn new(program: &'static dyn Program<T>, seed: u64) -> Self {
        let layout = program.layout();
        let mut parameters = Memory::new(Position::Parameters, layout.total, T::ZERO);
        initial_values(layout, seed, |number, value| parameters[number] = T::from_f64(value));
        Self::from_parameters(program, seed, parameters)
    }

    /// A network with given values.
    pub(crate) fn from_parameters(program: &'static dyn Program<T>, seed: u64, parameters: Memory<T>) -> Self {
        let layout = program.layout();
        Self {
            program,
            layout,
            seed,
            parameters: ParameterBuffer::new(layout, parameters),
            gradients: Memory::empty(Position::Gradients),
            state: Memory::empty(Position::State),
            step: 0,
            epoch: 0,
            preprocessing: None,
            threads: Threads::all(),
            scratch: Scratch::new(),
            pool: Pool::new(),
            snapshot: Snapshot::none(),
        }
    }

    /// What the compiler says about the network.
    pub fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// The optimizer of a network that can train.
    fn optimizer(&self, operation: &'static str) -> Result<&'static Optimizer, Error> {
        let untrainable = || Error::NoLoss { network: self.layout.name, operation };
        self.layout.optimizer.as_ref().ok_or_else(untrainable)
    }
}

impl Model {
    /// [`Model::new`] for `f32`, compiled here and not again with each network.
    pub fn seeded(program: &'static dyn Program<f32>, seed: u64) -> Self {
        Self::new(program, seed)
    }

    /// A network from a file that [`Model::save`] wrote.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or belongs to another network; nothing is loaded in part.
    pub fn load(program: &'static dyn Program<f32>, path: &Path) -> Result<Self, Error> {
        persistence::load(program, path)
    }

    /// Writes parameters and everything that going on with training needs. The old file stays whole until the new one is.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        persistence::save(self, path)
    }

    /// Takes the parameters from a file that another program wrote.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or does not fit; nothing changes then.
    pub fn load_weights(&mut self, path: &Path, mapping: &Mapping) -> Result<(), Error> {
        persistence::load_weights(self, path, mapping)
    }

    /// How many threads predictions, evaluation and single steps may use, and training where [`Fit::threads`] says nothing.
    ///
    /// # Errors
    /// 0.
    pub fn set_threads(&mut self, threads: usize) -> Result<(), Error> {
        if threads == 0 {
            return Err(Error::Setting { name: "threads", found: "0".to_string(), expected: "1 or more".to_string() });
        }
        self.threads = Threads::new(threads);
        Ok(())
    }

    /// One forward pass, one backward, one update; the loss before the update.
    ///
    /// # Errors
    /// Data that does not fit the network, and a loss that is not finite; the model is as before then.
    pub fn train_step(&mut self, x: Columns<'_>, y: Columns<'_>) -> Result<f32, Error> {
        let (x, y) = (x.in_memory()?, y.in_memory()?);
        let (x, y) = (arrange_inputs(self.layout, &x)?, arrange_targets(self.layout, &y)?);
        let prepared = self.prepare_step(&x)?;
        let batch = self.training_batch(prepared.as_ref().unwrap_or(&x), &y)?;
        let rows = batch.rows();
        self.reserve(rows)?;
        self.learn(&batch, &mut []).map(|loss| loss as f32)
    }
}

/// The copy has the same numbers and counters, and memory of its own.
impl<T: Float> Clone for Model<T> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            step: self.step,
            epoch: self.epoch,
            preprocessing: self.preprocessing.clone(),
            threads: self.threads,
            ..Self::from_parameters(self.program, self.seed, self.parameters.memory().clone())
        }
    }
}

impl<T: Float> fmt::Debug for Model<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.layout.name)
            .field("parameters", &self.layout.total)
            .field("seed", &self.seed)
            .field("epoch", &self.epoch)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}
