//! docs/when-it-does-not-compile.md is made from declarations that have a mistake, and shows what the compiler says.
//!
//! Cases are those of `tests/ui`, as rustc prints them, whose first line is the cause; and those of `tests/mistakes/*.txt`,
//! which the compiler reads here without rustc: a line with the cause, the statements, and after `>>` the change that the
//! help proposes, or `-` where there is none to be pasted. `MONOGRAD_WRITE=1 cargo test --test mistakes` writes the chapter
//! anew.

#[path = "support/proposals.rs"]
mod proposals;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use monograd_compiler::diagnostics::Diagnostic;
use monograd_compiler::expand::{Expansion, network};
use proposals::{GENERAL, PROPOSALS};

/// The stages that find mistakes: a file of cases, a folder of `tests/ui`, and the title of a section.
const STAGES: [(&str, &str, &str); 6] = [
    ("parse", "parse", "What is written"),
    ("resolve", "resolve", "Names and options"),
    ("shapes", "shapes", "Shapes"),
    ("loss", "loss", "Losses, metrics and outputs"),
    ("optimizer", "optimizer", "Optimizers and other settings"),
    ("warnings", "", "Warnings"),
];

/// The lines that a message may have.
const LONGEST: usize = 10;

const CHAPTER: &str = "docs/when-it-does-not-compile.md";

const INTRODUCTION: &str = "\
# When it does not compile

What the compiler says about a declaration, by the stage that finds it: the message, its cause, and what to write. Search for
the words of your message. This page is made from tests, by `MONOGRAD_WRITE=1 cargo test --test mistakes`.

A message points at the smallest token that is wrong. Its first line says what was found and what was expected; `shapes`
shows how the network came to a shape; `in block` names the block and its use; `help:` says what to write, and can be pasted.
All mistakes of a declaration that do not follow from each other are shown at once.
";

const WARNINGS: &str = "
These are only likely to be mistakes. Each has a name, and `#[allow(monograd::name)]` before the struct says that it is meant;
several names stand in one `allow` with commas between them. rustc has no other way for a macro to warn than the use of
something deprecated, so that is how a warning begins.
";

