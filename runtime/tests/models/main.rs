//! Model files: what harms them, what they survive, and what other programs make of them.

mod damage;
mod folder;
mod foreign;
mod full_disk;
mod golden;
mod kill;
mod many;
mod memory;
mod places;
mod resume;
#[path = "../support/seal.rs"]
mod seal;
mod special;
#[path = "../support/usage.rs"]
mod usage;

use std::process::{Command, Stdio};

use monograd::__private::Model;

use folder::Folder;

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// All that training changes.
fn state(model: &Model) -> (Vec<u32>, Vec<u32>, u64) {
    (bits(model.parameter_values()), bits(model.optimizer_state()), model.step())
}

/// A process that runs one test of this program, which finds `task` in the environment.
fn child(test: &str, task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env("MONOGRAD_TASK", task);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// What this process was started for by [`child`].
fn task() -> Option<String> {
    std::env::var("MONOGRAD_TASK").ok()
}

/// A number from the environment, for longer runs than those of every day.
fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}
