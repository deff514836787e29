//! Data in files.

mod malformed;
mod open;

pub use malformed::{Malformed, Place};

pub(crate) use open::{open, refuse_pointer};
