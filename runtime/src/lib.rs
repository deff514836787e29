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
//! [`network!`] documents the declaration, the generated struct its own methods. [`Dataset`] is what it learns from,
//! [`Fit`] how, [`History`] and [`Evaluation`] what came of it. The same seed gives the same bits, with any number of
//! threads.

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
