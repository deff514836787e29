//! Calls and their arguments: `Dense(3, activation = relu)`, `x.relu()`.

use std::mem::replace;

use monograd_schema::Activation;
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use super::cursor::{on_one_line, text_of};
use super::foreign;
use super::parser::{Parse, Parser};
use crate::ast::{Argument, Call, Expr, ExprKind, Extent};

impl Parser<'_> {
    /// A call, whose name and parentheses have been taken already.
    pub(super) fn call(&mut self, receiver: Option<Expr>, function: Ident, group: &Group) -> Parse<Expr> {
        let outer = replace(&mut self.in_call, true);
        let arguments = self.within(group, |parser| parser.separated("an argument", Self::argument));
        self.in_call = outer;
        let arguments = arguments?;
        let own = Extent::new(function.span(), group.span_close());
        let extent = receiver.as_ref().map_or(own, |receiver| receiver.extent.to(own));
        let call = Call { receiver: receiver.map(Box::new), function, arguments, extent: own };
        let kind = ExprKind::Call(call);
        Ok(Expr { kind, extent })
    }

    /// `3` or `activation = relu`.
    pub(super) fn argument(&mut self) -> Parse<Argument> {
        if self.cursor.is_equals_ahead(0) {
            let message = "expected the name of an option before `=`";
            let value = self.cursor.text_ahead(1);
            let is_function = Activation::CATALOGUE.find(value.split('(').next().unwrap_or_default()).is_some();
            return Err(match is_function {
                true => self.error_with_help(self.cursor.here(), message, format!("write `activation = {value}`")),
                false => self.error(self.cursor.here(), message),
            });
        }
        let foreign = ["=>", ":="].into_iter().find(|sign| self.cursor.is_punct_ahead(1, sign));
        if let (Some(sign), Some(name)) = (foreign, self.cursor.ident_ahead(0).cloned()) {
            self.cursor.at += 1;
            let message = format!("expected `=` after `{name}`, found `{sign}`");
            let help = format!("write `{name} = {}`", self.cursor.text_ahead(2));
            self.error_with_help(self.cursor.extent(), message, help);
            self.cursor.at += 2;
            return Ok(Argument { name: Some(name), value: self.expression()? });
        }
        let named = self.cursor.is_equals_ahead(1) || self.cursor.is_colon_ahead(1);
        let name = match self.cursor.ident_ahead(0) {
            Some(_) if named => Some(self.name("the name of an option")?),
            _ => None,
        };
        if let Some(name) = &name {
            self.equals(name)?;
        }
        let value = self.expression()?;
        Ok(Argument { name, value })
    }

    /// Takes `=` after a name, or reports the `:` that stands for it and goes on.
    pub(super) fn equals(&mut self, name: &Ident) -> Parse<()> {
        if self.cursor.is_colon_ahead(0) {
            let value = self.cursor.text_ahead(1);
            let message = format!("expected `=` after `{name}`, found `:`");
            self.error_with_help(self.cursor.here(), message, format!("write `{name} = {value}`"));
        }
        self.cursor.at += 1;
        match self.cursor.peek() {
            None => {
                let message = format!("`{name}` has no value");
                Err(self.error(name.span(), message))
            }
            Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), ',' | ';') => {
                let message = format!("`{name}` has no value");
                Err(self.error(name.span(), message))
            }
            Some(_) => Ok(()),
        }
    }

    /// `.name(…)` on a value.
    pub(super) fn method(&mut self, receiver: Expr) -> Parse<Expr> {
        self.cursor.at += 1;
        let name = match self.cursor.peek() {
            Some(TokenTree::Literal(index)) => {
                let message = format!("a value has no field `{}`", on_one_line(&index.to_string()));
                let place = index.span();
                return Err(self.error(place, message));
            }
            Some(TokenTree::Ident(word)) if word == "await" => {
                let message = "`await` does not exist here";
                let place = word.span();
                return Err(self.error_with_help(place, message, "remove it"));
            }
            _ => self.name("a layer or a function after `.`")?,
        };
        if let Some(group) = self.cursor.eat_group(Delimiter::Parenthesis) {
            return self.call(Some(receiver), name, &group);
        }
        if self.cursor.is_punct("::") {
            let message = "type arguments do not exist here: arguments stand in parentheses";
            let extent = Extent::new(name.span(), self.cursor.extent().last);
            let help = format!("write `.{name}(…)`");
            return Err(self.error_with_help(extent, message, help));
        }
        Err(self.field(&receiver, name))
    }

    /// `Dense { units: 3 }`, reported and understood as `Dense(units = 3)`.
    pub(super) fn struct_literal(&mut self, name: Ident, group: &Group) -> Parse<Expr> {
        let message = format!("`{name}` takes its arguments in parentheses, found `{{`");
        match written_as_arguments(group) {
            Some(arguments) if !arguments.is_empty() => {
                let help = format!("write `{name}({arguments})`");
                self.error_with_help(group.span_open(), message, help)
            }
            _ => {
                let help = format!("write `{name}(…)`");
                self.error_with_help(group.span_open(), message, help)
            }
        };
        self.call(None, name, group)
    }
}

/// The fields of a struct literal as named arguments; values of several tokens are left out.
fn written_as_arguments(group: &Group) -> Option<String> {
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ',');
    let fields = trees.split(is_comma).filter(|field| !field.is_empty());
    let arguments = fields.map(|field| match field {
        [TokenTree::Ident(name), TokenTree::Punct(colon), value @ ..]
            if colon.as_char() == ':' && !foreign::is_reserved(name) =>
        {
            match value {
                [] => None,
                [TokenTree::Group(_)] => Some(format!("{name} = …")),
                [value] => Some(format!("{name} = {value}")),
                _ => Some(format!("{name} = …")),
            }
        }
        _ => None,
    });
    let has_names = trees.iter().any(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':'));
    if !has_names {
        return Some(text_of(&group.stream())).filter(|text| !text.contains(';'));
    }
    Some(arguments.collect::<Option<Vec<String>>>()?.join(", "))
}
