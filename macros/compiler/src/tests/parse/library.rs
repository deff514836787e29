//! `blocks!`, and the definitions that come out of it.

use super::{messages, show_statement, tokens};
use crate::ast::{Library, Statement};
use crate::diagnostics::Diagnostics;
use crate::parse::{parse_definition, parse_library};

const LIBRARY: &str = "
    /// Two layers and a skip connection.
    #[cfg(all())]
    pub fn Tower(x: Tensor, width: usize) -> Tensor { x + x.Dense(width).Dense(width) }
    pub(crate) const WIDTH: usize = 64;
";

fn library(text: &str) -> (Library, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let library = parse_library(tokens(text), &mut diagnostics);
    (library, messages(diagnostics))
}

#[test]
fn holds_blocks_and_constants() {
    for text in [LIBRARY.to_owned(), format!("{{{LIBRARY}}}")] {
        let (library, messages) = library(&text);
        assert!(messages.is_empty(), "{messages:?}");
        let [tower, width] = &library.items[..] else {
            panic!("{library:?}");
        };
        let sum = "fn Tower { =(x + x.Dense(width).Dense(width)) }";
        assert_eq!(show_statement(&tower.definition), sum);
        assert_eq!((tower.attributes.len(), tower.visibility.to_string().as_str()), (1, "pub"));
        assert_eq!(show_statement(&width.definition), "const WIDTH: Size = 64");
        assert_eq!(width.visibility.to_string().replace(' ', ""), "pub(crate)");
    }
}

#[test]
fn the_tokens_of_an_item_can_be_parsed_again() {
    let (library, _) = library(LIBRARY);
    for item in library.items {
        let mut diagnostics = Diagnostics::default();
        let definition = parse_definition(item.tokens, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        match definition {
            Some(Statement::Block(block)) => {
                assert!(block.imported);
                assert_eq!(block.docs, [" Two layers and a skip connection."]);
            }
            Some(Statement::Const(constant)) => assert_eq!(constant.name.to_string(), "WIDTH"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_else_is_exported() {
    let (library, messages) = library("Dense(3); pub struct Net;\nfn F(x: Tensor) { x } let a = 1;");
    assert_eq!(library.items.len(), 1);
    assert_eq!(
        messages,
        [
            "1:0 `blocks!` holds `fn` and `const` only, found `Dense`",
            "1:14 `blocks!` holds `fn` and `const` only, found `struct`",
            "2:22 `blocks!` holds `fn` and `const` only, found `let`",
        ]
    );
}

#[test]
fn a_broken_item_keeps_its_name() {
    let (library, messages) = library("pub const N: usize = ; fn F(x) { x }");
    let shown: Vec<String> = library.items.iter().map(|item| show_statement(&item.definition)).collect();
    assert_eq!(shown, ["const N: Size = ?", "fn F { =? }"]);
    assert_eq!(messages.len(), 2);
}

#[test]
fn a_definition_is_one_item() {
    let mut diagnostics = Diagnostics::default();
    let definition = parse_definition(tokens("const N: usize = 3; Dense(4);"), &mut diagnostics);
    assert!(definition.is_some());
    assert_eq!(messages(diagnostics), ["1:20 expected the end of the definition, found `Dense`"]);
}
