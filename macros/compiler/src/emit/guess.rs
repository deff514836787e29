//! The lengths of `predict_one` after mistakes, guessed from what is written: only so that its uses show no error of rustc's.

use crate::ast::{Ast, Call, Const, Expr, ExprKind, Statement};
use crate::constant::{self, Constant};

/// Inputs, as their element type and extents, and the lengths of the outputs.
pub(super) struct Lengths {
    pub(super) inputs: Vec<(&'static str, Vec<usize>)>,
    pub(super) outputs: Vec<usize>,
}

/// The lengths, where all of them can be read off the declaration.
pub(super) fn lengths(ast: &Ast) -> Option<Lengths> {
    let mut inputs = Vec::new();
    for statement in &ast.body.statements {
        if let Some(call) = last_call(statement).filter(|call| call.function == "Input") {
            inputs.push(input(ast, call)?);
        }
    }
    let outputs = match setting(ast, "output") {
        Some(ExprKind::Tuple(items)) => items.iter().map(|item| named_output(ast, item)).collect::<Option<_>>()?,
        Some(ExprKind::Name(name)) => vec![units_before(ast, Some(&name.to_string()))?],
        Some(_) => return None,
        None => vec![units_before(ast, None)?],
    };
    (!inputs.is_empty()).then_some(Lengths { inputs, outputs })
}

fn setting<'a>(ast: &'a Ast, name: &str) -> Option<&'a ExprKind> {
    ast.body.statements.iter().rev().find_map(|statement| match statement {
        Statement::Assign(assign) if assign.name == name => Some(&assign.value.kind),
        _ => None,
    })
}

fn input(ast: &Ast, call: &Call) -> Option<(&'static str, Vec<usize>)> {
    let (mut dtype, mut extents) = ("f32", Vec::new());
    for argument in &call.arguments {
        match (&argument.name, &argument.value.kind) {
            (None, _) => extents.push(number(ast, &argument.value)?),
            (Some(name), ExprKind::Name(kind)) if name == "dtype" && kind == "u32" => dtype = "u32",
            _ => {}
        }
    }
    let length = extents.iter().try_fold(1usize, |length, &extent| length.checked_mul(extent));
    length.map(|_| (dtype, extents))
}

fn named_output(ast: &Ast, item: &Expr) -> Option<usize> {
    match &item.kind {
        ExprKind::Name(name) => units_before(ast, Some(&name.to_string())),
        _ => None,
    }
}

/// The number of units of the last layer that has one; of the variable's, where a name is given.
fn units_before(ast: &Ast, variable: Option<&str>) -> Option<usize> {
    let statements = ast.body.statements.iter().rev().skip_while(|statement| match (variable, statement) {
        (None, _) => false,
        (Some(name), Statement::Let(statement)) => statement.name != name,
        _ => true,
    });
    for statement in statements {
        match statement {
            Statement::Let(_) | Statement::Apply(_) => {}
            Statement::For(_) => return None,
            _ => continue,
        }
        let mut call = last_call(statement)?;
        loop {
            if let Some(first) = call.arguments.first().filter(|argument| argument.name.is_none()) {
                return number(ast, &first.value);
            }
            match call.receiver.as_ref().map(|receiver| &receiver.kind) {
                Some(ExprKind::Call(inner)) => call = inner,
                _ => break,
            }
        }
    }
    None
}

fn last_call(statement: &Statement) -> Option<&Call> {
    let expr = match statement {
        Statement::Let(statement) => &statement.value,
        Statement::Apply(expr) => expr,
        _ => return None,
    };
    match &expr.kind {
        ExprKind::Call(call) => Some(call),
        _ => None,
    }
}

/// A number as it is written, with the constants of the declaration.
fn number(ast: &Ast, expr: &Expr) -> Option<usize> {
    match value(ast, expr, 0)? {
        Constant::Int(number) => usize::try_from(number).ok().filter(|number| *number <= 1 << 24),
        _ => None,
    }
}

/// The value of one of the declaration's constants.
pub(super) fn constant(ast: &Ast, constant: &Const) -> Option<Constant> {
    value(ast, &constant.value, 0)
}

fn value(ast: &Ast, expr: &Expr, depth: usize) -> Option<Constant> {
    if depth > 16 {
        return None; // A constant may depend on itself.
    }
    match &expr.kind {
        ExprKind::Int(value) => Some(Constant::Int(i128::from(*value))),
        ExprKind::Float(value) => Some(Constant::Float(*value)),
        ExprKind::Bool(value) => Some(Constant::Bool(*value)),
        ExprKind::Binary { operator, left, right, .. } => {
            constant::binary(*operator, &value(ast, left, depth + 1)?, &value(ast, right, depth + 1)?).ok()
        }
        ExprKind::Name(name) => ast.body.statements.iter().find_map(|statement| match statement {
            Statement::Const(constant) if constant.name == *name => value(ast, &constant.value, depth + 1),
            _ => None,
        }),
        _ => None,
    }
}
