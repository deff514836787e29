//! What all parts of the parser share: the next token, the depth, and one error a statement.

use std::fmt::Display;
use std::mem::replace;

use proc_macro2::{Group, Ident, Span, TokenTree};

use super::cursor::{Cursor, extent_of};
use super::foreign;
use crate::ast::{Expr, ExprKind, Extent, Import};
use crate::diagnostics::Diagnostics;

/// How deep groups, operators with one operand and conditions may be nested.
const DEPTH: usize = 128;

/// How high an expression may be, counted in calls and operators above each other.
const HEIGHT: usize = 6000;

/// Proof that an error has been reported.
pub(super) struct Reported;

/// A piece of the tree, or a mistake that has been reported.
pub(super) type Parse<T> = Result<T, Reported>;

/// A parser inside one group of tokens.
pub(super) struct Parser<'d> {
    /// The next token.
    pub(super) cursor: Cursor,
    /// The `use` lines so far.
    pub(super) imports: Vec<Import>,
    /// Whether `use path::*;` may have brought any name.
    pub(super) imports_all: bool,
    /// Whether the next statement goes on with a `let`, `let x = 1, y = 2;`, which is reported.
    pub(super) continues_let: bool,
    /// The names that a `let` has declared so far.
    pub(super) declared: Vec<String>,
    /// Keywords that were meant as names, which is reported.
    pub(super) keywords: Vec<String>,
    /// The names of the parameters of blocks so far.
    pub(super) parameters: Vec<String>,
    /// Whether the next token is in the parentheses of a call.
    pub(super) in_call: bool,
    /// The height of the expression or body parsed last.
    pub(super) height: usize,
    /// Whether `{` ends the expression, as after `if` and `in`.
    pub(super) brace_ends: bool,
    /// Whether the present statement has its error already.
    pub(super) reported: bool,
    diagnostics: &'d mut Diagnostics,
    depth: usize,
}

