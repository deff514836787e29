//! What is no file, and what is another one than was meant.

use monograd::files::{AnyArray, Npz, read_idx, read_npy};

use super::*;

fn messages(path: &Path) -> [String; 3] {
    [message(read_idx::<AnyArray>(path)), message(read_npy::<AnyArray>(path)), message(Npz::open(path))]
}

#[test]
fn folders_are_refused() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("a.npy")).unwrap();
    for message in messages(&folder.0.join("a.npy")) {
        assert_eq!(message, "`a.npy`: this is a folder, expected a file");
    }
}

#[test]
fn absent_files_are_named() {
    let folder = Folder::new();
    for message in messages(&folder.0.join("a.npy")) {
        assert_eq!(message, "cannot read `a.npy`");
    }
}

#[cfg(unix)]
#[test]
fn pipes_are_refused_and_not_waited_for() {
    let folder = Folder::new();
    let path = folder.0.join("a.npy");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: no `mkfifo` here");
        return;
    }
    for message in messages(&path) {
        assert_eq!(message, "`a.npy`: this is a named pipe, expected a file");
    }
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.file("a.npy", b"x");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    for message in messages(&path) {
        assert_eq!(message, "cannot read `a.npy`");
    }
}

#[test]
fn pointers_of_git_lfs_are_recognized() {
    let folder = Folder::new();
    let pointer =
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n";
    for message in messages(&folder.file("a.npy", pointer)) {
        assert_eq!(
            message,
            "`a.npy`, byte 0: the content is a pointer of Git LFS, expected the file it stands for\n\
             help: `git lfs pull` fetches the file"
        );
    }
}
