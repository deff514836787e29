//! What saving asks of a file system. Tests have one of their own, which fails and forgets.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The operations of a file system that saving is made of.
pub(super) trait Disk {
    /// A file that is being written. Nobody else takes it for abandoned while this lives.
    type File: Write;
    /// Who may read and write a file.
    type Permissions: Clone;

    /// What stands at a path; nothing where nothing does.
    fn look(&self, path: &Path) -> io::Result<Option<Found<Self::Permissions>>>;
    /// The names in a folder.
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>>;
    /// Makes a file where there is none, with the permissions of another.
    fn create(&self, path: &Path, permissions: Option<Self::Permissions>) -> io::Result<Self::File>;
    /// Waits until the file is on the disk.
    fn sync(&self, file: &Self::File) -> io::Result<()>;
    /// Gives a file another name; a file of that name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Waits until the names of a folder are on the disk, of which that of `file` has changed.
    fn sync_folder(&self, folder: &Path, file: &Self::File) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a file that nobody is writing any more; leaves any other one.
    fn remove_abandoned(&self, path: &Path) -> io::Result<()>;
}

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Found<P> {
    File(P),
    /// A symbolic link, and what it points to.
    Link(PathBuf),
    Folder,
    /// A pipe, a socket or a device.
    Other,
}

/// The file system of the machine.
pub(super) struct System;

impl Disk for System {
    type File = File;
    type Permissions = fs::Permissions;

    fn look(&self, path: &Path) -> io::Result<Option<Found<fs::Permissions>>> {
        let metadata = match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            metadata => metadata?,
        };
        let kind = metadata.file_type();
        Ok(Some(if kind.is_symlink() {
            Found::Link(path.read_link()?)
        } else if kind.is_dir() {
            Found::Folder
        } else if kind.is_file() {
            Found::File(metadata.permissions())
        } else {
            Found::Other
        }))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn create(&self, path: &Path, permissions: Option<fs::Permissions>) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if permissions.is_some() {
            // What was not for everybody never is, not even while it is empty.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let file = options.open(path)?;
        let prepared = permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions));
        let prepared = prepared.and_then(|()| lock(&file, path));
        prepared.map(|()| file).inspect_err(|_| drop(fs::remove_file(path)))
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path, file: &File) -> io::Result<()> {
        let folder = match File::open(folder) {
            // Files may be made in a folder that may not be read. Its names cannot be waited for; file systems with a journal
            // write a file's new name with the file that has it.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return file.sync_all(),
            opened => opened?,
        };
        match folder.sync_all() {
            // Some file systems keep their own order and know no such operation.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            synced => synced,
        }
    }

    /// Only Unix can open a folder; elsewhere the file system keeps its own order.
    #[cfg(not(unix))]
    fn sync_folder(&self, _folder: &Path, _file: &File) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_abandoned(&self, path: &Path) -> io::Result<()> {
        let metadata = path.symlink_metadata()?;
        if !metadata.is_file() {
            return Ok(());
        }
        let file = OpenOptions::new().write(true).open(path).or_else(|_| File::open(path))?;
        match file.try_lock() {
            // Nobody has it, and its name is never given again.
            Ok(()) => fs::remove_file(path),
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Marks a file as being written for as long as it is open. The mark goes with the process, however that ends.
fn lock(file: &File, path: &Path) -> io::Result<()> {
    match file.try_lock() {
        // A file system without locks has no one who could take the file for abandoned either.
        Ok(()) | Err(TryLockError::Error(_)) => {}
        Err(TryLockError::WouldBlock) => return Err(ErrorKind::AlreadyExists.into()),
    }
    // Before it had the mark, somebody may have removed it.
    path.symlink_metadata().map(drop).map_err(|_| ErrorKind::AlreadyExists.into())
}
