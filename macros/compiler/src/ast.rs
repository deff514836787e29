//! What was written: names, expressions and their places, nothing inferred.

use proc_macro2::{Ident, Span, TokenStream};

use crate::warning::Warning;

/// What is set for the whole network.
pub const SETTINGS: [&str; 4] = ["output", "loss", "optimizer", "metrics"];

/// The place of a piece of source: its first and its last token.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// The span of the first token.
    pub first: Span,
    /// The span of the last token.
    pub last: Span,
}

impl Extent {
    /// From one token to another.
    pub fn new(first: Span, last: Span) -> Self {
        Self { first, last }
    }

    /// Whether this is the same place.
    pub fn is(self, other: Extent) -> bool {
        let ends = |extent: Extent| (extent.first.start(), extent.last.end());
        ends(self) == ends(other)
    }

    /// From the start of this place to the end of `other`.
    pub fn to(self, other: Extent) -> Self {
        Self { first: self.first, last: other.last }
    }
}

impl From<Span> for Extent {
    fn from(span: Span) -> Self {
        Self { first: span, last: span }
    }
}

/// One declaration, `network!({ … })`.
#[derive(Clone, Debug)]
pub struct Ast {
    /// Outer attributes other than docs, as written (`#[derive(…)]`, `#[cfg(…)]`).
    pub attributes: Vec<TokenStream>,
    /// The warnings that `#[allow(monograd::…)]` switches off.
    pub allowed: Vec<Warning>,
    /// The lines of the doc comment, as rustc hands them over.
    pub docs: Vec<String>,
    /// `pub`, `pub(crate)` or nothing.
    pub visibility: TokenStream,
    /// The name of the generated struct.
    pub name: Ident,
    /// `use path::Name;` that are still to be fetched by callback.
    pub imports: Vec<Import>,
    /// Whether `use path::*;`, which is a mistake, may have brought any name.
    pub imports_all: bool,
    /// Everything after the header, in order.
    pub body: Body,
}

/// The content of a `blocks!({ … })` declaration: blocks and constants to export.
#[derive(Clone, Debug)]
pub struct Library {
    /// Exported constants and blocks, in order.
    pub items: Vec<LibraryItem>,
}

impl Library {
    /// Notes that errors inside its blocks are to be reported where they are used.
    pub fn mark_imported(&mut self) {
        for item in &mut self.items {
            if let Statement::Block(block) = &mut item.definition {
                block.imported = true;
            }
        }
    }
}

/// One exported definition of a `blocks!` declaration.
#[derive(Clone, Debug)]
pub struct LibraryItem {
    /// Outer attributes other than docs, as written.
    pub attributes: Vec<TokenStream>,
    /// `pub`, `pub(crate)` or nothing.
    pub visibility: TokenStream,
    /// The definition: `Statement::Const` or `Statement::Block`, nothing else.
    pub definition: Statement,
    /// The tokens of the definition without attributes and visibility, to be handed to the importing network.
    pub tokens: TokenStream,
}

/// `use path::Name;`
#[derive(Clone, Debug)]
pub struct Import {
    /// The whole path as written.
    pub path: TokenStream,
    /// Its last segment.
    pub name: Ident,
}

/// Statements and the value they leave.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Items and statements in source order.
    pub statements: Vec<Statement>,
    /// The tail expression, if the body ends with one.
    pub tail: Option<Box<Expr>>,
}

/// An item or a statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `const NAME: usize = …;`
    Const(Const),
    /// `fn Name(x: Tensor, …) -> Tensor { … }`
    Block(Block),
    /// `static Name: _ = Layer(…);`
    Shared(Shared),
    /// `let name: Tensor<…> = …;`
    Let(Let),
    /// `name = …;`: a setting (`loss`, `optimizer`, …) or a new value for a `let mut`.
    Assign(Assign),
    /// `for i in 0..3 { … }`
    For(For),
    /// An expression as a statement: a layer, a call, an `if`.
    Apply(Expr),
}

/// `const NAME: usize = …;`
#[derive(Clone, Debug)]
pub struct Const {
    /// Lines of its doc comment.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Ident,
    /// Its declared type.
    pub kind: ConstKind,
    /// Its value.
    pub value: Expr,
}

