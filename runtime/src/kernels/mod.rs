//! Loops over memory. The only folder where `unsafe` may appear.

mod threads;

pub use threads::Threads;
