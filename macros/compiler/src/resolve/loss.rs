//! The loss: a sum of weighted terms, each of one output.

use monograd_schema::Loss;

use super::settings::unquoted;
use super::{Frame, Resolver, Value};
use crate::ast::{Argument, BinaryOperator, Call, Expr, ExprKind, UnaryOperator};
use crate::constant::Constant;
use crate::graph::{LossTerm, Output};
use crate::text;

impl Resolver<'_> {
    /// A term, a weighted term, or a sum of these.
    pub(super) fn loss(&mut self, frame: &mut Frame, expr: &Expr, weight: f64) {
        if self.refuse_foreign_value(frame, expr) {
            return;
        }
        match &expr.kind {
            ExprKind::Binary { operator: BinaryOperator::Add, left, right, .. } => {
                self.loss(frame, left, weight);
                self.loss(frame, right, weight);
            }
            ExprKind::Binary { operator: BinaryOperator::Multiply, left, right, operator_span }
                if names_loss(left) && names_loss(right) =>
            {
                let help = format!("write `{} + {}`", text::expression(left), text::expression(right));
                self.error(frame, *operator_span, format!("losses are added, found their product\nhelp: {help}"));
            }
            ExprKind::Binary { operator: BinaryOperator::Multiply, left, right, .. }
                if !is_loss(left) && !is_loss(right) && self.is_tensor(frame, expr) =>
            {
                let message = "`loss` takes a loss or a weighted sum of losses";
                let note = "losses of one's own do not exist yet; `mse` is the mean of squared differences";
                let found = text::expression(expr);
                self.error(frame, expr.extent, format!("{message}, found `{found}`\nnote: {note}"));
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
            ExprKind::Call(call) if call.function == "sum" && call.receiver.is_none() => {
                let terms: Vec<String> = call.arguments.iter().map(text::argument).collect();
                let help = format!("write `{}`", terms.join(" + "));
                let message = "losses are added by `+`, found `sum`";
                self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
            }
            ExprKind::Call(call) if call.receiver.is_none() => {
                self.loss_term(frame, call, text::expression(expr), weight);
            }
            ExprKind::Broken => {}
            ExprKind::If { condition, then, otherwise } => {
                let Some(holds) = self.condition(frame, condition) else { return };
                let branch = if holds { Some(then) } else { otherwise.as_ref() };
                match branch.and_then(text::sole_value) {
                    Some(expr) => self.loss(frame, expr, weight),
                    None => self.error(frame, expr.extent, "`loss` takes a loss in both branches"),
                }
            }
            ExprKind::Unary { operator: UnaryOperator::Negate, operand } if is_loss(operand) => {
                let message = "`loss` takes a loss or a weighted sum of losses";
                let help = format!("write `-1.0 * {}`", text::operand_text(operand));
                let message = format!("{message}, found `{}`\nhelp: {help}", text::expression(expr));
                self.error(frame, expr.extent, message);
            }
            ExprKind::Binary {
                operator: operator @ (BinaryOperator::Subtract | BinaryOperator::Divide),
                left,
                right,
                ..
            } if is_loss(left) => {
                let (first, second) = (text::operand_text(left), text::operand_text(right));
                let help = match (operator, &right.kind) {
                    (BinaryOperator::Subtract, _) => format!("{first} + -1.0 * {second}"),
                    (_, ExprKind::Int(_)) => format!("1.0 / {second} * {first}"),
                    _ => format!("1 / {second} * {first}"),
                };
                let message = "`loss` takes a loss or a weighted sum of losses";
                let message = format!("{message}, found `{}`\nhelp: write `{help}`", text::expression(expr));
                self.error(frame, expr.extent, message);
            }
            _ => {
                let help = self.as_sum(expr).unwrap_or_else(|| unquoted(expr, Loss::CATALOGUE, "loss = ", ""));
                let found = text::expression(expr);
                if let ExprKind::Call(call) = &expr.kind
                    && let Some(ExprKind::Name(loss)) = call.receiver.as_ref().map(|receiver| &receiver.kind)
                    && Loss::CATALOGUE.find(&loss.to_string()).is_some()
                    && let [value] = call.arguments.as_slice()
                {
                    let (option, value) = (&call.function, text::argument(value));
                    let message = format!("options stand in parentheses, found `{found}`");
                    let help = format!("write `{loss}({option} = {value})`");
                    return self.error(frame, expr.extent, format!("{message}\nhelp: {help}"));
                }
                if let ExprKind::Call(call) = &expr.kind
                    && let (Some(output), true) = (&call.receiver, names_loss(expr))
                {
                    let given = call.arguments.iter().map(text::argument);
                    let arguments: Vec<String> = [text::expression(output)].into_iter().chain(given).collect();
                    let message = format!("a loss is a function, found a method: `{found}`");
                    let help = format!("write `{}({})`", call.function, arguments.join(", "));
                    return self.error(frame, expr.extent, format!("{message}\nhelp: {help}"));
                }
                let note = match &expr.kind {
                    ExprKind::Call(_) => "\nnote: losses of one's own do not exist yet",
                    _ => "",
                };
                let message = format!("`loss` takes a loss or a weighted sum of losses, found `{found}`{note}{help}");
                self.error(frame, expr.extent, message);
            }
        }
    }

    /// The help after a list of losses, one for each output.
    fn as_sum(&self, expr: &Expr) -> Option<String> {
        let (ExprKind::List(items) | ExprKind::Tuple(items)) = &expr.kind else { return None };
        let outputs = &self.graph.outputs;
        let pair = |(item, output): (&Expr, &Output)| match &item.kind {
            ExprKind::Name(name) if outputs.len() > 1 => Some(format!("{name}({})", output.name)),
            ExprKind::Name(_) | ExprKind::Call(_) => Some(text::expression(item)),
            _ => None,
        };
        let terms: Option<Vec<String>> = items.iter().zip(outputs.iter().cycle()).map(pair).collect();
        let terms = terms.filter(|terms| !terms.is_empty() && (outputs.len() == 1 || outputs.len() == items.len()))?;
        Some(format!("\nhelp: write `loss = {};`", terms.join(" + ")))
    }

    /// A factor times the `weight` around it.
    fn weight(&mut self, frame: &mut Frame, expr: &Expr, weight: f64) -> Option<f64> {
        let factor = match self.real(frame, expr)? {
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
        if self.refuse_target(frame, call) {
            return;
        }
        let (output, rest) = self.output_argument(frame, call, " + ");
        let Some((entry, _)) = self.entry(frame, Loss::CATALOGUE, call, rest, false) else { return };
        let (Some(loss), Some(output)) = (Loss::from_entry(&entry), output) else { return };
        let extent = call.function.span().into();
        self.graph.losses.push(LossTerm { loss, weight, output, text, extent });
    }

    /// Reports `mse(y, target)`; whether it did.
    fn refuse_target(&mut self, frame: &mut Frame, call: &Call) -> bool {
        let [first, argument, ..] = call.arguments.as_slice() else { return false };
        let names: Vec<&str> = Loss::CATALOGUE.names().collect();
        if text::meant(&call.function.to_string(), names).is_none() {
            return false;
        }
        let is_name = |argument: &Argument| argument.name.is_none() && self.names_tensor(frame, &argument.value);
        if !is_name(first) || !is_name(argument) {
            return false;
        }
        let (function, found) = (&call.function, text::expression(&argument.value));
        let is_output = self.is_output(frame, &first.value) || self.graph.outputs.len() > 1;
        let output = if is_output { format!("({})", text::argument(first)) } else { String::new() };
        let note = "note: targets come with the data, `Dataset::new(&x, &y)`, and have no name here";
        let message = format!("`{function}` reads an output alone, found `{found}`");
        self.error(frame, argument.value.extent, format!("{message}\n{note}\nhelp: write `{function}{output}`"));
        true
    }

    /// Whether this is the name of an output.
    fn is_output(&self, frame: &Frame, expr: &Expr) -> bool {
        let ExprKind::Name(name) = &expr.kind else { return false };
        let value = frame.variable(&name.to_string()).map(|variable| &variable.value);
        matches!(value, Some(Value::Tensor(node)) if self.graph.outputs.iter().any(|output| output.node == *node))
    }

    /// The names of tensors that the terms of a loss read, each once.
    pub(super) fn tensors_within(&self, frame: &Frame, expr: &Expr) -> Vec<String> {
        let mut names = Vec::new();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            match &expr.kind {
                ExprKind::Binary { left, right, .. } => open.extend([&**right, &**left]),
                ExprKind::Call(call) => match call.arguments.first().map(|argument| &argument.value) {
                    Some(Expr { kind: ExprKind::Name(name), .. })
                        if frame.variable(&name.to_string()).is_some() && !names.contains(&name.to_string()) =>
                    {
                        names.push(name.to_string());
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        names
    }
}

/// Whether the side of a product is the loss, the other one being its weight.
fn is_loss(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) => names_loss(expr),
        ExprKind::Call(_) => true,
        ExprKind::Binary { left, right, .. } => is_loss(left) || is_loss(right),
        _ => false,
    }
}

/// Whether this is a loss by its name.
fn names_loss(expr: &Expr) -> bool {
    let name = match &expr.kind {
        ExprKind::Name(name) => name,
        ExprKind::Call(call) => &call.function,
        _ => return false,
    };
    Loss::CATALOGUE.find(&name.to_string()).is_some()
}
