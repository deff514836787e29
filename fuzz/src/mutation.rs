//! Changes of tokens: what stands somewhere else, twice, or not at all.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};

use crate::choice::Choices;

/// Words that mean something, and some that do not.
const WORDS: [&str; 40] = [
    "x", "h", "Net", "N", "B", "S", "Dense", "Dens", "Input", "relu", "mse", "Sgd", "accuracy", "loss", "optimizer",
    "metrics", "output", "let", "mut", "fn", "const", "static", "use", "pub", "struct", "for", "in", "if", "else",
    "true", "usize", "Tensor", "_", "name", "units", "activation", "return", "self", "f32", "dtype",
];

const PUNCTUATION: &str = ";,.=+-*/%<>!&|:#?@'";

const NUMBERS: [&str; 8] = ["0", "1", "3", "2.5", "18446744073709551615", "1e300", "1e-300", "\"relu\""];

/// Changes tokens until the bytes are used, or `changes` times.
pub fn mutate(mut stream: TokenStream, choices: &mut Choices, changes: usize) -> TokenStream {
    for _ in 0..changes {
        if choices.is_empty() {
            break;
        }
        stream = change(stream, choices, 0);
    }
    stream
}

/// One change at one place, some groups down.
fn change(stream: TokenStream, choices: &mut Choices, depth: usize) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    if trees.is_empty() {
        return new_token(choices).into();
    }
    let at = choices.word() % trees.len();
    if let TokenTree::Group(group) = &trees[at]
        && depth < 64
        && choices.below(4) > 0
    {
        let mut inner = Group::new(group.delimiter(), change(group.stream(), choices, depth + 1));
        inner.set_span(group.span());
        trees[at] = inner.into();
        return trees.into_iter().collect();
    }
    match choices.below(10) {
        0 => drop(trees.remove(at)),
        1 => trees.insert(at, trees[at].clone()),
        2 => {
            let other = choices.word() % trees.len();
            trees.swap(at, other);
        }
        3 => trees[at] = new_token(choices),
        4 => trees.insert(at, new_token(choices)),
        5 => {
            let other = choices.word() % trees.len();
            trees[at] = trees[other].clone();
        }
        6 => trees.truncate(at),
        7 => {
            if let TokenTree::Group(group) = trees[at].clone() {
                trees.splice(at..=at, group.stream());
            }
        }
        8 => {
            if let TokenTree::Group(group) = &trees[at] {
                trees[at] = Group::new(delimiter(choices), group.stream()).into();
            }
        }
        _ => trees[at] = nested(trees[at].clone(), choices),
    }
    trees.into_iter().collect()
}

/// A token inside of up to 700 groups, or after as many operators.
fn nested(tree: TokenTree, choices: &mut Choices) -> TokenTree {
    let depth = match choices.below(4) {
        0 => choices.word() % 700,
        _ => choices.below(8),
    };
    let (delimiter, form) = (delimiter(choices), choices.below(5));
    let mut stream = TokenStream::from(tree);
    for _ in 0..depth {
        let before = match form {
            0 => "",
            1 => "-",
            2 => "f",
            3 => "if a",
            _ => "x +",
        };
        let mut wrapped: TokenStream = before.parse().expect("these are tokens");
        wrapped.extend([TokenTree::from(Group::new(delimiter, stream))]);
        stream = wrapped;
    }
    Group::new(Delimiter::None, stream).into()
}

fn delimiter(choices: &mut Choices) -> Delimiter {
    choices.pick(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None])
}

fn new_token(choices: &mut Choices) -> TokenTree {
    match choices.below(5) {
        0 | 1 => Ident::new(choices.pick(&WORDS), proc_macro2::Span::call_site()).into(),
        2 => {
            let sign = PUNCTUATION.as_bytes()[choices.below(PUNCTUATION.len() - 1)] as char;
            Punct::new(sign, choices.pick(&[Spacing::Alone, Spacing::Joint])).into()
        }
        3 => choices.pick(&NUMBERS).parse::<Literal>().expect("these are literals").into(),
        _ => Group::new(delimiter(choices), TokenStream::new()).into(),
    }
}
