//! Declarations in documents, in the documentation of crates and in `tests/ui` are formatted as rustfmt leaves them.
//!
//! `cargo fmt` sees none of them: it follows modules, and looks into no comment and no Markdown.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Declarations that rustfmt cannot read, since what is wrong with them is not Rust either.
const UNREADABLE: [&str; 1] = ["tests/ui/parse"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files of an extension in a folder, those of folders within it included.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
}

/// The text of a file that is documentation: Markdown, or the comments before items.
fn documentation(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|end| end == "md") {
        return text;
    }
    let comments = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some(comment.strip_prefix(' ').unwrap_or(comment))
    });
    comments.map(|line| format!("{line}\n")).collect()
}

/// The declarations in blocks of code, each as an item of its own.
fn declarations(text: &str) -> Vec<String> {
    let mut declarations = Vec::new();
    let mut lines = text.lines();
    let (mut is_open, mut is_rust) = (false, false);
    while let Some(line) = lines.next() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            is_open = !is_open;
            is_rust = is_open && (language.is_empty() || language.starts_with("rust") || language == "no_run");
            continue;
        }
        let start = line.trim_start();
        if !is_rust || !(start.ends_with("network!({") || start.ends_with("blocks!({")) {
            continue;
        }
        let indent = line.len() - start.len();
        let end = format!("{}}});", " ".repeat(indent));
        let mut declaration = format!("{start}\n");
        for line in lines.by_ref() {
            declaration += &format!("{}\n", line.get(indent..).unwrap_or_default());
            if line == end {
                break;
            }
        }
        declarations.push(declaration);
    }
    declarations
}

#[test]
fn declarations_in_documents_are_formatted() {
    let folder = std::env::temp_dir().join(format!("monograd-formatting-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the declarations");
    let mut documents = vec![root().join("README.md"), root().join("ARCHITECTURE.md"), root().join("CONTRIBUTING.md")];
    files(&root().join("docs"), "md", &mut documents);
    for sources in ["schema/src", "macros/src", "macros/compiler/src", "runtime/src"] {
        files(&root().join(sources), "rs", &mut documents);
    }
    let mut paths = Vec::new();
    for document in documents {
        for (position, declaration) in declarations(&documentation(&document)).into_iter().enumerate() {
            let name = document.strip_prefix(root()).expect("documents lie in the repository").display().to_string();
            let path = folder.join(format!("{}_{position}.rs", name.replace(['/', '\\'], "__")));
            fs::write(&path, declaration).expect("a declaration can be written");
            paths.push(path);
        }
    }
    assert!(paths.len() >= 5, "{paths:?}");
    let difference = difference(&paths);
    fs::remove_dir_all(&folder).expect("the folder can be removed");
    assert_eq!(difference, "");
}

#[test]
fn cases_of_the_compiler_are_formatted() {
    let mut cases = Vec::new();
    files(&root().join("tests/ui"), "rs", &mut cases);
    cases.retain(|case| UNREADABLE.iter().all(|folder| !case.starts_with(root().join(folder))));
    assert_eq!(difference(&cases), "");
}

/// What rustfmt would change; nothing where all is well.
fn difference(paths: &[PathBuf]) -> String {
    let output = Command::new("rustfmt")
        .args(["--edition", "2024", "--check", "--config-path"])
        .arg(root().join("rustfmt.toml"))
        .args(paths)
        .output()
        .expect("rustfmt runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    format!("{}{errors}", String::from_utf8_lossy(&output.stdout))
}

/// A declaration that rustfmt would change is found, so that the tests above can fail.
#[test]
fn a_spoiled_declaration_is_found() {
    let folder = std::env::temp_dir().join(format!("monograd-spoiled-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the declaration");
    let text = "```rust\nmonograd::network!({\n    struct Net;\n    Dense( 3);\n});\n```\n";
    let found = declarations(text);
    assert_eq!(found.len(), 1);
    let path = folder.join("spoiled.rs");
    fs::write(&path, &found[0]).expect("the declaration can be written");
    let difference = difference(&[path]);
    fs::remove_dir_all(&folder).expect("the folder can be removed");
    assert!(difference.contains("Dense(3);"), "{difference}");
}
