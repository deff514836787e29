//! Deep learning compiled by rustc.

#![deny(unsafe_code)]

extern crate self as monograd;

mod float;
mod initializers;
#[allow(unsafe_code, reason = "the one folder where unsafe may appear")]
mod kernels;
mod layer;
mod layers;
mod losses;
mod metrics;
pub mod node;
mod optimizers;
mod random;
mod regularizers;
mod step;
