//! Files that are either the old or the new one, whole, whatever happens in between.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::checksum;
use super::disk::{Disk, Found};
use crate::Error;

/// Replaces a file, or makes it; `fill` writes what should be in it.
///
/// The bytes go to a new file beside it, reach the disk, and take the name over in one move; the move reaches the disk
/// before this returns. A failure leaves the old file as it was and nothing beside it. Files that were left beside it by
/// processes that ended in the middle of this are removed; those of processes that are still at it are not.
///
/// A link is followed and stays. The permissions of the old file are kept.
///
/// # Errors
/// The operation that failed. If that is the last one, the new file stands in its place, but may not outlast a loss of power.
pub(super) fn replace<D: Disk>(
    disk: &D,
    path: &Path,
    fill: impl FnOnce(&mut D::File) -> io::Result<()>,
) -> Result<(), Error> {
    let failed = |action| move |source| Error::Io { action, path: path.to_path_buf(), source };
    let (target, permissions) = resolve(disk, path).map_err(failed("write"))?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = prefix(&target).map_err(failed("write"))?;
    remove_strays(disk, folder, &prefix);
    let (temporary, mut file) = create(disk, folder, &prefix, permissions).map_err(failed("write"))?;
    let written =
        fill(&mut file).and_then(|()| patiently(|| disk.sync(&file))).and_then(|()| disk.rename(&temporary, &target));
    written.map_err(|source| {
        let _ = disk.remove(&temporary);
        failed("write")(source)
    })?;
    patiently(|| disk.sync_folder(folder, &file)).map_err(failed("sync the folder of"))
}

/// The file that a path stands for, links followed, and the permissions of the one that is there.
fn resolve<D: Disk>(disk: &D, path: &Path) -> io::Result<(PathBuf, Option<D::Permissions>)> {
    const MOST_LINKS: usize = 40;
    let mut target = path.to_path_buf();
    for _ in 0..=MOST_LINKS {
        match disk.look(&target)? {
            None => return Ok((target, None)),
            Some(Found::File(permissions)) => return Ok((target, Some(permissions))),
            Some(Found::Link(to)) => {
                target.pop();
                target.push(to);
            }
            Some(Found::Folder) => {
                return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder, expected a file"));
            }
            Some(Found::Other) => {
                let text = "it is a pipe, a socket or a device, expected a file";
                return Err(io::Error::new(ErrorKind::InvalidInput, text));
            }
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, format!("more than {MOST_LINKS} links lead on from it")))
}

/// What the names of all files that this makes beside a file begin with.
fn prefix(target: &Path) -> io::Result<OsString> {
    /// Names of up to 255 bytes are allowed, of which what follows takes less than 50.
    const LONGEST: usize = 200;
    let name = target.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    let mut prefix = OsString::from(".");
    if name.len() <= LONGEST {
        prefix.push(name);
    } else {
        prefix.push(checksum::hexadecimal(checksum::append(0, name.as_encoded_bytes())));
    }
    prefix.push(".");
    Ok(prefix)
}

const SUFFIX: &str = ".tmp";

/// Removes what ended processes have left. Best effort: what cannot be removed is in nobody's way.
fn remove_strays<D: Disk>(disk: &D, folder: &Path, prefix: &OsStr) {
    for name in disk.names(folder).unwrap_or_default() {
        let middle = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let middle = middle.and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
        if middle.is_some_and(|middle| middle.len() == 16 && middle.iter().all(u8::is_ascii_hexdigit)) {
            let _ = disk.remove_abandoned(&folder.join(name));
        }
    }
}

/// A new file beside the target, of a name that no other one ever has.
fn create<D: Disk>(
    disk: &D,
    folder: &Path,
    prefix: &OsStr,
    permissions: Option<D::Permissions>,
) -> io::Result<(PathBuf, D::File)> {
    const MOST_TRIES: u64 = 100;
    let mut tries = 0;
    loop {
        let mut name = prefix.to_os_string();
        name.push(format!("{:016x}{SUFFIX}", RandomState::new().hash_one((std::process::id(), tries))));
        let path = folder.join(name);
        match disk.create(&path, permissions.clone()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < MOST_TRIES => tries += 1,
            created => return created.map(|file| (path, file)),
        }
    }
}

/// Repeats what a signal has interrupted.
fn patiently(mut operation: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    loop {
        match operation() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
