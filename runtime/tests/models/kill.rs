//! Processes that are killed while they save.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use monograd::prelude::*;

use super::{Folder, child, setting, task};

network!({
    /// A megabyte.
    struct Large;

    let x = Input(512);
    Dense(512);
});

fn fill(net: &mut Large, value: f32) {
    net.parameters_mut().for_each(|(.., values)| values.fill(value));
}

/// The number that all parameters of a file are.
fn number(path: &Path) -> u64 {
    let net = Large::load(path).unwrap_or_else(|error| panic!("{error:?}"));
    let first = net.parameters().next().unwrap().2[0];
    assert!(net.parameters().all(|(.., values)| values.iter().all(|&value| value == first)), "torn");
    first as u64
}

/// Saves one number after the other, and says when each save begins and when it is done.
#[test]
fn a_process_that_saves() {
    let Some(task) = task() else { return };
    let (path, first) = task.rsplit_once(' ').unwrap();
    let (path, mut output, mut net) = (PathBuf::from(path), std::io::stdout(), Large::new(1));
    for number in first.parse::<u64>().unwrap().. {
        fill(&mut net, number as f32);
        writeln!(output, "\nbegin {number}").and_then(|()| output.flush()).unwrap();
        net.save(&path).unwrap();
        writeln!(output, "\nsaved {number}").and_then(|()| output.flush()).unwrap();
    }
}

/// The last number after a word.
fn last(lines: &str, word: &str) -> Option<u64> {
    lines.lines().filter_map(|line| line.strip_prefix(word)?.trim().parse().ok()).next_back()
}

/// Kills come at any time within three times that of a save. `MONOGRAD_TRIALS=2000` is a longer run, whose numbers
/// `--nocapture` shows.
#[test]
fn a_killed_save_leaves_a_whole_file() {
    if task().is_some() {
        return;
    }
    let trials = setting("MONOGRAD_TRIALS", 30);
    let folder = Folder::new();
    let path = folder.file("m");
    let mut net = Large::new(1);
    fill(&mut net, 1.0);
    net.save(&path).unwrap();
    let started = Instant::now();
    (0..10).for_each(|_| net.save(&path).unwrap());
    let save = started.elapsed() / 10;
    let (mut before, mut next) = (1, 2);
    let (mut saves, mut inside, mut strays, mut moved) = (0, 0, 0, 0);
    for trial in 0..trials {
        let task = format!("{} {next}", path.display());
        let mut child = child("kill::a_process_that_saves", &task).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut lines = String::new();
        while last(&lines, "begin").is_none() {
            assert!(output.read_line(&mut lines).unwrap() > 0, "the process ended: {lines}");
        }
        // Spread evenly, and never at the same time twice.
        let share = (trial as f64 * 0.618_033_988_749_895).fract();
        std::thread::sleep(save.mul_f64(3.0 * share).max(Duration::from_micros(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        output.read_to_string(&mut lines).unwrap();
        let (begun, saved) = (last(&lines, "begin").unwrap(), last(&lines, "saved").unwrap_or(before));
        let found = number(&path);
        assert!(found == saved || found == begun, "trial {trial}: {found} after {saved} was saved and {begun} begun");
        saves += lines.lines().filter(|line| line.starts_with("saved")).count();
        if begun > saved {
            inside += 1;
            moved += usize::from(found == begun);
            strays += usize::from(folder.names().len() > 1);
        }
        (before, next) = (found, begun + 1);
    }
    net.save(&path).unwrap();
    assert_eq!(folder.names(), ["m"]);
    let text = format!("{trials} kills, {inside} inside of a save: {strays} with a file left, {moved} after the move");
    println!("{text}; {saves} acknowledged saves, none lost; no file torn; a save takes {save:?}");
    assert!(inside * 10 >= trials * 3, "{text}");
}
