//! Constants: values known while compiling, and their arithmetic.

use crate::ast::{BinaryOperator, UnaryOperator};
use crate::text;

/// A value known while compiling.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A whole number; negative ones appear only on the way.
    Int(i128),
    /// A real number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    Text(String),
    /// `[…]` or `(…)`.
    List(Vec<Constant>),
    /// Any of these, in a block that nothing uses.
    Unknown,
}

impl Constant {
    /// The value as a literal.
    pub fn text(&self) -> String {
        match self {
            Constant::Int(value) => value.to_string(),
            Constant::Float(value) => text::number(*value),
            Constant::Bool(value) => value.to_string(),
            Constant::Text(value) => text::quoted(value),
            Constant::List(items) => {
                format!("[{}]", items.iter().map(Constant::text).collect::<Vec<_>>().join(", "))
            }
            Constant::Unknown => "_".to_string(),
        }
    }

    /// `the string "relu"`, `a list`: for messages about a wrong kind.
    pub fn described(&self) -> String {
        match self {
            Constant::Int(value) => format!("{value}"),
            Constant::Float(value) => text::number(*value),
            Constant::Bool(value) => format!("`{value}`"),
            Constant::Text(_) => "a string".to_string(),
            Constant::List(_) => "a list".to_string(),
            Constant::Unknown => "a constant".to_string(),
        }
    }
}

/// The largest whole number that a constant may be.
const LIMIT: i128 = 1 << 62;

/// Applies an operator with one operand.
///
/// # Errors
/// The message, without a place.
pub fn unary(operator: UnaryOperator, operand: &Constant) -> Result<Constant, String> {
    match (operator, operand) {
        (_, Constant::Unknown) => Ok(Constant::Unknown),
        (UnaryOperator::Negate, Constant::Int(value)) => Ok(Constant::Int(-value)),
        (UnaryOperator::Negate, Constant::Float(value)) => Ok(Constant::Float(-value)),
        (UnaryOperator::Not, Constant::Bool(value)) => Ok(Constant::Bool(!value)),
        (UnaryOperator::Negate, other) => Err(format!("`-` takes a number, found {}", other.described())),
        (UnaryOperator::Not, other) => Err(format!("`!` takes `true` or `false`, found {}", other.described())),
    }
}

/// Applies an operator with two operands; `&&` and `||` see both.
///
/// # Errors
/// The message, without a place.
pub fn binary(operator: BinaryOperator, left: &Constant, right: &Constant) -> Result<Constant, String> {
    use Constant::{Bool, Float, Int};
    match (left, right) {
        (Constant::Unknown, _) | (_, Constant::Unknown) => Ok(Constant::Unknown),
        (Int(a), Int(b)) => whole(operator, *a, *b),
        (Float(a), Float(b)) => real(operator, *a, *b),
        (Int(a), Float(b)) => real(operator, *a as f64, *b),
        (Float(a), Int(b)) => real(operator, *a, *b as f64),
        (Bool(a), Bool(b)) => match operator {
            BinaryOperator::And => Ok(Bool(*a && *b)),
            BinaryOperator::Or => Ok(Bool(*a || *b)),
            BinaryOperator::Equal => Ok(Bool(a == b)),
            BinaryOperator::NotEqual => Ok(Bool(a != b)),
            _ => Err(format!("`{}` takes numbers, found `{a}` and `{b}`", text::symbol(operator))),
        },
        _ => {
            let (a, b) = (left.described(), right.described());
            Err(format!("`{}` cannot join {a} and {b}", text::symbol(operator)))
        }
    }
}

fn whole(operator: BinaryOperator, a: i128, b: i128) -> Result<Constant, String> {
    use BinaryOperator::*;
    let value = match operator {
        Add => a.checked_add(b),
        Subtract => a.checked_sub(b),
        Multiply => a.checked_mul(b),
        Divide | Remainder if b == 0 => return Err(format!("division by zero: {a} {} {b}", text::symbol(operator))),
        Divide => a.checked_div(b),
        Remainder => a.checked_rem(b),
        ShiftLeft | ShiftRight if b < 0 => {
            return Err(format!("{a} {} {b} shifts by a negative number", text::symbol(operator)));
        }
        ShiftLeft => u32::try_from(b).ok().filter(|b| *b < 64).and_then(|b| a.checked_mul(1 << b)),
        ShiftRight => Some(a >> b.min(127)),
        _ => return compare(operator, a.partial_cmp(&b)),
    };
    let too_large = || format!("{a} {} {b} is too large", text::symbol(operator));
    value.filter(|value| value.abs() <= LIMIT).map(Constant::Int).ok_or_else(too_large)
}

fn real(operator: BinaryOperator, a: f64, b: f64) -> Result<Constant, String> {
    use BinaryOperator::*;
    let value = match operator {
        Add => a + b,
        Subtract => a - b,
        Multiply => a * b,
        Divide => a / b,
        Remainder => a % b,
        ShiftLeft | ShiftRight => {
            return Err(format!("`{}` takes whole numbers, found {a:?} and {b:?}", text::symbol(operator)));
        }
        _ => return compare(operator, a.partial_cmp(&b)),
    };
    let (a, b) = (text::number(a), text::number(b));
    let infinite = || format!("{a} {} {b} is not a finite number", text::symbol(operator));
    if value.is_finite() { Ok(Constant::Float(value)) } else { Err(infinite()) }
}

fn compare(operator: BinaryOperator, order: Option<std::cmp::Ordering>) -> Result<Constant, String> {
    use BinaryOperator::*;
    let Some(order) = order else { return Ok(Constant::Bool(operator == NotEqual)) };
    let holds = match operator {
        Equal => order.is_eq(),
        NotEqual => order.is_ne(),
        Less => order.is_lt(),
        LessOrEqual => order.is_le(),
        Greater => order.is_gt(),
        GreaterOrEqual => order.is_ge(),
        _ => return Err(format!("`{}` takes `true` or `false`, found numbers", text::symbol(operator))),
    };
    Ok(Constant::Bool(holds))
}
