//! `for`: its repetitions, unrolled.

use monograd_schema::{Activation, Value as Setting};

use super::limit::MAX_REPETITIONS;
use super::{Frame, Resolver, Value};
use crate::ast::{Expr, ExprKind, Extent, For, Over};
use crate::constant::Constant;
use crate::text;

impl Resolver<'_> {
    /// Runs the body once for each value.
    pub(super) fn repeat(&mut self, frame: &mut Frame, statement: &For) {
        if frame.is_unused {
            return self.repeat_unknown(frame, statement);
        }
        let Some(rounds) = self.rounds(frame, statement) else {
            frame.current = Value::Poison;
            return;
        };
        for round in rounds {
            if !self.unrolls(frame, statement.extent) {
                frame.current = Value::Poison;
                return;
            }
            let outer = frame.variables.len();
            let mistakes = self.diagnostics.len();
            for (name, value) in statement.names.iter().zip(round) {
                frame.declare(name, value, false);
            }
            let value = self.body(frame, &statement.body);
            if let Value::Tensor(_) | Value::Poison = value {
                frame.current = value;
            }
            self.end_scope(frame, outer);
            if self.diagnostics.len() > mistakes {
                return; // The next repetitions would say the same again.
            }
        }
    }

    /// The values of a loop's names in each repetition.
    pub(super) fn rounds(&mut self, frame: &mut Frame, statement: &For) -> Option<Vec<Vec<Value>>> {
        let names = statement.names.len();
        match &statement.over {
            Over::Range { start, end, inclusive } => {
                let (start_kind, end_kind) = (&start.kind, &end.kind);
                let (start, end) = (self.whole(frame, start), self.whole(frame, end));
                let (start, end) = (start?, end? + i128::from(*inclusive));
                if let (ExprKind::Int(first), ExprKind::Int(last)) = (start_kind, end_kind)
                    && first > last
                {
                    let sign = if *inclusive { "..=" } else { ".." };
                    let message = format!("this range ends before it starts, found {first}{sign}{last}");
                    self.error(frame, statement.extent, message);
                    return None;
                }
                if end - start > MAX_REPETITIONS {
                    let found = end - start;
                    let message = format!("this `for` repeats {found} times, at most {MAX_REPETITIONS} are possible");
                    self.error(frame, statement.extent, message);
                    return None;
                }
                if names != 1 {
                    let message = format!("a range gives one value, found {names} names");
                    self.error(frame, statement.extent, message);
                    return None;
                }
                Some((start..end).map(|value| vec![Value::Constant(Constant::Int(value))]).collect())
            }
            Over::List(expr) => {
                let ExprKind::List(items) = &expr.kind else {
                    return match self.expression(frame, expr, None) {
                        Value::Constant(Constant::List(items)) => self.rounds_of_list(frame, expr, names, items),
                        value => {
                            self.not_listed(frame, expr, value);
                            None
                        }
                    };
                };
                let mut rounds = Vec::new();
                for item in items {
                    let values = match &item.kind {
                        ExprKind::Tuple(items) | ExprKind::List(items) if names > 1 => items.iter().collect(),
                        _ => vec![item],
                    };
                    let values: Option<Vec<Value>> =
                        values.into_iter().map(|value| self.loop_value(frame, value)).collect();
                    let values = values?;
                    if !self.has_names_for(frame, item.extent, names, values.len()) {
                        return None;
                    }
                    rounds.push(values);
                }
                Some(rounds)
            }
        }
    }

    /// The rounds over a list that has a name: `let sizes = [64, 32];`.
    fn rounds_of_list(
        &mut self,
        frame: &Frame,
        expr: &Expr,
        names: usize,
        items: Vec<Constant>,
    ) -> Option<Vec<Vec<Value>>> {
        let rounds = items.into_iter().map(|item| {
            let values = match item {
                Constant::List(items) if names > 1 => items,
                item => vec![item],
            };
            let fits = self.has_names_for(frame, expr.extent, names, values.len());
            fits.then(|| values.into_iter().map(Value::Constant).collect())
        });
        rounds.collect()
    }

    /// Whether a loop has as many names as an item of its list has values, which is reported where it has not.
    fn has_names_for(&mut self, frame: &Frame, place: Extent, names: usize, values: usize) -> bool {
        let fits = values == names;
        if !fits {
            let (names, values) = (text::plural(names, "name"), text::plural(values, "value"));
            self.error(frame, place, format!("this `for` has {names}, found an item of {values}"));
        }
        fits
    }

    /// Reports `for i in N`.
    fn not_listed(&mut self, frame: &Frame, expr: &Expr, value: Value) {
        let written = text::expression(expr);
        let found = match value {
            Value::Poison => return, // Its mistake has been reported.
            Value::Constant(Constant::Unknown) => return,
            Value::Constant(Constant::Int(value)) => format!("{value}\nhelp: write `0..{written}`"),
            Value::Constant(value) => value.described(),
            Value::Tensor(_) => format!("the tensor `{written}`"),
            Value::Activation(_) | Value::Nothing => format!("`{written}`"),
        };
        self.error(frame, expr.extent, format!("`for` runs over a range or a list, found {found}"));
    }

    /// One value of the list that a loop runs over: a constant or an activation.
    fn loop_value(&mut self, frame: &mut Frame, expr: &Expr) -> Option<Value> {
        let function = match &expr.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Call(call) if call.receiver.is_none() => Some(&call.function),
            _ => None,
        };
        let is_activation = function.is_some_and(|name| {
            let known = frame.variable(&name.to_string()).map(|variable| &variable.value);
            matches!(known, Some(Value::Activation(_)))
                || known.is_none() && Activation::CATALOGUE.find(&name.to_string()).is_some()
        });
        if matches!(expr.kind, ExprKind::Call(_)) && self.is_tensor(frame, expr) {
            let written = text::expression(expr);
            let message = format!("a list holds numbers and activations, found the layer `{written}`");
            let help = "list its options: `for units in [64, 32] { Dense(units, activation = relu); }`";
            self.error(frame, expr.extent, format!("{message}\nhelp: {help}"));
            return None;
        }
        if !is_activation {
            let value = self.constant(frame, expr).map(Value::Constant);
            return value.or(Some(frame.unknown_constant()).filter(|_| frame.is_unused));
        }
        let Setting::Entry(entry) = self.entry_value(frame, "for", Activation::CATALOGUE, expr)? else { return None };
        Activation::from_entry(&entry).map(Value::Activation)
    }
}
