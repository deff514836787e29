//! Tables: files of named columns, and what of them a network is given.
//!
//! A [`Table`] keeps each cell as the text that the file has, so that what a cell means never depends on the other rows of
//! its file.

mod cells;
mod csv;
mod number;
mod records;
mod split;
mod table;

pub use csv::Csv;
pub use table::Table;
