//! Every declaration, however broken, becomes code or errors: nothing panics, nothing is silent.

pub(super) mod constructs;
mod nested;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use super::parse::NETWORKS as DESIGNED;
use super::{NETWORKS, Random, emit, tokens};
use crate::expand::{blocks, network};

/// Expands, and checks that the result is code without names that meet, or errors with something to say.
fn survives(input: TokenStream) {
    let text = input.to_string();
    let expansion = match catch_unwind(AssertUnwindSafe(|| network(input))) {
        Ok(expansion) => expansion,
        Err(_) => panic!("a panic in {text}"),
    };
    for error in &expansion.errors {
        let message = &error.message;
        assert!(!message.trim().is_empty(), "an empty message in {text}");
        assert!(!message.contains("\n\n") && !message.contains('\t'), "{message} in {text}");
        assert!(message.lines().all(|line| line == line.trim_end()), "{message:?} in {text}");
    }
    let has_errors = !expansion.errors.is_empty();
    assert!(has_errors || !expansion.tokens.is_empty(), "nothing becomes of {text}");
    let is_callback = !has_errors && text.contains("use ") && text.contains("[]");
    if !is_callback && let Err(error) = emit::check(&expansion.tokens) {
        panic!("{error} in the code of {text}");
    }
    let tokens = catch_unwind(AssertUnwindSafe(|| expansion.into_tokens()));
    assert!(tokens.is_ok(), "a panic in the errors of {text}");
}

/// The indices of a token and of the groups around it.
fn places(stream: &TokenStream, path: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    for (index, tree) in stream.clone().into_iter().enumerate() {
        path.push(index);
        found.push(path.clone());
        if let TokenTree::Group(group) = tree {
            places(&group.stream(), path, found);
        }
        path.pop();
    }
}

/// Changes the tokens of a group at one of them, and says whether it did.
type Change<'c> = &'c dyn Fn(&mut Vec<TokenTree>, usize) -> bool;

/// The stream with a change at a place; nothing where there is nothing to change.
fn changed(stream: TokenStream, path: &[usize], change: Change<'_>) -> Option<TokenStream> {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    match path {
        [] => {}
        &[index] => {
            if !change(&mut trees, index) {
                return None;
            }
        }
        [index, inner @ ..] => {
            if let TokenTree::Group(group) = &trees[*index] {
                let mut other = Group::new(group.delimiter(), changed(group.stream(), inner, change)?);
                other.set_span(group.span());
                trees[*index] = other.into();
            }
        }
    }
    Some(trees.into_iter().collect())
}

fn words(stream: &TokenStream, found: &mut Vec<Ident>) {
    for tree in stream.clone() {
        match tree {
            TokenTree::Ident(word) if !found.contains(&word) => found.push(word),
            TokenTree::Group(group) => words(&group.stream(), found),
            _ => {}
        }
    }
}

/// The declarations without their docs, which are handed on as they are.
fn declarations() -> Vec<TokenStream> {
    let own = NETWORKS.iter().take(11).map(|text| format!("pub struct Net; {text}"));
    let designed = DESIGNED.map(|text| {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("///")).collect();
        lines.join("\n")
    });
    let constructs = constructs::NETWORKS.map(str::to_string);
    own.chain(designed).chain(constructs).map(|text| tokens(&text)).collect()
}

/// Runs a change at each place of each declaration; the tests share the work.
fn at_each_place(change: Change<'_>) {
    for stream in declarations() {
        let mut found = Vec::new();
        places(&stream, &mut Vec::new(), &mut found);
        for path in found {
            changed(stream.clone(), &path, change).into_iter().for_each(survives);
        }
    }
}

#[test]
fn the_declarations_survive_as_they_are() {
    declarations().into_iter().for_each(survives);
}

fn remove(trees: &mut Vec<TokenTree>, index: usize) -> bool {
    trees.remove(index);
    true
}

fn double(trees: &mut Vec<TokenTree>, index: usize) -> bool {
    trees.insert(index, trees[index].clone());
    true
}

#[test]
fn each_token_removed() {
    at_each_place(&remove);
}

#[test]
fn each_token_doubled() {
    at_each_place(&double);
}

#[test]
fn each_token_swapped_with_the_next() {
    at_each_place(&|trees, index| {
        let has_next = index + 1 < trees.len();
        if has_next {
            trees.swap(index, index + 1);
        }
        has_next
    });
}

#[test]
fn each_group_emptied_or_in_other_delimiters() {
    for delimiter in [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::None] {
        at_each_place(&|trees, index| {
            let TokenTree::Group(group) = &trees[index] else { return false };
            let content = if group.delimiter() == delimiter { TokenStream::new() } else { group.stream() };
            trees[index] = Group::new(delimiter, content).into();
            true
        });
    }
}

#[test]
fn each_number_replaced() {
    for text in ["0", "1", "2.5", "18446744073709551615", "1e300", "1e-300", "\"relu\"", "true"] {
        let other: Vec<TokenTree> = tokens(text).into_iter().collect();
        at_each_place(&|trees, index| {
            let is_literal = matches!(trees[index], TokenTree::Literal(_));
            if is_literal {
                trees[index] = other[0].clone();
            }
            is_literal
        });
    }
}

