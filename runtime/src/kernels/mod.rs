//! Loops over memory. The only folder where `unsafe` may appear.
//!
//! Kernels split work over outputs, and a sum only into parts that are the same for any number of threads, so that results do
//! not depend on it.

pub(crate) mod activation;
pub(crate) mod broadcast;
pub(crate) mod elementwise;
pub(crate) mod functions;
mod fused;
pub(crate) mod gate;
mod level;
pub(crate) mod math;
mod memory;
mod parts;
mod pieces;
mod pool;
mod product;
pub(crate) mod registers;
pub(crate) mod row_functions;
mod threads;
pub(crate) mod tiny;

#[cfg(test)]
mod reference;

pub(crate) use level::{Kernel, Level, PORTABLE_FUSES};
pub(crate) use memory::{Memory, Position, rows_ahead, stride};
pub(crate) use parts::Parts;
pub use product::{Epilogue, Finish, Product};
pub(crate) use product::{Kept, OnRows, RowProduct, Weight, on_rows};
pub use threads::Threads;
pub(crate) use threads::{Divide, Rows};
