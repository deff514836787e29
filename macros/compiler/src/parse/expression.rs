//! Expressions: operators by precedence, and chains of calls.

use std::mem::replace;

use proc_macro2::{Delimiter, Group, TokenTree};

use super::cursor::{extent_of, text_of};
use super::parser::{Parse, Parser, Reported, is_camel_case, is_written_as_constant};
use crate::ast::{BinaryOperator, Expr, ExprKind, Extent, UnaryOperator};
use crate::{text, translate};

/// Operators with two operands and how strongly they bind, those with longer texts first.
const OPERATORS: [(&str, BinaryOperator, u8); 15] = [
    ("<<", BinaryOperator::ShiftLeft, 4),
    (">>", BinaryOperator::ShiftRight, 4),
    ("<=", BinaryOperator::LessOrEqual, COMPARISON),
    (">=", BinaryOperator::GreaterOrEqual, COMPARISON),
    ("==", BinaryOperator::Equal, COMPARISON),
    ("!=", BinaryOperator::NotEqual, COMPARISON),
    ("&&", BinaryOperator::And, 2),
    ("||", BinaryOperator::Or, 1),
    ("<", BinaryOperator::Less, COMPARISON),
    (">", BinaryOperator::Greater, COMPARISON),
    ("+", BinaryOperator::Add, 5),
    ("-", BinaryOperator::Subtract, 5),
    ("*", BinaryOperator::Multiply, 6),
    ("/", BinaryOperator::Divide, 6),
    ("%", BinaryOperator::Remainder, 6),
];

/// How strongly a comparison binds.
const COMPARISON: u8 = 3;

/// The height of an operator in calls: later stages walk along receivers in a loop, but descend
/// into operands.
const OPERATOR_HEIGHT: usize = 10;

