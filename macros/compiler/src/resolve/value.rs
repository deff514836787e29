//! Expressions: constants are computed, layers and operators on tensors become nodes.

use std::mem::replace;
use std::sync::Arc;

use monograd_schema::{Layer, layers};
use proc_macro2::Ident;

use super::{Frame, Resolver, Value};
use crate::ast::{BinaryOperator, Expr, ExprKind, Extent, UnaryOperator};
use crate::constant::{self, Constant};
use crate::graph::NodeId;
use crate::text;

impl Resolver<'_> {
    /// The value of an expression. `name` is that of the variable that it is given to.
    pub(super) fn expression(&mut self, frame: &mut Frame, expr: &Expr, name: Option<&Ident>) -> Value {
        if !self.is_within_depth(frame, expr.extent) {
            return Value::Poison;
        }
        self.depth += 1;
        let value = self.computed_value(frame, expr, name);
        self.depth -= 1;
        value
    }

    fn computed_value(&mut self, frame: &mut Frame, expr: &Expr, name: Option<&Ident>) -> Value {
        match &expr.kind {
            ExprKind::Int(value) => Value::Constant(Constant::Int(i128::from(*value))),
            ExprKind::Float(value) => Value::Constant(Constant::Float(*value)),
            ExprKind::Bool(value) => Value::Constant(Constant::Bool(*value)),
            ExprKind::Text(value) => Value::Constant(Constant::Text(value.clone())),
            ExprKind::Name(ident) => self.name(frame, ident),
            ExprKind::Call(call) => {
                let outer = replace(&mut self.wants_real, false); // Its options know what they want.
                let value = self.chain(frame, call, name);
                self.wants_real = outer;
                value
            }
            ExprKind::Unary { operator, operand } => {
                let value = self.expression(frame, operand, None);
                self.unary(frame, *operator, value, expr, name)
            }
            ExprKind::Binary { operator, left, right, .. } => self.binary(frame, *operator, left, right, expr, name),
            ExprKind::If { condition, then, otherwise } => match self.condition(frame, condition) {
                None if frame.is_unused => self.either(frame, then, otherwise.as_ref(), name),
                None => Value::Poison,
                Some(true) => self.branch(frame, then, name),
                Some(false) => otherwise.as_ref().map_or(Value::Nothing, |body| self.branch(frame, body, name)),
            },
            ExprKind::List(items)
                if items.iter().any(|item| matches!(item.kind, ExprKind::Call(_)) && self.is_tensor(frame, item)) =>
            {
                let layers: Vec<String> = items.iter().map(|item| format!("{};", text::expression(item))).collect();
                let message = "a list holds constants, found layers";
                self.error(
                    frame,
                    expr.extent,
                    format!("{message}\nhelp: write them as statements: `{}`", layers.join(" ")),
                );
                Value::Poison
            }
            ExprKind::Tuple(items) | ExprKind::List(items)
                if items.iter().any(|item| self.is_known_tensor(frame, item)) =>
            {
                let tensors: Vec<String> = items.iter().map(text::expression).collect();
                let message = format!("expected one tensor, found {}", text::plural(items.len(), "value"));
                let help = format!("join them: `concat({})`", tensors.join(", "));
                self.error(frame, expr.extent, format!("{message}\nhelp: {help}"));
                Value::Poison
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let mut list = Vec::new();
                for item in items {
                    match self.constant(frame, item) {
                        Some(value) => list.push(value),
                        None => return frame.unknown_constant(),
                    }
                }
                self.list(frame, list, expr.extent).map_or(Value::Poison, Value::Constant)
            }
            ExprKind::Broken => Value::Poison,
        }
    }

    /// A branch that is one expression hands the variable's name on to it.
    pub(super) fn branch(&mut self, frame: &mut Frame, body: &crate::ast::Body, name: Option<&Ident>) -> Value {
        match text::sole_value(body) {
            Some(expr) => self.expression(frame, expr, name),
            None => self.nested(frame, body),
        }
    }

    pub(super) fn condition(&mut self, frame: &mut Frame, expr: &Expr) -> Option<bool> {
        match self.truth(frame, expr)? {
            Constant::Bool(value) => Some(value),
            other => {
                let (found, written) = (other.described(), text::operand_text(expr));
                let help = match other {
                    Constant::Int(_) => format!("\nhelp: write `{written} != 0`"),
                    _ => String::new(),
                };
                self.error(frame, expr.extent, format!("a condition is `true` or `false`, found {found}{help}"));
                None
            }
        }
    }

    fn name(&mut self, frame: &mut Frame, ident: &Ident) -> Value {
        let name = ident.to_string();
        if let Some(value) = self.lookup(frame, &name) {
            return value;
        }
        if let "True" | "False" = name.as_str() {
            let instead = name.to_lowercase();
            let message = format!("expected `{instead}`, found `{name}`\nhelp: write `{instead}`");
            self.error(frame, ident.span(), message);
            return Value::Constant(Constant::Bool(name == "True"));
        }
        self.unknown_name(frame, ident);
        Value::Poison
    }

    fn unary(
        &mut self,
        frame: &mut Frame,
        operator: UnaryOperator,
        operand: Value,
        expr: &Expr,
        name: Option<&Ident>,
    ) -> Value {
        match operand {
            Value::Constant(value) => {
                let result = constant::unary(operator, &value);
                self.computed(frame, expr.extent, result)
            }
            Value::Tensor(node) if operator == UnaryOperator::Negate => {
                self.operation(frame, layers::scale_shift(-1.0, 0.0), vec![node], expr, name)
            }
            Value::Poison => Value::Poison,
            _ => {
                self.error(frame, expr.extent, "`!` takes `true` or `false`, found a tensor");
                Value::Poison
            }
        }
    }

    fn binary(
        &mut self,
        frame: &mut Frame,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        expr: &Expr,
        name: Option<&Ident>,
    ) -> Value {
        let joins_truths = matches!(operator, BinaryOperator::And | BinaryOperator::Or);
        let wants_bool = replace(&mut self.wants_bool, joins_truths);
        let is_quotient = matches!(left.kind, ExprKind::Binary { operator: BinaryOperator::Divide, .. });
        let is_real = is_quotient && self.is_tensor(frame, right) || self.wants_real;
        let outer = replace(&mut self.wants_real, is_real);
        let first = self.expression(frame, left, None);
        (self.wants_real, self.wants_bool) = (outer, wants_bool);
        // As in Rust, the right side of `&&` and `||` counts only where the left one leaves the question open.
        match (operator, &first) {
            (BinaryOperator::And, Value::Constant(Constant::Bool(false))) => return first,
            (BinaryOperator::Or, Value::Constant(Constant::Bool(true))) => return first,
            _ => {}
        }
        let is_real = matches!(first, Value::Tensor(_)) || self.wants_real;
        let outer = replace(&mut self.wants_real, is_real);
        self.wants_bool = joins_truths;
        let second = self.expression(frame, right, None);
        (self.wants_real, self.wants_bool) = (outer, wants_bool);
        match (first, second) {
            (Value::Poison, _) | (_, Value::Poison) => Value::Poison,
            (Value::Constant(a), Value::Constant(b)) => {
                self.note_division(operator, (&a, left), (&b, right), expr.extent);
                let result = constant::binary(operator, &a, &b);
                self.computed(frame, expr.extent, result)
            }
            (Value::Tensor(a), Value::Tensor(b)) => {
                let layer = match operator {
                    BinaryOperator::Add => layers::add(),
                    BinaryOperator::Subtract => layers::subtract(),
                    BinaryOperator::Multiply => layers::multiply(),
                    _ => return self.not_for_tensors(frame, operator, left, right),
                };
                self.operation(frame, layer, vec![a, b], expr, name)
            }
            (Value::Tensor(tensor), Value::Constant(number)) => {
                let Some(number) = self.operand(frame, &number, right) else { return Value::Poison };
                let (scale, shift) = match operator {
                    BinaryOperator::Add => (1.0, number),
                    BinaryOperator::Subtract => (1.0, -number),
                    BinaryOperator::Multiply => (number, 0.0),
                    BinaryOperator::Divide if (1.0 / number as f32).is_finite() => (1.0 / number, 0.0),
                    BinaryOperator::Divide => {
                        let zero = if number == 0.0 { "zero".to_string() } else { text::number(number) };
                        self.error(frame, right.extent, format!("division of a tensor by {zero}"));
                        return Value::Poison;
                    }
                    _ => return self.not_for_tensors(frame, operator, left, right),
                };
                self.operation(frame, layers::scale_shift(scale, shift), vec![tensor], expr, name)
            }
            (Value::Constant(number), Value::Tensor(tensor)) => {
                let Some(number) = self.operand(frame, &number, left) else { return Value::Poison };
                let (scale, shift) = match operator {
                    BinaryOperator::Add => (1.0, number),
                    BinaryOperator::Subtract => (-1.0, number),
                    BinaryOperator::Multiply => (number, 0.0),
                    _ => return self.not_for_tensors(frame, operator, left, right),
                };
                self.operation(frame, layers::scale_shift(scale, shift), vec![tensor], expr, name)
            }
            _ => {
                let sign = text::symbol(operator);
                self.error(frame, expr.extent, format!("`{sign}` takes tensors and numbers"));
                Value::Poison
            }
        }
    }

    /// Notes `1 / 1000`, which is 0, where a real number is expected.
    fn note_division(
        &mut self,
        operator: BinaryOperator,
        (a, left): (&Constant, &Expr),
        (b, right): (&Constant, &Expr),
        extent: Extent,
    ) {
        let (BinaryOperator::Divide, Constant::Int(a), Constant::Int(b), true) = (operator, a, b, self.wants_real)
        else {
            return;
        };
        if *b == 0 || a % b == 0 || self.truncated.is_some() {
            return;
        }
        let (dividend, divisor) = (text::operand_text(left), text::operand_text(right));
        let dividend = match left.kind {
            ExprKind::Int(_) => format!("{dividend}.0"),
            _ => format!("1.0 * {dividend}"),
        };
        let divisor = if let ExprKind::Int(_) = right.kind { format!("{divisor}.0") } else { divisor };
        let found = format!("a division of whole numbers: {a} / {b} is {}", a / b);
        self.truncated =
            Some((extent, format!("expected a real number, found {found}\nhelp: write `{dividend} / {divisor}`")));
    }

    /// Reports such a division; whether there was one.
    fn refuse_division(&mut self, frame: &Frame) -> bool {
        let Some((extent, message)) = self.truncated.take() else { return false };
        self.error(frame, extent, message);
        true
    }

    /// A constant that stands for a real number.
    pub(super) fn real(&mut self, frame: &mut Frame, expr: &Expr) -> Option<Constant> {
        self.constant_where(frame, expr, true).filter(|_| !self.refuse_division(frame))
    }

    /// A constant where a real number is expected or not.
    pub(super) fn constant_where(&mut self, frame: &mut Frame, expr: &Expr, is_real: bool) -> Option<Constant> {
        let outer = replace(&mut self.wants_real, is_real);
        let value = self.constant(frame, expr);
        self.wants_real = outer;
        value
    }

    /// A constant where `true` or `false` is expected.
    pub(super) fn truth(&mut self, frame: &mut Frame, expr: &Expr) -> Option<Constant> {
        let outer = replace(&mut self.wants_bool, true);
        let value = self.constant_where(frame, expr, false);
        self.wants_bool = outer;
        value
    }

    fn operand(&mut self, frame: &Frame, number: &Constant, expr: &Expr) -> Option<f64> {
        if self.refuse_division(frame) {
            return None;
        }
        match number {
            Constant::Int(value) => Some(*value as f64),
            Constant::Float(value) if (*value as f32).is_finite() => Some(*value),
            Constant::Float(value) => {
                let found = text::number(*value);
                self.error(frame, expr.extent, format!("a tensor holds `f32`, found a number beyond: {found}"));
                None
            }
            other => {
                let found = other.described();
                self.error(
                    frame,
                    expr.extent,
                    format!("a tensor is combined with a number or a tensor, found {found}"),
                );
                None
            }
        }
    }

    fn not_for_tensors(&mut self, frame: &Frame, operator: BinaryOperator, left: &Expr, right: &Expr) -> Value {
        let sign = text::symbol(operator);
        let more = match (operator, &right.kind) {
            (BinaryOperator::ShiftRight, ExprKind::Call(call)) => {
                let (left, call) = (text::expression(left), text::call(call));
                format!("\nhelp: apply a layer with a dot: `{left}.{call}`")
            }
            (BinaryOperator::Divide, _) | (BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight, _) => String::new(),
            _ => "\nnote: a tensor has no value while the network is compiled".to_string(),
        };
        let message = format!(
            "`{sign}` is not defined for these tensors, which have `+`, `-`, `*` and division by a number{more}"
        );
        self.error(frame, left.extent.to(right.extent), message);
        Value::Poison
    }

    fn operation(
        &mut self,
        frame: &mut Frame,
        layer: Arc<dyn Layer>,
        inputs: Vec<NodeId>,
        expr: &Expr,
        name: Option<&Ident>,
    ) -> Value {
        let written = text::expression(expr);
        let path = name.map(ToString::to_string);
        Value::Tensor(self.node(frame, layer, inputs, expr.extent, written, path))
    }

    fn computed(&mut self, frame: &Frame, extent: Extent, result: Result<Constant, String>) -> Value {
        match result {
            Ok(value) => Value::Constant(value),
            Err(message) => {
                self.error(frame, extent, message);
                Value::Poison
            }
        }
    }

    /// A constant; anything else is reported.
    pub(super) fn constant(&mut self, frame: &mut Frame, expr: &Expr) -> Option<Constant> {
        if let ExprKind::Name(name) = &expr.kind
            && self.lookup(frame, &name.to_string()).is_none()
            && self.is_callable(frame, &name.to_string())
        {
            let what = if name.to_string().starts_with(char::is_uppercase) { "layer" } else { "function" };
            self.error(frame, expr.extent, format!("expected a constant, found the {what} `{name}`"));
            return None;
        }
        let found = match self.expression(frame, expr, None) {
            Value::Constant(Constant::Unknown) | Value::Poison => return None,
            Value::Constant(value) => return Some(value),
            Value::Tensor(_) => "a tensor, which has no value before the network runs",
            Value::Activation(_) => "an activation",
            Value::Nothing => "an `if` without `else`",
        };
        self.error(frame, expr.extent, format!("expected a constant, found {found}"));
        None
    }

    /// A whole number.
    pub(super) fn whole(&mut self, frame: &mut Frame, expr: &Expr) -> Option<i128> {
        match self.constant(frame, expr)? {
            Constant::Int(value) => Some(value),
            other => {
                let found = other.described();
                self.error(frame, expr.extent, format!("expected a whole number, found {found}"));
                None
            }
        }
    }

    /// A whole number, 0 or more.
    pub(super) fn size(&mut self, frame: &mut Frame, expr: &Expr) -> Option<usize> {
        let value = self.whole(frame, expr)?;
        if value < 0 {
            self.error(frame, expr.extent, format!("expected a whole number of 0 or more, found {value}"));
        }
        usize::try_from(value).ok()
    }
}
