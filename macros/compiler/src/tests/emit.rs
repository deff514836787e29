//! Generated code: the same each time, one call a step, and names that never meet.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, FnArg, ImplItem, Item, Pat, Signature, Stmt};

use super::{NETWORKS, tape, tokens};
use crate::expand::{Expansion, network};

fn expand(statements: &str) -> Expansion {
    network(tokens(&format!("pub struct Net;\n{statements}")))
}

/// The code of statements without mistakes.
fn code(statements: &str) -> TokenStream {
    let expansion = expand(statements);
    assert!(expansion.errors.is_empty(), "{:#?} in {statements}", expansion.errors);
    expansion.tokens
}

/// The code as an item each, with no two names that meet: in a block, an `impl`, or the arguments of a function.
pub(super) fn check(tokens: &TokenStream) -> Result<(), String> {
    let file: syn::File = syn::parse2(tokens.clone()).map_err(|error| error.to_string())?;
    scope(&file.items.iter().collect::<Vec<_>>())
}

fn scope(items: &[&Item]) -> Result<(), String> {
    let mut names = HashSet::new();
    let mut values = HashSet::new();
    let mut take = |name: String| if names.insert(name.clone()) { Ok(()) } else { Err(format!("two of {name}")) };
    for item in items {
        match item {
            Item::Const(item) if item.ident == "_" => {
                let block = match &*item.expr {
                    Expr::Block(block) => block,
                    Expr::MethodCall(_) => continue, // An assertion.
                    _ => return Err("a constant without a block".into()),
                };
                let items = block.block.stmts.iter().map(|statement| match statement {
                    Stmt::Item(item) => Ok(item),
                    _ => Err("a statement between items".to_string()),
                });
                scope(&items.collect::<Result<Vec<_>, _>>()?)?;
            }
            Item::Const(item) => {
                values.insert(item.ident.to_string());
                take(item.ident.to_string())?;
            }
            Item::Static(item) => {
                values.insert(item.ident.to_string());
                take(item.ident.to_string())?;
            }
            Item::Struct(item) => take(format!("struct {}", item.ident))?,
            _ => {}
        }
    }
    for item in items {
        let Item::Impl(item) = item else { continue };
        let mut names = HashSet::new();
        for inner in &item.items {
            let name = match inner {
                ImplItem::Const(inner) => inner.ident.to_string(),
                ImplItem::Fn(inner) => {
                    arguments(&inner.sig)?;
                    for statement in &inner.block.stmts {
                        if let Stmt::Local(local) = statement {
                            bound(&local.pat, &values)?;
                        }
                    }
                    inner.sig.ident.to_string()
                }
                _ => continue,
            };
            if !names.insert(name.clone()) {
                return Err(format!("two of {name}"));
            }
        }
    }
    Ok(())
}

fn arguments(signature: &Signature) -> Result<(), String> {
    let mut names = HashSet::new();
    for argument in &signature.inputs {
        if let FnArg::Typed(argument) = argument
            && let Pat::Ident(name) = &*argument.pat
            && !names.insert(name.ident.to_string())
        {
            return Err(format!("two arguments {} of {}", name.ident, signature.ident));
        }
    }
    Ok(())
}

/// The names of a pattern are variables, and no two are the same.
fn bound(pattern: &Pat, values: &HashSet<String>) -> Result<(), String> {
    let Pat::Slice(slice) = pattern else { return Ok(()) };
    let mut names = HashSet::new();
    for element in &slice.elems {
        let Pat::Ident(name) = element else { return Err("a pattern of another form".into()) };
        let name = name.ident.to_string();
        if values.contains(&name) || !names.insert(name.clone()) {
            return Err(format!("the variable {name} meets another name"));
        }
    }
    Ok(())
}

fn words(tokens: TokenStream, found: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => words(group.stream(), found),
            TokenTree::Ident(word) => found.push(word.to_string()),
            _ => {}
        }
    }
}

#[test]
fn two_runs_give_the_same_code() {
    for statements in NETWORKS {
        assert_eq!(code(statements).to_string(), code(statements).to_string());
    }
}

