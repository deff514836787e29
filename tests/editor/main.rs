//! What rust-analyzer shows inside a declaration: the test opens a crate of its own with it and asks.
//!
//! Skipped, with a line that says so, where rust-analyzer is not installed: `rustup component add rust-analyzer`.

mod server;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use server::{Server, in_folder};

/// The program, where it runs: without the component, rustup has a program of the name that only says so.
fn rust_analyzer() -> Option<PathBuf> {
    let output = Command::new("rust-analyzer").arg("--version").output().ok()?;
    if !output.status.success() {
        return None;
    }
    println!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
    Some(PathBuf::from("rust-analyzer"))
}

/// A crate with the declaration, beside what cargo builds.
fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    std::fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    let manifest = format!(
        "[package]\nname = \"editor\"\nedition = \"2024\"\n\n[dependencies]\nmonograd = {{ path = {:?} }}\n\n[workspace]\n",
        root.join("runtime")
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("the folder can be written to");
    std::fs::write(folder.join("src/main.rs"), include_str!("declaration.rs.txt"))
        .expect("the folder can be written to");
    for name in ["Cargo.lock", "rust-toolchain.toml"] {
        std::fs::copy(root.join(name), folder.join(name)).expect("the folder can be written to");
    }
    folder
}

/// The byte at which a piece of the text begins.
fn at(server: &Server, piece: &str) -> usize {
    server.text.find(piece).unwrap_or_else(|| panic!("no {piece} in the declaration"))
}

/// What is shown where the pointer rests on the beginning of a piece of the text.
fn hover(server: &mut Server, piece: &str) -> String {
    let place = at(server, piece);
    let answer = server.ask("textDocument/hover", place, json!({}));
    answer["contents"]["value"].as_str().unwrap_or("").to_string()
}

fn shows(server: &mut Server, piece: &str, wanted: &[&str]) {
    let shown = hover(server, piece);
    let lines: Vec<&str> =
        shown.lines().filter(|line| !line.is_empty() && !line.starts_with("```") && *line != "---").collect();
    println!("hover {piece:?}: {}", lines.join(" ⏎ "));
    for wanted in wanted {
        assert!(shown.contains(wanted), "{wanted:?} is not shown at {piece:?}, but: {shown}");
    }
}

/// A place in an answer: the end of its file's path, and the line of the declaration.
fn place(location: &Value) -> String {
    let uri = location["uri"].as_str().or(location["targetUri"].as_str()).unwrap_or("");
    let range = if location["range"].is_null() { &location["targetSelectionRange"] } else { &location["range"] };
    let line = range["start"]["line"].as_u64().unwrap_or(0) + 1;
    let name = uri.rsplit('/').next().unwrap_or("");
    if name == "main.rs" { format!("{name}:{line}") } else { name.to_string() }
}

fn places(answer: &Value) -> Vec<String> {
    let mut places: Vec<String> = answer.as_array().into_iter().flatten().map(place).collect();
    places.sort();
    places
}

fn is_defined_in(server: &mut Server, piece: &str, wanted: &[&str]) {
    let start = at(server, piece);
    let found = places(&server.ask("textDocument/definition", start, json!({})));
    println!("definition {piece:?}: {found:?}");
    assert_eq!(found, wanted, "the definition of {piece:?}");
}

fn is_referred_to_in(server: &mut Server, piece: &str, wanted: &[&str]) {
    let start = at(server, piece);
    let found =
        places(&server.ask("textDocument/references", start, json!({ "context": { "includeDeclaration": true } })));
    println!("references {piece:?}: {found:?}");
    assert_eq!(found, wanted, "the references of {piece:?}");
}