/// A quarter of all pairs, to take seconds.
#[test]
fn each_word_renamed_to_others_of_the_declaration() {
    for stream in declarations() {
        let (mut found, mut known) = (Vec::new(), Vec::new());
        places(&stream, &mut Vec::new(), &mut found);
        words(&stream, &mut known);
        for path in found {
            let first = path.iter().sum::<usize>() % 4;
            for word in known.iter().skip(first).step_by(4) {
                let other = changed(stream.clone(), &path, &|trees, index| match &trees[index] {
                    TokenTree::Ident(ident) if ident != word => {
                        let mut word = word.clone();
                        word.set_span(ident.span());
                        trees[index] = word.into();
                        true
                    }
                    _ => false,
                });
                other.into_iter().for_each(survives);
            }
        }
    }
}

/// Pieces that make a statement more often than single tokens do.
const PIECES: [&str; 70] = [
    "Dense(3)",
    "Dense(n)",
    "Dense",
    "relu()",
    "relu",
    "x",
    "y",
    "h",
    "n",
    "N",
    "F(3)",
    "F()",
    "F",
    "S()",
    "S",
    ".",
    ";",
    ";",
    ";",
    ",",
    "=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "<<",
    "<",
    "==",
    "&&",
    "!",
    "..",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "if",
    "else",
    "for",
    "in",
    "let",
    "mut",
    "const",
    "static",
    "fn",
    ": Tensor",
    ": usize",
    ": Tensor<3>",
    "_",
    "0",
    "1",
    "2",
    "0.5",
    "true",
    "\"text\"",
    "output",
    "loss",
    "mse",
    "mse(x)",
    "optimizer",
    "Sgd()",
    "metrics",
    "[mae]",
    "concat(x, y)",
    "Reshape(-1)",
    "Flatten()",
    "Dropout(0.5)",
    "Input(2)",
];

/// Brackets that fit each other, whatever the pieces are.
fn balanced(pieces: &[&str]) -> String {
    let mut open = Vec::new();
    let mut text = String::new();
    for piece in pieces {
        match *piece {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" => {
                let Some(closing) = open.pop() else { continue };
                text.push_str(closing);
                continue;
            }
            _ => {}
        }
        text.push_str(piece);
        text.push(' ');
    }
    open.into_iter().rev().for_each(|closing| text.push_str(closing));
    text
}

#[test]
fn soups_of_pieces() {
    let before = "struct Net; const N: usize = 4; fn F(x: Tensor, n: usize) -> Tensor { Dense(n); } static S: _ = Dense(2); \
                  let x = Input(2); let y = x.Dense(2);";
    let mut random = Random(7);
    for _ in 0..4000 {
        let pieces: Vec<&str> = (0..1 + random.below(16)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let soup = balanced(&pieces);
        survives(tokens(&format!("{before} {soup}")));
    }
}

/// Statements that are right alone, in any order and number.
#[test]
fn soups_of_statements() {
    const STATEMENTS: [&str; 30] = [
        "let x = Input(4);",
        "let y = Input(4);",
        "let t = Input(4, dtype = u32);",
        "Dense(4);",
        "Dense(2, activation = relu);",
        "x.Dense(4);",
        "let h = x + y;",
        "let h = h * h;",
        "let mut m = x;",
        "m = m.relu();",
        "for i in 0..3 { Dense(4); }",
        "for i in 0..2 { m = m + x.Dense(4); }",
        "if N == 4 { relu(); } else { tanh(); }",
        "const N: usize = 4;",
        "fn F(x: Tensor) -> Tensor { let a = Dense(4); a + x }",
        "F();",
        "let h = x.F();",
        "static S: _ = Dense(4);",
        "S();",
        "x.S() + y.S();",
        "output = h;",
        "output = (x, h);",
        "loss = mse;",
        "loss = mse(x) + 2 * mae(h);",
        "optimizer = Sgd();",
        "metrics = [mae];",
        "concat(x, y, h);",
        "Reshape(2, 2);",
        "Flatten();",
        "softmax();",
    ];
    let mut random = Random(11);
    for _ in 0..4000 {
        let statements: Vec<&str> =
            (0..1 + random.below(12)).map(|_| STATEMENTS[random.below(STATEMENTS.len())]).collect();
        survives(tokens(&format!("struct Net; {}", statements.join(" "))));
    }
}

#[test]
fn libraries_survive() {
    let text = "pub fn Tower(x: Tensor, #[default(N)] n: usize) -> Tensor<3> { Dense(n); x + Inner() } \
                fn Inner(x: Tensor) -> Tensor { relu(); } pub const N: usize = 3;";
    let stream = tokens(text);
    let mut found = Vec::new();
    places(&stream, &mut Vec::new(), &mut found);
    for path in found {
        let changes: [Change<'_>; 2] = [&remove, &double];
        for change in changes {
            let Some(library) = changed(stream.clone(), &path, change) else { continue };
            let expansion = blocks(library.clone());
            assert!(expansion.errors.iter().all(|error| !error.message.is_empty()));
            // Also where a broken library should come through to a network.
            let import = quote::quote!((::monograd) [{ Tower { #library } }] struct Net; use library::Tower; let x = Input(3); Tower(););
            survives(import);
        }
    }
}
