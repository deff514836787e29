//! `if … { … } else if … { … } else { … }`.

use proc_macro2::{Delimiter, Span};

use super::parser::{Parse, Parser, Reported};
use crate::ast::{Body, Expr, ExprKind, Extent};

/// `if condition { then }`, without what follows.
struct Arm {
    place: Span,
    condition: Expr,
    then: Body,
}

impl Parser<'_> {
    /// An `if` with all its branches.
    pub(super) fn conditional(&mut self) -> Parse<Expr> {
        let place = self.cursor.here();
        self.deeper(place, Self::branches)
    }

    /// The branches of an `if`; each `else if` lies one level deeper than the one before it.
    fn branches(&mut self) -> Parse<Expr> {
        let mut arms = Vec::new();
        let mut height = 0;
        let mut otherwise = None;
        loop {
            arms.push(self.arm()?);
            height = height.max(self.height);
            if self.cursor.is_word("elif") {
                let message = "expected `else if`, found `elif`";
                self.error_with_help(self.cursor.here(), message, "write `else if`");
                self.descend(self.cursor.here())?;
                continue;
            }
            if !self.cursor.is_word("else") {
                break;
            }
            self.cursor.at += 1;
            if self.cursor.is_word("if") {
                self.descend(self.cursor.here())?;
                continue;
            }
            otherwise = Some(self.braced("`else`")?);
            height = height.max(self.height);
            break;
        }
        self.height = height;
        let end = self.cursor.previous();
        let nested = arms.into_iter().rev().fold(otherwise, |otherwise, arm| {
            let kind = ExprKind::If { condition: Box::new(arm.condition), then: arm.then, otherwise };
            let extent = Extent::new(arm.place, end);
            Some(Body { statements: Vec::new(), tail: Some(Box::new(Expr { kind, extent })) })
        });
        match nested.and_then(|body| body.tail) {
            Some(expression) => Ok(*expression),
            None => Err(self.unexpected("`if`")),
        }
    }

    fn arm(&mut self) -> Parse<Arm> {
        let place = self.cursor.here();
        self.cursor.at += 1;
        if self.cursor.is_word("let") {
            let message = "`if let` does not exist here: a condition is a constant";
            return Err(self.error(self.cursor.here(), message));
        }
        if self.cursor.group_ahead(0, Delimiter::Brace).is_some() {
            let message = "this `if` has no condition";
            return Err(self.error(place, message));
        }
        let condition = self.before_brace()?;
        let height = self.height;
        if self.cursor.is_equals_ahead(0) {
            let message = "expected `==`, found `=`";
            return Err(self.error_with_help(self.cursor.here(), message, "compare with `==`"));
        }
        self.foreign_operator(&condition)?;
        let then = self.braced("the condition")?;
        self.height = self.height.max(height);
        Ok(Arm { place, condition, then })
    }

    /// A body in braces.
    pub(super) fn braced(&mut self, after: &str) -> Parse<Body> {
        if self.cursor.is_colon_ahead(0) && self.cursor.group_ahead(1, Delimiter::Brace).is_some() {
            let message = format!("expected `{{` after {after}, found `:`");
            self.error_with_help(self.cursor.here(), message, "remove `:`");
            self.cursor.at += 1;
        }
        match self.cursor.eat_group(Delimiter::Brace) {
            Some(group) => self.within(&group, |parser| Ok(parser.body())),
            None => Err(self.no_brace(after)),
        }
    }

    /// Reports that a body in braces is missing.
    fn no_brace(&mut self, after: &str) -> Reported {
        let message = format!("expected `{{` after {after}, found {}", self.cursor.found());
        let body = self.cursor.text_ahead(usize::from(self.cursor.is_colon_ahead(0) || self.cursor.is_equals_ahead(0)));
        match body.ends_with(')') {
            true => self.error_with_help(self.cursor.extent(), message, format!("write `{{ {body}; }}`")),
            false => self.error(self.cursor.extent(), message),
        }
    }
}
