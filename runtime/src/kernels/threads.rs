//! The threads that a model's work is split over.

/// The threads that a model's work is split over. Work is split over outputs, never over a sum.
#[derive(Debug, Default)]
pub struct Threads {}

impl Threads {
    /// A number of threads, 1 or more.
    pub fn new(_count: usize) -> Self {
        Self {}
    }

    /// One for each processor.
    pub fn all() -> Self {
        Self {}
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        1
    }

    /// Runs something on them.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        work()
    }
}
