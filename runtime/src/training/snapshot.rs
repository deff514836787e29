//! The last state of a model that was known to be good.

use crate::kernels::Threads;

/// Of copying one element from main memory, in multiply-adds.
const COST: usize = 8;

/// A copy of what training changes, taken now and then after a finite loss.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot<T> {
    parameters: Vec<T>,
    state: Vec<T>,
    step: u64,
    valid: bool,
    wanted: bool,
}

impl<T: Copy + Send + Sync> Snapshot<T> {
    /// Steps between two copies: few enough to lose little, enough to cost nothing.
    pub(crate) const INTERVAL: u64 = 256;

    /// None yet.
    pub(crate) fn none() -> Self {
        Self { parameters: Vec::new(), state: Vec::new(), step: 0, valid: false, wanted: true }
    }

    /// Asks for a copy in the next step.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// Forgets the copy but keeps its memory: somebody changed the model from outside.
    pub(crate) fn forget(&mut self) {
        self.valid = false;
    }

    /// Whether it is time for a copy before the update of this step.
    pub(crate) fn is_due(&self, step: u64) -> bool {
        self.wanted || !self.valid || step >= self.step + Self::INTERVAL
    }

    /// Copies; allocates only the first time.
    pub(crate) fn take(&mut self, parameters: &[T], state: &[T], step: u64, threads: &Threads) {
        copy(parameters, &mut self.parameters, threads);
        copy(state, &mut self.state, threads);
        self.step = step;
        (self.valid, self.wanted) = (true, false);
    }

    /// Writes the copy back and gives its step; nothing if there is none.
    pub(crate) fn restore(&self, parameters: &mut [T], state: &mut [T]) -> Option<u64> {
        if !self.valid {
            return None;
        }
        parameters.copy_from_slice(&self.parameters);
        state.copy_from_slice(&self.state);
        Some(self.step)
    }
}

fn copy<T: Copy + Send + Sync>(from: &[T], to: &mut Vec<T>, threads: &Threads) {
    if to.len() == from.len() {
        threads.split(from.len(), COST, (from, &mut to[..]), |(from, to)| to.copy_from_slice(from));
    } else {
        to.clear();
        to.extend_from_slice(from);
    }
}
