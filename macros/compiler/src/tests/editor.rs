//! What an editor is given: code for every declaration, however broken, with each name of the user's in one place.

use proc_macro2::{TokenStream, TokenTree};

use super::{NETWORKS, tokens};
use crate::expand::network;

/// The code for an editor, which is always Rust's.
fn editor(declaration: &str) -> String {
    let expansion = network(tokens(&format!("(::monograd) [editor] {declaration}")));
    assert!(expansion.errors.is_empty(), "{declaration}");
    match syn::parse2::<syn::File>(expansion.tokens.clone()) {
        Ok(_) => expansion.tokens.to_string(),
        Err(error) => panic!("{error} for {declaration}: {}", expansion.tokens),
    }
}

/// The words of the user's, by their places.
fn places(tokens: TokenStream, found: &mut Vec<(String, (usize, usize))>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => places(group.stream(), found),
            TokenTree::Ident(word) if word.span().byte_range() != (0..0) => {
                found.push((word.to_string(), crate::diagnostics::position(word.span())));
            }
            _ => {}
        }
    }
}

#[test]
fn each_name_has_one_place() {
    for statements in NETWORKS {
        let expansion = network(tokens(&format!("(::monograd) [editor] struct Net; {statements}")));
        let mut found = Vec::new();
        places(expansion.tokens, &mut found);
        found.retain(|(word, _)| word != "monograd"); // the runtime's path, which is written before the declaration
        assert!(!found.is_empty());
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "{statements}");
    }
}

#[test]
fn names_know_their_shapes() {
    let code = editor("struct Net; let x = Input(4, 4); let h = Flatten().Dense(3, activation = relu);");
    let tensor = |extents: &str| format!(":: monograd :: __private :: editor :: Tensor < {extents} >");
    assert!(code.contains(&format!("let x : {} =", tensor("4 , 4"))), "{code}");
    assert!(
        code.contains(&format!("names :: layer :: Dense :: < {} , {} >", tensor("16"), tensor("3"))),
        "{code}"
    );
    assert!(code.contains("use names :: activation :: relu as _ ;"), "{code}");
}

#[test]
fn a_block_of_several_shapes_shows_all_of_them() {
    let code = editor("struct Net; fn F(x: Tensor) -> Tensor { relu(); } let x = Input(4); F(); Dense(3); F();");
    assert!(code.contains("fn block (self , x : :: monograd :: __private :: editor :: Various < ("), "{code}");
}

#[test]
fn the_rest_is_there_beside_a_broken_statement() {
    for broken in ["Dens", "let q = ;", "Dense(3, activation = );", "Dense(3 4); loss = mse;", "h.", "fn F(x: );"] {
        let code = editor(&format!("struct Net; let x = Input(4); let h = x.Dense(3); {broken}"));
        assert!(code.contains("let h : :: monograd :: __private :: editor :: Tensor < 3 > ="), "{broken}: {code}");
    }
}

/// What fuzzing has found.
#[test]
fn odd_declarations_are_code_too() {
    for declaration in [
        "",
        "struct super Net; const A: usize = 3; Dense(A);",
        "struct Net; fn F { x.Dense(3) }",
        "struct Net; fn F(x: Tensor) -> Tensor<{ 2 * 3 }> { Dense(6); }",
        "struct Net; #[doc] fn F(x: Tensor) -> Tensor { x }",
        "struct Net; #[doc \"a\"] fn F(x: Tensor, self: usize, crate: crate) -> Tensor { x }",
        "struct Net; let self = Input(2); for self in 0..2 { super(3) } use self; use a::; static: _ = Dense(3);",
        "struct Net; let x = Input(2); Dense(self, crate = 3, name = super).self(3); loss = if; self = 3;",
    ] {
        editor(declaration);
    }
}

#[test]
fn deep_groups_end_somewhere() {
    editor(&format!("struct Net; let x = {}1{};", "(".repeat(600), ")".repeat(600)));
    editor(&format!("struct Net; {}x{};", "f(".repeat(600), ")".repeat(600)));
    editor(&format!("struct Net; {}{}", "for i in 0..1 {".repeat(600), "}".repeat(600)));
}
