//! What networks compute, compared with what Keras and PyTorch compute.
//!
//! The reference values lie beside this file, with the program that made them (`generate.py`). Each module reads one
//! of the files, runs every case of it through a declared network in `f32` and in `f64`, and fails if a tensor is left
//! out. On the way, each network does the same to the bit on several numbers of threads.

mod activations;
#[path = "../support/bits.rs"]
mod bits;
mod file;
mod layers;
mod losses;
#[path = "../support/numbers.rs"]
mod numbers;
mod optimizers;
mod subject;
mod tolerance;
mod training;
