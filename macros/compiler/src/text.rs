//! Expressions as a person would write them, for messages and tables.

use monograd_schema::{alike, difference, exists_elsewhere, nearest, translated};

use crate::ast::{Argument, BinaryOperator, Body, Call, Expr, ExprKind, UnaryOperator};

/// An expression on one line.
pub fn expression(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => number(*value),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Text(value) => quoted(value),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Call(call) => chain(call),
        ExprKind::Unary { operator, operand } => {
            let sign = if *operator == UnaryOperator::Negate { "-" } else { "!" };
            format!("{sign}{}", operand_text(operand))
        }
        ExprKind::Binary { operator, left, right, .. } => {
            format!("{} {} {}", operand_text(left), symbol(*operator), operand_text(right))
        }
        ExprKind::If { condition, .. } => format!("if {} {{ … }}", expression(condition)),
        ExprKind::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
        ExprKind::Tuple(items) => format!("({})", list(items)),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Broken => "…".to_string(),
    }
}

/// A string in quotes, the beginning of a long one.
pub fn quoted(value: &str) -> String {
    const LONGEST: usize = 40;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}", format!("{}…", &value[..end])),
        None => format!("{value:?}"),
    }
}

/// Whether a string is the name of something.
pub fn is_name(value: &str) -> bool {
    value.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && value.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A call without what it applies to: `Dense(3, activation = relu)`.
pub fn call(call: &Call) -> String {
    let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
    format!("{}({})", call.function, arguments.join(", "))
}

/// The beginning of a text that is too long for a table.
pub fn shortened(text: String) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A real number with a point or an exponent, as a literal.
pub fn number(value: f64) -> String {
    format!("{value:?}")
}

/// The sign of an operator.
pub fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "%",
        BinaryOperator::ShiftLeft => "<<",
        BinaryOperator::ShiftRight => ">>",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::And => "&&",
        BinaryOperator::Or => "||",
    }
}

/// A long chain of calls is written without recursion.
fn chain(last: &Call) -> String {
    let mut parts = vec![call(last)];
    let mut receiver = last.receiver.as_deref();
    while let Some(expr) = receiver {
        match &expr.kind {
            ExprKind::Call(inner) => {
                parts.push(call(inner));
                receiver = inner.receiver.as_deref();
            }
            _ => {
                parts.push(operand_text(expr));
                receiver = None;
            }
        }
    }
    parts.reverse();
    parts.join(".")
}

/// What the first call of a chain applies to; nothing where that is the current tensor.
pub fn first_receiver(last: &Call) -> Option<&Expr> {
    let mut receiver = last.receiver.as_deref()?;
    while let ExprKind::Call(call) = &receiver.kind {
        receiver = call.receiver.as_deref()?;
    }
    Some(receiver)
}

/// An expression as the operand of another one.
pub fn operand_text(expr: &Expr) -> String {
    match expr.kind {
        ExprKind::Binary { .. } | ExprKind::If { .. } => format!("({})", expression(expr)),
        _ => expression(expr),
    }
}

fn list(items: &[Expr]) -> String {
    items.iter().map(expression).collect::<Vec<_>>().join(", ")
}

/// `3` or `activation = relu`.
pub fn argument(argument: &Argument) -> String {
    let value = expression(&argument.value);
    argument.name.as_ref().map_or(value.clone(), |name| format!("{name} = {value}"))
}

/// The expression that a branch of an `if` gives, when it is nothing else.
pub fn sole_value(body: &Body) -> Option<&Expr> {
    if body.statements.is_empty() { body.tail.as_deref() } else { None }
}

/// The known name that is meant by an unknown one: another framework's word for it, or a letter or two away.
pub fn meant<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let own = || translated(name, known.clone()).or_else(|| alike(name, known.clone()));
    // What exists elsewhere is meant as it is written.
    own().or_else(|| if exists_elsewhere(name) { None } else { nearest(name, known.clone()) })
}

/// A help line that names what is meant by an unknown name; nothing where that is not clear.
pub fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let ours = meant(name, known.clone())?;
    Some(match (translated(name, known), difference(name)) {
        (None, _) => format!("did you mean `{ours}`?"),
        (Some(_), None) => format!("`{name}` is `{ours}` here"),
        (Some(_), Some(difference)) => format!("`{name}` is `{ours}` here{difference}"),
    })
}

/// The message about an unknown name, with what is meant or with what there is.
pub fn unknown(noun: &str, name: &str, known: &[&str], listed: &[&str]) -> String {
    let known = known.iter().copied();
    let list = listed.join(", ");
    let help = match suggestion(name, known) {
        Some(suggestion) => format!("\nhelp: {suggestion}"),
        None if exists_elsewhere(name) => format!("\nnote: it does not exist here yet; there are {list}"),
        None if listed.len() <= 8 => format!("\nnote: there are {list}"),
        None => String::new(),
    };
    format!("unknown {noun} `{name}`{help}")
}

/// `1 argument`, `3 arguments`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
