//! What stands before a statement and does not belong there: labels, `pub`, `async`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::parser::Parser;
use super::recovery::STARTING;
use crate::ast::Extent;

impl Parser<'_> {
    /// Opens an invisible group if statements of a `macro_rules` fragment are in it; an
    /// expression stays together.
    pub(super) fn open_invisible_statement(&mut self) {
        if let Some(group) = self.cursor.group_ahead(0, Delimiter::None) {
            let opens = match group.stream().into_iter().next() {
                Some(TokenTree::Ident(word)) => word != "if" && STARTING.iter().any(|start| word == start),
                Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
                _ => false,
            };
            if opens {
                self.cursor.open_invisible();
            }
        }
    }

    /// Reports `'label:` and skips it.
    pub(super) fn refuse_label(&mut self) {
        if self.cursor.is_punct("'") {
            let name = self.cursor.ident_ahead(1).map_or(self.cursor.here(), Ident::span);
            let extent = Extent::new(self.cursor.here(), name);
            self.error_with_help(extent, "labels do not exist here", "remove it");
            self.cursor.at += 2;
            self.cursor.eat(":");
        }
    }

    /// Reports `pub` and skips it.
    pub(super) fn refuse_visibility(&mut self) {
        let place = self.cursor.here();
        // A second struct has its own error.
        if !self.visibility().is_empty() && !self.cursor.is_word("struct") {
            let message = "everything in a network is private: `pub` belongs to the items of `blocks!`";
            self.error_with_help(place, message, "remove `pub`");
        }
    }

    /// Reports `async fn` and its like, and skips what stands before `fn`.
    pub(super) fn refuse_qualifiers(&mut self) {
        const QUALIFIERS: [&str; 4] = ["async", "const", "extern", "unsafe"];
        let name = matches!(self.cursor.peek_ahead(1), Some(TokenTree::Literal(_)));
        let is_before = self.cursor.ident_ahead(1 + usize::from(name)).is_some_and(|word| word == "fn");
        if let (Some(word), true) = (self.cursor.word().filter(|word| QUALIFIERS.contains(&word.as_str())), is_before) {
            let message = format!("`{word}` does not exist here: a block only describes layers");
            self.error_with_help(self.cursor.here(), message, format!("remove `{word}`"));
            self.cursor.at += 1 + usize::from(name);
        }
    }

    /// Reports something that stands only at the top of a network.
    pub(super) fn refuse_inside(&mut self, what: &str) {
        if !self.is_top() {
            let message = format!("{what} at the top of the network, not inside braces");
            self.error(self.cursor.here(), message);
        }
    }
}
