//! Files that are either the old or the new one, whole, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// Replaces a file, or makes it.
///
/// The bytes go to a new file beside it, reach the disk, and take the name over in one move; the move reaches the disk
/// before this returns. A failure leaves the old file as it was and nothing beside it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let failed = |source| Error::Io { action: "write", path: path.to_path_buf(), source };
    let (temporary, file) = create_beside(&target).map_err(failed)?;
    let written = fill(file, bytes).and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|source| {
        let _ = fs::remove_file(&temporary);
        failed(source)
    })?;
    sync_folder(&target).map_err(failed)
}

fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name =
        target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not the name of a file"))?;
    loop {
        let mut beside = std::ffi::OsString::from(".");
        beside.push(name);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        beside.push(format!(".{}-{number}.tmp", std::process::id()));
        let path = target.with_file_name(beside);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_folder(target: &Path) -> io::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Only Unix can open a folder; elsewhere the file system keeps its own order.
#[cfg(not(unix))]
fn sync_folder(_target: &Path) -> io::Result<()> {
    Ok(())
}