struct Case {
    cause: String,
    declaration: String,
    change: Option<(String, String)>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// The cases of a file; none where there is no file.
fn cases(stage: &str) -> Vec<Case> {
    let path = root().join(format!("tests/mistakes/{stage}.txt"));
    if !path.exists() {
        return vec![];
    }
    let text = read(&path);
    text.split("\n\n").filter(|case| !case.trim().is_empty()).map(case).collect()
}

fn case(text: &str) -> Case {
    let (cause, rest) = text.trim().split_once('\n').unwrap_or_else(|| panic!("a case has lines: {text}"));
    let cause = cause.strip_prefix("# ").unwrap_or_else(|| panic!("a case begins with its cause: {text}"));
    let (statements, change) = rest.rsplit_once("\n>> ").unwrap_or_else(|| panic!("a case ends with `>>`: {text}"));
    let header =
        if statements.lines().next().is_some_and(|line| line.contains("struct ")) { "" } else { "struct Net;\n" };
    let change = change.split_once(" =>").map(|(from, to)| (from.to_string(), to.trim_start().to_string()));
    Case { cause: cause.to_string(), declaration: format!("{header}{statements}"), change }
}

fn expand(declaration: &str) -> Expansion {
    network(declaration.parse().unwrap_or_else(|error| panic!("{error}: {declaration}")))
}

/// The errors, or the warnings where there are no errors.
fn found(declaration: &str) -> Vec<Diagnostic> {
    let expansion = expand(declaration);
    if expansion.errors.is_empty() { expansion.warnings } else { expansion.errors }
}

/// A message as rustc prints it, without the name of the file.
fn shown(declaration: &str, diagnostic: &Diagnostic, kind: &str) -> String {
    let (start, end) = (diagnostic.extent.first.start(), diagnostic.extent.last.end());
    let line = declaration.lines().nth(start.line - 1).expect("a place is in the text");
    let width = if end.line == start.line { end.column - start.column } else { line.len() - start.column };
    let text = diagnostic.message.replace('\n', "\n       ");
    format!("{kind}: {text}\n  |\n  | {line}\n  | {}{}", " ".repeat(start.column), "^".repeat(width.max(1)))
}

/// The section of a stage.
fn section(stage: &str, folder: &str, title: &str) -> String {
    let mut section = format!("\n## {title}\n");
    if stage == "warnings" {
        section += WARNINGS;
    }
    for case in cases(stage) {
        let kind = if stage == "warnings" { "warning" } else { "error" };
        let blocks: Vec<String> =
            found(&case.declaration).iter().map(|found| shown(&case.declaration, found, kind)).collect();
        entry(&mut section, &case.cause, &blocks.join("\n\n"), case.change.as_ref());
    }
    for name in ui(folder) {
        let text = read(&root().join(format!("tests/ui/{folder}/{name}.stderr")));
        let block = text.lines().filter(|line| !line.trim_start().starts_with("--> ")).map(|line| format!("{line}\n"));
        let change = PROPOSALS.iter().find(|(case, ..)| *case == format!("{folder}/{name}"));
        let change = change.map(|(_, _, from, to)| (from.to_string(), to.to_string()));
        entry(&mut section, &ui_cause(folder, &name), block.collect::<String>().trim_end(), change.as_ref());
    }
    section
}

fn entry(section: &mut String, cause: &str, block: &str, change: Option<&(String, String)>) {
    let fact = block.lines().next().unwrap_or_default();
    let title = fact.split_once(": ").map_or(fact, |(_, fact)| fact);
    write!(section, "\n### {title}\n\n{cause}\n").expect("a string takes everything");
    write!(section, "\n```text\n{block}\n```\n").expect("a string takes everything");
    let written = match change {
        Some((from, to)) if to.is_empty() => format!("\nLeave out `{}`.\n", from.trim_start_matches(", ")),
        Some((from, to)) => format!("\nWrite `{to}` in place of `{from}`.\n"),
        None => return,
    };
    *section += &written;
}

/// The first line of a case of `tests/ui`.
fn ui_cause(folder: &str, name: &str) -> String {
    let text = read(&root().join(format!("tests/ui/{folder}/{name}.rs")));
    let cause = text.lines().next().and_then(|line| line.strip_prefix("//! "));
    cause.unwrap_or_else(|| panic!("tests/ui/{folder}/{name}.rs begins with its cause")).to_string()
}

/// The names of the cases in a folder of `tests/ui`, in order.
fn ui(folder: &str) -> Vec<String> {
    if folder.is_empty() {
        return vec![];
    }
    let files = std::fs::read_dir(root().join("tests/ui").join(folder)).expect("the stage has a folder");
    let paths = files.map(|file| file.expect("the folder can be listed").path());
    let mut names: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "stderr"))
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_chapter_is_up_to_date() {
    let sections = STAGES.iter().map(|(stage, folder, title)| section(stage, folder, title));
    let expected = format!("{INTRODUCTION}{}", sections.collect::<String>());
    let path = root().join(CHAPTER);
    if std::env::var_os("MONOGRAD_WRITE").is_some() {
        std::fs::write(path, expected).expect("the chapter can be written");
        return;
    }
    let text = read(&path);
    if text != expected {
        let differs = text.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        panic!("{CHAPTER} is not up to date: {differs:#?}\n`MONOGRAD_WRITE=1 cargo test --test mistakes` writes it");
    }
}

#[test]
fn each_case_is_one_mistake() {
    for (stage, ..) in STAGES {
        for Case { cause, declaration, .. } in cases(stage) {
            let Expansion { errors, warnings, .. } = expand(&declaration);
            let expected = if stage == "warnings" { (0, 1) } else { (1, 0) };
            assert_eq!((errors.len(), warnings.len()), expected, "{cause} {errors:#?} {warnings:#?}");
        }
    }
}

