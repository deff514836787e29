//! Everything that a program needs: `use monograd::prelude::*;`.

pub use crate::{
    Array, Column, Csv, Dataset, Ended, Epoch, Error, Evaluation, Fit, History, Next, Progress, Scaled, Table,
};
pub use crate::{blocks, files, network};
pub use ndarray;
