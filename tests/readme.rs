//! The tables of README.md are made from the catalogues of `schema`, which say what exists.
//!
//! `MONOGRAD_WRITE=1 cargo test --test readme` writes them anew.

use std::fmt::Write;
use std::path::PathBuf;

use monograd_schema::layers::{Dense, LAYERS};
use monograd_schema::{
    Activation, Attribute, Catalogue, Entry, EntryKind, Initializer, Kind, Layer, Loss, Metric, Optimizer, Regularizer,
    Shape, Value,
};

/// The marker of each table and what the table says.
fn tables() -> Vec<(&'static str, String)> {
    // Layers that only operators and activations become have names with a space, which nobody can write.
    let layers = LAYERS.iter().map(|kind| &kind.entry).filter(|entry| !entry.name.contains(' '));
    let catalogue = |catalogue: &'static Catalogue| table(catalogue.entries.iter());
    vec![
        ("layers", table(layers)),
        ("activations", catalogue(Activation::CATALOGUE)),
        ("initializers", catalogue(Initializer::CATALOGUE)),
        ("regularizers", catalogue(Regularizer::CATALOGUE)),
        ("losses", catalogue(Loss::CATALOGUE)),
        ("optimizers", catalogue(Optimizer::CATALOGUE)),
        ("metrics", catalogue(Metric::CATALOGUE)),
    ]
}

fn table(entries: impl Iterator<Item = &'static EntryKind>) -> String {
    let mut table = "| name | options and defaults | what it is |\n|---|---|---|\n".to_string();
    for entry in entries {
        let options: Vec<String> = entry.attributes.iter().map(|attribute| cell(&option(attribute))).collect();
        let (name, options, summary) = (cell(entry.name), options.join(", "), entry.summary().replace('|', "\\|"));
        writeln!(table, "| {name} | {options} | {summary} |").expect("a string takes everything");
    }
    table
}

/// `units`, `bias = true`
fn option(attribute: &Attribute) -> String {
    let name = attribute.name;
    if let Kind::Extents = attribute.kind {
        return format!("{name}…"); // one number an axis
    }
    match attribute.default.map(|default| default()) {
        None => name.to_string(),
        Some(default) => format!("{name} = {}", value(&default)),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Size(size) => size.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) if number.is_infinite() => "∞".to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Bool(flag) => flag.to_string(),
        Value::Extents(list) => format!("{list:?}"),
        Value::Dtype(dtype) => dtype.to_string(),
        Value::Entry(Entry { kind, .. }) => kind.name.to_string(),
        Value::Nothing => "none".to_string(),
    }
}

fn cell(code: &str) -> String {
    format!("`{code}`")
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(path()).expect("README.md can be read").replace("\r\n", "\n")
}

#[test]
fn tables_are_those_of_the_catalogues() {
    let text = readme();
    let mut expected = text.clone();
    for (name, table) in tables() {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let first =
            expected.find(&start).unwrap_or_else(|| panic!("README.md has no `{}`", start.trim())) + start.len();
        let last = expected.find(&end).unwrap_or_else(|| panic!("README.md has no `{end}`"));
        expected.replace_range(first..last, &format!("\n{table}\n"));
    }
    if std::env::var_os("MONOGRAD_WRITE").is_some() {
        std::fs::write(path(), expected).expect("README.md can be written");
    } else if text != expected {
        let differs = text.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        panic!("README.md is not up to date: {differs:#?}\n`MONOGRAD_WRITE=1 cargo test --test readme` writes it");
    }
}

#[test]
fn first_lines_of_docs_are_whole_sentences() {
    let layers = LAYERS.iter().map(|kind| &kind.entry);
    let catalogues = [
        Activation::CATALOGUE,
        Initializer::CATALOGUE,
        Regularizer::CATALOGUE,
        Loss::CATALOGUE,
        Optimizer::CATALOGUE,
        Metric::CATALOGUE,
    ];
    for entry in layers.chain(catalogues.iter().flat_map(|catalogue| catalogue.entries)) {
        let summary = entry.summary();
        let ends = summary.ends_with('.') || summary.ends_with(".)");
        assert!(ends, "the first line of `{}` is no whole sentence: {summary}", entry.name);
    }
}

/// The error that README.md shows is printed by rustc; its words are the rule's.
#[test]
fn the_error_shown_is_that_of_the_rule() {
    let dense = Dense {
        units: 128,
        activation: Activation::Relu { negative_slope: 0.0, max_value: f64::INFINITY, threshold: 0.0 },
        bias: true,
        init: Initializer::GlorotUniform,
        bias_init: Initializer::Zeros,
        regularizer: None,
    };
    let error = dense.output_shape(&[Shape::new([8, 8, 1])]).expect_err("an image is no vector");
    let help = error.help.expect("there is a remedy");
    for line in [format!("error: {}", error.message), format!("help: {help}")] {
        assert!(readme().contains(&line), "README.md does not show `{line}`");
    }
}