#[test]
fn what_a_help_proposes_is_accepted() {
    for (stage, ..) in STAGES {
        for Case { cause, declaration, change } in cases(stage) {
            let message = found(&declaration).remove(0).message;
            let help = message.lines().find_map(|line| line.strip_prefix("help: "));
            let Some((from, to)) = change else { continue };
            let help = help.unwrap_or_else(|| panic!("{cause} has no help: {message}"));
            let code: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
            let is_proposed = code.iter().any(|code| {
                let code = code.split('…').next().unwrap_or_default().trim_end_matches([';', ')', '(', '=', ' ']);
                let is_left_out = from.contains(code) && !to.contains(code);
                to.contains(code) || !to.is_empty() && code.contains(&to) || is_left_out
            });
            assert!(is_proposed || code.is_empty(), "{cause} `{to}` is not in: {help}");
            let flat = declaration.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(flat.matches(&from).count(), 1, "{cause} `{from}` is not there once: {flat}");
            let mended = flat.replacen(&from, &to, 1);
            let Expansion { errors, warnings, .. } = expand(&mended);
            assert!(errors.is_empty() && warnings.is_empty(), "{cause} {mended}: {errors:#?} {warnings:#?}");
        }
    }
}

#[test]
fn messages_are_short_and_in_form() {
    let own = STAGES.iter().flat_map(|(stage, ..)| cases(stage)).flat_map(|case| found(&case.declaration));
    let messages = own.map(|diagnostic| diagnostic.message).chain(printed());
    for message in messages {
        assert!(message.lines().count() <= LONGEST, "{message}");
        let fact = message.lines().next().unwrap_or_default();
        assert!(!fact.ends_with('.') && !fact.starts_with(char::is_uppercase), "{message}");
        let helps = message.lines().filter(|line| line.starts_with("help: ")).count();
        assert!(helps <= 1 && !message.contains('\t') && !message.contains("\n\n"), "{message}");
        assert!(message.lines().all(|line| line == line.trim_end()), "{message}");
    }
}

/// The messages of `tests/ui`, as the compiler gave them to rustc.
fn printed() -> Vec<String> {
    let stages = STAGES.iter().filter(|(_, folder, _)| !folder.is_empty());
    let files = stages.flat_map(|(_, folder, _)| {
        ui(folder).into_iter().map(move |name| root().join(format!("tests/ui/{folder}/{name}.stderr")))
    });
    files.flat_map(|path| blocks(&read(&path))).collect()
}

/// The messages in the output of rustc.
fn blocks(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").filter_map(|block| block.trim().strip_prefix("error: "));
    blocks
        .map(|block| {
            let lines = block.lines().take_while(|line| !line.trim_start().starts_with("--> "));
            lines.map(|line| line.strip_prefix("       ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
        })
        .collect()
}

/// What rustc prints in `tests/ui` is what the compiler says here, in milliseconds.
#[test]
fn rustc_prints_what_the_compiler_says() {
    for (_, folder, _) in STAGES {
        for name in ui(folder) {
            let source = read(&root().join(format!("tests/ui/{folder}/{name}.rs")));
            if source.contains("blocks!") || source.matches("network!({").count() != 1 || source.contains("    use ") {
                continue; // rustc's callbacks are needed for these.
            }
            let (_, rest) = source.split_once("network!({").expect("counted above");
            let (declaration, _) = rest.split_once("\n});").expect("the network ends");
            let lines = source.len() - rest.len();
            let first = source[..lines].matches('\n').count();
            let text = format!("{}{declaration}", "\n".repeat(first)); // The same lines as in the file.
            let said: Vec<String> = expand(&text).errors.into_iter().map(|error| error.message).collect();
            let printed = blocks(&read(&root().join(format!("tests/ui/{folder}/{name}.stderr"))));
            assert_eq!(said, printed, "{folder}/{name}");
        }
    }
}

#[test]
fn every_case_says_what_its_help_is_for() {
    let own = STAGES.iter().flat_map(|(stage, ..)| cases(stage)).map(|case| case.cause);
    let of_ui = STAGES.iter().flat_map(|(_, folder, _)| ui(folder).into_iter().map(|name| ui_cause(folder, &name)));
    for cause in own.chain(of_ui) {
        assert!(cause.ends_with('.'), "{cause}");
    }
    for case in GENERAL {
        assert!(root().join(format!("tests/ui/{case}.stderr")).exists(), "{case}");
    }
}
