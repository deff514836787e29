//! Tables: files of named columns, and what of them a network is given.
//!
//! A [`Table`] keeps each cell as the text that the file has, so that what a cell means never depends on the other rows of
//! its file. A [`Recipe`] says which columns become which inputs and targets; training turns it into a [`Preprocessing`],
//! which belongs to the model from then on.

mod apply;
mod arrays;
mod cells;
mod csv;
mod learn;
mod line;
mod number;
mod preprocessing;
mod recipe;
mod records;
mod split;
mod table;
mod text;
mod words;

pub use csv::Csv;
pub use preprocessing::Preprocessing;
pub use recipe::{Fill, Recipe};
pub use table::Table;

pub(crate) use apply::in_units;