#[test]
fn two_runs_give_the_same_mistakes() {
    let blocks: String = ["Ta", "Tb", "Tc", "Td", "Te"]
        .map(|name| format!("fn {name}(x: Tensor) -> Tensor {{ x }} const N{name}: usize = 1;"))
        .concat();
    let found = || super::mistakes_in_full(&format!("{blocks} let x = Input(NTx); Tx();"));
    let first = found();
    assert_eq!(first.len(), 2);
    assert!((0..20).all(|_| found() == first));
}

#[test]
fn no_logic_and_nothing_unsafe_is_generated() {
    for statements in NETWORKS {
        let mut found = Vec::new();
        words(code(statements), &mut found);
        for word in ["if", "match", "loop", "while", "unsafe", "unwrap", "expect"] {
            assert!(!found.iter().any(|found| found == word), "{word} in {statements}");
        }
        // The short name of the runtime.
        assert_eq!(found.iter().filter(|found| *found == "use").count(), 1, "{statements}");
    }
}

#[test]
fn each_step_is_one_call() {
    for statements in NETWORKS {
        let (text, tape) = (code(statements).to_string(), tape(statements));
        let count = |call: &str| text.matches(&format!("step . {call}")).count();
        assert_eq!(count("forward (&") + count("forward_tiny :: <"), tape.forward.len(), "{statements}");
        assert_eq!(count("loss (&"), tape.losses.len(), "{statements}");
        assert_eq!(count("backward (&") + count("backward_tiny :: <"), tape.backward.len(), "{statements}");
    }
}

#[test]
fn the_code_has_no_names_twice() {
    for statements in NETWORKS {
        assert_eq!(check(&code(statements)), Ok(()), "{statements}");
    }
}

#[test]
fn names_of_layers_meet_nothing_generated() {
    let cases = [
        "let x = Input(2); let layout = Dense(3); let loss_1 = Dense(2); let program = Dense(1);",
        "fn F(x: Tensor) -> Tensor { let b = Dense(2); } let x = Input(2); let a = F(); let a__b = Dense(2);",
        "static S: _ = Dense(2); let x = Input(2); S(); S(); let s__use_2 = Dense(2);",
        "let x = Input(2); let größe = Dense(2); let grösse = Dense(2); let ŉ = Dense(2);",
        "let x = Input(2); let r#type = Dense(2); fn r#fn(x: Tensor) -> Tensor { Dense(2); } r#fn(); Dense(2, name = r#let);",
        "let x = Input(2); let net = Dense(2); let net_program = Dense(2); let t = Dense(1);",
        "let x = Input(2); let _h = Dense(2); let __ = Dense(2); let __input_0 = Dense(1);",
    ];
    for statements in cases {
        let statements = format!("{statements} loss = mse; optimizer = Sgd();");
        assert_eq!(check(&code(&statements)), Ok(()), "{statements}");
    }
}

#[test]
fn names_of_inputs_and_outputs_meet_nothing_generated() {
    let cases = [
        "let result = Input(2); let input_1 = Input(2); result + input_1;",
        "let r#type = Input(2); let r#match = Input(2); let input_1 = Input(2); r#type + r#match + input_1;",
        "let step = Input(2); let x = Input(2); step + x;",
        "let x = Input(2); let A = Dense(2); let B = x.Dense(2); output = (A, B);",
        "let x = Input(2); let r#type = Dense(2); let output_1 = x.Dense(2); output = (r#type, output_1);",
        "let x = Input(2); let output_2 = Dense(2); let result = x.Dense(2); output = (output_2, result);",
        "let x = Input(2); let LAYOUT = Dense(2); let LOSS_1 = x.Dense(2); output = (LAYOUT, LOSS_1);
         loss = mse(LAYOUT) + mse(LOSS_1); optimizer = Sgd();",
    ];
    for statements in cases {
        assert_eq!(check(&code(statements)), Ok(()), "{statements}");
    }
}

