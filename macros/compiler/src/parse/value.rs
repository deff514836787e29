//! What expressions are made of.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenTree};

use super::cursor::text_of;
use super::foreign;
use super::parser::{Parse, Parser, Reported, grouped};
use crate::ast::{Expr, ExprKind, Extent};
use crate::{text, translate};

impl Parser<'_> {
    /// A literal, a name, a call, an `if`, or something in delimiters.
    pub(super) fn value(&mut self) -> Parse<Expr> {
        match self.cursor.peek() {
            Some(TokenTree::Literal(literal)) => {
                let literal = literal.clone();
                self.cursor.at += 1;
                self.literal(&literal)
            }
            Some(TokenTree::Ident(ident)) => {
                let ident = ident.clone();
                self.word(ident)
            }
            Some(TokenTree::Group(group)) => {
                let group = group.clone();
                self.group(&group)
            }
            _ => Err(self.foreign_value()),
        }
    }

    fn group(&mut self, group: &Group) -> Parse<Expr> {
        match group.delimiter() {
            Delimiter::Parenthesis => {
                self.cursor.at += 1;
                self.parenthesized(group)
            }
            Delimiter::Bracket => {
                self.cursor.at += 1;
                let list = self.within(group, |parser| parser.separated("a value", Self::item))?;
                Ok(grouped(ExprKind::List(list), group))
            }
            Delimiter::None => {
                self.cursor.at += 1;
                self.only(group)
            }
            Delimiter::Brace => Err(self.foreign_value()),
        }
    }

    /// The one expression in a group, which has been taken already.
    pub(super) fn only(&mut self, group: &Group) -> Parse<Expr> {
        self.within(group, |parser| {
            let value = parser.expression()?;
            match parser.cursor.is_empty() {
                true => Ok(value),
                false => Err(parser.unexpected("one expression")),
            }
        })
    }

    /// An expression in parentheses, or a tuple.
    fn parenthesized(&mut self, group: &Group) -> Parse<Expr> {
        let mut comma = false;
        let mut list = self.within(group, |parser| {
            if parser.cursor.is_empty() {
                return Err(parser.unexpected("a value"));
            }
            let list = parser.separated("a value", Self::expression)?;
            comma = parser.cursor.ends_with_comma();
            Ok(list)
        })?;
        match list.pop() {
            Some(single) if list.is_empty() && !comma => Ok(grouped(single.kind, group)),
            last => {
                list.extend(last);
                Ok(grouped(ExprKind::Tuple(list), group))
            }
        }
    }

    /// One value of a list.
    fn item(&mut self) -> Parse<Expr> {
        let value = self.expression()?;
        if self.cursor.is_punct(";") {
            let message = "a list names every value: `[value; count]` does not exist here";
            let count = self.cursor.text_ahead(1).parse().ok().filter(|count| (1..=12).contains(count));
            return Err(match count {
                Some(count) => {
                    let list = vec![text::expression(&value); count].join(", ");
                    self.error_with_help(self.cursor.here(), message, format!("write `[{list}]`"))
                }
                None => self.error(self.cursor.here(), message),
            });
        }
        Ok(value)
    }

    fn word(&mut self, ident: Ident) -> Parse<Expr> {
        let place = ident.span();
        match ident.to_string().as_str() {
            "if" => return self.conditional(),
            word @ ("true" | "false") => {
                self.cursor.at += 1;
                let kind = ExprKind::Bool(word == "true");
                return Ok(Expr { kind, extent: place.into() });
            }
            "not" if self.cursor.ident_ahead(1).is_some() => {
                let message = "the operator `not` does not exist here";
                return Err(self.error_with_help(place, message, "write `!`"));
            }
            "lambda" if self.cursor.ident_ahead(1).is_some() || self.cursor.is_colon_ahead(1) => {
                return Err(self.closure());
            }
            "_" => {
                let message = "`_` has no value";
                return Err(self.error(place, message));
            }
            _ if self.cursor.is_punct_ahead(1, "::") => return Err(self.path()),
            _ if foreign::is_reserved(&ident) => return Err(self.foreign_value()),
            _ => {}
        }
        self.cursor.at += 1;
        if self.cursor.is_punct("!") && !self.cursor.is_punct("!=") {
            return Err(self.macro_call(&ident, place));
        }
        if let Some(group) = self.cursor.eat_group(Delimiter::Parenthesis) {
            return self.call(None, ident, &group);
        }
        if !self.brace_ends
            && let Some(group) = self.cursor.eat_group(Delimiter::Brace)
        {
            return self.struct_literal(ident, &group);
        }
        let kind = ExprKind::Name(ident);
        Ok(Expr { kind, extent: place.into() })
    }

    fn macro_call(&mut self, name: &Ident, place: Span) -> Reported {
        let extent = Extent::new(place, self.cursor.here());
        let message = format!("macros cannot be called here, found `{name}!`");
        let help = match name.to_string().as_str() {
            "print" | "println" | "eprint" | "eprintln" | "dbg" => {
                "a network is described, not run: print in the code that uses it"
            }
            "vec" => "write a list: `[1, 2]`",
            written if let Some(ours) = translate::name(written) => {
                let group = self.cursor.peek_ahead(1).map(|tree| match tree {
                    TokenTree::Group(group) => text_of(&group.stream()),
                    _ => "…".to_owned(),
                });
                let help = format!("write `{ours}({})`", group.unwrap_or_default());
                return self.error_with_help(extent, message, help);
            }
            _ => return self.error(extent, message),
        };
        self.error_with_help(extent, message, help)
    }
}
