//! Where a statement ends, and how parsing goes on after a mistake.

use std::mem::replace;

use proc_macro2::{Delimiter, TokenTree};

use super::foreign;
use super::parser::{Parse, Parser, Reported, is_camel_case};

/// Keywords with which a statement starts, on whatever line they stand.
pub(super) const STARTING: [&str; 9] = ["const", "fn", "for", "if", "let", "pub", "static", "struct", "use"];

/// Keywords of statements that end with a brace.
const BRACED: [&str; 15] = [
    "async",
    "enum",
    "extern",
    "fn",
    "for",
    "if",
    "impl",
    "loop",
    "macro_rules",
    "match",
    "mod",
    "struct",
    "trait",
    "unsafe",
    "while",
];

impl Parser<'_> {
    /// Takes the `;` after a statement; where it is missing, the next statement is parsed too.
    pub(super) fn end(&mut self, what: &str) -> Parse<()> {
        if self.cursor.eat(";") {
            return Ok(());
        }
        if let (Some(number), Some(factor)) = (self.cursor.number_before(), self.cursor.ident_ahead(0))
            && !self.cursor.is_on_new_line()
        {
            let message = format!("expected an operator between `{number}` and `{factor}`");
            let help = format!("write `{number} * {factor}`");
            return Err(self.error_with_help(self.cursor.here(), message, help));
        }
        if self.is_ended() {
            self.error(self.cursor.previous(), format!("expected `;` after {what}"));
            return Ok(());
        }
        if self.cursor.is_punct(",") {
            let message = format!("expected `;` after {what}, found `,`");
            let is_name = self.cursor.ident_ahead(1).is_some_and(|name| !is_camel_case(name));
            let after = 2 + usize::from(self.cursor.group_ahead(2, Delimiter::Parenthesis).is_some());
            let is_value = what == "this assignment"
                && is_name
                && [";", ","].iter().any(|end| self.cursor.is_punct_ahead(after, end));
            if what == "this `let`" && self.cursor.is_equals_ahead(2) && self.cursor.ident_ahead(1).is_some() {
                self.error_with_help(self.cursor.here(), message, "write one `let` for every name");
                self.cursor.at += 1;
                self.continues_let = true;
                return Ok(());
            }
            let help = match is_value {
                true => self.cursor.assigned_together(),
                false => "write `;` instead".to_owned(),
            };
            self.error_with_help(self.cursor.here(), message, help);
            self.cursor.at += 1;
            return if is_value { Err(Reported) } else { Ok(()) };
        }
        if self.cursor.is_equals_ahead(0) {
            let message = "only a name can stand before `=`";
            return Err(self.error(self.cursor.here(), message));
        }
        Err(self.unexpected(format!("`;` after {what}")))
    }

    /// Whether nothing more of a statement can come.
    pub(super) fn is_ended(&self) -> bool {
        self.cursor.is_empty() || self.starts_statement()
    }

    /// Whether the next token looks like the start of a statement.
    fn starts_statement(&self) -> bool {
        let on_new_line = self.cursor.is_on_new_line();
        match self.cursor.peek() {
            Some(TokenTree::Ident(word)) if foreign::is_reserved(word) => STARTING.iter().any(|start| word == start),
            Some(TokenTree::Ident(_)) => {
                let called = self.cursor.group_ahead(1, Delimiter::Parenthesis).is_some();
                let complete = !self.cursor.is_after_ident();
                on_new_line || self.cursor.is_equals_ahead(1) || complete && called
            }
            Some(TokenTree::Group(group)) => on_new_line && group.delimiter() == Delimiter::Parenthesis,
            Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
            _ => false,
        }
    }

    /// Goes on after a mistake: behind the `;` or the braces that end the broken statement, or at
    /// a line that clearly starts another one.
    pub(super) fn recover(&mut self, start: usize) {
        let reached = replace(&mut self.cursor.at, start);
        let braced = self.is_braced();
        loop {
            let at = self.cursor.at;
            if at > start && at >= reached && self.starts_line() {
                return;
            }
            match self.cursor.next() {
                None => return,
                Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => return,
                Some(TokenTree::Group(group))
                    if braced
                        && group.delimiter() == Delimiter::Brace
                        && !self.cursor.is_word("else")
                        && !self.cursor.is_word("elif")
                        && !self.cursor.is_punct(".") =>
                {
                    return;
                }
                Some(_) => {}
            }
        }
    }

    /// Whether the statement from here on ends with a brace.
    fn is_braced(&self) -> bool {
        let mut ahead = 0;
        loop {
            match self.cursor.peek_ahead(ahead) {
                Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '#' | '\'') => ahead += 2,
                Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => ahead += 1,
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    ahead += 1;
                }
                Some(TokenTree::Ident(word)) if word == "pub" => ahead += 1,
                Some(TokenTree::Ident(word)) => return BRACED.iter().any(|start| word == start),
                _ => return false,
            }
        }
    }

    /// Whether a line starts here that clearly is a statement of its own.
    fn starts_line(&self) -> bool {
        let Some(word) = self.cursor.ident_ahead(0) else {
            return false;
        };
        let keyword = word != "if" && STARTING.iter().any(|start| word == start);
        self.cursor.is_on_new_line() && (keyword || self.cursor.is_equals_ahead(1))
    }
}
