//! Doc comments, attributes and `pub`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Lit;

use super::cursor::{Cursor, extent_of};
use super::foreign::is_reserved;
use super::parser::{Parse, Parser};
use crate::ast::Extent;
use crate::text;
use crate::warning::Warning;

/// What stands before an item.
#[derive(Default)]
pub(super) struct Attributes {
    /// The lines of the doc comment.
    pub(super) docs: Vec<String>,
    /// The doc comment as written.
    pub(super) doc_tokens: TokenStream,
    /// All other attributes as written.
    pub(super) others: Vec<TokenStream>,
    /// The warnings of `#[allow(monograd::…)]`.
    pub(super) allowed: Vec<Warning>,
    /// The place of the first other attribute.
    pub(super) other: Option<Extent>,
}

impl Parser<'_> {
    /// The attributes before an item.
    pub(super) fn attributes(&mut self) -> Parse<Attributes> {
        let mut attributes = Attributes::default();
        while self.cursor.is_punct("#") {
            let start = self.cursor.at;
            let place = self.cursor.here();
            self.cursor.at += 1;
            let inner = self.cursor.eat("!");
            let Some(group) = self.cursor.eat_group(Delimiter::Bracket) else {
                let message = format!("expected `[` after `#`, found {}", self.cursor.found());
                return Err(self.error_with_help(self.cursor.extent(), message, "a comment begins with `//`"));
            };
            if inner {
                let message = "inner attributes and `//!` comments do not exist here";
                let help = "write `///` or `#[…]` before the struct";
                self.error_with_help(place, message, help);
                continue;
            }
            let tokens = visible(self.cursor.since(start));
            match doc_line(&group) {
                Some(line) => {
                    attributes.docs.push(line);
                    attributes.doc_tokens.extend(tokens);
                }
                None if is_attribute(&group) => {
                    self.refuse_derives(&group);
                    let rest = self.allowed(&group, &mut attributes.allowed);
                    attributes.others.extend(rest.unwrap_or(Some(tokens)));
                    attributes.other.get_or_insert(extent_of(&group));
                }
                // It is not handed on: rustc could not read the struct after it.
                None => {
                    let message = "this is no attribute: expected a path and its arguments, as in `#[derive(Debug)]`";
                    self.error(extent_of(&group), message);
                }
            }
        }
        Ok(attributes)
    }

    /// Reports `#[derive(Copy)]` and its like, whose errors in rustc's words would name what is generated.
    fn refuse_derives(&mut self, attribute: &Group) {
        let mut cursor = content(attribute);
        if !cursor.is_word("derive") {
            return;
        }
        cursor.at += 1;
        let Some(list) = cursor.eat_group(Delimiter::Parenthesis) else { return };
        let names = list.stream().into_iter().filter_map(|tree| match tree {
            TokenTree::Ident(name) => Some(name),
            _ => None,
        });
        for name in names {
            let help = match name.to_string().as_str() {
                "Copy" => "remove `Copy`: a network owns its parameters, which only `clone()` copies",
                "Default" => "a network is made from a seed: `Net::new(1)`",
                "Eq" | "Hash" | "Ord" | "PartialEq" | "PartialOrd" => "compare what `parameters()` gives",
                _ => continue,
            };
            self.error_with_help(name.span(), format!("a network cannot derive `{name}`"), help);
        }
    }

    /// Takes `monograd::…` out of `#[allow(…)]`, which is for rustc otherwise; gives what is left of it, and nothing where none
    /// of it was ours.
    fn allowed(&mut self, attribute: &Group, allowed: &mut Vec<Warning>) -> Option<Option<TokenStream>> {
        let mut cursor = content(attribute);
        if !["allow", "expect"].iter().any(|word| cursor.is_word(word)) {
            return None;
        }
        let level = cursor.ident_ahead(0)?.clone();
        cursor.at += 1;
        let list: Vec<TokenTree> = cursor.eat_group(Delimiter::Parenthesis)?.stream().into_iter().collect();
        let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
        let is_ours = |piece: &&[TokenTree]| matches!(piece, [TokenTree::Ident(tool), ..] if tool == "monograd");
        let (ours, others): (Vec<_>, Vec<_>) =
            list.split(is_comma).filter(|piece| !piece.is_empty()).partition(|piece| is_ours(piece));
        if ours.is_empty() {
            return None;
        }
        for piece in ours {
            let Some(TokenTree::Ident(name)) = piece.last() else { continue };
            let written = name.to_string();
            match Warning::ALL.into_iter().find(|warning| warning.name() == written) {
                Some(warning) => allowed.push(warning),
                None => {
                    let names = Warning::ALL.map(Warning::name);
                    let message = text::unknown("warning", &written, &names, &names);
                    self.error(name.span(), message);
                }
            }
        }
        let is_reason = |piece: &&[TokenTree]| matches!(piece, [TokenTree::Ident(word), ..] if word == "reason");
        if others.iter().all(is_reason) {
            return Some(None);
        }
        let others = others.into_iter().map(|piece| piece.iter().cloned().collect::<TokenStream>());
        Some(Some(quote!(#[#level(#(#others),*)])))
    }

    /// The attributes of a statement, of which only doc comments are allowed; gives their lines.
    pub(super) fn docs(&mut self) -> Parse<Vec<String>> {
        let attributes = self.attributes()?;
        if let Some(other) = attributes.other {
            let message = "attributes stand only before the network's struct";
            match attributes.allowed.first() {
                Some(warning) => {
                    let help = format!("write `#[allow(monograd::{})]` before the struct", warning.name());
                    self.error_with_help(other, message, help)
                }
                None => self.error(other, message),
            };
        }
        Ok(attributes.docs)
    }

    /// `pub`, `pub(crate)` or nothing.
    pub(super) fn visibility(&mut self) -> TokenStream {
        let start = self.cursor.at;
        if self.cursor.is_word("pub") {
            self.cursor.at += 1;
            if self.cursor.group_ahead(0, Delimiter::Parenthesis).is_some_and(|group| is_restriction(&group)) {
                self.cursor.at += 1;
            }
        }
        self.cursor.since(start)
    }
}

/// An attribute as rustc reads it when somebody typed it: without invisible groups around its words, where rustc expects none.
fn visible(attribute: TokenStream) -> TokenStream {
    let show = |tree| match tree {
        TokenTree::Group(group) => {
            let mut shown = Group::new(group.delimiter(), content(&group).rest());
            shown.set_span(group.span());
            shown.into()
        }
        other => other,
    };
    attribute.into_iter().map(show).collect()
}

/// What stands in the brackets of an attribute, which a `macro_rules` fragment may have brought.
fn content(attribute: &Group) -> Cursor {
    let mut cursor = Cursor::of(attribute);
    cursor.open_invisible();
    cursor
}

/// Whether rustc can read an attribute: a path, and nothing, a group or `= …` after it.
fn is_attribute(attribute: &Group) -> bool {
    let mut cursor = content(attribute);
    if cursor.is_word("unsafe")
        && let Some(group) = cursor.group_ahead(1, Delimiter::Parenthesis)
    {
        return cursor.peek_ahead(2).is_none() && is_attribute(&group);
    }
    if !eat_path(&mut cursor) {
        return false;
    }
    match cursor.next() {
        None => true,
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::None && cursor.is_empty(),
        Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
            // A literal or a macro: `concat!(…)`.
            cursor.open_invisible();
            let value = cursor.at;
            let is_call = eat_path(&mut cursor) && cursor.eat("!");
            let is_literal = cursor.at == value;
            let is_value = match cursor.next() {
                Some(TokenTree::Literal(_)) => is_literal,
                Some(TokenTree::Group(group)) => is_call && group.delimiter() != Delimiter::None,
                _ => false,
            };
            is_value && cursor.is_empty()
        }
        Some(_) => false,
    }
}

/// Takes `a::b`, and says whether it was there.
fn eat_path(cursor: &mut Cursor) -> bool {
    cursor.eat("::");
    while matches!(cursor.peek(), Some(TokenTree::Ident(word)) if is_segment(word)) {
        cursor.at += 1;
        if !cursor.eat("::") {
            return true;
        }
    }
    false
}

fn is_segment(word: &Ident) -> bool {
    !is_reserved(word) || ["crate", "self", "super"].iter().any(|segment| word == segment)
}

/// Whether `pub( … )` is a visibility with this group.
fn is_restriction(group: &Group) -> bool {
    let mut cursor = Cursor::of(group);
    let is_word = ["crate", "self", "super"].iter().any(|word| cursor.is_word(word));
    if cursor.is_word("in") {
        cursor.at += 1;
        return eat_path(&mut cursor) && cursor.is_empty();
    }
    is_word && cursor.peek_ahead(1).is_none()
}

/// The text of `doc = "…"`.
fn doc_line(attribute: &Group) -> Option<String> {
    let mut cursor = content(attribute);
    if !cursor.is_word("doc") || !cursor.is_equals_ahead(1) {
        return None;
    }
    cursor.at += 2;
    cursor.open_invisible();
    match (cursor.next(), cursor.is_empty()) {
        (Some(TokenTree::Literal(literal)), true) => match Lit::new(literal) {
            Lit::Str(line) => Some(line.value()),
            _ => None,
        },
        _ => None,
    }
}
