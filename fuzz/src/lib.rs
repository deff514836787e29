//! What the fuzz targets of the compiler share: declarations made from bytes, and what has to hold for all of them.

mod choice;
mod grammar;
mod mutation;
mod verdict;

pub use choice::Choices;
pub use grammar::declaration;
pub use mutation::mutate;
pub use verdict::survives;
