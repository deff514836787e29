//! Folders that are not like others, and what is left in them.

use monograd::prelude::*;

use super::Folder;
#[cfg(unix)]
use super::{child, task};

network!({
    struct Small;

    let x = Input(2);
    Dense(1);
});

#[test]
fn what_a_killed_save_has_left_goes_with_the_next_save_and_not_with_loading() {
    let folder = Folder::new();
    let (path, left) = (folder.file("m"), ".m.0123456789abcdef.tmp");
    Small::new(1).save(&path).unwrap();
    std::fs::write(folder.file(left), "the beginning of a model").unwrap();
    let loaded = Small::load(&path).unwrap();
    assert_eq!(folder.names(), [left, "m"]);
    loaded.save(&path).unwrap();
    assert_eq!(folder.names(), ["m"]);
}

/// Saves into the folder that the task names.
#[cfg(unix)]
#[test]
fn a_process_that_saves_to_a_folder() {
    let Some(folder) = task() else { return };
    assert!(std::fs::read_dir(&folder).is_err(), "the folder can be listed");
    let path = std::path::Path::new(&folder).join("m");
    for seed in 1..3 {
        Small::new(seed).save(&path).unwrap_or_else(|error| panic!("{error:?}"));
        let loaded = Small::load(&path).unwrap();
        let parameters = |net: &Small| net.parameters().map(|(.., values)| values.to_vec()).collect::<Vec<_>>();
        assert_eq!(parameters(&loaded), parameters(&Small::new(seed)));
    }
    println!("\nsaved");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_be_written_to_but_not_listed() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    if task().is_some() {
        return;
    }
    let folder = Folder::new();
    let mut child = child("places::a_process_that_saves_to_a_folder", folder.path().to_str().unwrap());
    std::fs::set_permissions(folder.path(), mode(0o300)).unwrap();
    // Root may do anything, and become somebody who may not.
    if std::fs::read_dir(folder.path()).is_ok() && chown(folder.path(), Some(NOBODY), Some(NOBODY)).is_ok() {
        child.uid(NOBODY).gid(NOBODY);
    }
    let output = match child.spawn() {
        Ok(child) => child.wait_with_output().unwrap(),
        Err(error) => {
            println!("skipped: another user cannot run this program: {error}");
            return;
        }
    };
    std::fs::set_permissions(folder.path(), mode(0o700)).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("\nsaved"), "{text}");
    assert_eq!(folder.names(), ["m"]);
}
