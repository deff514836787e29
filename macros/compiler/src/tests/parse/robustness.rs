//! No input panics or overflows the stack.

use proc_macro2::TokenStream;

use super::{NETWORKS, mistakes, network, parse, tokens};
use crate::ast::{Expr, ExprKind};
use crate::diagnostics::Diagnostics;
use crate::parse::{parse_definition, parse_library, parse_network};

const TOO_DEEP: &str = "nested more than 128 deep";

fn is_too_deep(text: &str) {
    let mistakes = mistakes(text);
    assert!(mistakes.len() == 1 && mistakes[0].ends_with(TOO_DEEP), "{mistakes:?}");
}

fn repeated(text: &str, count: usize) -> String {
    text.repeat(count)
}

#[test]
fn deep_groups_are_refused() {
    is_too_deep(&format!("let x = {}1{};", repeated("(", 600), repeated(")", 600)));
    is_too_deep(&format!("let x = {}1{};", repeated("[", 600), repeated("]", 600)));
    is_too_deep(&format!("{}x{};", repeated("f(", 600), repeated(")", 600)));
}

#[test]
fn deep_operators_are_refused() {
    is_too_deep(&format!("let x = {}1;", repeated("- ", 600)));
    is_too_deep(&format!("let x = {}a;", repeated("!", 600)));
}

#[test]
fn deep_statements_are_refused() {
    is_too_deep(&format!("{}{}", repeated("for i in 0..1 {", 600), repeated("}", 600)));
    is_too_deep(&format!("{}{}", repeated("if a {", 600), repeated("}", 600)));
    is_too_deep(&format!("{} a {{}}", repeated("if ", 600)));
    is_too_deep(&format!("let x = if a {{ 1 }} {};", repeated("else if a { 1 } ", 600)));
    is_too_deep(&format!("let x = {}1{};", repeated("if a { ", 600), repeated("}", 600)));
}

#[test]
fn nesting_within_the_limit_is_allowed() {
    network(&format!("struct Net; let x = {}1{};", repeated("(", 100), repeated(")", 100)));
    network(&format!("struct Net; let x = {}1;", repeated("- ", 100)));
    network(&format!("struct Net; let x = if a {{ 1 }} {};", repeated("else if a { 1 } ", 100)));
}

#[test]
fn chains_of_calls_may_be_long() {
    let ast = network(&format!("struct Net; let y = x{};", repeated(".relu()", 5000)));
    let mut length = 0;
    let crate::ast::Statement::Let(binding) = &ast.body.statements[0] else {
        panic!("no `let`");
    };
    let mut value: &Expr = &binding.value;
    while let ExprKind::Call(call) = &value.kind
        && let Some(receiver) = &call.receiver
    {
        length += 1;
        value = receiver;
    }
    assert_eq!(length, 5000);
}

#[test]
fn sums_may_be_long() {
    network(&format!("struct Net; let y = x{};", repeated(" + x", 500)));
}

#[test]
fn chains_have_an_end() {
    for link in [".relu()", " + x", " * x + x"] {
        let mistakes = mistakes(&format!("let y = x{};", repeated(link, 20_000)));
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].contains("chains too many calls and operators"), "{mistakes:?}");
    }
}

#[test]
fn nested_chains_count_together() {
    let chain = repeated(".relu()", 2000);
    let text = format!("(((x{chain}){chain}){chain}){chain}.f(x{chain})");
    assert!(mistakes(&text)[0].contains("chains too many calls and operators"));
}

/// Parses in every way there is; each gives a tree or an error.
fn survives(tokens: TokenStream) {
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(tokens.clone(), &mut diagnostics);
    assert!(ast.is_some() || !diagnostics.is_empty(), "nothing said about {tokens}");
    let mut diagnostics = Diagnostics::default();
    let library = parse_library(tokens.clone(), &mut diagnostics);
    let is_nothing = tokens.to_string().chars().all(|c| c == ';' || c.is_whitespace());
    assert!(!library.items.is_empty() || !diagnostics.is_empty() || is_nothing);
    let mut diagnostics = Diagnostics::default();
    let definition = parse_definition(tokens.clone(), &mut diagnostics);
    assert!(definition.is_some() || !diagnostics.is_empty());
}

/// The indices of a token and of the groups around it.
fn places(stream: &TokenStream, path: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    for (index, tree) in stream.clone().into_iter().enumerate() {
        path.push(index);
        found.push(path.clone());
        if let proc_macro2::TokenTree::Group(group) = tree {
            places(&group.stream(), path, found);
        }
        path.pop();
    }
}

#[derive(Clone, Copy)]
enum Mutation {
    Drop,
    Duplicate,
    Swap,
    Unwrap,
}

/// The stream with the token at a place changed.
fn mutated(stream: TokenStream, path: &[usize], mutation: Mutation) -> TokenStream {
    let mut trees: Vec<proc_macro2::TokenTree> = stream.into_iter().collect();
    match path {
        [] => {}
        &[index] => match mutation {
            Mutation::Drop => drop(trees.remove(index)),
            Mutation::Duplicate => trees.insert(index, trees[index].clone()),
            Mutation::Swap if index + 1 < trees.len() => trees.swap(index, index + 1),
            Mutation::Swap => {}
            Mutation::Unwrap => {
                if let proc_macro2::TokenTree::Group(group) = trees[index].clone() {
                    trees.splice(index..=index, group.stream());
                }
            }
        },
        [index, inner @ ..] => {
            if let proc_macro2::TokenTree::Group(group) = &trees[*index] {
                let content = mutated(group.stream(), inner, mutation);
                trees[*index] = proc_macro2::Group::new(group.delimiter(), content).into();
            }
        }
    }
    trees.into_iter().collect()
}

#[test]
fn no_single_change_of_a_token_panics() {
    for text in NETWORKS {
        let stream = tokens(text);
        let mut found = Vec::new();
        places(&stream, &mut Vec::new(), &mut found);
        for path in found {
            use Mutation::{Drop, Duplicate, Swap, Unwrap};
            for mutation in [Drop, Duplicate, Swap, Unwrap] {
                survives(mutated(stream.clone(), &path, mutation));
            }
        }
    }
}

#[test]
fn no_prefix_panics() {
    for text in NETWORKS {
        let trees: Vec<_> = tokens(text).into_iter().collect();
        for end in 0..trees.len() {
            survives(trees[..end].iter().cloned().collect());
        }
    }
}

#[test]
fn arbitrary_tokens_do_not_panic() {
    const WORDS: [&str; 40] = [
        "struct",
        "Net",
        ";",
        "let",
        "x",
        "=",
        "Dense",
        "(3)",
        "{ x }",
        "[1, 2]",
        "for",
        "in",
        "..",
        "..=",
        "if",
        "else",
        "fn",
        "F",
        "(x: Tensor)",
        "->",
        "Tensor",
        "<",
        ">",
        ":",
        "::",
        "const",
        "static",
        "use",
        "#[a]",
        "pub",
        "'a",
        "1",
        "1.5",
        "\"s\"",
        ".",
        ",",
        "-",
        "!",
        "&",
        "|",
    ];
    // Steele and Vigna's SplitMix64.
    let mut state = 0_u64;
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    for _ in 0..5000 {
        let length = random() % 14;
        let words = (0..length).map(|_| WORDS[(random() % 40) as usize]);
        let text = words.collect::<Vec<_>>().join(if random() % 2 == 0 { " " } else { "\n" });
        survives(tokens(&text));
        let (ast, _) = parse(&format!("struct Net; {text}"));
        assert!(ast.is_some(), "{text}");
    }
}
