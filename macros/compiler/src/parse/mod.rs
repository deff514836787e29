//! Tokens to [`Ast`](crate::ast::Ast): the first stage.
//!
//! The tokens of a body are cut into statements at `;` and after the braces of `fn`, `for` and
//! `if`. A statement with a mistake reports exactly one error, at the smallest token, and becomes
//! [`ExprKind::Broken`](crate::ast::ExprKind::Broken) as far as it cannot be understood; the
//! statements after it are parsed as if nothing had happened.
//!
//! Groups, operators with one operand and conditions may be nested 128 deep, chains of calls may
//! be long; whatever is deeper is an error, so that no input overflows the stack.

mod attribute;
mod call;
mod conditional;
mod cursor;
mod declaration;
mod expression;
mod foreign;
mod header;
mod item;
mod kind;
mod literal;
mod parser;
mod path;
mod prefix;
mod recovery;
mod repetition;
mod statement;
mod value;

pub use declaration::{parse_definition, parse_library, parse_network};
pub(crate) use foreign::is_reserved;
pub(crate) use path::number_type;
