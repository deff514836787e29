//! One token at a time removed, doubled, swapped, renamed.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};

use super::super::tokens;
use super::{NETWORKS, survives};
use crate::tests::parse;

/// What is done to one token.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    Remove,
    Double,
    Swap,
    /// To a name that nobody knows, or a number that nobody expects.
    Rename,
    /// To the next token's text, where both are names or numbers.
    Copy,
    /// To a negative number.
    Negate,
}

const MUTATIONS: [Mutation; 6] =
    [Mutation::Remove, Mutation::Double, Mutation::Swap, Mutation::Rename, Mutation::Copy, Mutation::Negate];

/// The places of all tokens, those in groups included.
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

fn mutated(stream: TokenStream, path: &[usize], mutation: Mutation) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    match path {
        [] => {}
        [index] => apply(&mut trees, *index, mutation),
        [index, inner @ ..] => {
            if let TokenTree::Group(group) = &trees[*index] {
                let content = mutated(group.stream(), inner, mutation);
                trees[*index] = Group::new(group.delimiter(), content).into();
            }
        }
    }
    trees.into_iter().collect()
}

fn apply(trees: &mut Vec<TokenTree>, index: usize, mutation: Mutation) {
    match (mutation, trees[index].clone()) {
        (Mutation::Remove, _) => drop(trees.remove(index)),
        (Mutation::Double, tree) => trees.insert(index, tree),
        (Mutation::Swap, _) if index + 1 < trees.len() => trees.swap(index, index + 1),
        (Mutation::Rename, TokenTree::Ident(_)) => trees[index] = Ident::new_raw("type", Span::call_site()).into(),
        (Mutation::Rename, TokenTree::Literal(_)) => trees[index] = Literal::u64_unsuffixed(u64::MAX).into(),
        (Mutation::Copy, TokenTree::Ident(_) | TokenTree::Literal(_)) => {
            let next =
                trees[index + 1..].iter().find(|tree| matches!(tree, TokenTree::Ident(_) | TokenTree::Literal(_)));
            if let Some(next) = next.cloned() {
                trees[index] = next;
            }
        }
        (Mutation::Negate, TokenTree::Literal(_)) => {
            trees.splice(index..=index, "-1".parse::<TokenStream>().into_iter().flatten());
        }
        _ => {}
    }
}

fn every_mutation_survives(network: &str) {
    let stream = tokens(network);
    let mut found = Vec::new();
    places(&stream, &mut Vec::new(), &mut found);
    for path in found {
        for mutation in MUTATIONS {
            survives(mutated(stream.clone(), &path, mutation));
        }
    }
}

#[test]
fn changed_networks_of_the_design_survive() {
    for network in parse::NETWORKS {
        // Attributes are handed on as they are: what is wrong in them is rustc's to say.
        let lines = network.lines().filter(|line| !line.trim().starts_with("///"));
        every_mutation_survives(&lines.collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn changed_networks_of_every_construct_survive() {
    for network in NETWORKS {
        every_mutation_survives(network);
    }
}

#[test]
fn unchanged_networks_have_no_mistakes() {
    for network in NETWORKS {
        let expansion = crate::expand::network(tokens(network));
        let messages: Vec<&str> = expansion.errors.iter().map(|error| error.message.as_str()).collect();
        assert!(messages.is_empty(), "{messages:#?} in {network}");
    }
}