/// The lines that a new name changes.
fn renames(server: &mut Server, piece: &str, wanted: &[u64]) {
    let start = at(server, piece);
    let answer = server.ask("textDocument/rename", start, json!({ "newName": "renamed" }));
    let by_file = answer["changes"].as_object().into_iter().flat_map(|files| files.values());
    let edits =
        by_file.chain(answer["documentChanges"].as_array().into_iter().flatten().map(|change| &change["edits"]));
    let edits = edits.filter_map(Value::as_array).flatten();
    let mut lines: Vec<u64> = edits.filter_map(|edit| Some(edit["range"]["start"]["line"].as_u64()? + 1)).collect();
    lines.sort_unstable();
    println!("rename {piece:?}: lines {lines:?}");
    assert_eq!(lines, wanted, "the new name of {piece:?}");
}

/// Puts a statement in the place of `Dense(3);`, and asks what could stand at the `|` in it.
fn completes(server: &mut Server, statement: &str, wanted: &[&str], unwanted: &[&str]) {
    let original = include_str!("declaration.rs.txt");
    let (before, after) = original.split_once("Dense(3);").expect("it is there");
    let cursor = before.len() + statement.find('|').expect("a place is marked");
    server.change(&format!("{before}{}{after}", statement.replace('|', "")));
    let answer = server.ask("textDocument/completion", cursor, json!({}));
    let items = answer.as_array().or(answer["items"].as_array()).cloned().unwrap_or_default();
    let labels: Vec<&str> = items.iter().filter_map(|item| item["label"].as_str()).collect();
    println!("completion {statement:?}: {} items, {:?}…", labels.len(), &labels[..labels.len().min(6)]);
    for wanted in wanted {
        assert!(labels.contains(wanted), "{wanted} is not offered in {statement:?}, but {labels:?}");
    }
    for unwanted in unwanted {
        assert!(!labels.contains(unwanted), "{unwanted} is offered in {statement:?}: {labels:?}");
    }
    server.change(original);
}

#[test]
fn rust_analyzer_understands_declarations() {
    let Some(program) = rust_analyzer() else {
        println!("skipped: rust-analyzer is not installed");
        return;
    };
    let folder = folder();
    // The server builds the macro before it answers; how long that takes is not its fault.
    let built = in_folder(Path::new("cargo"), &folder).args(["check", "--quiet", "--all-targets"]).status();
    assert!(built.expect("cargo runs").success(), "the declaration does not compile");
    let mut server = Server::start(&program, &folder, "src/main.rs");
    while !hover(&mut server, "Net;").contains("multiply-adds") {
        server.wait("the table of layers at the struct's name");
    }
    shows_docs_and_shapes(&mut server);
    finds_definitions(&mut server);
    completes_what_fits(&mut server);
    survives_broken_statements(&mut server);
}

fn shows_docs_and_shapes(server: &mut Server) {
    shows(server, "Net;", &["A network of mine.", "`Dense(3)`", "Parameters: "]);
    shows(server, "WIDTH: usize", &["pub const WIDTH: usize = 16", "How wide it is."]);
    shows(
        server,
        "Dense(2 *",
        &["`Input` = `Tensor<16>`, `Output` = `Tensor<32>`", "every output sees every input feature"],
    );
    shows(server, "Input(4", &["`Output` = `Tensor<4, 4>`"]);
    shows(
        server,
        "concat(",
        &["`Input` = `(Tensor<16>, Tensor<16>)`, `Output` = `Tensor<32>`", "side by side"],
    );
    shows(server, "activation = silu", &["pub activation: Activation", "A function of the output."]);
    shows(server, "silu)", &["sigmoid(x)"]);
    shows(server, "zeros)", &["0 everywhere."]);
    shows(server, "axis =", &["-1 is the last"]);
    shows(server, "h = Flatten", &["let h: Tensor<16>"]);
    shows(server, "both", &["let both: Tensor<32>"]);
    shows(server, "inner = x", &["let inner: Tensor<16>"]);
    shows(server, "x: Tensor,", &["x: Tensor<16>"]);
    shows(server, "stage", &["stage: usize"]);
    shows(server, "Residual(WIDTH", &["Adds what it learns.", "pub width: usize", "`Output` = `Tensor<16>`"]);
    shows(
        server,
        "Same();",
        &["share their parameters: `Dense(WIDTH, activation = tanh)`", "`Output` = `Tensor<16>`"],
    );
    shows(server, "loss =", &["What training makes small"]);
    shows(server, "cross_entropy(", &["Softmax and cross entropy"]);
    shows(server, "label_smoothing", &["spread evenly"]);
    shows(server, "Adam(", &["Kingma and Ba 2014"]);
    shows(server, "accuracy]", &["Share of right decisions"]);
}

