//! Constants, blocks, shared layers and imports.

use std::mem::replace;

use proc_macro2::{Delimiter, Ident, TokenTree};
use quote::quote;

use super::cursor::text_of;
use super::parser::{Parse, Parser, Reported, broken};
use crate::ast::{
    Block, Body, Const, ConstKind, Expr, ExprKind, Extent, Import, Parameter, SETTINGS, Shared, Statement, TensorType,
};
use crate::text;

impl Parser<'_> {
    /// `const NAME: usize = …;`, and whether it is complete.
    pub(super) fn constant(&mut self, docs: Vec<String>) -> Parse<(Const, Parse<()>)> {
        self.cursor.at += 1;
        let name = self.name("the name of a constant")?;
        if SETTINGS.iter().any(|setting| name == setting) {
            return Err(self.constant_setting(&name));
        }
        let written = match self.cursor.is_colon_ahead(0) {
            true => {
                self.cursor.at += 1;
                Some(self.const_kind())
            }
            false => None,
        };
        let (value, complete) = match self.const_value(&name, written.is_some()) {
            Ok(value) => (value, Ok(())),
            Err(reported) => (broken(name.span()), Err(reported)),
        };
        let known = written.flatten().or_else(|| const_kind_of(&value).map(|(kind, _)| kind));
        let (kind, value) = match known {
            Some(kind) => (kind, value),
            None => (ConstKind::Size, broken(value.extent)),
        };
        let constant = Const { docs, name, kind, value };
        Ok((constant, complete))
    }

    /// Reports `const loss: Loss = mse;`.
    fn constant_setting(&mut self, name: &Ident) -> Reported {
        while !self.cursor.is_empty() && !self.cursor.is_equals_ahead(0) && !self.cursor.is_punct(";") {
            self.cursor.at += 1;
        }
        let value = self.cursor.text_ahead(1);
        let message = format!("`{name}` is a setting, found a `const` of its name");
        self.error_with_help(name.span(), message, format!("write `{name} = {value};`"))
    }

    /// The value of a constant; a missing type is reported here, since the value tells it.
    fn const_value(&mut self, name: &Ident, typed: bool) -> Parse<Expr> {
        if !self.cursor.is_equals_ahead(0) {
            return Err(match self.cursor.is_empty() || self.cursor.is_punct(";") {
                true => {
                    let message = format!("`const {name}` has no value");
                    self.error(name.span(), message)
                }
                false => self.unexpected(format!("`=` after `const {name}`")),
            });
        }
        self.cursor.at += 1;
        let value = self.expression()?;
        if !typed {
            let message = format!("`const {name}` has no type");
            match const_kind_of(&value) {
                None if matches!(value.kind, ExprKind::Call(_)) => {
                    let help = format!("a tensor is named by `let`: `let {name} = {};`", text::expression(&value));
                    self.error_with_help(name.span(), message, help)
                }
                None => self.error(name.span(), format!("{message}: `usize`, `f32` or `bool`")),
                Some((_, kind)) => {
                    let help = format!("write `const {name}: {kind} = {};`", text::expression(&value));
                    self.error_with_help(name.span(), message, help)
                }
            };
        }
        self.end("this `const`")?;
        Ok(value)
    }

    /// `static Name: _ = Layer(…);`, and whether it is complete. A number is reported and read as a constant.
    pub(super) fn shared(&mut self) -> Parse<(Statement, Parse<()>)> {
        self.cursor.at += 1;
        if self.cursor.is_word("mut") {
            let message = "a shared layer cannot be `mut`: its weights are trained anyway";
            self.error_with_help(self.cursor.here(), message, "remove `mut`");
            self.cursor.at += 1;
        }
        let name = self.name("the name of a shared layer")?;
        let (layer, constant, complete) = match self.shared_layer(&name) {
            Ok((layer, constant)) => (layer, constant, Ok(())),
            Err(reported) => (broken(name.span()), None, Err(reported)),
        };
        let definition = match constant {
            Some(kind) => Statement::Const(Const { docs: vec![], name, kind, value: layer }),
            None => Statement::Shared(Shared { name, layer }),
        };
        Ok((definition, complete))
    }

    /// The layer, or the number and its type.
    fn shared_layer(&mut self, name: &Ident) -> Parse<(Expr, Option<ConstKind>)> {
        let mut written = None;
        if self.cursor.is_colon_ahead(0) {
            self.cursor.at += 1;
            written = Some(self.written_type()?);
        }
        if !self.cursor.is_equals_ahead(0) {
            return Err(match self.cursor.is_empty() || self.cursor.is_punct(";") {
                true => self.error(name.span(), format!("`static {name}` has no layer")),
                false => self.unexpected(format!("`=` after `static {name}`")),
            });
        }
        self.cursor.at += 1;
        let layer = self.expression()?;
        let value = text::expression(&layer);
        let help = format!("write `static {name}: _ = {value};`");
        let constant = const_kind_of(&layer).filter(|_| written.as_ref().is_none_or(|(written, _)| written != "_"));
        match (constant, written) {
            (Some((_, kind)), _) => {
                let message = format!("a `static` is a shared layer, found the constant `{value}`");
                self.error_with_help(layer.extent, message, format!("write `const {name}: {kind} = {value};`"));
            }
            (None, Some((written, extent))) if written != "_" => {
                let message = format!("the type of a shared layer is `_`, found `{written}`");
                self.error_with_help(extent, message, help);
            }
            (None, None) => {
                let message = format!("expected `: _` after `static {name}`");
                self.error_with_help(name.span(), message, help);
            }
            (None, Some(_)) => {}
        }
        self.end("this `static`")?;
        Ok((layer, constant.map(|(kind, _)| kind)))
    }

    /// `fn Name(…) -> Tensor { … }`, and whether it is complete.
    ///
    /// A block whose signature is broken has nothing but a broken tail.
    pub(super) fn block(&mut self, docs: Vec<String>) -> Parse<(Block, Parse<()>)> {
        self.cursor.at += 1;
        let name = self.name("the name of a block")?;
        let reported = replace(&mut self.reported, false);
        let signature = self.signature(&name);
        let signature_is_broken = self.reported;
        self.reported |= reported;
        let mut block =
            Block { docs, name, parameters: Vec::new(), output: None, body: Body::default(), imported: false };
        let complete = match signature {
            Ok((parameters, output)) => {
                block.parameters = parameters;
                block.output = output;
                let after = format!("the signature of `{}`", block.name);
                self.braced(&after).map(|body| block.body = body)
            }
            Err(reported) => Err(reported),
        };
        if signature_is_broken || complete.is_err() {
            block.body = Body { statements: Vec::new(), tail: Some(Box::new(broken(block.name.span()))) };
        }
        Ok((block, complete))
    }

    /// Everything between the name and the body of a block.
    fn signature(&mut self, name: &Ident) -> Parse<(Vec<Parameter>, Option<TensorType>)> {
        if self.cursor.is_punct("<") {
            let message = format!("`{name}` has generic parameters: sizes are parameters here");
            let help = format!("write `fn {name}(x: Tensor, size: usize) -> Tensor`");
            self.error_with_help(self.cursor.here(), message, help);
            self.skip_angles();
        }
        let Some(group) = self.cursor.eat_group(Delimiter::Parenthesis) else {
            let message = format!("expected `(` after `fn {name}`, found {}", self.cursor.found());
            let help = format!("write a block: `fn {name}(x: Tensor) -> Tensor {{ … }}`");
            return Err(self.error_with_help(self.cursor.extent(), message, help));
        };
        // A mistake in the parameters does not hide those in the body.
        let parameters =
            self.within(&group, |parser| parser.separated("a parameter", Self::parameter)).unwrap_or_default();
        let output = match self.cursor.eat("->") {
            true => self.output_kind(),
            false => None,
        };
        if self.cursor.is_word("where") {
            let message = "`where` does not exist here: a block has no generic parameters";
            self.error_with_help(self.cursor.here(), message, "remove it");
            while !self.cursor.is_empty()
                && !self.cursor.is_punct(";")
                && self.cursor.group_ahead(0, Delimiter::Brace).is_none()
            {
                self.cursor.at += 1;
            }
        }
        Ok((parameters, output))
    }

    /// `use path::Name;`
    pub(super) fn import(&mut self) -> Parse<()> {
        self.cursor.at += 1;
        self.cursor.open_invisible();
        let start = self.cursor.at;
        self.cursor.eat("::");
        if self.cursor.is_word("monograd") {
            let message = "layers and functions need no `use` here, found `use monograd`";
            return Err(self.error_with_help(self.cursor.here(), message, "remove this line"));
        }
        loop {
            match self.cursor.peek() {
                Some(TokenTree::Ident(segment)) => {
                    let segment = segment.clone();
                    if !self.cursor.is_punct_ahead(1, "::") {
                        return self.imported_name(start);
                    }
                    let allowed = ["crate", "self", "super"].iter().any(|word| segment == word);
                    match allowed {
                        true => self.cursor.at += 1,
                        false => drop(self.name("a path after `use`")?),
                    }
                    self.cursor.at += 2;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    return Err(self.import_list(start));
                }
                Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
                    self.imports_all = true;
                    let message = "`use` imports one name, found `*`";
                    let path = text_of(&self.cursor.since(start)).replace(' ', "");
                    let help = format!("write one `use` for every name: `use {path}Name;`");
                    return Err(self.error_with_help(self.cursor.here(), message, help));
                }
                _ => return Err(self.unexpected("a name after `use`")),
            }
        }
    }

    /// The last segment of an import, and the end of its line.
    fn imported_name(&mut self, start: usize) -> Parse<()> {
        let mut name = self.name("the name of a block or constant")?;
        let path = self.cursor.since(start);
        if self.cursor.is_word("as") {
            let message = "an import keeps its name: `as` does not exist here";
            let extent = self.cursor.extent();
            self.cursor.at += 1;
            let new_name = self.name("a name after `as`")?;
            let extent = extent.to(Extent::from(new_name.span()));
            self.error_with_help(extent, message, format!("remove `as {new_name}`"));
            name = new_name;
        }
        self.imports.push(Import { path, name });
        self.end("this `use`")
    }

    /// Reports `use path::{A, B};`; the names are known all the same.
    fn import_list(&mut self, start: usize) -> Reported {
        let prefix = self.cursor.since(start);
        let place = self.cursor.here();
        let trees: Vec<TokenTree> = match self.cursor.next() {
            Some(TokenTree::Group(group)) => group.stream().into_iter().collect(),
            _ => Vec::new(),
        };
        let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ',');
        let names: Vec<Ident> = trees
            .split(is_comma)
            .filter_map(|piece| match piece {
                [TokenTree::Ident(name)] => Some(name.clone()),
                _ => None,
            })
            .collect();
        for name in &names {
            self.imports.push(Import { path: quote!(#prefix #name), name: name.clone() });
        }
        let path = text_of(&prefix).replace(' ', "");
        let uses: Vec<String> = names.iter().map(|name| format!("use {path}{name};")).collect();
        let help = format!("write one `use` for every name: `{}`", uses.join(" "));
        self.error_with_help(place, "`use` imports one name, found a list", help)
    }

    /// Reports a struct after the first one.
    pub(super) fn second_struct(&mut self) -> Reported {
        let place = self.cursor.ident_ahead(1).map_or(self.cursor.here(), Ident::span);
        let message = "a network has one struct, found a second one";
        self.error_with_help(place, message, "describe it in a `network!` of its own")
    }
}

/// The type of a literal, and how it is written.
fn const_kind_of(value: &Expr) -> Option<(ConstKind, &'static str)> {
    match value.kind {
        ExprKind::Int(_) => Some((ConstKind::Size, "usize")),
        ExprKind::Float(_) => Some((ConstKind::Float, "f32")),
        ExprKind::Bool(_) => Some((ConstKind::Bool, "bool")),
        _ => None,
    }
}
