//! What rustc shows after mistakes, and that the code which a `help:` proposes is accepted.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew; read the difference before committing it.

#[path = "support/proposals.rs"]
mod proposals;

use std::process::Command;

use proposals::{GENERAL, PROPOSALS};

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
        for stage in ["parse", "resolve", "shapes", "loss", "optimizer", "warnings"] {
            cases.compile_fail(format!("tests/ui/{stage}/*.rs"));
        }
        cases.pass("tests/ui/pass/*.rs");
    }
}

#[test]
fn what_a_help_proposes_is_accepted() {
    for (case, proposal, from, to) in PROPOSALS {
        let read = |end: &str| std::fs::read_to_string(format!("tests/ui/{case}.{end}")).expect("the case exists");
        let (source, shown) = (read("rs"), read("stderr"));
        let help = shown.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("the case has a help");
        assert!(help.contains(&format!("`{proposal}`")), "{case}: `{proposal}` is not in: {help}");
        let declaration = declaration(&source);
        assert_eq!(declaration.matches(from).count(), 1, "{case}: `{from}` is not there once");
        assert!(!mistakes(declaration).is_empty(), "{case} has no mistake");
        let mended = declaration.replacen(from, to, 1);
        assert_eq!(mistakes(&mended), [""; 0], "{case}:\n{mended}");
    }
}

#[test]
fn every_help_with_code_is_tried() {
    for stage in ["parse", "resolve", "shapes", "loss", "optimizer"] {
        for entry in std::fs::read_dir(format!("tests/ui/{stage}")).expect("the stage has a folder") {
            let path = entry.expect("the folder can be listed").path();
            if path.extension().is_none_or(|end| end != "stderr") {
                continue;
            }
            let case = format!("{stage}/{}", path.file_stem().expect("a file has a name").display());
            let shown = std::fs::read_to_string(&path).expect("the file can be read");
            let has_code = shown.lines().any(|line| line.trim().starts_with("help: ") && line.contains('`'));
            let is_tried = PROPOSALS.iter().any(|(tried, ..)| *tried == case);
            assert!(!has_code || is_tried || GENERAL.contains(&case.as_str()), "{case} has a help that nothing tries");
        }
    }
}

/// What stands between the braces of `network!({ … })`.
fn declaration(source: &str) -> &str {
    let (_, rest) = source.split_once("network!({").expect("a case has a network");
    rest.split_once("\n});").expect("the network ends").0
}

/// The first lines of all mistakes of a declaration.
fn mistakes(declaration: &str) -> Vec<String> {
    let tokens = declaration.parse().expect("a case is made of tokens");
    let errors = monograd_compiler::expand::network(tokens).errors;
    errors.iter().map(|error| error.message.lines().next().unwrap_or_default().to_string()).collect()
}
