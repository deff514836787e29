//! Deep learning compiled by rustc: a network is declared in a macro, checked and planned while your code compiles, and
//! trained by calling what comes out.
//!
//! ```
//! use monograd::ndarray::array;
//! use monograd::prelude::*;
//!
//! network!({
//!     /// Whether exactly one of two numbers is 1.
//!     pub struct Xor;
//!
//!     let x = Input(2);
//!     Dense(8, activation = tanh);
//!     Dense(1);
//!
//!     loss = binary_cross_entropy;
//!     optimizer = Adam(learning_rate = 0.05);
//!     metrics = [accuracy];
//! });
//!
//! # fn main() -> Result<(), Error> {
//! let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
//! let y = array![0u8, 1, 1, 0];
//! let mut model = Xor::new(1);
//! let history = model.fit(&Dataset::new(&x, &y)?, Fit::default().epochs(500).until_loss(0.05).progress(Progress::Off))?;
//! assert_eq!(history.last().and_then(|epoch| epoch.get("accuracy")), Some(1.0));
//! let [probability] = model.predict_one(&[0.0, 1.0]);
//! assert!(probability > 0.5);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to read on
//!
//! - [`network!`]: the declaration, and the struct that it becomes. The struct's own page shows the table of its layers
//!   and documents its methods.
//! - [`blocks!`]: blocks and constants for the networks of other modules and crates.
//! - [`Dataset`], [`IntoColumns`]: what a network learns from. The first axis of an array counts samples, the others are the
//!   shape of one: images `[height, width, channels]`, sequences `[time, features]`.
//! - [`Fit`]: how it learns. [`History`], [`Evaluation`]: what came of it.
//! - [`Error`]: what can go wrong while a program runs.
//! - README.md of the repository: tables of all layers, activations, initializers, regularizers, losses, optimizers and
//!   metrics with their options. ARCHITECTURE.md: how all of it works.
//!
//! # What can be relied on
//!
//! - The same seed gives the same bits in the same program on the same processor, with any number of threads.
//! - The feature `portable` makes multiply-adds of products and elementwise mathematics round once even where the processor
//!   has no such instruction, which is slow there, so that processors agree.
//! - A training step and `predict_one` allocate nothing after the first of their size.
//! - An error of `fit` or `train_step` leaves the model usable; [`Error::NonFinite`] says which parameters are left.
//! - `save` replaces a file as a whole or not at all, and `load` takes all of a file or nothing.

#![deny(unsafe_code)]

extern crate self as monograd;

mod chain;
mod data;
mod error;
pub mod files;
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
mod parameter_buffer;
mod persistence;
pub mod prelude;
mod random;
mod regularizers;
mod step;
mod tables;
mod training;

pub use data::{Array, Column, Columns, Dataset, Element, Folds, IntoColumn, IntoColumns, Samples, Scaled, Source};
pub use error::Error;
pub use files::{Malformed, Place};
pub use ndarray;
pub use persistence::{Difference, Mapping};
pub use tables::{Csv, Fill, Preprocessing, Recipe, Table};
pub use training::{Cause, Ended, Epoch, Evaluation, Fit, History, Next, Progress};

#[doc(hidden)]
pub use monograd_macros::{__blocks, __network};

use model::Model;

/// The code in README.md compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
