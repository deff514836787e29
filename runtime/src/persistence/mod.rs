//! Models as files: safetensors with checksums, written whole or not at all, compared before anything is used.
//!
//! docs/model-files.md describes the format and what can be relied on. Writing goes down from `save` (bytes of a model) over
//! `durable` (a file is the old or the new one) to `disk` (the operations of a file system). Reading goes up from `source`
//! (an open file) over `json` and `header` (every byte belongs to one tensor) and `metadata` (of this version, and whole) to
//! `compare` (every difference from the network).

mod checksum;
mod compare;
mod damage;
mod disk;
mod durable;
#[cfg(test)]
mod failures;
mod header;
mod json;
mod load;
mod mapping;
mod metadata;
mod save;
#[cfg(test)]
mod simulated;
mod source;
mod values;
mod weights;

use std::io::Write;
use std::path::Path;

pub use compare::Difference;
pub use mapping::Mapping;

pub(crate) use load::{load, load_from};
pub(crate) use metadata::help;
pub(crate) use weights::{load_weights, load_weights_from};

use crate::{Error, Model};

/// Writes a model to the file system of the machine.
pub(crate) fn save(model: &Model, path: &Path) -> Result<(), Error> {
    save::save(&disk::System, model, path)
}

/// Writes bytes to a file of the machine: it is the old or the new one, whole.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    durable::replace(&disk::System, path, |file| file.write_all(bytes))
}
