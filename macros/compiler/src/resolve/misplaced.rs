//! Settings where they have no effect: in loops, conditions and blocks.

use super::settings::is_setting;
use super::{Frame, Resolver};
use crate::ast::{Ast, Body, Expr, ExprKind, For, Statement};

impl Resolver<'_> {
    /// Reports settings in loops and conditions.
    pub(super) fn refuse_settings_within(&mut self, frame: &Frame, statement: &Statement) {
        let (bodies, what) = match statement {
            Statement::For(For { body, .. }) => (vec![body], "a loop"),
            Statement::Apply(expr) => (branches(expr), "an `if`"),
            Statement::Let(statement) => (branches(&statement.value), "an `if`"),
            _ => return,
        };
        for body in bodies {
            for inner in &body.statements {
                match inner {
                    Statement::Assign(assign) if is_setting(&assign.name.to_string()) => {
                        let message = format!("`{}` stands in {what}, expected once, outside", assign.name);
                        self.has_misplaced_setting = true;
                        self.error(frame, assign.name.span(), message);
                    }
                    _ => self.refuse_settings_within(frame, inner),
                }
            }
            if let Some(tail) = &body.tail {
                self.refuse_settings_within(frame, &Statement::Apply((**tail).clone()));
            }
        }
    }

    /// Whether a mistake may hide a setting, so that nothing is said about settings that are missing.
    pub(super) fn hides_settings(&self, ast: &Ast) -> bool {
        let is_broken = |statement: &Statement| matches!(statement, Statement::Apply(expr) if matches!(expr.kind, ExprKind::Broken));
        self.has_misplaced_setting || ast.body.statements.iter().any(is_broken)
    }
}

/// The branches of an `if`.
fn branches(expr: &Expr) -> Vec<&Body> {
    match &expr.kind {
        ExprKind::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).collect(),
        _ => vec![],
    }
}