#[test]
fn the_struct_may_have_any_name() {
    for name in ["r#type", "r#Net", "Program", "LAYOUT", "Dense", "Größe"] {
        let text = format!("struct {name}; let x = Input(2); Dense(1); loss = mse; optimizer = Sgd();");
        let expansion = network(tokens(&text));
        assert!(expansion.errors.is_empty(), "{:?}", expansion.errors);
        assert_eq!(check(&expansion.tokens), Ok(()), "{name}");
    }
}

#[test]
fn the_stub_has_no_names_twice() {
    let cases = [
        "const A: usize = 1; const A: usize = 2; let x = Input(A); Dense(A);",
        "const SUMMARY: usize = 1; let x = Input(2); Dense(SUMMARY);",
        "const new: usize = 1; let x = Input(2); Dense(0);",
        "let a = Input(2); let a = Input(3); Dense(0);",
        "let x = Input(2); Dense(0); output = (x, x);",
        "const BIG: f32 = 1e300; let x = Input(2); Dense(1);",
    ];
    for statements in cases {
        let expansion = expand(statements);
        assert!(!expansion.errors.is_empty(), "{statements}");
        assert_eq!(check(&expansion.tokens), Ok(()), "{statements}");
    }
}

#[test]
fn paths_go_through_the_runtime_that_is_named() {
    let expansion =
        network(tokens("(::other::path) struct Net; let x = Input(2); Dense(1); loss = mse; optimizer = Sgd();"));
    let text = expansion.tokens.to_string();
    assert!(text.contains(":: other :: path :: __private"), "{text}");
    assert!(!text.contains("monograd"), "{text}");
}

#[test]
fn docs_attributes_and_visibility_are_kept() {
    let text = "/// A net.\n#[cfg(all())]\npub(crate) struct Net; let x = Input(2); Dense(1);";
    let tokens = network(tokens(text)).tokens.to_string();
    for part in ["# [doc = \" A net.\"]", "# [cfg (all ())]", "pub (crate) struct Net"] {
        assert!(tokens.contains(part), "{part} in {tokens}");
    }
}

#[test]
fn constants_become_constants_of_the_struct() {
    let text = code(
        "const A: usize = 3; const B: f32 = 0.5; const C: bool = true; const D: f32 = -2.0; let x = Input(A); relu();",
    );
    let text = text.to_string();
    for part in
        ["pub const A : usize = 3", "pub const B : f32 = 0.5", "pub const C : bool = true", "pub const D : f32 = - 2.0"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_network_without_loss_cannot_be_trained() {
    let text = code("let x = Input(2); Dense(1);").to_string();
    assert!(!text.contains("fn fit") && !text.contains("fn train_step") && text.contains("fn predict"));
}

/// The 64 bits that a file is compared by.
fn architecture(statements: &str) -> String {
    let text = code(statements).to_string();
    let (_, rest) = text.split_once("architecture : ").unwrap();
    rest.split(' ').next().unwrap().to_string()
}

#[test]
fn the_architecture_is_layers_shapes_and_connections() {
    let first = architecture("let x = Input(2); let h = x.Dense(3); h.Dense(3);");
    assert_eq!(
        first,
        architecture("let input = Input(2); Dense(3, name = other); Dense(3, regularizer = l2(0.1));")
    );
    let others = [
        "let x = Input(2); let h = x.Dense(3); h.Dense(4);",
        "let x = Input(2); let h = x.Dense(3); h.Dense(3).relu();",
        "let x = Input(2); let h = x.Dense(3); h.Dense(3) + h;",
        "let x = Input(2); Dense(3); Dense(3); loss = cross_entropy; optimizer = Sgd();",
        "static S: _ = Dense(2); let x = Input(2); S(); S();",
        "let x = Input(2); let h = x.Dense(3, bias = false); h.Dense(3);",
        "let x = Input(2); Dense(3); leaky_relu(0.1); Dense(3);",
    ];
    let mut seen = HashSet::from([first]);
    for statements in others {
        assert!(seen.insert(architecture(statements)), "{statements}");
    }
}