impl Parser<'_> {
    /// An expression, with nothing foreign after it.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        let expression = self.operators(0)?;
        self.foreign_operator(&expression)?;
        Ok(expression)
    }

    /// An expression before `{`.
    pub(super) fn before_brace(&mut self) -> Parse<Expr> {
        let place = self.cursor.here();
        let brace_ends = replace(&mut self.brace_ends, true);
        let result = self.deeper(place, |parser| parser.operators(0));
        self.brace_ends = brace_ends;
        result
    }

    fn operators(&mut self, weakest: u8) -> Parse<Expr> {
        let left = self.unary()?;
        self.operators_after(left, weakest)
    }

    /// The operators after an operand, down to the `weakest` that still belongs to it.
    pub(super) fn operators_after(&mut self, mut left: Expr, weakest: u8) -> Parse<Expr> {
        let mut height = self.height;
        while let Some((text, operator, strength)) = self.operator() {
            if strength < weakest {
                break;
            }
            let operator_span = self.cursor.here();
            self.cursor.at += text.len();
            if let (BinaryOperator::Remainder, ExprKind::Int(share), true) =
                (operator, &left.kind, self.cursor.is_empty() || self.cursor.is_punct(","))
            {
                let message = "`%` is the remainder of a division, found no second number";
                let help = format!("a share is a fraction: write `{}`", text::number(*share as f64 / 100.0));
                return Err(self.error_with_help(operator_span, message, help));
            }
            let right = self.operators(strength + 1)?;
            let tallest = height.max(self.height);
            height = self.raise(tallest, OPERATOR_HEIGHT, operator_span)?;
            let extent = left.extent.to(right.extent);
            let (left_operand, right) = (Box::new(left), Box::new(right));
            let kind = ExprKind::Binary { operator, operator_span, left: left_operand, right };
            left = Expr { kind, extent };
            if strength == COMPARISON {
                self.refuse_second_comparison(&left)?;
            }
        }
        self.height = height;
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, BinaryOperator, u8)> {
        if self.is_foreign_operator() {
            return None;
        }
        let mut known = OPERATORS.into_iter();
        known.find(|(text, ..)| self.cursor.is_punct(text))
    }

    fn refuse_second_comparison(&mut self, left: &Expr) -> Parse<()> {
        let Some((text, _, COMPARISON)) = self.operator() else {
            return Ok(());
        };
        let extent = self.cursor.extent();
        let layer = match &left.kind {
            ExprKind::Binary { left, right, .. } => match &left.kind {
                ExprKind::Name(name) if is_camel_case(name) && text == ">" => Some((name, text::expression(right))),
                _ => None,
            },
            _ => None,
        };
        Err(match layer {
            Some((layer, argument)) => self.error_with_help(
                left.extent,
                "type arguments do not exist here: arguments stand in parentheses",
                format!("write `{layer}({argument})`"),
            ),
            None => self.error_with_help(
                extent,
                format!("comparisons cannot be chained, found a second one, `{text}`"),
                "combine them with `&&`: `a < b && b < c`",
            ),
        })
    }

    fn unary(&mut self) -> Parse<Expr> {
        let place = self.cursor.here();
        let operator = match () {
            () if self.cursor.is_punct("-=") => return Err(self.foreign_value()),
            () if self.cursor.eat("-") => UnaryOperator::Negate,
            () if self.cursor.eat("!") => UnaryOperator::Not,
            () => return self.chain(),
        };
        let operand = Box::new(self.deeper(place, Self::unary)?);
        let extent = Extent::from(place).to(operand.extent);
        let kind = ExprKind::Unary { operator, operand };
        Ok(Expr { kind, extent })
    }

    /// A value and the calls that hang on it.
    fn chain(&mut self) -> Parse<Expr> {
        self.height = 0;
        let value = self.value()?;
        self.chain_after(value)
    }

    /// The calls that hang on a value.
    pub(super) fn chain_after(&mut self, mut value: Expr) -> Parse<Expr> {
        let mut height = self.height;
        loop {
            if self.cursor.is_punct(".") && !self.cursor.is_punct("..") {
                let dot = self.cursor.here();
                self.height = 0;
                value = self.method(value)?;
                height = self.raise(height.max(self.height), 1, dot)?;
            } else if self.cursor.is_on_new_line() {
                break;
            } else if let Some(group) = self.cursor.group_ahead(0, Delimiter::Bracket) {
                return Err(self.indexing(&value, &group));
            } else if self.cursor.group_ahead(0, Delimiter::Parenthesis).is_some() {
                return Err(self.second_call(&value));
            } else {
                break;
            }
        }
        self.height = height;
        Ok(value)
    }

    /// Reports `Dense(8)(x)`, which Keras writes, and whatever else cannot be called.
    fn second_call(&mut self, value: &Expr) -> Reported {
        let place = self.cursor.here();
        let ExprKind::Call(call) = &value.kind else {
            return self.error(place, "only a layer, a block or a function can be called");
        };
        let group = self.cursor.group_ahead(0, Delimiter::Parenthesis);
        let message = "a layer is applied with a dot, found a second pair of parentheses";
        let trees: Vec<TokenTree> = group.iter().flat_map(|group| group.stream()).collect();
        if let [TokenTree::Group(list)] = trees.as_slice() {
            let name = call.function.to_string();
            let ours = translate::call(call).map(|translation| translation.ours);
            let ours = ours.unwrap_or_else(|| format!("{}()", translate::name(&name).unwrap_or(&name)));
            let options = ours.split_once('(').map_or("", |(_, options)| options);
            let (ours, comma) = (ours.split('(').next().unwrap_or(&name), if options == ")" { "" } else { ", " });
            let help = format!("write `{ours}({}{comma}{options}`", text_of(&list.stream()));
            return self.error_with_help(place, message, help);
        }
        let tensor = group.as_ref().and_then(sole_name).unwrap_or_else(|| "x".to_owned());
        let help = translate::help(call, &format!("{tensor}."));
        let help = help.unwrap_or_else(|| format!("write `{tensor}.{}`", text::call(call)));
        self.error_with_help(place, message, help)
    }

    /// What stands before a layer that is applied to the name in a second pair of parentheses, or by `forward`: `x.`.
    pub(super) fn applied_to(&self, ahead: usize) -> String {
        let is_forward = self.cursor.ident_ahead(ahead + 1).is_some_and(|name| name == "forward");
        let ahead = if is_forward { ahead + 2 } else { ahead };
        let second = self.cursor.group_ahead(ahead, Delimiter::Parenthesis);
        second.as_ref().and_then(sole_name).map_or(String::new(), |name| format!("{name}."))
    }

    fn indexing(&mut self, value: &Expr, group: &Group) -> Reported {
        let message = match &value.kind {
            ExprKind::Name(name) => format!("`{name}[…]`: indexing does not exist here"),
            _ => "indexing does not exist here".to_owned(),
        };
        let extent = extent_of(group);
        match &value.kind {
            ExprKind::Name(name) if is_written_as_constant(name) => {
                let help = format!("declare each number as a constant: `const {name}_0: usize = …;`");
                self.error_with_help(extent, message, help)
            }
            ExprKind::Name(name) if is_camel_case(name) => {
                let help = format!("arguments stand in parentheses: `{name}({})`", text_of(&group.stream()));
                self.error_with_help(extent, message, help)
            }
            _ => self.error(extent, message),
        }
    }
}

/// The only token of a group, where it is a name.
fn sole_name(group: &Group) -> Option<String> {
    let mut trees = group.stream().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(name)), None) => Some(name.to_string()),
        _ => None,
    }
}
