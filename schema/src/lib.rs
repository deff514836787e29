//! What is true of a layer before any number exists: its options and their
//! defaults, its shape rule, its parameters and its cost.
//!
//! The compiler behind `network!` asks the rules while it compiles; a rule says
//! *what* is wrong, and the caller adds *where*. The runtime computes with the
//! same values: the structs and enums declared here, with their options, are what
//! generated code hands to it, and it implements their arithmetic.
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
pub use foreign::{
    counts_inputs, difference, entry_of_number, exists_elsewhere, option_remark, translated, truth_of_text,
};
pub use initializer::{Fans, Initializer};
pub use layer::{
    ChainLink, Inputs, LARGEST_TINY, Layer, LayerKind, Parameter, Role, Saves, Tiny, WORTH_A_THREAD, Workspace,
};
pub use loss::{Link, Loss, Target, TargetKind};
pub use metric::Metric;
pub use names::{alike, nearest, snake_case};
pub use optimizer::Optimizer;
pub use regularizer::Regularizer;
pub use shape::{Dtype, Shape};

/// The version of the rules. Generated code carries that of the compiler, and demands that the runtime has the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
