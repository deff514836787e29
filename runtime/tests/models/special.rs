//! What is no file, or not the one that was meant.

use std::fs;

use monograd::prelude::*;

use super::{Folder, child, task};

network!({
    struct Small;

    let x = Input(2);
    Dense(1);
});

fn refusal(result: Result<impl Sized, Error>) -> String {
    format!("{:?}", result.err().expect("an error"))
}

#[test]
fn what_is_no_file_is_called_by_its_name() {
    let folder = Folder::new();
    let path = folder.file("m");
    let name = path.display().to_string();
    let load = || refusal(Small::load(folder.file("m")));
    fs::write(&path, "").unwrap();
    assert_eq!(load(), format!("`{name}` is no whole safetensors file\ncaused by: it is empty"));
    fs::write(&path, "abc").unwrap();
    assert!(
        load().ends_with("caused by: it has 3 bytes, expected 8 or more for the header's length"),
        "{}",
        load()
    );
    fs::write(&path, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n").unwrap();
    assert!(load().contains("is a pointer of Git LFS") && load().contains(&name), "{}", load());
    fs::write(&path, b"PK\x03\x04 and so on, as long as it takes").unwrap();
    assert!(load().contains("it is a ZIP archive, as `torch.save` and Keras write"), "{}", load());
    for protocol in 2..=5 {
        fs::write(&path, [&[0x80, protocol][..], b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", &[b'.'; 30]].concat()).unwrap();
        assert!(load().contains("it is a Python pickle"), "{}", load());
    }
    fs::write(&path, "{\"a\": 1, \"b\": 2}").unwrap();
    assert!(load().contains("its header is said to have"), "{}", load());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(load().contains("a folder") && load().contains(&name), "{}", load());
    let saved = refusal(Small::new(1).save(&path));
    assert_eq!(saved, format!("cannot write `{name}`\ncaused by: it is a folder, expected a file"));
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_left_alone() {
    let folder = Folder::new();
    let path = folder.file("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(refusal(Small::load(&path)).contains("pipe"));
    assert!(refusal(Small::new(1).save(&path)).contains("it is a pipe, a socket or a device, expected a file"));
    assert!(std::os::unix::fs::FileTypeExt::is_fifo(&fs::symlink_metadata(&path).unwrap().file_type()));
    assert!(refusal(Small::new(1).save("/dev/null")).contains("cannot write `/dev/null`"));
    assert_eq!(folder.names(), ["pipe"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_permissions_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    fs::create_dir(folder.file("sub")).unwrap();
    symlink("sub/target", folder.file("first")).unwrap();
    symlink("first", folder.file("second")).unwrap();
    // The target is made where the links lead.
    Small::new(1).save(folder.file("second")).unwrap();
    fs::set_permissions(folder.file("sub/target"), fs::Permissions::from_mode(0o604)).unwrap();
    Small::new(2).save(folder.file("second")).unwrap();
    assert!(folder.file("first").is_symlink() && folder.file("second").is_symlink());
    let metadata = fs::symlink_metadata(folder.file("sub/target")).unwrap();
    assert_eq!((metadata.is_file(), metadata.permissions().mode() & 0o7777), (true, 0o604));
    Small::load(folder.file("second")).unwrap();
    symlink("loop", folder.file("loop")).unwrap();
    assert!(refusal(Small::new(1).save(folder.file("loop"))).contains("more than 40 links lead on from it"));
    assert_eq!(folder.names(), ["first", "loop", "second", "sub"]);
}

#[test]
fn long_names_are_names() {
    let folder = Folder::new();
    let name = "n".repeat(250);
    Small::new(1).save(folder.file(&name)).unwrap();
    Small::new(2).save(folder.file(&name)).unwrap();
    assert_eq!(folder.names(), [name]);
}

#[test]
fn what_ended_processes_left_is_removed() {
    let folder = Folder::new();
    fs::write(folder.file(".m.0123456789abcdef.tmp"), "half").unwrap();
    fs::write(folder.file(".m.1.tmp"), "somebody else's").unwrap();
    let alive = fs::File::create(folder.file(".m.fedcba9876543210.tmp")).unwrap();
    alive.lock().unwrap();
    Small::new(1).save(folder.file("m")).unwrap();
    assert_eq!(folder.names(), [".m.1.tmp", ".m.fedcba9876543210.tmp", "m"]);
    drop(alive);
    Small::new(1).save(folder.file("m")).unwrap();
    assert_eq!(folder.names(), [".m.1.tmp", "m"]);
}

#[test]
fn a_process_of_two() {
    let Some(path) = task() else { return };
    for seed in 0..100 {
        Small::new(seed).save(&path).unwrap();
    }
}

#[test]
fn two_processes_may_save_at_once() {
    if task().is_some() {
        return;
    }
    let folder = Folder::new();
    let path = folder.file("m");
    let start = || child("special::a_process_of_two", path.to_str().unwrap()).spawn().unwrap();
    let children = [start(), start()];
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    Small::load(&path).unwrap();
    assert_eq!(folder.names(), ["m"]);
}