/// The types that a constant may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstKind {
    /// `usize`
    Size,
    /// `f32`
    Float,
    /// `bool`
    Bool,
}

/// `fn Name(x: Tensor, filters: usize, #[default(1)] stride: usize) -> Tensor { … }`
#[derive(Clone, Debug)]
pub struct Block {
    /// Lines of its doc comment.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Ident,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The asserted shape of its value, if one is written.
    pub output: Option<TensorType>,
    /// Its content.
    pub body: Body,
    /// Whether it came in through `use`: errors inside are then reported at the use.
    pub imported: bool,
}

/// One parameter of a block.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub kind: ParameterKind,
    /// The value of `#[default(…)]`.
    pub default: Option<Expr>,
}

/// The types that a block's parameter may have.
#[derive(Clone, Debug)]
pub enum ParameterKind {
    /// `Tensor` or `Tensor<…>`
    Tensor(TensorType),
    /// `usize`
    Size,
    /// `f32`
    Float,
    /// `bool`
    Bool,
    /// `Activation`
    Activation,
}

/// `Tensor` or `Tensor<7, 7, { 2 * WIDTH }>`
#[derive(Clone, Debug)]
pub struct TensorType {
    /// The asserted extents; nothing where only `Tensor` is written.
    pub extents: Option<Vec<Expr>>,
    /// Its place.
    pub extent: Extent,
}

/// `static Name: _ = Layer(…);`
#[derive(Clone, Debug)]
pub struct Shared {
    /// Its name.
    pub name: Ident,
    /// The layer or block that all uses share.
    pub layer: Expr,
}

/// `let mut name: Tensor<…> = …;`
#[derive(Clone, Debug)]
pub struct Let {
    /// Whether `mut` is written.
    pub mutable: bool,
    /// Its name.
    pub name: Ident,
    /// The asserted shape, if one is written.
    pub kind: Option<TensorType>,
    /// Its value.
    pub value: Expr,
}

/// `name = …;`
#[derive(Clone, Debug)]
pub struct Assign {
    /// The setting or variable.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `for i in 0..3 { … }`
#[derive(Clone, Debug)]
pub struct For {
    /// One name, or several for a list of tuples; `_` is kept as an identifier.
    pub names: Vec<Ident>,
    /// What it runs over.
    pub over: Over,
    /// What is repeated; a tail expression is the last statement of a repetition.
    pub body: Body,
    /// From `for` to the end of what it runs over.
    pub extent: Extent,
}

/// What a `for` runs over.
#[derive(Clone, Debug)]
pub enum Over {
    /// `a..b` or `a..=b`
    Range {
        /// First value.
        start: Expr,
        /// Last value or the one after it.
        end: Expr,
        /// Whether `..=` is written.
        inclusive: bool,
    },
    /// A list, `[3, 5, 7]`.
    List(Expr),
}

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place.
    pub extent: Extent,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `3`
    Int(u64),
    /// `1e-3`
    Float(f64),
    /// `true`
    Bool(bool),
    /// `"relu"`: understood only to say what to write instead.
    Text(String),
    /// `x`, `WIDTH`, `relu`, `same`
    Name(Ident),
    /// `Dense(3, activation = relu)`, `x.relu()`, `concat(a, b)`
    Call(Call),
    /// `-x`, `!flag`
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// The operator's own token.
        operator_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `if a { … } else { … }`; an `else if` is an `otherwise` with that `if` as its tail.
    If {
        /// The condition, a constant.
        condition: Box<Expr>,
        /// The first branch.
        then: Body,
        /// The second branch.
        otherwise: Option<Body>,
    },
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// Something broken that has been reported already; nothing is said about it again.
    Broken,
}

/// `receiver.function(arguments)`
#[derive(Clone, Debug)]
pub struct Call {
    /// What it applies to, where that is written.
    pub receiver: Option<Box<Expr>>,
    /// The name of the layer, block or function.
    pub function: Ident,
    /// Its arguments in order.
    pub arguments: Vec<Argument>,
    /// From the name to the closing parenthesis, without the receiver.
    pub extent: Extent,
}

/// `3` or `activation = relu`
#[derive(Clone, Debug)]
pub struct Argument {
    /// The option's name, where it is written.
    pub name: Option<Ident>,
    /// Its value.
    pub value: Expr,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}
