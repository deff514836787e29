//! Statements: what they declare, and every word in them.

use monograd_schema::{Loss, Metric, Optimizer};
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::quote;

use super::block::braces;
use super::{Context, Editor, Item, unplaced, visible};
use crate::parse::is_reserved;

/// How deep groups are looked into; the parser refuses deeper ones.
const DEPTH: usize = 128;

impl Editor<'_> {
    /// The items that other statements may name, from wherever they stand.
    pub(super) fn collect(&mut self, trees: &[TokenTree]) {
        for (at, tree) in trees.iter().enumerate() {
            let TokenTree::Ident(word) = tree else { continue };
            let Some(TokenTree::Ident(name)) = trees.get(at + 1) else { continue };
            let item = match word.to_string().as_str() {
                "const" => Item::Constant,
                "static" => Item::Shared,
                "fn" => match trees.get(at + 2) {
                    Some(TokenTree::Group(parameters)) => Item::Block(self.signature(parameters)),
                    _ => continue,
                },
                "use" => {
                    if let Some((path, name)) = import(statement(&trees[at + 1..])) {
                        self.items.insert(name.to_string(), Item::Import(path));
                    }
                    continue;
                }
                _ => continue,
            };
            self.items.insert(name.to_string(), item);
        }
    }

    /// Every word of some statements, or of a value.
    pub(super) fn walk(&mut self, trees: &[TokenTree], context: Context) -> TokenStream {
        let mut out = TokenStream::new();
        let mut context = context;
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            let rest = &trees[at + 1..];
            at += 1;
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == ';' => context = Context::Statement,
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    at += usize::from(group(rest, Delimiter::Bracket).is_some());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                TokenTree::Group(group) => out.extend(self.nested(group, context)),
                TokenTree::Ident(word) => {
                    let (tokens, taken) = match word.to_string().as_str() {
                        "let" => self.binding(rest),
                        "const" => self.constant(rest),
                        "static" => self.shared(rest),
                        "fn" => self.block(&trees[..at - 1], rest),
                        "for" => self.repetition(rest),
                        "use" => self.import(rest),
                        _ if is_reserved(word) => (TokenStream::new(), 0),
                        _ if is_equals(rest) => {
                            context = setting(word);
                            (self.assigned(word), 1)
                        }
                        _ => {
                            let is_method = at > 1 && is_punct(&trees[at - 2], '.');
                            match group(rest, Delimiter::Parenthesis) {
                                Some(arguments) => (self.call(word, arguments, context, is_method), 1),
                                None => (self.name(word, context, is_method), 0),
                            }
                        }
                    };
                    out.extend(tokens);
                    at += taken;
                }
            }
        }
        out
    }

    /// The words of a group; what is declared in braces ends with them.
    pub(super) fn nested(&mut self, group: &Group, context: Context) -> TokenStream {
        if self.depth == DEPTH {
            return TokenStream::new();
        }
        self.depth += 1;
        let known = self.variables.len();
        let tokens = self.walk(&visible(group.stream()), context);
        self.depth -= 1;
        if group.delimiter() != Delimiter::Brace {
            return tokens;
        }
        self.variables.truncate(known);
        quote!({ #tokens })
    }

    /// A variable of a type.
    pub(super) fn variable(&mut self, name: &Ident, kind: &TokenStream) -> TokenStream {
        let p = &self.private;
        self.variables.push(name.to_string());
        quote!(let #name: #kind = #p::editor::value();)
    }

    /// `let mut h: Tensor<3> = …`
    fn binding(&mut self, rest: &[TokenTree]) -> (TokenStream, usize) {
        let statement = statement(rest);
        let start = usize::from(is_word(statement.first(), "mut"));
        let Some(name) = name_of(statement.get(start)) else { return (TokenStream::new(), start) };
        let equals = statement.iter().position(|tree| is_punct(tree, '=')).unwrap_or(statement.len());
        let kind = self.walk(&statement[(start + 1).min(equals)..equals], Context::Constant);
        let value = self.walk(&statement[equals..], Context::Statement);
        let typed = self.shapes.output(name.span(), &self.private);
        let variable = self.variable(name, &typed);
        (quote!(#kind #value #variable), statement.len())
    }

    /// `const N: usize = …`, which the struct declares; one of a block or a loop is a variable.
    fn constant(&mut self, rest: &[TokenTree]) -> (TokenStream, usize) {
        let statement = statement(rest);
        let Some(name) = name_of(statement.first()) else { return (TokenStream::new(), 0) };
        let equals = statement.iter().position(|tree| is_punct(tree, '=')).unwrap_or(statement.len());
        let kind = self.walk(&statement[1..equals], Context::Constant);
        let value = self.walk(&statement[equals..], Context::Constant);
        let is_own = self.depth > 0 || !self.options.is_empty();
        let variable = if is_own { self.variable(name, &quote!(usize)) } else { quote!() };
        (quote!(#kind #value #variable), statement.len())
    }

    /// `static Embed: _ = Dense(3)`
    fn shared(&mut self, rest: &[TokenTree]) -> (TokenStream, usize) {
        let statement = statement(rest);
        let Some(name) = name_of(statement.first()) else { return (TokenStream::new(), 0) };
        let equals = statement.iter().position(|tree| is_punct(tree, '=')).unwrap_or(statement.len());
        let layer: TokenStream = statement[(equals + 1).min(statement.len())..].iter().cloned().collect();
        let docs = format!(" One layer, whose uses share their parameters: `{}`.", text(layer));
        self.scope.push(quote!(#[doc = #docs] pub struct #name<Input, Output> {}));
        (self.walk(&statement[equals..], Context::Statement), statement.len())
    }

    /// `for (i, n) in [(1, 2)] { … }`
    fn repetition(&mut self, rest: &[TokenTree]) -> (TokenStream, usize) {
        let Some((end, body)) = braces(rest) else { return (TokenStream::new(), 0) };
        let word = rest[..end].iter().position(|tree| is_word(Some(tree), "in")).unwrap_or(end);
        let mut over = Vec::new();
        leaves(&rest[word..end], &mut over);
        let is_float =
            over.iter().any(|tree| matches!(tree, TokenTree::Literal(number) if number.to_string().contains('.')));
        let kind = if is_float { quote!(f32) } else { quote!(usize) };
        let over = self.walk(&rest[(word + 1).min(end)..end], Context::Constant);
        let mut names = Vec::new();
        leaves(&rest[..word], &mut names);
        let known = self.variables.len();
        let names: Vec<TokenStream> =
            names.iter().filter_map(|tree| name_of(Some(tree)).map(|name| self.variable(name, &kind))).collect();
        let body = self.nested(body, Context::Statement);
        self.variables.truncate(known);
        (quote!({ #over #(#names)* #body }), end + 1)
    }

    /// `use path::Name`
    fn import(&mut self, rest: &[TokenTree]) -> (TokenStream, usize) {
        let statement = statement(rest);
        let tokens = match import(statement) {
            Some((path, name)) => quote!(use #path #name as _;),
            None => TokenStream::new(),
        };
        (tokens, statement.len())
    }

    /// A word before `=`: a setting, or a variable that gets another value.
    fn assigned(&self, name: &Ident) -> TokenStream {
        self.name(name, Context::Statement, false)
    }

    /// A word that stands alone.
    pub(super) fn name(&self, name: &Ident, context: Context, is_method: bool) -> TokenStream {
        let (p, text) = (&self.private, name.to_string());
        if !is_method && self.variables.contains(&text) {
            return quote!(let _ = #name;);
        }
        if !is_method && self.options.contains(&text) {
            return quote!(let _ = self.#name;);
        }
        match (context, self.items.get(&text)) {
            (_, Some(Item::Constant)) => self.constant_of_struct(name),
            (_, _) if text == "Tensor" => quote!(use #p::editor::#name as _;),
            (Context::Entry(catalogue), _) => self.entry(name, catalogue.noun),
            (Context::Constant, _) if matches!(text.as_str(), "usize" | "f32" | "u32" | "bool") => {
                quote!(let _: #name = #p::editor::value();)
            }
            (Context::Constant, _) => self.constant_of_struct(name),
            (Context::Statement, _) => quote!(use names::scope::#name as _;),
        }
    }

    /// An entry of a catalogue.
    pub(super) fn entry(&self, name: &Ident, noun: &str) -> TokenStream {
        let module = unplaced(noun);
        quote!(use names::#module::#name as _;)
    }

    fn constant_of_struct(&self, name: &Ident) -> TokenStream {
        let network = &self.network;
        quote!(let _ = #network::#name;)
    }
}

/// What the value of an assignment is made of.
fn setting(name: &Ident) -> Context {
    match name.to_string().as_str() {
        "loss" => Context::Entry(Loss::CATALOGUE),
        "optimizer" => Context::Entry(Optimizer::CATALOGUE),
        "metrics" => Context::Entry(Metric::CATALOGUE),
        _ => Context::Statement,
    }
}

/// The trees up to the next `;`, or to the next statement where that is missing.
fn statement(trees: &[TokenTree]) -> &[TokenTree] {
    let ends = |tree: &TokenTree| {
        is_punct(tree, ';')
            || ["let", "const", "static", "fn", "for", "use"].iter().any(|word| is_word(Some(tree), word))
    };
    &trees[..trees.iter().position(ends).unwrap_or(trees.len())]
}

/// The path and the name of `use path::Name`; nothing where it is not whole.
fn import(statement: &[TokenTree]) -> Option<(TokenStream, Ident)> {
    let mut parts = statement;
    let mut path = TokenStream::new();
    loop {
        match parts {
            [TokenTree::Ident(name)] if !path.is_empty() && !is_reserved(name) => return Some((path, name.clone())),
            [segment @ TokenTree::Ident(_), a, b, rest @ ..] if is_punct(a, ':') && is_punct(b, ':') => {
                path.extend([segment.clone(), a.clone(), b.clone()]);
                parts = rest;
            }
            _ => return None,
        }
    }
}

/// The trees in groups of any depth.
fn leaves(trees: &[TokenTree], found: &mut Vec<TokenTree>) {
    let mut open: Vec<TokenTree> = trees.iter().rev().cloned().collect();
    while let Some(tree) = open.pop() {
        match tree {
            TokenTree::Group(group) => open.extend(group.stream().into_iter().collect::<Vec<_>>().into_iter().rev()),
            tree => found.push(tree),
        }
    }
}

/// Tokens as a person would write them.
fn text(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    [(" (", "("), ("( ", "("), (" )", ")"), (" ,", ",")]
        .iter()
        .fold(text, |text, (found, written)| text.replace(found, written))
}

/// The group that comes first.
pub(super) fn group(trees: &[TokenTree], delimiter: Delimiter) -> Option<&Group> {
    match trees.first() {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// The name that a tree is, if it is no keyword.
pub(super) fn name_of(tree: Option<&TokenTree>) -> Option<&Ident> {
    match tree {
        Some(TokenTree::Ident(name)) if !is_reserved(name) => Some(name),
        _ => None,
    }
}

/// Whether a lone `=` comes first.
pub(super) fn is_equals(trees: &[TokenTree]) -> bool {
    let is_joint = matches!(trees.first(), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    trees.first().is_some_and(|tree| is_punct(tree, '=')) && !is_joint
}

pub(super) fn is_punct(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

pub(super) fn is_word(tree: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(word)) if word == wanted)
}
