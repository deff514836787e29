//! The threads that a model's work is split over.

/// The threads that a model's work is split over. Work is split over outputs, never over a sum.
#[derive(Debug, Default)]
pub struct Threads {}
