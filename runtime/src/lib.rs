//! Deep learning compiled by rustc.
//!
//! # Predicting

#![deny(unsafe_code)]

extern crate self as monograd;

mod data;
mod error;
mod float;
mod initializers;
#[allow(unsafe_code, reason = "the one folder where unsafe may appear")]
mod kernels;
mod layer;
mod layers;
mod losses;
mod macros;
mod metrics;
mod model;
mod node;
mod optimizers;
mod persistence;
pub mod prelude;
mod random;
mod regularizers;
mod step;
mod training;

pub use data::{Array, Column, Columns, Dataset, Element, IntoColumn, IntoColumns};
pub use error::Error;
pub use ndarray;
pub use persistence::Difference;
pub use training::{Cause, Ended, Epoch, Evaluation, Fit, History, Next, Progress};

#[doc(hidden)]
pub use monograd_macros::{__blocks, __network};

use model::Model;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
