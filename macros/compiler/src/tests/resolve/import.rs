//! `use`: blocks and constants of `blocks!`, which a callback has brought in brackets.

use crate::diagnostics::position;
use crate::expand::{Expansion, network};

use super::super::tokens;

/// A network on line 2 and the following, after what has been imported on line 1.
fn expand(imported: &str, declaration: &str) -> Expansion {
    network(tokens(&format!("(::monograd) [{imported}]\n{declaration}")))
}

fn mistakes(imported: &str, declaration: &str) -> Vec<String> {
    let errors = expand(imported, declaration).errors.into_iter().map(|error| {
        let (line, column) = position(error.extent.first);
        format!("{line}:{column} {}", error.message)
    });
    errors.collect()
}

fn code(imported: &str, declaration: &str) -> String {
    let expansion = expand(imported, declaration);
    assert!(expansion.errors.is_empty(), "{:#?}", expansion.errors);
    expansion.tokens.to_string()
}

const NET: &str = "struct Net; use library::Tower;\nlet x = Input(2);\nTower(3);";

#[test]
fn an_import_is_asked_for_first() {
    let tokens = code("", NET).replace(' ', "");
    assert!(tokens.starts_with("library::Tower!{(::monograd)[]structNet;"), "{tokens}");
}

#[test]
fn several_imports_are_asked_for_one_after_the_other() {
    let net = "struct Net; use a::A; use b::B; let x = Input(2); A(); B();";
    let tokens = code("{ A { pub fn A(x: Tensor) -> Tensor { relu(); } } }", net).replace(' ', "");
    assert!(tokens.starts_with("b::B!{(::monograd)[{A{"), "{tokens}");
}

#[test]
fn an_imported_block_uses_what_stands_beside_it() {
    let library = "{ Tower { pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(WIDTH); Inner(n); } \
                   fn Inner(x: Tensor, n: usize) -> Tensor { Dense(n * WIDTH); } const WIDTH: usize = 7; } }";
    let tokens = code(library, NET);
    assert!(
        tokens.contains("tower_1.dense_1.weight") && tokens.contains("tower_1.inner_1.dense_1.weight"),
        "{tokens}"
    );
    assert!(tokens.contains("units : 7") && tokens.contains("units : 21"), "{tokens}");
}

#[test]
fn what_stands_beside_it_is_not_imported() {
    let library = "{ Tower { pub fn Tower(x: Tensor, n: usize) -> Tensor { Inner(); } \
                   fn Inner(x: Tensor) -> Tensor { relu(); } const WIDTH: usize = 7; } }";
    let found =
        mistakes(library, "struct Net; use library::Tower;\nlet x = Input(2); Tower(3);\nInner();\nDense(WIDTH);");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("4:0 unknown layer `Inner`"), "{found:?}");
    assert!(found[1].starts_with("5:6 `WIDTH` is not known here"), "{found:?}");
}

#[test]
fn constants_of_network_and_library_are_apart() {
    let library = "{ Tower { pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(WIDTH); } const WIDTH: usize = 7; } }";
    let tokens = code(library, &format!("{NET} const WIDTH: usize = 5; Dense(WIDTH);"));
    assert!(tokens.contains("units : 7") && tokens.contains("units : 5"), "{tokens}");
}

#[test]
fn a_constant_is_imported() {
    let library = "{ WIDTH { pub const WIDTH: usize = 2 * HALF; const HALF: usize = 11; } }";
    let tokens =
        code(library, "struct Net; use library::WIDTH; const HALF: usize = 1; let x = Input(2); Dense(WIDTH);");
    assert!(tokens.contains("units : 22"), "{tokens}");
}

#[test]
fn defaults_see_the_library() {
    let library = "{ Tower { pub fn Tower(x: Tensor, #[default(WIDTH)] n: usize) -> Tensor { Dense(n); } \
                   const WIDTH: usize = 7; } }";
    let tokens = code(library, "struct Net; use library::Tower; let x = Input(2); Tower();");
    assert!(tokens.contains("units : 7"), "{tokens}");
}

/// The mistake of a library is reported in the network: line 3 or 4, where it is used, or line 2, where it is imported.
fn is_reported_at(place: &str, library: &str, fact: &str) {
    let found = mistakes(&format!("{{ Tower {{ {library} }} }}"), NET);
    assert!(found.len() == 1 && found[0].starts_with(&format!("{place} {fact}")), "{found:#?}");
}

#[test]
fn a_mistake_in_an_imported_block_is_reported_at_its_use() {
    let cases = [
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { Dens(n); }", "unknown layer `Dens`"),
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n - 3); }", "`units` is 0, expected 1 or more"),
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(m); }", "unknown name `m`"),
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { Reshape(7); }", "cannot reshape [2] into [7]"),
        (
            "pub fn Tower(x: Tensor, n: usize) -> Tensor<4> { Dense(n); }",
            "`Tower` is declared as [4], found [3]",
        ),
        ("pub fn Tower(x: Tensor<5>, n: usize) -> Tensor { Dense(n); }", "`x` is declared as [5], found [2]"),
        (
            "pub fn Tower(x: Tensor, n: usize) -> Tensor { let y = Dense(n); x }",
            "`y` is computed but never used",
        ),
        (
            "pub fn Tower(x: Tensor, n: usize) -> Tensor { Inner(n); } fn Inner(x: Tensor, n: usize) -> Tensor { Dens(n); }",
            "unknown layer `Dens`",
        ),
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { Tower(n); }", "the block `Tower` uses itself"),
        ("pub fn Tower(x: Tensor, n: usize) -> Tensor { loss = mse; }", "`loss` stands in a block"),
        (
            "pub fn Tower(x: Tensor, n: usize, #[default(1.5)] m: usize) -> Tensor { Dense(n + m); }",
            "`m` takes a whole number, found 1.5",
        ),
        ("pub fn Tower(n: usize) -> Tensor { }", "the block `Tower` gives no tensor"),
        (
            "pub fn Tower(x: Tensor, n: usize) -> Tensor { for i in 0..2000 { relu(); } }",
            "this `for` repeats 2000 times",
        ),
    ];
    for (library, fact) in cases {
        is_reported_at("4:0", library, fact);
    }
}

#[test]
fn a_mistake_in_an_imported_constant_is_reported_at_the_import() {
    let library = "pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n * W); } const W: usize";
    is_reported_at("2:25", &format!("{library} = 1 / 0;"), "division by zero: 1 / 0");
    is_reported_at("2:25", &format!("{library} = 1.5;"), "`W` is declared as `usize`, found 1.5");
    is_reported_at("2:25", &format!("{library} = W;"), "the constant `W` depends on itself");
}

#[test]
fn a_doubled_name_of_a_library_is_reported_at_the_import() {
    let library =
        "pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n * W); } const W: usize = 1; const W: usize = 2;";
    is_reported_at("2:25", library, "`W` is defined twice");
}

#[test]
fn an_imported_name_is_taken() {
    let library = "{ Tower { pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n); } } }";
    let found = mistakes(library, &format!("{NET}\nfn Tower(x: Tensor, n: usize) -> Tensor {{ relu(); }}"));
    assert_eq!(found, ["5:3 `Tower` is defined twice"]);
}

#[test]
fn a_name_is_imported_once() {
    let library = "{ Tower { pub fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n); } } }";
    let found = mistakes(library, "struct Net; use a::Tower;\nuse b::Tower;\nlet x = Input(2); Tower(3);");
    assert_eq!(found, ["3:7 `Tower` is imported twice"]);
}
