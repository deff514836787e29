//! Models as files.

mod compare;
mod durable;
mod load;
mod save;

pub use compare::Difference;

pub(crate) use durable::write as replace_file;
pub(crate) use load::load;
pub(crate) use save::save;

/// The values of a model's metadata that say what wrote the file.
const FORMAT: &str = "monograd";
const FORMAT_VERSION: &str = "1";
