//! What is true of a layer before any number exists: its options and their
//! defaults, its shape rule, its parameters and its cost.
//!
//! Three consumers ask the same rules: the compiler behind `network!` (an error
//! at the token), the loader of model files (the same words), and the generated
//! code (a const assertion). A rule says *what* is wrong; the caller adds *where*.
//!
//! Everything that exists is said here once, in catalogues: [`layers::LAYERS`],
//! [`Activation`], [`Initializer`], [`Regularizer`], [`Loss`], [`Optimizer`] and
//! [`Metric`]. The crate has no dependencies and no unsafe code.

#![forbid(unsafe_code)]

mod activation;
mod attribute;
mod catalogue;
mod error;
mod foreign;
mod initializer;
pub mod layer;
pub mod layers;
mod loss;
mod metric;
mod names;
mod optimizer;
mod regularizer;
mod shape;

pub use activation::{Activation, Derivative};
pub use attribute::{Attribute, AttributeType, Extents, Kind, Value};
pub use catalogue::{Catalogue, Entry, EntryKind};
pub use error::{AttributeError, ShapeError};
pub use foreign::translated;
pub use initializer::{Fans, Initializer};
pub use layer::{Inputs, Layer, LayerKind, Parameter, Role, Saves, Workspace};
pub use loss::{Link, Loss, Target, TargetKind};
pub use metric::Metric;
pub use names::{nearest, snake_case};
pub use optimizer::Optimizer;
pub use regularizer::Regularizer;
pub use shape::{Dtype, Shape};
