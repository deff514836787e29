//! What rustc shows after mistakes, and that the code which a `help:` proposes is accepted.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew; read the difference before committing it.

use std::process::Command;

/// The toolchain of `rust-toolchain.toml`: the wording of rustc's own lines changes between versions.
fn is_pinned_toolchain() -> bool {
    let settings = include_str!("../rust-toolchain.toml");
    let pinned =
        settings.lines().find_map(|line| line.strip_prefix("channel = ")).map(|channel| channel.trim_matches('"'));
    let output = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&output.stdout);
    let is_pinned = version.split_whitespace().nth(1) == pinned;
    if !is_pinned {
        println!("skipped: the expected output is that of {}, this is {version}", pinned.unwrap_or("no version"));
    }
    is_pinned
}

#[test]
fn mistakes_are_shown_at_their_place() {
    if is_pinned_toolchain() {
        let cases = trybuild::TestCases::new();
        cases.compile_fail("tests/ui/*.rs");
        for stage in ["parse", "resolve", "shapes", "loss", "optimizer"] {
            cases.compile_fail(format!("tests/ui/{stage}/*.rs"));
        }
        cases.pass("tests/ui/pass/*.rs");
    }
}
