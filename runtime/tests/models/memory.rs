//! The memory that loading takes, as Linux counts it for a process of its own.

use std::path::{Path, PathBuf};

use monograd::prelude::*;

use super::{Folder, child, setting, task};

network!({
    /// 41 MB.
    struct Large;

    let x = Input(3200);
    Dense(3200, init = zeros);
});

network!({
    /// 400 MB.
    struct Huge;

    let x = Input(10_000);
    Dense(10_000, init = zeros);
});

/// The largest memory of this process so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(1024 * line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?)
}

#[test]
fn a_process_that_loads() {
    let Some(task) = task() else { return };
    let path = PathBuf::from(task);
    let value = if is_huge() {
        Huge::load(&path).unwrap().parameters().next().unwrap().2[77]
    } else {
        Large::load(&path).unwrap().parameters().next().unwrap().2[77]
    };
    assert_eq!(value, 0.5);
    println!("\npeak {}", peak().unwrap());
}

/// `MONOGRAD_LARGE=1` takes a file of 400 MB.
fn is_huge() -> bool {
    setting("MONOGRAD_LARGE", 0) > 0
}

fn save(path: &Path) {
    if is_huge() {
        let mut net = Huge::new(1);
        net.parameters_mut().for_each(|(.., values)| values.fill(0.5));
        net.save(path).unwrap();
    } else {
        let mut net = Large::new(1);
        net.parameters_mut().for_each(|(.., values)| values.fill(0.5));
        net.save(path).unwrap();
    }
}

#[test]
fn loading_takes_little_more_than_the_file() {
    if task().is_some() {
        return;
    }
    if peak().is_none() {
        println!("skipped: the system does not say how much memory a process takes");
        return;
    }
    let folder = Folder::new();
    let path = folder.file("m");
    save(&path);
    let size = std::fs::metadata(&path).unwrap().len();
    let output = child("memory::a_process_that_loads", path.to_str().unwrap()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let peak: u64 = text.lines().find_map(|line| line.strip_prefix("peak ")?.parse().ok()).expect(&text);
    println!(
        "a file of {size} bytes is loaded with {peak} bytes of memory: {:.3} of it",
        peak as f64 / size as f64
    );
    assert!(peak <= size + size / 10 + (16 << 20), "{peak} for {size}");
}
