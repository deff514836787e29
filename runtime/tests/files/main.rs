//! Files of arrays: what NumPy and MNIST write is read, and what is damaged or hostile is refused with words.

mod damaged;
mod gzip;
mod idx;
mod limits;
mod npy;
mod npz;
mod places;
#[path = "../support/usage.rs"]
mod usage;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use monograd::Error;

/// A folder of a test's own, removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("monograd-files-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file that NumPy has written; `numpy/generate.py` says how.
fn numpy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/numpy").join(name)
}

/// The message of an error, without the folder of its file.
fn message(result: Result<impl Sized, Error>) -> String {
    let message = result.err().expect("an error").to_string();
    match message.split_once('`').and_then(|(_, rest)| rest.split_once('`')) {
        Some((path, _)) => match path.rsplit_once(std::path::MAIN_SEPARATOR) {
            Some((folder, _)) => message.replacen(&format!("{folder}{}", std::path::MAIN_SEPARATOR), "", 1),
            None => message,
        },
        None => message,
    }
}

/// The content of an IDX file: the type's number, the extents, the bytes of the values.
fn idx(value_type: u8, shape: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, value_type, shape.len() as u8];
    shape.iter().for_each(|extent| bytes.extend(extent.to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The content of an NPY file of version 1 with this dictionary.
fn npy(dictionary: &str, values: &[u8]) -> Vec<u8> {
    let length = (dictionary.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], dictionary.as_bytes(), values].concat()
}
