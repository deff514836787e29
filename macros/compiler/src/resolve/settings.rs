//! `output`, `loss`, `optimizer` and `metrics`, read once the body is complete.

use std::collections::HashMap;

use monograd_schema::{Loss, Metric, Optimizer, nearest};
use proc_macro2::Ident;

use super::{Frame, Resolver, Value};
use crate::ast::{Assign, Ast, BinaryOperator, Call, Expr, ExprKind, For, Statement};
use crate::constant::Constant;
use crate::graph::{LossTerm, MetricTerm, Output};
use crate::text;

const SETTINGS: [&str; 4] = ["output", "loss", "optimizer", "metrics"];

pub(super) fn is_setting(name: &str) -> bool {
    SETTINGS.contains(&name)
}

impl Resolver<'_> {
    /// Reads the settings. `last` is the value of the network's body.
    pub(super) fn settings(&mut self, frame: &mut Frame, ast: &Ast, last: Value) {
        let written = self.collect_settings(frame, ast);
        if self.inputs.is_empty() && self.diagnostics.is_empty() {
            let message = format!("network `{}` has no input\nhelp: begin with `let x = Input(2);`", ast.name);
            self.error(frame, ast.name.span(), message);
        }
        self.outputs(frame, ast, written.get("output").copied(), last);
        if let Some(loss) = written.get("loss") {
            self.loss(frame, &loss.value, 1.0);
        }
        match (written.get("optimizer"), written.get("loss")) {
            (Some(optimizer), _) => self.optimizer(frame, &optimizer.value),
            (None, Some(loss)) => {
                let help = "add `optimizer = Adam(learning_rate = 1e-3);`";
                self.error(
                    frame,
                    loss.name.span(),
                    format!("network `{}` has a loss and no optimizer\nhelp: {help}", ast.name),
                );
            }
            (None, None) => {}
        }
        for name in ["optimizer", "metrics"] {
            if let (Some(setting), None) = (written.get(name), written.get("loss")) {
                let message =
                    format!("`{name}` has no effect without a loss\nhelp: add `loss = mse;` or remove `{name}`");
                self.error(frame, setting.name.span(), message);
            }
        }
        if let Some(metrics) = written.get("metrics") {
            self.metrics(frame, &metrics.value);
        }
        self.check_outputs_are_learned(frame, written.contains_key("loss"));
    }

    fn collect_settings<'s>(&mut self, frame: &Frame, ast: &'s Ast) -> HashMap<&'static str, &'s Assign> {
        let mut written: HashMap<&'static str, &Assign> = HashMap::new();
        for statement in &ast.body.statements {
            match statement {
                Statement::Assign(assign) => {
                    let name = assign.name.to_string();
                    let Some(known) = SETTINGS.iter().find(|setting| **setting == name) else { continue };
                    if let Some(first) = written.insert(known, assign) {
                        let line = super::call::line_of(first.name.span().into());
                        self.error(frame, assign.name.span(), format!("`{name}` is set twice, first on line {line}"));
                    }
                }
                Statement::For(For { body, .. }) => {
                    for inner in &body.statements {
                        if let Statement::Assign(assign) = inner
                            && is_setting(&assign.name.to_string())
                        {
                            let message = format!("`{}` stands in a loop, expected once, outside", assign.name);
                            self.error(frame, assign.name.span(), message);
                        }
                    }
                }
                _ => {}
            }
        }
        written
    }

    pub(super) fn unknown_setting(&mut self, frame: &Frame, name: &Ident) {
        let written = name.to_string();
        if frame.block.is_some() && is_setting(&written) {
            self.error(frame, name.span(), format!("`{written}` stands in a block, expected in the network itself"));
            return;
        }
        let help = match nearest(&written, SETTINGS) {
            Some(near) => format!("help: did you mean `{near}`?"),
            None => {
                format!("help: there are {}; a new value is declared with `let {written} = …;`", SETTINGS.join(", "))
            }
        };
        self.error(frame, name.span(), format!("unknown setting `{written}`\n{help}"));
    }

    fn outputs(&mut self, frame: &mut Frame, ast: &Ast, written: Option<&Assign>, last: Value) {
        let Some(setting) = written else {
            match last {
                Value::Tensor(node) => {
                    let name = "output".to_string();
                    self.graph.outputs.push(Output { name, node, extent: ast.name.span().into() });
                }
                Value::Poison => {}
                _ if self.diagnostics.is_empty() => {
                    self.error(frame, ast.name.span(), format!("network `{}` has no layer", ast.name));
                }
                _ => {}
            }
            return;
        };
        let items: Vec<&Expr> = match &setting.value.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().collect(),
            _ => vec![&setting.value],
        };
        for expr in items {
            let ExprKind::Name(name) = &expr.kind else {
                if !matches!(expr.kind, ExprKind::Broken) {
                    let found = text::expression(expr);
                    let help = "give it a name: `let y = …;`, then `output = y;`";
                    self.error(
                        frame,
                        expr.extent,
                        format!("`output` takes names of tensors, found `{found}`\nhelp: {help}"),
                    );
                }
                continue;
            };
            match self.expression(frame, expr, None) {
                Value::Tensor(node) => {
                    let known = self.graph.outputs.iter().any(|output| output.node == node);
                    if known {
                        self.error(frame, expr.extent, format!("`{name}` is an output twice"));
                    }
                    self.graph.outputs.push(Output { name: name.to_string(), node, extent: expr.extent });
                }
                Value::Poison => {}
                _ => self.error(frame, expr.extent, format!("`output` takes tensors, `{name}` is none")),
            }
        }
    }

    /// A term, a weighted term, or a sum of these.
    fn loss(&mut self, frame: &mut Frame, expr: &Expr, weight: f64) {
        match &expr.kind {
            ExprKind::Binary { operator: BinaryOperator::Add, left, right, .. } => {
                self.loss(frame, left, weight);
                self.loss(frame, right, weight);
            }
            ExprKind::Binary { operator: BinaryOperator::Multiply, left, right, .. } => {
                let (factor, term) = if is_loss(left) { (right, left) } else { (left, right) };
                if let Some(factor) = self.weight(frame, factor) {
                    self.loss(frame, term, weight * factor);
                }
            }
            ExprKind::Name(name) => {
                let call = Call { receiver: None, function: name.clone(), arguments: vec![], extent: expr.extent };
                self.loss_term(frame, &call, text::expression(expr), weight);
            }
            ExprKind::Call(call) if call.receiver.is_none() => {
                self.loss_term(frame, call, text::expression(expr), weight);
            }
            ExprKind::Broken => {}
            _ => {
                let found = text::expression(expr);
                let message = format!("`loss` takes a loss or a weighted sum of losses, found `{found}`");
                self.error(frame, expr.extent, message);
            }
        }
    }

    fn weight(&mut self, frame: &mut Frame, expr: &Expr) -> Option<f64> {
        let weight = match self.constant(frame, expr)? {
            Constant::Int(value) => value as f64,
            Constant::Float(value) => value,
            other => {
                let found = other.described();
                self.error(frame, expr.extent, format!("the weight of a loss is a number, found {found}"));
                return None;
            }
        };
        if weight == 0.0 || !weight.is_finite() {
            self.error(
                frame,
                expr.extent,
                format!("the weight of a loss is {weight}, expected a finite number other than 0"),
            );
            return None;
        }
        Some(weight)
    }

    fn loss_term(&mut self, frame: &mut Frame, call: &Call, text: String, weight: f64) {
        let Some((output, rest)) = self.output_argument(frame, call) else { return };
        let Some((entry, _)) = self.entry(frame, Loss::CATALOGUE, call, rest, false) else { return };
        let Some(loss) = Loss::from_entry(&entry) else { return };
        let extent = call.function.span().into();
        self.graph.losses.push(LossTerm { loss, weight, output, text, extent });
    }

    fn metrics(&mut self, frame: &mut Frame, expr: &Expr) {
        let items: Vec<&Expr> = match &expr.kind {
            ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().collect(),
            _ => vec![expr],
        };
        for expr in items {
            let call = match &expr.kind {
                ExprKind::Name(name) => {
                    Call { receiver: None, function: name.clone(), arguments: vec![], extent: expr.extent }
                }
                ExprKind::Call(call) if call.receiver.is_none() => call.clone(),
                ExprKind::Broken => continue,
                _ => {
                    let found = text::expression(expr);
                    self.error(frame, expr.extent, format!("`metrics` takes a list of metrics, found `{found}`"));
                    continue;
                }
            };
            let Some((output, rest)) = self.output_argument(frame, &call) else { continue };
            let Some((entry, _)) = self.entry(frame, Metric::CATALOGUE, &call, rest, false) else { continue };
            let Some(metric) = Metric::from_entry(&entry) else { continue };
            let text = text::expression(expr);
            if self.graph.metrics.iter().any(|other| other.text == text) {
                self.error(frame, expr.extent, format!("the metric `{text}` is listed twice"));
                continue;
            }
            let extent = call.function.span().into();
            self.graph.metrics.push(MetricTerm { metric, output, text, extent });
        }
    }

    /// The output that a loss or metric reads: its first argument, or the only one. Also gives the other arguments.
    fn output_argument<'c>(
        &mut self,
        frame: &mut Frame,
        call: &'c Call,
    ) -> Option<(usize, Vec<&'c crate::ast::Argument>)> {
        let mut rest: Vec<&crate::ast::Argument> = call.arguments.iter().collect();
        let first = rest.first().filter(|argument| argument.name.is_none());
        let Some(argument) = first.filter(|argument| self.is_tensor(frame, &argument.value)) else {
            if let Some(argument) = first
                && let ExprKind::Name(name) = &argument.value.kind
                && self.lookup(frame, &name.to_string()).is_none()
            {
                self.error(frame, name.span(), format!("unknown name `{name}`"));
                return None;
            }
            if self.graph.outputs.len() == 1 {
                return Some((0, rest));
            }
            if self.graph.outputs.len() > 1 {
                let names: Vec<&str> = self.graph.outputs.iter().map(|output| output.name.as_str()).collect();
                let (function, names, first) = (&call.function, names.join(", "), names[0]);
                let message = format!(
                    "`{function}` does not say which output it reads: {names}\nhelp: write `{function}({first})`"
                );
                self.error(frame, call.function.span(), message);
            }
            return None;
        };
        let value = self.expression(frame, &argument.value, None);
        let place = argument.value.extent;
        let text = text::expression(&argument.value);
        rest.remove(0);
        let Value::Tensor(node) = value else { return None };
        match self.graph.outputs.iter().position(|output| output.node == node) {
            Some(output) => Some((output, rest)),
            None => {
                self.error(
                    frame,
                    place,
                    format!("`{text}` is not an output\nhelp: name all outputs: `output = (…, {text});`"),
                );
                None
            }
        }
    }

    fn optimizer(&mut self, frame: &mut Frame, expr: &Expr) {
        match &expr.kind {
            ExprKind::Call(call) if call.receiver.is_none() => {
                let arguments = call.arguments.iter().collect();
                let entry = self.entry(frame, Optimizer::CATALOGUE, call, arguments, false);
                self.graph.optimizer = entry.and_then(|(entry, _)| Optimizer::from_entry(&entry));
            }
            ExprKind::Name(name) if Optimizer::CATALOGUE.find(&name.to_string()).is_some() => {
                self.error(frame, expr.extent, format!("`{name}` is written as a call\nhelp: write `{name}()`"));
            }
            ExprKind::Name(name) => {
                let call = Call { receiver: None, function: name.clone(), arguments: vec![], extent: expr.extent };
                self.entry(frame, Optimizer::CATALOGUE, &call, vec![], false);
            }
            ExprKind::Broken => {}
            _ => {
                let found = text::expression(expr);
                self.error(frame, expr.extent, format!("`optimizer` takes an optimizer, found `{found}`"));
            }
        }
    }

    fn check_outputs_are_learned(&mut self, frame: &Frame, has_loss: bool) {
        if !has_loss || !self.diagnostics.is_empty() {
            return;
        }
        for (position, output) in self.graph.outputs.clone().iter().enumerate() {
            if self.graph.losses.iter().all(|term| term.output != position) {
                let name = &output.name;
                self.error(
                    frame,
                    output.extent,
                    format!("no loss reads the output `{name}`\nhelp: add `+ mse({name})` to the loss"),
                );
            }
        }
    }
}

/// Whether the side of a product is the loss, the other one being its weight.
fn is_loss(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => Loss::CATALOGUE.find(&name.to_string()).is_some(),
        ExprKind::Call(_) => true,
        ExprKind::Binary { left, right, .. } => is_loss(left) || is_loss(right),
        _ => false,
    }
}
