//! Tables: files of separated values, good and bad, and what networks learn from them.

mod arrays;
mod bad_files;
mod memory;
mod preprocessing;
mod reading;
#[path = "../support/usage.rs"]
mod usage;

use std::path::{Path, PathBuf};

/// A file that is gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    /// A file of these bytes; `name` is that of the test, with an extension.
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("monograd-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).expect("the temporary folder can be written to");
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}
