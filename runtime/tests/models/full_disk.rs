//! A disk that is really full: one in memory, of 50 sizes. Only root may mount it.

use std::path::Path;
use std::process::Command;

use monograd::prelude::*;

use super::Folder;

network!({
    /// 200 KB.
    struct Medium;

    let x = Input(224);
    Dense(224);
});

/// A mounted disk, unmounted at the end.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(folder: &'a Path, size: u64) -> Option<Self> {
        let options = format!("size={size}");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "monograd"]).arg(folder).output().ok()?;
        output.status.success().then_some(Self(folder))
    }

    fn resize(&self, size: u64) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(self.0).status().unwrap().success());
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_keeps_the_old_file() {
    const SIZES: u64 = 50;
    const PAGE: u64 = 4096;
    let scratch = Folder::new();
    let (old, new) = (Medium::new(1), Medium::new(2));
    old.save(scratch.file("old")).unwrap();
    new.save(scratch.file("new")).unwrap();
    let [old_bytes, new_bytes] = ["old", "new"].map(|name| std::fs::read(scratch.file(name)).unwrap());
    let file = old_bytes.len() as u64;
    let (mut refused, mut saved) = (0, 0);
    for number in 0..SIZES {
        // From one page to two files and a half, whole pages.
        let size = PAGE * (1 + number * (file * 5 / 2 / PAGE) / SIZES);
        let folder = Folder::new();
        let Some(disk) = Mounted::new(folder.path(), size) else {
            println!("skipped: cannot mount a tmpfs here");
            return;
        };
        let path = folder.file("m");
        let had_old = std::fs::write(&path, &old_bytes).is_ok();
        if !had_old {
            std::fs::remove_file(&path).unwrap();
        }
        match new.save(&path) {
            Ok(()) => {
                saved += 1;
                assert!(std::fs::read(&path).unwrap() == new_bytes, "{size} bytes");
            }
            Err(error) => {
                refused += 1;
                assert!(format!("{error:?}").contains("o space left"), "{size} bytes: {error:?}");
                assert_eq!(folder.names(), if had_old { &["m"][..] } else { &[] }, "{size} bytes");
                if had_old {
                    assert!(std::fs::read(&path).unwrap() == old_bytes, "{size} bytes");
                    Medium::load(&path).unwrap();
                }
            }
        }
        disk.resize(4 * file);
        new.save(&path).unwrap();
        assert!(std::fs::read(&path).unwrap() == new_bytes, "{size} bytes");
        assert_eq!(folder.names(), ["m"]);
    }
    println!("{SIZES} sizes of a disk: {refused} saves refused, {saved} done");
    assert!(refused > 10 && saved > 5, "{refused} refused, {saved} done");
}
