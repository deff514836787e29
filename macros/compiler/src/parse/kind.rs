//! Types: of constants, of parameters, and the shapes that `Tensor<…>` asserts.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::cursor::{last_span, on_one_line, text_of};
use super::parser::{Parse, Parser, Reported};
use crate::ast::{ConstKind, Expr, ExprKind, Extent, Parameter, ParameterKind, TensorType};
use crate::text;

impl Parser<'_> {
    /// The type of a constant; an unknown one is reported.
    pub(super) fn const_kind(&mut self) -> Option<ConstKind> {
        let (written, extent) = self.written_type().ok()?;
        match written.as_str() {
            "usize" => Some(ConstKind::Size),
            "f32" => Some(ConstKind::Float),
            "bool" => Some(ConstKind::Bool),
            _ => {
                let message = format!("a constant is `usize`, `f32` or `bool`, found `{written}`");
                let list = self.cursor.text_ahead(1);
                match list.strip_prefix('&').unwrap_or(&list) {
                    list if list.starts_with('(') => {
                        let help = format!("a `let` names several numbers: `let {} = {list};`", "sizes");
                        self.error_with_help(extent, message, help)
                    }
                    list if list.starts_with('[') => {
                        let help = format!("a list stands where it is used: `for i in {list} {{ … }}`");
                        self.error_with_help(extent, message, help)
                    }
                    _ if written.starts_with("Tensor") => {
                        self.error_with_help(extent, message, "a tensor is named by `let`")
                    }
                    _ if ["Activation", "&str", "&'static str", "String"].contains(&written.as_str()) => {
                        let help = "write the function where it is used: `activation = relu`";
                        self.error_with_help(extent, message, help)
                    }
                    _ => self.unknown_type(extent, &message, &written),
                };
                None
            }
        }
    }

    /// `#[default(…)] name: type`
    pub(super) fn parameter(&mut self) -> Parse<Parameter> {
        let mut default = None;
        while self.cursor.is_punct("#") {
            default = self.parameter_attribute()?.or(default);
        }
        self.refuse_self()?;
        if self.cursor.is_word("mut") {
            let message = "a parameter cannot be `mut`";
            let help = "give it a new value with `let`";
            self.error_with_help(self.cursor.here(), message, help);
            self.cursor.at += 1;
        }
        let name = self.name("the name of a parameter")?;
        self.parameters.push(name.to_string());
        let kind = self.parameter_kind(&name)?;
        if self.cursor.is_equals_ahead(0) {
            let place = self.cursor.here();
            self.cursor.at += 1;
            let value = self.expression()?;
            let message = format!("the default of `{name}` stands in an attribute, found `=`");
            let help = format!("write `#[default({})] {name}: {}`", text::expression(&value), written(&kind));
            default = Some(value);
            self.error_with_help(place, message, help);
        }
        Ok(Parameter { name, kind, default })
    }

    /// `#[default(…)]`; doc comments are skipped.
    fn parameter_attribute(&mut self) -> Parse<Option<Expr>> {
        self.cursor.at += 1;
        let Some(group) = self.cursor.eat_group(Delimiter::Bracket) else {
            return Err(self.unexpected("`[` after `#`"));
        };
        self.within(&group, |parser| {
            if parser.cursor.is_word("doc") {
                return Ok(None);
            }
            if !parser.cursor.is_word("default") {
                let message = "only `#[default(…)]` stands before a parameter";
                return Err(parser.error(parser.cursor.extent(), message));
            }
            parser.cursor.at += 1;
            let Some(value) = parser.cursor.eat_group(Delimiter::Parenthesis) else {
                let found = parser.cursor.found();
                let message = format!("expected `(` after `default`, found {found}");
                let help = "write `#[default(…)]`";
                return Err(parser.error_with_help(parser.cursor.extent(), message, help));
            };
            let value = parser.only(&value)?;
            Ok(Some(value))
        })
    }

    /// Reports `self` in any form.
    fn refuse_self(&mut self) -> Parse<()> {
        let words = (0..4).map_while(|ahead| match self.cursor.peek_ahead(ahead) {
            Some(TokenTree::Ident(word)) => Some(word.to_string()),
            Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '&' | '\'') => Some(String::new()),
            _ => None,
        });
        match words.take(4).any(|word| word == "self") {
            false => Ok(()),
            true => {
                let message = "a block has no `self`: it takes its tensors as parameters";
                let help = "write `x: Tensor`";
                Err(self.error_with_help(self.cursor.here(), message, help))
            }
        }
    }

    fn parameter_kind(&mut self, name: &Ident) -> Parse<ParameterKind> {
        const KNOWN: &str = "`Tensor`, `usize`, `f32`, `bool` or `Activation`";
        if !self.cursor.is_colon_ahead(0) {
            if !self.cursor.is_empty() && !self.cursor.is_punct(",") {
                return Err(self.unexpected(format!("`:` and a type after `{name}`")));
            }
            let message = format!("parameter `{name}` has no type: {KNOWN}");
            let help = match name == "Tensor" {
                true => "write `x: Tensor`".to_owned(),
                false => format!("for a tensor write `{name}: Tensor`"),
            };
            self.error_with_help(name.span(), message, help);
            return Ok(ParameterKind::Size);
        }
        self.cursor.at += 1;
        self.cursor.open_invisible();
        if self.is_tensor() {
            return self.tensor_type().map(ParameterKind::Tensor);
        }
        let (written, extent) = self.written_type()?;
        Ok(match written.as_str() {
            "usize" => ParameterKind::Size,
            "f32" => ParameterKind::Float,
            "bool" => ParameterKind::Bool,
            "Activation" => ParameterKind::Activation,
            _ => {
                let message = format!("a parameter is {KNOWN}, found `{written}`");
                self.unknown_type(extent, &message, &written);
                ParameterKind::Size
            }
        })
    }

    /// The type of a `let`: a number's type is reported and left out.
    pub(super) fn let_kind(&mut self, name: &Ident) -> Parse<Option<TensorType>> {
        self.cursor.open_invisible();
        if self.is_tensor() {
            return self.tensor_type().map(Some);
        }
        let (written, extent) = self.written_type()?;
        let message = format!("the type of a `let` is `Tensor<…>`, found `{written}`");
        match written.as_str() {
            "usize" | "f32" | "bool" if !self.cursor.text_ahead(1).contains('(') => {
                let value = if self.cursor.is_equals_ahead(0) { self.cursor.text_ahead(1) } else { "…".to_owned() };
                let help = format!("write `const {}: {written} = {value};`", constant_name(name));
                self.error_with_help(extent, message, help)
            }
            _ if self.cursor.is_equals_ahead(0) => {
                let help = format!("the shape is inferred: write `let {name} = {};`", self.cursor.text_ahead(1));
                self.error_with_help(extent, message, help)
            }
            _ if written.ends_with(')') => {
                self.error_with_help(extent, message, format!("write `let {name} = {written};`"))
            }
            _ => self.error(extent, message),
        };
        Ok(None)
    }

    /// What a block gives, after `->`; anything but a tensor is reported.
    pub(super) fn output_kind(&mut self) -> Option<TensorType> {
        self.cursor.open_invisible();
        if self.is_tensor() {
            return self.tensor_type().ok();
        }
        let (written, extent) = self.written_type().ok()?;
        let message = format!("a block gives a `Tensor`, found `{written}`");
        self.error_with_help(extent, message, "write `-> Tensor`");
        None
    }

    fn is_tensor(&self) -> bool {
        self.cursor.is_word("Tensor")
    }

    /// `Tensor` or `Tensor<7, 7, { 2 * WIDTH }>`
    fn tensor_type(&mut self) -> Parse<TensorType> {
        let first = self.cursor.here();
        self.cursor.at += 1;
        let mut extents = None;
        let mut height = 0;
        if self.cursor.eat("<") {
            let list = extents.insert(Vec::new());
            loop {
                self.height = 0;
                list.push(self.tensor_extent()?);
                height = height.max(self.height);
                if self.cursor.eat(">") {
                    break;
                }
                if !self.cursor.eat(",") {
                    return Err(self.no_extent_end());
                }
                if self.cursor.eat(">") {
                    break;
                }
            }
        }
        let brackets = self.cursor.group_ahead(0, Delimiter::Bracket);
        if let Some(shape) = self.cursor.group_ahead(0, Delimiter::Parenthesis).or(brackets) {
            let sign = if shape.delimiter() == Delimiter::Bracket { '[' } else { '(' };
            let message = format!("the shape of a tensor stands in `<…>`, found `{sign}`");
            let help = format!("write `Tensor<{}>`", text_of(&shape.stream()));
            return Err(self.error_with_help(shape.span_open(), message, help));
        }
        self.height = height;
        let extent = Extent::new(first, self.cursor.previous());
        Ok(TensorType { extents, extent })
    }

    /// One number in `Tensor<…>`.
    fn tensor_extent(&mut self) -> Parse<Expr> {
        match self.cursor.peek() {
            Some(TokenTree::Literal(literal)) => {
                let literal = literal.clone();
                self.cursor.at += 1;
                self.literal(&literal)
            }
            Some(TokenTree::Ident(_)) => {
                let name = self.name("a number or a constant")?;
                let extent = name.span().into();
                let kind = ExprKind::Name(name);
                Ok(Expr { kind, extent })
            }
            Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::Bracket => {
                let group = group.clone();
                self.cursor.at += 1;
                self.only(&group)
            }
            _ => Err(self.unexpected("a number, a constant or `{ … }`")),
        }
    }

    fn no_extent_end(&mut self) -> Reported {
        let message = format!("expected `,` or `>`, found {}", self.cursor.found());
        let extent = self.cursor.extent();
        match self.cursor.peek() {
            Some(TokenTree::Punct(punct)) if "+-*/%".contains(punct.as_char()) => {
                let help = "write a computed extent in braces: `{ 2 * WIDTH }`";
                self.error_with_help(extent, message, help)
            }
            _ => self.error(extent, message),
        }
    }

    /// Any type, as text: everything up to `,`, `=`, `;`, a brace or the end.
    pub(super) fn written_type(&mut self) -> Parse<(String, Extent)> {
        self.cursor.open_invisible();
        let first = self.cursor.here();
        let mut last = first;
        let mut text = String::new();
        let mut angles = 0_usize;
        while let Some(tree) = self.cursor.peek() {
            match tree {
                TokenTree::Punct(punct) => match punct.as_char() {
                    ',' | '=' if angles == 0 => break,
                    ';' => break,
                    '<' => angles += 1,
                    '>' => angles = angles.saturating_sub(1),
                    _ => {}
                },
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                TokenTree::Ident(word) if word == "where" => break,
                _ => {}
            }
            let word = matches!(tree, TokenTree::Ident(_));
            if word && text.ends_with(|end: char| end.is_alphanumeric() || end == '_') {
                text.push(' ');
            }
            text.push_str(&match tree {
                TokenTree::Literal(literal) => on_one_line(&literal.to_string()),
                TokenTree::Group(group) => on_one_line(&text_of(&TokenTree::from(group.clone()).into())),
                tree => tree.to_string(),
            });
            last = last_span(tree);
            self.cursor.at += 1;
        }
        match text.is_empty() {
            true => Err(self.unexpected("a type")),
            false => {
                let text = text.replace(" ,", ",").replace(" ;", ";");
                Ok((text, Extent::new(first, last)))
            }
        }
    }

    /// Reports a type that does not exist here, with the one that stands for it.
    fn unknown_type(&mut self, extent: Extent, message: &str, written: &str) -> Reported {
        let help = match written {
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "int" | "Int"
            | "Size" => "write `usize`",
            "f64" | "f16" | "float" | "Float" | "Number" => "write `f32`",
            "Bool" | "boolean" => "write `bool`",
            _ if written.starts_with("fn(") || written.starts_with("impl Fn") => "write `Activation`",
            _ if written.starts_with('[') || written.starts_with("Vec<") => {
                "write one parameter for every number: `a: usize, b: usize`"
            }
            "tensor" | "Array" | "T" => "write `Tensor`",
            _ if written.contains("Tensor") => "write `Tensor`",
            _ => return self.error(extent, message),
        };
        self.error_with_help(extent, message, help)
    }
}

/// A type as it is written.
fn written(kind: &ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Tensor(_) => "Tensor",
        ParameterKind::Size => "usize",
        ParameterKind::Float => "f32",
        ParameterKind::Bool => "bool",
        ParameterKind::Activation => "Activation",
    }
}

fn constant_name(name: &Ident) -> String {
    name.to_string().to_uppercase()
}
