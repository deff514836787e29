//! Loops over memory. The only folder where `unsafe` may appear.
//!
//! Kernels split work over outputs, never over a sum, so that results do not depend on the number of threads.

pub(crate) mod activation;
pub(crate) mod broadcast;
pub(crate) mod elementwise;
pub(crate) mod functions;
mod level;
mod pool;
mod product;
pub(crate) mod row_functions;
mod threads;

#[cfg(test)]
mod reference;

pub(crate) use level::Level;
pub use product::Product;
pub use threads::Threads;
pub(crate) use threads::{Divide, Rows};
