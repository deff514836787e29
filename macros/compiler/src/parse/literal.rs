//! Numbers, texts, `true` and `false`.

use proc_macro2::{Literal, Span};
use syn::{Lit, LitFloat, LitInt};

use super::cursor::on_one_line;
use super::parser::{Parse, Parser, Reported};
use crate::ast::{Expr, ExprKind, UnaryOperator};

/// The suffixes that an integer may have.
const INTEGERS: [&str; 11] = ["", "usize", "u64", "u32", "u16", "u8", "isize", "i64", "i32", "i16", "i8"];

impl Parser<'_> {
    /// A literal, which has been taken already.
    pub(super) fn literal(&mut self, literal: &Literal) -> Parse<Expr> {
        let place = literal.span();
        let text = literal.to_string();
        // A literal made by another macro can carry its sign.
        if let Some(positive) = text.strip_prefix('-') {
            let Ok(mut positive) = positive.parse::<Literal>() else {
                return Err(self.no_number(place, &text));
            };
            positive.set_span(place);
            let kind =
                ExprKind::Unary { operator: UnaryOperator::Negate, operand: Box::new(self.unsigned(&positive)?) };
            return Ok(Expr { kind, extent: place.into() });
        }
        self.unsigned(literal)
    }

    fn unsigned(&mut self, literal: &Literal) -> Parse<Expr> {
        let place = literal.span();
        let kind = match Lit::new(literal.clone()) {
            Lit::Int(int) => self.int(&int)?,
            Lit::Float(float) => self.float(&float)?,
            Lit::Bool(value) => ExprKind::Bool(value.value()),
            Lit::Str(text) => ExprKind::Text(text.value()),
            Lit::Char(_) | Lit::Byte(_) => return Err(self.no_value(place, "characters")),
            Lit::ByteStr(_) => return Err(self.no_value(place, "byte strings")),
            Lit::CStr(_) => return Err(self.no_value(place, "C strings")),
            _ => return Err(self.no_number(place, &literal.to_string())),
        };
        Ok(Expr { kind, extent: place.into() })
    }

    fn int(&mut self, literal: &LitInt) -> Parse<ExprKind> {
        let (place, suffix) = (literal.span(), literal.suffix());
        if ["f32", "f64"].contains(&suffix) {
            return match literal.base10_digits().parse() {
                Ok(value) => Ok(ExprKind::Float(value)),
                Err(_) => Err(self.no_number(place, &literal.to_string())),
            };
        }
        if !INTEGERS.contains(&suffix) {
            let message = format!("`{suffix}` is no suffix of an integer");
            return Err(self.error_with_help(place, message, format!("write `{}`", literal.base10_digits())));
        }
        literal.base10_parse().map(ExprKind::Int).map_err(|_| {
            let message = format!("the integer is larger than {}", u64::MAX);
            self.error(place, message)
        })
    }

    fn float(&mut self, literal: &LitFloat) -> Parse<ExprKind> {
        let (place, suffix) = (literal.span(), literal.suffix());
        if !["", "f32", "f64"].contains(&suffix) {
            let message = format!("`{suffix}` is no suffix of a number");
            return Err(self.error_with_help(place, message, format!("write `{}`", literal.base10_digits())));
        }
        let value: f64 = match literal.base10_parse() {
            Ok(value) => value,
            Err(_) => return Err(self.no_number(place, &literal.to_string())),
        };
        if value.is_infinite() {
            return Err(self.error(place, format!("the number is larger than {:e}", f64::MAX)));
        }
        if suffix == "f32" && (value as f32).is_infinite() {
            return Err(self.error(place, format!("the number is larger than {:e}", f32::MAX)));
        }
        Ok(ExprKind::Float(value))
    }

    fn no_value(&mut self, place: Span, found: &str) -> Reported {
        let message = format!("expected a number, a name or a layer: {found} do not exist here");
        self.error(place, message)
    }

    fn no_number(&mut self, place: Span, text: &str) -> Reported {
        let message = format!("`{}` is no number", on_one_line(text));
        match text.strip_prefix('\'') {
            Some(name) => {
                let help = format!("names stand without quotes: `{}`", on_one_line(name.trim_end_matches('\'')));
                self.error_with_help(place, message, help)
            }
            None => self.error(place, message),
        }
    }
}
