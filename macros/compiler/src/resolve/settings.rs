//! `output`, `loss`, `optimizer` and `metrics`, read once the body is complete.

use std::collections::HashMap;

use monograd_schema::{Catalogue, Metric, Optimizer};

use super::foreign::option_of_receiver;
use super::{Frame, Resolver, Value};
use crate::ast::{Argument, Assign, Ast, Call, Expr, ExprKind, SETTINGS, Statement};
use crate::graph::{MetricTerm, Output};
use crate::text;

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
        let is_none =
            |setting: &Assign| matches!(&setting.value.kind, ExprKind::Name(name) if name == "None" || name == "none");
        if let Some(setting) =
            ["loss", "optimizer"].iter().filter_map(|name| written.get(name)).find(|set| is_none(set))
        {
            let (name, found) = (&setting.name, text::expression(&setting.value));
            let help = format!("leave `{name}` out: a network without a loss only predicts");
            self.error(frame, setting.value.extent, format!("`{name}` is {found}\nhelp: {help}"));
            return;
        }
        if let Some(loss) = written.get("loss") {
            self.tensors_of_loss = self.tensors_within(frame, &loss.value);
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
        if let Some(metrics) = written.get("metrics").filter(|metrics| is_none(metrics)) {
            let found = text::expression(&metrics.value);
            self.error(frame, metrics.value.extent, format!("`metrics` is {found}\nhelp: leave `metrics` out"));
        } else if let Some(metrics) = written.get("metrics") {
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
                    let help = match &expr.kind {
                        ExprKind::Text(name) if text::is_name(name) => {
                            format!("write it without quotes: `output = {name}`")
                        }
                        _ if self.is_tensor(frame, expr) => {
                            format!("give it a name: `let y = {found};`, then `output = y;`")
                        }
                        _ => String::new(),
                    };
                    let help = if help.is_empty() { help } else { format!("\nhelp: {help}") };
                    let message = format!("`output` takes names of tensors, found `{found}`{help}");
                    self.error(frame, expr.extent, message);
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

    fn metrics(&mut self, frame: &mut Frame, expr: &Expr) {
        let items: Vec<&Expr> = match &expr.kind {
            ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().collect(),
            _ => vec![expr],
        };
        for expr in items {
            if self.refuse_foreign_value(frame, expr) {
                continue;
            }
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
            let number = rest.first().map(|argument| argument.value.extent);
            let Some((entry, _)) = self.entry(frame, Metric::CATALOGUE, &call, rest, false) else { continue };
            let (Some(metric), Some(output)) = (Metric::from_entry(&entry), output) else { continue };
            let text = text::expression(expr);
            if self.graph.metrics.iter().any(|other| other.text == text) {
                self.error(frame, expr.extent, format!("the metric `{text}` is listed twice"));
                continue;
            }
            let extent = call.function.span().into();
            self.graph.metrics.push(MetricTerm { metric, output, text, extent, number });
        }
    }

    /// The output that a loss or metric reads: its first argument, or the only one; nothing where that is not known.
    /// Also gives the other arguments. A help names one term for each output, joined by `separator`.
    pub(super) fn output_argument<'c>(
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
        if let (ExprKind::Name(name), [_], false) =
            (&argument.value.kind, self.graph.outputs.as_slice(), self.is_tensor(frame, &argument.value))
        {
            let function = &call.function;
            let message = format!("unknown name `{name}`\nhelp: write `{function}`, which reads the output");
            self.error(frame, argument.value.extent, message);
            return (None, vec![]);
        }
        let Value::Tensor(node) = self.expression(frame, &argument.value, None) else { return (None, vec![]) };
        let output = self.graph.outputs.iter().position(|output| output.node == node);
        if output.is_none() && !self.graph.outputs.is_empty() {
            let text = text::expression(&argument.value);
            let names = self.graph.outputs.iter().map(|output| output.name.as_str());
            let help = match self.has_output_setting {
                true => {
                    let names: Vec<&str> = names.chain([text.as_str()]).collect();
                    format!("write `output = ({});`", names.join(", "))
                }
                false => match self.tensors_of_loss.as_slice() {
                    _ if !matches!(argument.value.kind, ExprKind::Name(_)) => {
                        format!("give it a name: `let y = {text};`, and write `{}(y)`", call.function)
                    }
                    several @ [_, _, ..] => format!("write `output = ({});`", several.join(", ")),
                    _ => format!("the output is the value of the last statement: write `{}` to read it", call.function),
                },
            };
            self.error(frame, argument.value.extent, format!("`{text}` is not an output\nhelp: {help}"));
        }
        (output, rest)
    }

    /// Whether the first argument of a loss or metric stands for an output rather than an option.
    pub(super) fn names_tensor(&self, frame: &Frame, expr: &Expr) -> bool {
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
        if self.refuse_foreign_value(frame, expr) {
            return;
        }
        match &expr.kind {
            ExprKind::Call(call) if call.receiver.is_none() => {
                let arguments = call.arguments.iter().collect();
                let rate = call.arguments.iter().enumerate().find(|(position, argument)| match &argument.name {
                    Some(name) => name == "learning_rate",
                    None => *position == 0,
                });
                let place = rate.map_or(call.function.span().into(), |(_, argument)| argument.value.extent);
                self.graph.optimizer_place = Some(place);
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
            ExprKind::If { condition, then, otherwise } => {
                let Some(holds) = self.condition(frame, condition) else { return };
                let branch = if holds { Some(then) } else { otherwise.as_ref() };
                match branch.and_then(text::sole_value) {
                    Some(expr) => self.optimizer(frame, expr),
                    None => self.error(frame, expr.extent, "`optimizer` takes an optimizer in both branches"),
                }
            }
            _ => {
                let found = text::expression(expr);
                let help = match &expr.kind {
                    ExprKind::Call(call) => option_of_receiver(call).map_or(String::new(), |help| format!("\n{help}")),
                    ExprKind::List(items) | ExprKind::Tuple(items) => match items.first() {
                        Some(first) => format!(
                            "\nnote: one optimizer trains all parameters\nhelp: write `optimizer = {};`",
                            text::expression(first)
                        ),
                        None => String::new(),
                    },
                    ExprKind::Float(_) => format!("\nhelp: write `optimizer = Adam(learning_rate = {found});`"),
                    _ => unquoted(expr, Optimizer::CATALOGUE, "optimizer = ", "()"),
                };
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
pub(super) fn unquoted(expr: &Expr, catalogue: &Catalogue, before: &str, after: &str) -> String {
    let ExprKind::Text(written) = &expr.kind else { return String::new() };
    let names: Vec<&str> = catalogue.names().collect();
    let name = text::meant(written, names.iter().copied());
    name.map_or(String::new(), |name| format!("\nhelp: write it without quotes: `{before}{name}{after}`"))
}
