//! Files that are files: what can be opened without waiting, and how long it is.

use std::fs::{File, FileType};
use std::path::Path;
use std::sync::Mutex;

use super::storage::Storage;
use super::{Malformed, Place};
use crate::Error;

/// What a pointer of Git LFS begins with (Git LFS specification, version 1).
const GIT_LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Opens a file for reading, and says how many bytes it has.
///
/// # Errors
/// A file that cannot be opened; a folder, a pipe, a device: reading one could wait forever or never end.
pub(crate) fn open(path: &Path) -> Result<(File, u64), Error> {
    let failed = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
    let regular = |file_type: FileType| {
        if file_type.is_file() {
            return Ok(());
        }
        Err(Error::from(Malformed::new(path, Place::File, "this", kind(file_type), "a file")))
    };
    // A pipe must be known before it is opened: opening waits for its other end.
    regular(std::fs::metadata(path).map_err(failed)?.file_type())?;
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    regular(metadata.file_type())?;
    Ok((file, metadata.len()))
}

/// Opens a file, and hands it to a reader with its path and length.
///
/// # Errors
/// Those of [`open`] and of the reader.
pub(crate) fn with_file<T>(
    path: &Path,
    read: impl FnOnce(&Path, &Storage<'_>, u64) -> Result<T, Error>,
) -> Result<T, Error> {
    let (file, length) = open(path)?;
    read(path, &Storage::File(Mutex::new(file)), length)
}

/// Complains about the text that Git LFS leaves where a file was not fetched; `start` is the beginning of the file.
pub(crate) fn refuse_pointer(path: &Path, start: &[u8]) -> Result<(), Error> {
    if !start.starts_with(GIT_LFS) {
        return Ok(());
    }
    let pointer = Malformed::new(path, Place::Byte(0), "the content", "a pointer of Git LFS", "the file it stands for");
    Err(pointer.help("`git lfs pull` fetches the file").into())
}

const UTF_8: &str = "editors can save the file as UTF-8";
const SPREADSHEET: &str = "spreadsheet programs can save a sheet as CSV in UTF-8";

/// Complains about what is known to be no text in UTF-8 by its first bytes; `start` is the beginning of the file.
pub(crate) fn refuse_other_than_utf8(path: &Path, start: &[u8]) -> Result<(), Error> {
    let (found, help) = match start {
        [0x1f, 0x8b, ..] => ("compressed by gzip (1f 8b)", "decompress it first, by `gunzip` for example"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", UTF_8),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive, as spreadsheets are (50 4b 03 04)", SPREADSHEET),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an old spreadsheet (d0 cf 11 e0)", SPREADSHEET),
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => ("an NPY file", "`files::read_npy` reads NPY files"),
        // Every second byte of UTF-16 is zero where letters are Latin.
        [0, 1..=255, ..] | [1..=255, 0, ..] => ("UTF-16, or no text: one of its first two bytes is 0", UTF_8),
        _ => return Ok(()),
    };
    Err(Malformed::new(path, Place::Byte(0), "the content", found, "text in UTF-8").help(help).into())
}

/// Says which reader is right for what begins with `start`, if that is known.
pub(crate) fn recognize(malformed: Malformed, start: &[u8]) -> Malformed {
    let reader = [
        (&b"\x93NUMPY"[..], "`read_npy` reads NPY files"),
        (b"PK\x03\x04", "`Npz::open` reads NPZ files"),
        (b"\0\0", "`read_idx` reads IDX files"),
    ];
    let known = |magic: &[u8]| start.starts_with(magic) || (start.len() >= 4 && magic.starts_with(start));
    match reader.iter().find(|(magic, _)| known(magic)) {
        Some((_, help)) => malformed.help(*help),
        None => malformed,
    }
}

fn kind(file_type: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return "a named pipe";
        }
        if file_type.is_socket() {
            return "a socket";
        }
        if file_type.is_block_device() || file_type.is_char_device() {
            return "a device";
        }
    }
    if file_type.is_dir() { "a folder" } else { "something else" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str) -> String {
        open(Path::new(path)).expect_err("it is no regular file").to_string()
    }

    #[test]
    fn folders_and_devices_are_refused() {
        let folder = env!("CARGO_MANIFEST_DIR");
        assert_eq!(refused(folder), format!("`{folder}`: this is a folder, expected a file"));
        #[cfg(unix)]
        assert_eq!(refused("/dev/zero"), "`/dev/zero`: this is a device, expected a file");
    }

    #[test]
    fn absent_files_are_named() {
        assert_eq!(refused("no-such-file"), "cannot read `no-such-file`");
    }

    #[test]
    fn pointers_of_git_lfs_are_told_from_files() {
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        let error = refuse_pointer(Path::new("a.npy"), pointer).expect_err("it is a pointer").to_string();
        assert!(error.starts_with("`a.npy`, byte 0: the content is a pointer of Git LFS, expected"), "{error}");
        refuse_pointer(Path::new("a.npy"), b"version 1").expect("it is none");
    }
}
