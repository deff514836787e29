//! Data: blocks of samples, what they are made from, and how a batch of them reaches a network.

mod affine;
mod arrays;
mod column;
mod columns;
mod copy;
mod dataset;
mod element;
mod fitting;
mod folds;
mod gather;
mod names;
mod order;
mod permutation;
mod read_ahead;
mod rows;
mod samples;
mod source;
mod split;
mod strata;
mod unprepared;

pub use affine::Scaled;
pub use column::{Column, IntoColumn};
pub use columns::{Columns, IntoColumns};
pub use dataset::Dataset;
pub use element::Element;
pub use folds::Folds;
pub use samples::Samples;
pub use source::Source;

pub(crate) use affine::{Affine, Factors};
pub(crate) use element::{Block, Values, with_block, with_slice};
pub(crate) use fitting::{TargetForm, check_inputs, check_targets, first_non_finite};
pub(crate) use gather::{Batch, Positions, Scratch, TargetMemory};
pub(crate) use names::{arrange, arrange_inputs, arrange_targets};
pub(crate) use order::Order;
pub(crate) use permutation::Permutation;
pub(crate) use read_ahead::Pass;
pub(crate) use rows::{Rows, shuffle};
pub(crate) use source::Opened;
pub(crate) use split::{held_back, split_strata};
pub(crate) use unprepared::Unprepared;

/// An array of any number of axes, as `predict` gives it: samples along the first one.
pub type Array = ndarray::ArrayD<f32>;