impl<'d> Parser<'d> {
    /// A parser at the first of some tokens.
    pub(super) fn new(cursor: Cursor, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            cursor,
            imports: Vec::new(),
            imports_all: false,
            continues_let: false,
            declared: Vec::new(),
            keywords: Vec::new(),
            parameters: Vec::new(),
            in_call: false,
            height: 0,
            brace_ends: false,
            reported: false,
            diagnostics,
            depth: 0,
        }
    }

    /// Reports a mistake, unless the statement has reported one already.
    pub(super) fn error(&mut self, extent: impl Into<Extent>, message: impl Display) -> Reported {
        if !replace(&mut self.reported, true) {
            self.diagnostics.error(extent, message.to_string());
        }
        Reported
    }

    /// Reports a mistake and what to write instead.
    pub(super) fn error_with_help(
        &mut self,
        extent: impl Into<Extent>,
        message: impl Display,
        help: impl Display,
    ) -> Reported {
        self.error(extent, format!("{message}\nhelp: {help}"))
    }

    /// Reports that the next token is not what has to stand here.
    pub(super) fn unexpected(&mut self, wanted: impl Display) -> Reported {
        let message = format!("expected {wanted}, found {}", self.cursor.found());
        self.error(self.cursor.extent(), message)
    }

    /// Parses the content of a group, which has been taken already.
    pub(super) fn within<T>(&mut self, group: &Group, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outer = replace(&mut self.cursor, Cursor::of(group));
        let brace_ends = replace(&mut self.brace_ends, false);
        let result = self.deeper(group.span_open(), parse);
        self.cursor = outer;
        self.brace_ends = brace_ends;
        result
    }

    /// Parses something that may contain itself.
    pub(super) fn deeper<T>(&mut self, place: Span, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let depth = self.depth;
        self.descend(place)?;
        let result = parse(self);
        self.depth = depth;
        result
    }

    /// Goes one level down for the rest of what [`deeper`](Self::deeper) parses.
    pub(super) fn descend(&mut self, place: Span) -> Parse<()> {
        if self.depth == DEPTH {
            return Err(self.error(place, format!("nested more than {DEPTH} deep")));
        }
        self.depth += 1;
        Ok(())
    }

    /// Whether the next token lies in no braces but those of the declaration.
    pub(super) fn is_top(&self) -> bool {
        self.depth == 0
    }

    /// The height of an expression above others, which must not overflow a later stage's stack.
    pub(super) fn raise(&mut self, height: usize, by: usize, place: Span) -> Parse<usize> {
        if height + by > HEIGHT {
            return Err(self.error_with_help(
                place,
                "this expression chains too many calls and operators",
                "name a part of it with `let`",
            ));
        }
        Ok(height + by)
    }

    /// Takes a name that is not a keyword.
    pub(super) fn name(&mut self, wanted: impl Display) -> Parse<Ident> {
        match self.cursor.peek() {
            Some(TokenTree::Ident(ident)) if !foreign::is_reserved(ident) => {
                let ident = ident.clone();
                self.cursor.at += 1;
                Ok(ident)
            }
            Some(TokenTree::Ident(ident)) if ident != "_" => {
                let word = ident.to_string();
                let message = format!("expected {wanted}, found the keyword `{word}`");
                let is_named = self.cursor.is_equals_ahead(1) || self.cursor.is_colon_ahead(1);
                Err(match is_named && self.in_call {
                    false if is_named => {
                        self.keywords.push(word.clone());
                        let help = format!("give it another name: `{word}_1`");
                        self.error_with_help(self.cursor.extent(), message, help)
                    }
                    _ => self.error(self.cursor.extent(), message),
                })
            }
            _ => {
                let message = format!("expected {wanted}, found {}", self.cursor.found());
                Err(self.error(self.cursor.extent(), message))
            }
        }
    }

    /// Pieces with commas between them, up to the end of the group.
    pub(super) fn separated<T>(&mut self, wanted: &str, mut parse: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        let mut list = Vec::new();
        let mut height = 0;
        while !self.cursor.is_empty() {
            if self.cursor.is_punct(",") {
                let message = format!("expected {wanted}, found `,`");
                let extent = self.cursor.extent();
                return Err(self.error_with_help(extent, message, "remove this comma"));
            }
            self.height = 0;
            list.push(parse(self)?);
            height = height.max(self.height);
            if self.cursor.is_empty() || self.cursor.eat(",") {
                continue;
            }
            self.missing_comma()?;
        }
        self.height = height;
        Ok(list)
    }

    /// Reports a missing comma and goes on where the next piece starts.
    fn missing_comma(&mut self) -> Parse<()> {
        if self.cursor.is_punct(";") {
            let place = self.cursor.here();
            self.error_with_help(place, "expected `,`, found `;`", "write `,` instead");
            self.cursor.at += 1;
            return Ok(());
        }
        if matches!(self.cursor.peek(), Some(TokenTree::Punct(_))) {
            return Err(self.unexpected("`,`"));
        }
        let message = format!("expected `,` before {}", self.cursor.found());
        self.error(self.cursor.extent(), message);
        Ok(())
    }
}

/// An expression about which nothing more is to be said.
pub(super) fn broken(extent: impl Into<Extent>) -> Expr {
    Expr { kind: ExprKind::Broken, extent: extent.into() }
}

/// An expression in delimiters.
pub(super) fn grouped(kind: ExprKind, group: &Group) -> Expr {
    Expr { kind, extent: extent_of(group) }
}

/// Whether a name is written like a type, as layers and blocks are.
pub(super) fn is_camel_case(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}

/// Whether a name is written like a constant, be it one letter.
pub(super) fn is_written_as_constant(name: &Ident) -> bool {
    is_upper_case(&name.to_string())
}

/// Whether a word begins with a letter in upper case and has none in lower case.
pub(super) fn is_upper_case(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && !word.contains(char::is_lowercase)
}