fn finds_definitions(server: &mut Server) {
    is_defined_in(server, "Dense(2 *", &["dense.rs"]);
    is_defined_in(server, "silu)", &["activation.rs"]);
    is_defined_in(server, "activation = silu", &["dense.rs"]);
    is_defined_in(server, "cross_entropy(", &["loss.rs"]);
    is_defined_in(server, "h, h, axis", &["main.rs:19"]);
    is_defined_in(server, "Residual(WIDTH", &["main.rs:11"]);
    is_defined_in(server, "function = elu", &["main.rs:11"]);
    is_defined_in(server, "width, init", &["main.rs:11"]);
    is_defined_in(server, "WIDTH, function", &["main.rs:8"]);
    is_defined_in(server, "Same();", &["main.rs:16"]);
    is_referred_to_in(server, "image", &["main.rs:18"]);
    is_referred_to_in(
        server,
        "WIDTH: usize",
        &["main.rs:16", "main.rs:20", "main.rs:20", "main.rs:22", "main.rs:33", "main.rs:8"],
    );
    is_referred_to_in(server, "Residual(x", &["main.rs:11", "main.rs:22"]);
    renames(server, "h = Flatten", &[19, 20, 20, 22, 22, 24, 24]);
    renames(server, "width: usize", &[11, 12, 12]);
}

fn completes_what_fits(server: &mut Server) {
    completes(
        server,
        "Dens|",
        &["Dense", "Residual", "Same", "relu", "concat"],
        &["mse", "Adam", "Vec", "println!"],
    );
    completes(server, "Dens|;", &["Dense", "Residual"], &["mse"]);
    completes(server, "Dens|(3);", &["Dense", "Residual"], &["mse"]);
    completes(server, "h.Dens|", &["Dense", "Residual", "relu"], &["mse"]);
    completes(server, "let q = Fla|;", &["Flatten"], &["mse"]);
    completes(server, "Dense(3, act|);", &["units", "activation", "bias", "init"], &["Dense", "relu"]);
    completes(server, "Dense(3, activation = re|);", &["relu", "tanh"], &["Dense", "mse", "zeros"]);
    completes(server, "Dense(3, init = he|);", &["he_normal", "zeros"], &["relu"]);
    completes(server, "h.Residual(3, fun|);", &["width", "function"], &["units"]);
    completes(server, "Dense(3); loss = hu|;", &["huber", "mse"], &["relu", "accuracy"]);
    completes(server, "Dense(3); optimizer = Ad|;", &["Adam", "AdamW"], &["mse"]);
    completes(server, "Dense(3); optimizer = Adam(bet|);", &["beta_1", "beta_2"], &["units"]);
    completes(server, "Dense(3); metrics = [acc|];", &["accuracy", "top_k"], &["huber"]);
    completes(server, "Dense(3); los|", &["loss", "optimizer"], &[]);
}

fn survives_broken_statements(server: &mut Server) {
    let original = include_str!("declaration.rs.txt");
    for broken in ["let q = ;", "Dens", "h.", "Dense(3, activation = );", "Dense(3;", "Dens(3);", "fn Half(x"] {
        println!("with the statement {broken:?}:");
        server.change(&original.replace("Dense(3);", broken));
        shows(server, "h = Flatten", &["let h: Tensor<16>"]);
        shows(server, "Dense(2 *", &["`Output` = `Tensor<32>`", "every output sees every input feature"]);
        shows(server, "Residual(WIDTH", &["Adds what it learns."]);
        is_defined_in(server, "h.Residual", &["main.rs:19"]);
    }
    server.change(original);
}
