//! Bodies and their statements.

use std::mem::take;

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::cursor::{extent_of, text_of};
use super::foreign;
use super::parser::{Parse, Parser, Reported, broken, is_camel_case};
use crate::ast::{Assign, BinaryOperator, Body, Expr, ExprKind, Extent, Let, SETTINGS, Statement, TensorType};
use crate::text;

impl Parser<'_> {
    /// The statements up to the end of the group, and the value they leave.
    pub(super) fn body(&mut self) -> Body {
        let reported = self.reported;
        let mut body = Body::default();
        let mut height = 0;
        loop {
            while self.cursor.eat(";") {}
            if self.cursor.is_empty() {
                break;
            }
            let (start, place) = (self.cursor.at, self.cursor.here());
            let known = body.statements.len();
            self.reported = false;
            self.height = 0;
            if self.statement(&mut body).is_err() {
                self.recover(start);
                if body.statements.len() == known {
                    let extent = Extent::new(place, self.cursor.previous());
                    body.statements.push(Statement::Apply(broken(extent)));
                }
            }
            height = height.max(self.height);
        }
        self.reported = reported;
        self.height = height;
        body
    }

    fn statement(&mut self, body: &mut Body) -> Parse<()> {
        self.open_invisible_statement();
        let docs = self.docs()?;
        self.refuse_label();
        self.refuse_visibility();
        self.refuse_qualifiers();
        let word = self.cursor.word().unwrap_or_default();
        match word.as_str() {
            "let" => self.binding(body),
            "for" => {
                let repetition = self.repetition()?;
                body.statements.push(Statement::For(repetition));
                Ok(())
            }
            "const" => {
                let (constant, complete) = self.constant(docs)?;
                body.statements.push(Statement::Const(constant));
                complete
            }
            "fn" => {
                self.refuse_inside("a block is declared");
                let (block, complete) = self.block(docs)?;
                body.statements.push(Statement::Block(block));
                complete
            }
            "static" => {
                self.refuse_inside("a shared layer is declared");
                let (shared, complete) = self.shared()?;
                body.statements.push(shared);
                complete
            }
            "use" => {
                self.refuse_inside("`use` stands");
                self.import()
            }
            "struct" => Err(self.second_struct()),
            word if foreign::is_item(word) && self.is_item_here() => Err(self.foreign_item(word)),
            word if foreign::is_python(word) && self.cursor.ident_ahead(1).is_some() => {
                Err(self.python_statement(word))
            }
            "" | "_" | "if" => self.application(body),
            word if foreign::is_binding(word) && self.is_bound_ahead(1) => self.foreign_binding(word, body),
            word if self.cursor.is_colon_ahead(1) && !foreign::is_reserved_word(word) => self.labeled(body),
            _ if take(&mut self.continues_let) => self.bind(false, body),
            _ if self.cursor.is_equals_ahead(1) || self.cursor.is_colon_ahead(1) => self.assignment(body),
            _ => self.application(body),
        }
    }

    /// Whether the next word, which may be a name too, starts an item.
    fn is_item_here(&self) -> bool {
        match self.cursor.peek_ahead(1) {
            Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => true,
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), '<' | '!'),
            _ => false,
        }
    }

    /// `let name = …;`
    fn binding(&mut self, body: &mut Body) -> Parse<()> {
        self.cursor.at += 1;
        let mutable = self.cursor.is_word("mut");
        self.cursor.at += usize::from(mutable);
        self.bind(mutable, body)
    }

    /// Whether `name =` or `name:` comes `ahead` of the next token.
    fn is_bound_ahead(&self, ahead: usize) -> bool {
        let is_bound = self.cursor.is_equals_ahead(ahead + 1) || self.cursor.is_colon_ahead(ahead + 1);
        is_bound && self.cursor.ident_ahead(ahead).is_some()
    }

    /// `var x = …;`, reported and read as a `let`.
    fn foreign_binding(&mut self, word: &str, body: &mut Body) -> Parse<()> {
        let binding = if word == "mut" { "let mut" } else { "let" };
        let name = self.cursor.ident_ahead(1).map(Ident::to_string).unwrap_or_default();
        let message = format!("expected `let`, found `{word}`");
        self.error_with_help(self.cursor.here(), message, format!("write `{binding} {name}`"));
        self.cursor.at += 1;
        self.bind(word == "mut", body)
    }

    /// `loss: mse;`, `x: Input(4);`, `x: Tensor = …;` or `fc1: Linear<B>;`, reported and read as what is meant.
    fn labeled(&mut self, body: &mut Body) -> Parse<()> {
        let name = self.name("a name before `:`")?;
        let colon = self.cursor.here();
        let sign = if self.cursor.is_punct(":=") { ":=" } else { ":" };
        let written = self.cursor.text_ahead(sign.len());
        let value = if written.is_empty() { "…" } else { &written };
        let meant = text::meant(&name.to_string(), SETTINGS);
        if meant.is_none() && written.contains(" = ") {
            let message = format!("expected `let` before `{name}`");
            self.error_with_help(name.span(), message, format!("write `let {name}: {value};`"));
            return self.bind_name(false, name, body);
        }
        if meant.is_none() && !written.is_empty() && !written.ends_with(')') {
            self.cursor.at += 1;
            let (written, _) = self.written_type()?;
            let message = format!("fields do not exist here, found `{name}{sign} {written}`");
            let help = format!("layers stand where they are applied: `let {name} = …;`");
            let reported = self.error_with_help(Extent::new(name.span(), colon), message, help);
            body.statements.push(broken_let(false, name));
            return Err(reported);
        }
        let binding = if meant.is_none() { "let " } else { "" };
        let name = meant.map_or(name.clone(), |meant| Ident::new(meant, name.span()));
        let message = format!("expected `=` after `{name}`, found `{sign}`");
        self.error_with_help(self.cursor.extent(), message, format!("write `{binding}{name} = {value};`"));
        self.cursor.at += sign.len();
        let (value, complete) = match self.ended("this statement") {
            Ok(value) => (value, Ok(())),
            Err(reported) => (broken(name.span()), Err(reported)),
        };
        body.statements.push(match meant {
            Some(_) => Statement::Assign(Assign { name, value }),
            None => Statement::Let(Let { mutable: false, name, kind: None, value }),
        });
        complete
    }

    /// A value and the `;` after it.
    fn ended(&mut self, what: &str) -> Parse<Expr> {
        let value = self.expression()?;
        self.end(what)?;
        Ok(value)
    }

    /// The rest of a `let`, from its name on.
    fn bind(&mut self, mutable: bool, body: &mut Body) -> Parse<()> {
        for delimiter in [Delimiter::Parenthesis, Delimiter::Bracket] {
            if let Some(pattern) = self.cursor.eat_group(delimiter) {
                let message = "a `let` names one value, found a pattern";
                let help = "write one `let` for every name";
                let extent = extent_of(&pattern);
                let reported = self.error_with_help(extent, message, help);
                let names = pattern.stream().into_iter().filter_map(|tree| match tree {
                    TokenTree::Ident(name) if !foreign::is_reserved(&name) => Some(name),
                    _ => None,
                });
                body.statements.extend(names.map(|name| broken_let(mutable, name)));
                return Err(reported);
            }
        }
        let name = self.name("a name after `let`")?;
        self.bind_name(mutable, name, body)
    }

    /// The rest of a `let`, behind its name.
    fn bind_name(&mut self, mutable: bool, name: Ident, body: &mut Body) -> Parse<()> {
        self.declared.push(name.to_string());
        if self.cursor.is_punct(",") && self.cursor.ident_ahead(1).is_some() {
            let message = "a `let` names one value, found several names";
            let reported = self.error_with_help(self.cursor.here(), message, "write one `let` for every name");
            body.statements.push(broken_let(mutable, name));
            while self.cursor.eat(",") {
                body.statements.push(broken_let(mutable, self.name("a name after `,`")?));
            }
            return Err(reported);
        }
        let (kind, value, complete) = match self.bound(&name) {
            Ok((kind, value)) => (kind, value, Ok(())),
            Err(reported) => (None, broken(name.span()), Err(reported)),
        };
        body.statements.push(Statement::Let(Let { mutable, name, kind, value }));
        complete
    }

    /// The type and the value of a `let`.
    fn bound(&mut self, name: &Ident) -> Parse<(Option<TensorType>, Expr)> {
        if let Some(sign) = [":=", "=="].into_iter().find(|sign| self.cursor.is_punct(sign)) {
            let message = format!("expected `=` after `let {name}`, found `{sign}`");
            let help = format!("write `let {name} = {};`", self.cursor.text_ahead(2));
            self.error_with_help(self.cursor.extent(), message, help);
            self.cursor.at += 2;
            return Ok((None, self.ended("this `let`")?));
        }
        if self.cursor.group_ahead(0, Delimiter::Parenthesis).is_some() {
            let message = format!("expected a name after `let`, found a call of `{name}`");
            let help = format!("write `let x = {name}{};`", self.cursor.text_ahead(0));
            return Err(self.error_with_help(name.span(), message, help));
        }
        let kind = match self.cursor.is_colon_ahead(0) {
            true => {
                self.cursor.at += 1;
                self.let_kind(name)?
            }
            false => None,
        };
        if !self.cursor.is_equals_ahead(0) {
            return Err(match self.cursor.is_empty() || self.cursor.is_punct(";") {
                true => {
                    let message = format!("`let {name}` has no value");
                    self.error_with_help(name.span(), message, format!("write `let {name} = …;`"))
                }
                false => self.no_equals(name),
            });
        }
        self.cursor.at += 1;
        Ok((kind, self.ended("this `let`")?))
    }

    /// Reports `let x Input(4);` and `let my-input = …;`.
    fn no_equals(&mut self, name: &Ident) -> Reported {
        let message = format!("expected `=` after `let {name}`, found {}", self.cursor.found());
        let value = self.cursor.text_ahead(0);
        let more = self.cursor.ident_ahead(1).filter(|_| self.cursor.is_punct("-"));
        let help = match more {
            Some(more) => format!("a name is one word: `{name}_{more}`"),
            None if self.cursor.ident_ahead(0).is_some_and(is_camel_case) => format!("write `let {name} = {value};`"),
            None => return self.error(self.cursor.extent(), message),
        };
        self.error_with_help(self.cursor.extent(), message, help)
    }

    /// `name = …;`
    fn assignment(&mut self, body: &mut Body) -> Parse<()> {
        let name = self.name("a name before `=`")?;
        let value = self.equals(&name).and_then(|()| self.expression());
        let forgets_let = value.as_ref().is_ok_and(|value| self.forgets_let(&name, value));
        if let (true, Ok(value)) = (forgets_let, &value) {
            let help = format!("write `let {name} = {};`", text::expression(value));
            self.error_with_help(name.span(), format!("`{name}` is not declared"), help);
        }
        let ended = value.and_then(|value| self.end("this assignment").map(|()| value));
        let (value, complete) = match ended {
            Ok(value) => (value, Ok(())),
            Err(reported) => (broken(name.span()), Err(reported)),
        };
        body.statements.push(match forgets_let {
            true => Statement::Let(Let { mutable: true, name, kind: None, value }),
            false => Statement::Assign(Assign { name, value }),
        });
        complete
    }

    /// Whether `x = Input(4)` lacks its `let` as well as its `;`, so that one error has to say both.
    fn forgets_let(&self, name: &Ident, value: &Expr) -> bool {
        let is_layer = matches!(&value.kind, ExprKind::Call(call) if is_camel_case(&call.function));
        let is_known = self.declared.iter().any(|known| name == known);
        let is_setting = text::meant(&name.to_string(), SETTINGS).is_some();
        is_layer && !is_known && !is_setting && !self.cursor.is_punct(";") && self.is_ended()
    }

    /// An expression as a statement, or the value of the body.
    fn application(&mut self, body: &mut Body) -> Parse<()> {
        let expression = if self.cursor.is_word("if") {
            let conditional = self.conditional()?;
            if !self.cursor.is_punct(".") {
                match self.cursor.is_empty() {
                    true => body.tail = Some(Box::new(conditional)),
                    false => body.statements.push(Statement::Apply(conditional)),
                }
                return Ok(());
            }
            let chain = self.chain_after(conditional)?;
            let expression = self.operators_after(chain, 0)?;
            self.foreign_operator(&expression)?;
            expression
        } else if self.cursor.is_empty() {
            return Ok(());
        } else {
            self.expression()?
        };
        if self.cursor.is_empty() {
            body.tail = Some(Box::new(expression));
            return Ok(());
        }
        let what = match &expression.kind {
            ExprKind::Call(call) if is_camel_case(&call.function) => "this layer",
            ExprKind::Call(_) => "this call",
            ExprKind::Name(name) if self.is_setting_without_equals(name) => {
                let value = self.cursor.peek().map(ToString::to_string).unwrap_or_default();
                let message = format!("expected `=` after `{name}`, found `{value}`");
                let arguments = self
                    .cursor
                    .group_ahead(1, Delimiter::Parenthesis)
                    .map(|group| format!("({})", text_of(&group.stream())));
                let help = format!("write `{name} = {value}{};`", arguments.unwrap_or_default());
                return Err(self.error_with_help(self.cursor.extent(), message, help));
            }
            ExprKind::Name(name) if self.is_literal_next() => {
                let message = format!("expected `(` after `{name}`, found {}", self.cursor.found());
                let value = self.cursor.peek().map(ToString::to_string).filter(|value| !value.contains('\n'));
                let help = format!("write `{name}({})`", value.as_deref().unwrap_or("…"));
                return Err(self.error_with_help(self.cursor.extent(), message, help));
            }
            ExprKind::Name(name)
                if !self.cursor.is_on_new_line()
                    && let (Some(layer), Some(group)) =
                        (self.cursor.ident_ahead(0), self.cursor.group_ahead(1, Delimiter::Parenthesis))
                    && !self.cursor.is_equals_ahead(1) =>
            {
                let message = format!("expected `.` between `{name}` and `{layer}`");
                let help = format!("write `{name}.{layer}({})`", text_of(&group.stream()));
                return Err(self.error_with_help(self.cursor.here(), message, help));
            }
            ExprKind::Binary { operator: BinaryOperator::Equal, operator_span, left, right }
                if let ExprKind::Name(name) = &left.kind =>
            {
                let message = format!("expected `=` after `{name}`, found `==`");
                let help = format!("write `{name} = {};`", text::expression(right));
                return Err(self.error_with_help(*operator_span, message, help));
            }
            _ => "this expression",
        };
        self.end(what)?;
        body.statements.push(Statement::Apply(expression));
        Ok(())
    }

    /// Whether a value stands directly after the name of a setting.
    fn is_setting_without_equals(&self, name: &Ident) -> bool {
        let is_setting = SETTINGS.iter().any(|setting| name == setting);
        is_setting && !self.cursor.is_on_new_line() && matches!(self.cursor.peek(), Some(TokenTree::Ident(_)))
    }

    fn is_literal_next(&self) -> bool {
        matches!(self.cursor.peek(), Some(TokenTree::Literal(_)))
    }
}

/// A name about whose value nothing more is to be said.
fn broken_let(mutable: bool, name: Ident) -> Statement {
    let value = broken(name.span());
    Statement::Let(Let { mutable, name, kind: None, value })
}
