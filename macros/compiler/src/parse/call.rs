//! Calls and their arguments: `Dense(3, activation = relu)`, `x.relu()`.

use monograd_schema::{Activation, Optimizer, exists_elsewhere, option_remark};
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use super::cursor::{Cursor, text_of};
use super::foreign;
use super::parser::{Parse, Parser, Reported, is_camel_case};
use crate::ast::{Argument, Call, Expr, ExprKind, Extent};
use crate::diagnostics::Diagnostics;
use crate::{text, translate};

/// What a tensor has in other languages.
const VALUES: [&str; 10] = ["T", "bias", "data", "device", "dtype", "grad", "shape", "size", "state", "weight"];

impl Parser<'_> {
    /// A call, whose name and parentheses have been taken already.
    pub(super) fn call(&mut self, receiver: Option<Expr>, function: Ident, group: &Group) -> Parse<Expr> {
        let arguments = self.within(group, |parser| parser.separated("an argument", Self::argument))?;
        let own = Extent::new(function.span(), group.span_close());
        let extent = receiver.as_ref().map_or(own, |receiver| receiver.extent.to(own));
        let call = Call { receiver: receiver.map(Box::new), function, arguments, extent: own };
        let kind = ExprKind::Call(call);
        Ok(Expr { kind, extent })
    }

    /// `3` or `activation = relu`.
    fn argument(&mut self) -> Parse<Argument> {
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

    /// What to write instead of a path, with its arguments where these can be read: ``write `Dense(128)` `` for
    /// `nn::Linear(784, 128)`. Gives a whole line.
    pub(super) fn instead_of_path(&self, function: &Ident, group: Option<&Group>) -> String {
        let name = function.to_string();
        let tensor = self.applied_to(1);
        let ours = translate::name(&name);
        if ours.is_none() && exists_elsewhere(&name) {
            return format!("note: `{name}` does not exist here yet");
        }
        let Some(group) = group else {
            let written = ours.unwrap_or(&name);
            let call = match Optimizer::CATALOGUE.find(written) {
                Some(_) => "()",
                None if written.starts_with(char::is_uppercase) => "(…)",
                None => "",
            };
            return format!("help: write `{written}{call}`");
        };
        let mut unsaid = Diagnostics::default();
        let mut inner = Parser::new(Cursor::of(group), &mut unsaid);
        let arguments = inner.separated("an argument", Parser::argument).ok().filter(|_| unsaid.is_empty());
        let Some(arguments) = arguments else { return format!("help: write `{}(…)`", ours.unwrap_or(&name)) };
        let call = Call { receiver: None, function: function.clone(), arguments, extent: function.span().into() };
        let help = translate::help(&call, &tensor);
        format!("help: {}", help.unwrap_or_else(|| format!("write `{tensor}{}`", text::call(&call))))
    }

    /// `.name(…)` on a value.
    pub(super) fn method(&mut self, receiver: Expr) -> Parse<Expr> {
        self.cursor.at += 1;
        let name = match self.cursor.peek() {
            Some(TokenTree::Literal(index)) => {
                let message = format!("a value has no field `{index}`");
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

    /// Reports a name after a dot that is not called: a field, or a path in Python's way.
    fn field(&mut self, receiver: &Expr, name: Ident) -> Reported {
        let ExprKind::Name(base) = &receiver.kind else {
            let message = format!("fields do not exist here, found `.{name}`");
            let is_function = Activation::CATALOGUE.find(&name.to_string()).is_some();
            let arguments = if is_function { "" } else { "…" };
            let help = format!("a layer or function is called: `.{name}({arguments})`");
            return self.error_with_help(name.span(), message, help);
        };
        let mut segments = vec![base.clone(), name];
        while self.cursor.is_punct(".")
            && let Some(segment) = self.cursor.ident_ahead(1).cloned()
        {
            segments.push(segment);
            self.cursor.at += 2;
        }
        let texts: Vec<String> = segments.iter().map(Ident::to_string).collect();
        let group = self.cursor.group_ahead(0, Delimiter::Parenthesis);
        let last = &segments[segments.len() - 1];
        let place = Extent::new(base.span(), last.span());
        let is_path = translate::is_module(&texts[0]) || segments.len() > 2 && is_camel_case(last);
        if let (true, Some(named)) = (is_path, translate::named_by(&segments)) {
            let message = format!("paths do not exist here, found `{}`", texts.join("."));
            let instead = self.instead_of_path(named, group.as_ref());
            return self.error(place, format!("{message}\n{instead}"));
        }
        let message = format!("fields do not exist here, found `{}`", texts[..2].join("."));
        if let Some((remark, _)) = option_remark(&texts[1]).filter(|_| self.cursor.is_equals_ahead(0)) {
            return self.error(place, format!("{message}\nnote: {remark}"));
        }
        if VALUES.contains(&texts[1].as_str()) {
            let note = "note: a declaration describes layers, it has no values to read";
            return self.error(place, format!("{message}\n{note}"));
        }
        let help = format!("a layer or function is called: `{}(…)`", texts[..2].join("."));
        self.error_with_help(place, message, help)
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
