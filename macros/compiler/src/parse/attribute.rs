//! Doc comments, attributes and `pub`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Lit;

use super::cursor::{Cursor, extent_of};
use super::parser::{Parse, Parser};
use crate::ast::Extent;

/// What stands before an item.
#[derive(Default)]
pub(super) struct Attributes {
    /// The lines of the doc comment.
    pub(super) docs: Vec<String>,
    /// The doc comment as written.
    pub(super) doc_tokens: TokenStream,
    /// All other attributes as written.
    pub(super) others: Vec<TokenStream>,
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
                return Err(self.unexpected("`[` after `#`"));
            };
            if inner {
                let message = "inner attributes and `//!` comments do not exist here";
                let help = "write `///` or `#[…]` before the struct";
                self.error_with_help(place, message, help);
                continue;
            }
            let tokens = self.cursor.since(start);
            match doc_line(&group) {
                Some(line) => {
                    attributes.docs.push(line);
                    attributes.doc_tokens.extend(tokens);
                }
                None => {
                    attributes.others.push(tokens);
                    attributes.other.get_or_insert(extent_of(&group));
                }
            }
        }
        Ok(attributes)
    }

    /// The attributes of a statement, of which only doc comments are allowed; gives their lines.
    pub(super) fn docs(&mut self) -> Parse<Vec<String>> {
        let attributes = self.attributes()?;
        if let Some(other) = attributes.other {
            let message = "attributes stand only before the network's struct";
            self.error(other, message);
        }
        Ok(attributes.docs)
    }

    /// `pub`, `pub(crate)` or nothing.
    pub(super) fn visibility(&mut self) -> TokenStream {
        let start = self.cursor.at;
        if self.cursor.is_word("pub") {
            self.cursor.at += 1;
            self.cursor.eat_group(Delimiter::Parenthesis);
        }
        self.cursor.since(start)
    }
}

/// The text of `doc = "…"`.
fn doc_line(attribute: &Group) -> Option<String> {
    let mut cursor = Cursor::of(attribute);
    if !cursor.is_word("doc") || !cursor.is_equals_ahead(1) {
        return None;
    }
    cursor.at += 2;
    match (cursor.next(), cursor.is_empty()) {
        (Some(TokenTree::Literal(literal)), true) => match Lit::new(literal) {
            Lit::Str(line) => Some(line.value()),
            _ => None,
        },
        _ => None,
    }
}
