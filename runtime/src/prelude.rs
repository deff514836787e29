//! Everything that a program needs: `use monograd::prelude::*;`.

pub use crate::{Array, Column, Dataset, Ended, Epoch, Error, Evaluation, Fit, History, Next, Progress, Scaled};
pub use crate::{blocks, network};
pub use ndarray;
