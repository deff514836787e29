//! `output`, `loss`, `optimizer` and `metrics`, read once the body is complete.

use std::collections::HashMap;

use monograd_schema::{Catalogue, Loss, Metric, Optimizer};

use super::{Frame, Resolver, Value};
use crate::ast::{Argument, Assign, Ast, BinaryOperator, Call, Expr, ExprKind, Statement};
use crate::constant::Constant;
use crate::graph::{LossTerm, MetricTerm, Output};
use crate::text;

const SETTINGS: [&str; 4] = ["output", "loss", "optimizer", "metrics"];

/// The setting that is meant by a name, which may be misspelt.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    text::meant(name, SETTINGS)
}

pub(super) fn is_setting(name: &str) -> bool {
    SETTINGS.contains(&name)
}

impl Resolver<'_> {
    /// Reads the settings. `last` is the value of the network's body.
    pub(super) fn settings(&mut self, frame: &mut Frame, ast: &Ast, last: Value) {
        let mistakes = self.diagnostics.len();
        let written = self.collect_settings(frame, ast);
        let is_complete = self.diagnostics.len() == mistakes && !self.hides_settings(ast);
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
            (None, Some(loss)) if is_complete => {
                let help = "add `optimizer = Adam(learning_rate = 1e-3);`";
                self.error(
                    frame,
                    loss.name.span(),
                    format!("network `{}` has a loss and no optimizer\nhelp: {help}", ast.name),
                );
            }
            (None, _) => {}
        }
        for name in ["optimizer", "metrics"] {
            if let (Some(setting), None, true) = (written.get(name), written.get("loss"), is_complete) {
                let added = match written.contains_key("optimizer") {
                    true => "`loss = mse;`",
                    false => "`loss = mse;` and `optimizer = Adam();`",
                };
                let message = format!("`{name}` has no effect without a loss\nhelp: remove `{name}`, or add {added}");
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
                    let Some(known) = meant(&name).filter(|_| frame.variable(&name).is_none()) else { continue };
                    let Some(first) = written.insert(known, assign) else { continue };
                    if first.name == known && name == known {
                        let line = super::node::line_of(first.name.span().into());
                        self.error(frame, assign.name.span(), format!("`{name}` is set twice, first on line {line}"));
                    }
                }
                _ => self.refuse_settings_within(frame, statement),
            }
        }
        if let Some(tail) = &ast.body.tail {
            self.refuse_settings_within(frame, &Statement::Apply((**tail).clone()));
        }
        written
    }

    pub(super) fn unknown_setting(&mut self, frame: &Frame, statement: &Assign) {
        let name = &statement.name;
        let written = name.to_string();
        if frame.block.is_some() && is_setting(&written) {
            self.error(frame, name.span(), format!("`{written}` stands in a block, expected in the network itself"));
            self.has_misplaced_setting = true;
            return;
        }
        let help = match (written.as_str(), text::suggestion(&written, SETTINGS)) {
            ("epochs" | "batch_size" | "shuffle" | "threads" | "callbacks", _) => {
                let value = text::expression(&statement.value);
                format!("help: it is set where training starts: `Fit::default().{written}({value})`")
            }
            (_, Some(suggestion)) => format!("help: {suggestion}"),
            (_, None) => format!("note: there are {}", SETTINGS.join(", ")),
        };
        self.error(frame, name.span(), format!("unknown setting `{written}`\n{help}"));
    }

    fn outputs(&mut self, frame: &mut Frame, ast: &Ast, written: Option<&Assign>, last: Value) {
        self.has_output_setting = written.is_some();
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
        if items.is_empty() {
            self.error(frame, setting.value.extent, "`output` names no tensor, expected one or more");
        }
        for expr in items {
            let ExprKind::Name(name) = &expr.kind else {
                if !matches!(expr.kind, ExprKind::Broken) {
                    let found = text::expression(expr);
                    let help = format!("give it a name: `let y = {found};`, then `output = y;`");
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
                    let name = name.to_string().trim_start_matches("r#").to_string();
                    self.graph.outputs.push(Output { name, node, extent: expr.extent });
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
                if let Some(weight) = self.weight(frame, factor, weight) {
                    self.loss(frame, term, weight);
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
                let (found, help) = (text::expression(expr), unquoted(expr, Loss::CATALOGUE, "loss = ", ""));
                let message = format!("`loss` takes a loss or a weighted sum of losses, found `{found}`{help}");
                self.error(frame, expr.extent, message);
            }
        }
    }

    /// A factor times the `weight` around it.
    fn weight(&mut self, frame: &mut Frame, expr: &Expr, weight: f64) -> Option<f64> {
        let factor = match self.constant(frame, expr)? {
            Constant::Int(value) => value as f64,
            Constant::Float(value) => value,
            other => {
                let found = other.described();
                self.error(frame, expr.extent, format!("the weight of a loss is a number, found {found}"));
                return None;
            }
        };
        let weight = factor * weight;
        let rounded = weight as f32;
        if rounded == 0.0 || !rounded.is_finite() {
            self.error(
                frame,
                expr.extent,
                format!("the weight of a loss is {rounded}, expected a finite number other than 0"),
            );
            return None;
        }
        Some(weight)
    }

    fn loss_term(&mut self, frame: &mut Frame, call: &Call, text: String, weight: f64) {
        let (output, rest) = self.output_argument(frame, call, " + ");
        let Some((entry, _)) = self.entry(frame, Loss::CATALOGUE, call, rest, false) else { return };
        let (Some(loss), Some(output)) = (Loss::from_entry(&entry), output) else { return };
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
                    let (found, help) = (text::expression(expr), unquoted(expr, Metric::CATALOGUE, "", ""));
                    self.error(frame, expr.extent, format!("`metrics` takes a list of metrics, found `{found}`{help}"));
                    continue;
                }
            };
            let (output, rest) = self.output_argument(frame, &call, ", ");
            let Some((entry, _)) = self.entry(frame, Metric::CATALOGUE, &call, rest, false) else { continue };
            let (Some(metric), Some(output)) = (Metric::from_entry(&entry), output) else { continue };
            let text = text::expression(expr);
            if self.graph.metrics.iter().any(|other| other.text == text) {
                self.error(frame, expr.extent, format!("the metric `{text}` is listed twice"));
                continue;
            }
            let extent = call.function.span().into();
            self.graph.metrics.push(MetricTerm { metric, output, text, extent });
        }
    }

    /// The output that a loss or metric reads: its first argument, or the only one; nothing where that is not known.
    /// Also gives the other arguments. A help names one term for each output, joined by `separator`.
    fn output_argument<'c>(
        &mut self,
        frame: &mut Frame,
        call: &'c Call,
        separator: &str,
    ) -> (Option<usize>, Vec<&'c Argument>) {
        let mut rest: Vec<&Argument> = call.arguments.iter().collect();
        let first = rest.first().copied().filter(|argument| argument.name.is_none());
        let Some(argument) = first.filter(|argument| self.names_tensor(frame, &argument.value)) else {
            let output = match self.graph.outputs.len() {
                1 => Some(0),
                0 => None,
                _ => {
                    self.unclear_output(frame, call, separator);
                    None
                }
            };
            return (output, rest);
        };
        rest.remove(0);
        let Value::Tensor(node) = self.expression(frame, &argument.value, None) else { return (None, rest) };
        let output = self.graph.outputs.iter().position(|output| output.node == node);
        if output.is_none() && !self.graph.outputs.is_empty() {
            let text = text::expression(&argument.value);
            let names = self.graph.outputs.iter().map(|output| output.name.as_str());
            let help = match self.has_output_setting {
                true => {
                    let names: Vec<&str> = names.chain([text.as_str()]).collect();
                    format!("write `output = ({});`", names.join(", "))
                }
                false => format!("the output is the value of the last statement: write `{}` to read it", call.function),
            };
            self.error(frame, argument.value.extent, format!("`{text}` is not an output\nhelp: {help}"));
        }
        (output, rest)
    }

    /// Whether the first argument of a loss or metric stands for an output rather than an option.
    fn names_tensor(&self, frame: &Frame, expr: &Expr) -> bool {
        let is_unknown_name = match &expr.kind {
            ExprKind::Name(name) => {
                let name = name.to_string();
                let constants = &self.environments[frame.environment];
                frame.variable(&name).is_none() && !constants.constants().contains(&name.as_str())
            }
            _ => false,
        };
        is_unknown_name || self.is_tensor(frame, expr)
    }

    fn unclear_output(&mut self, frame: &Frame, call: &Call, separator: &str) {
        let names: Vec<&str> = self.graph.outputs.iter().map(|output| output.name.as_str()).collect();
        let (function, list) = (&call.function, names.join(", "));
        let terms: Vec<String> = names.iter().map(|name| format!("{function}({name})")).collect();
        let terms = terms.join(separator);
        let message = format!("`{function}` does not say which output it reads: {list}\nhelp: write `{terms}`");
        self.error(frame, function.span(), message);
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
                let help = unquoted(expr, Optimizer::CATALOGUE, "optimizer = ", "()");
                self.error(frame, expr.extent, format!("`optimizer` takes an optimizer, found `{found}`{help}"));
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

/// The help after a name in quotes.
fn unquoted(expr: &Expr, catalogue: &Catalogue, before: &str, after: &str) -> String {
    let ExprKind::Text(written) = &expr.kind else { return String::new() };
    let names: Vec<&str> = catalogue.names().collect();
    let name = text::meant(written, names.iter().copied());
    name.map_or(String::new(), |name| format!("\nhelp: write it without quotes: `{before}{name}{after}`"))
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
