//! Everything that a program needs: `use monograd::prelude::*;`.

pub use crate::{
    Array, Column, Csv, Dataset, Ended, Epoch, Error, Evaluation, Fill, Fit, History, Mapping, Next, Preprocessing,
    Progress, Recipe, Scaled, Table,
};
pub use crate::{blocks, files, network};
pub use ndarray;
