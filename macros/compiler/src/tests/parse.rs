//! Tokens to a syntax tree: structure, diagnostics and recovery.

mod diagnostic;
mod foreign;
mod library;
mod recovery;
mod robustness;
mod structure;

use super::{messages, tokens};
use crate::ast::{Ast, BinaryOperator, Body, Expr, ExprKind, Over, Statement, TensorType, UnaryOperator};
use crate::diagnostics::Diagnostics;
use crate::parse::parse_network;

/// The declarations of the design document.
pub(super) const NETWORKS: [&str; 5] = [
    "
        /// 2 → 3 → 1 regression.
        pub struct Regression;

        let x = Input(2);
        Dense(3, activation = relu);
        Dense(1);

        loss = mse;
        optimizer = Sgd(learning_rate = 0.01);
    ",
    "
        /// The Keras MNIST convnet: 34,826 parameters.
        pub struct Digits;

        const CLASSES: usize = 10;

        let image = Input(28, 28, 1);
        Conv2d(32, 3, activation = relu);
        MaxPool2d(2);
        Conv2d(64, 3, activation = relu);
        MaxPool2d(2);
        Flatten();
        Dropout(0.5);
        Dense(CLASSES);

        loss = cross_entropy;
        optimizer = Adam(learning_rate = 1e-3);
        metrics = [accuracy];
    ",
    "
        /// ResNet for 32×32 images, 6 N + 2 weighted layers.
        pub struct ResNet;

        const N: usize = 3;

        fn Conv(x: Tensor, filters: usize, kernel: usize, stride: usize) -> Tensor {
            Conv2d(filters, kernel, stride = stride, padding = same, bias = false);
            BatchNorm();
        }

        fn Residual(x: Tensor, filters: usize, stride: usize) -> Tensor {
            let main = x.Conv(filters, 3, stride).relu().Conv(filters, 3, 1);
            let skip = if stride == 1 { x } else { x.Conv(filters, 1, stride) };
            (main + skip).relu()
        }

        let image = Input(32, 32, 3);
        Conv(16, 3, 1);
        relu();
        for stage in 0..3 {
            for i in 0..N {
                Residual(16 << stage, if stage > 0 && i == 0 { 2 } else { 1 });
            }
        }
        GlobalAvgPool2d();
        Dense(10);

        loss = cross_entropy;
        optimizer = Sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 1e-4);
        metrics = [accuracy];
    ",
    "
        /// A GPT-2-shaped character model.
        pub struct Gpt;

        const VOCABULARY: usize = 65;
        const TIME: usize = 64;
        const WIDTH: usize = 128;

        fn Block(x: Tensor, heads: usize) -> Tensor {
            let x = x + x.LayerNorm().Attention(heads, causal = true);
            x + x.LayerNorm().Dense(4 * WIDTH, activation = gelu).Dense(WIDTH)
        }

        let tokens = Input(TIME, dtype = u32);
        Embedding(VOCABULARY, WIDTH);
        PositionEmbedding();
        for _ in 0..4 {
            Block(4);
        }
        LayerNorm();
        Dense(VOCABULARY);

        loss = cross_entropy;
        optimizer = AdamW(learning_rate = 3e-4, weight_decay = 0.1);
        metrics = [accuracy];
    ",
    "
        /// Two inputs, two outputs.
        pub struct Recommender;

        const WIDTH: usize = 32;

        fn Tower(x: Tensor) -> Tensor {
            Dense(64, activation = relu);
            Dense(WIDTH, activation = relu);
        }

        let user = Input(20);
        let film = Input(50);
        let u = user.Tower();
        let f = film.Tower();
        let h = concat(u, f, u * f).Dense(64, activation = relu);
        let rating = h.Dense(1);
        let finished = h.Dense(1);

        output = (rating, finished);
        loss = mse(rating) + 0.5 * binary_cross_entropy(finished);
        optimizer = Adam(learning_rate = 1e-3);
        metrics = [mae(rating), accuracy(finished)];
    ",
];

fn parse(text: &str) -> (Option<Ast>, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(tokens(text), &mut diagnostics);
    (ast, messages(diagnostics))
}

/// The tree of a network without mistakes.
fn network(text: &str) -> Ast {
    match parse(text) {
        (Some(ast), messages) if messages.is_empty() => ast,
        (_, messages) => panic!("{messages:#?} in {text}"),
    }
}

/// The body of a network of these statements, which have no mistakes, in short form.
fn statements(text: &str) -> Vec<String> {
    show_body(&network(&format!("struct Net; {text}")).body)
}

/// The body of a network of these statements, in short form, and its mistakes; the statements
/// start on line 2.
fn recovered(text: &str) -> (Vec<String>, Vec<String>) {
    match parse(&format!("struct Net;\n{text}")) {
        (Some(ast), messages) => (show_body(&ast.body), messages),
        (None, messages) => panic!("{messages:#?} in {text}"),
    }
}

/// The mistakes in statements that start on line 2.
fn mistakes(text: &str) -> Vec<String> {
    recovered(text).1
}

fn show_body(body: &Body) -> Vec<String> {
    let tail = body.tail.iter().map(|tail| format!("={}", show(tail)));
    body.statements.iter().map(show_statement).chain(tail).collect()
}

/// The statements, which start on line 2, must have this one mistake.
fn says(statements: &str, message: &str) {
    assert_eq!(mistakes(statements), [message], "{statements}");
}

/// The whole declaration must have this one mistake.
fn header_says(declaration: &str, message: &str) {
    let (_, messages) = parse(declaration);
    assert_eq!(messages, [message], "{declaration}");
}

/// A body inside another one.
fn braced(body: &Body) -> String {
    format!("{{ {} }}", show_body(body).join("; "))
}

fn show_statement(statement: &Statement) -> String {
    match statement {
        Statement::Const(c) => format!("const {}: {:?} = {}", c.name, c.kind, show(&c.value)),
        Statement::Block(block) => format!("fn {} {}", block.name, braced(&block.body)),
        Statement::Shared(shared) => format!("static {} = {}", shared.name, show(&shared.layer)),
        Statement::Let(l) => {
            let mutable = if l.mutable { "mut " } else { "" };
            let kind = l.kind.as_ref().map(|kind| format!(": {}", show_kind(kind)));
            let kind = kind.unwrap_or_default();
            format!("let {mutable}{}{kind} = {}", l.name, show(&l.value))
        }
        Statement::Assign(assign) => format!("{} = {}", assign.name, show(&assign.value)),
        Statement::For(f) => {
            let names: Vec<String> = f.names.iter().map(ToString::to_string).collect();
            let over = match &f.over {
                Over::List(list) => show(list),
                Over::Range { start, end, inclusive } => {
                    let operator = if *inclusive { "..=" } else { ".." };
                    format!("{}{operator}{}", show(start), show(end))
                }
            };
            format!("for {} in {over} {}", names.join(" "), braced(&f.body))
        }
        Statement::Apply(expression) => show(expression),
    }
}

fn show_kind(kind: &TensorType) -> String {
    match &kind.extents {
        Some(extents) => format!("Tensor<{}>", show_list(extents)),
        None => "Tensor".to_owned(),
    }
}

fn show_list(list: &[Expr]) -> String {
    list.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// An expression with all its parentheses.
fn show(expression: &Expr) -> String {
    match &expression.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Call(call) => {
            let receiver = call.receiver.as_ref().map(|r| format!("{}.", show(r)));
            let arguments = call.arguments.iter().map(|argument| match &argument.name {
                Some(name) => format!("{name} = {}", show(&argument.value)),
                None => show(&argument.value),
            });
            let arguments: Vec<String> = arguments.collect();
            let receiver = receiver.unwrap_or_default();
            format!("{receiver}{}({})", call.function, arguments.join(", "))
        }
        ExprKind::Unary { operator, operand } => {
            let operator = match operator {
                UnaryOperator::Negate => "-",
                UnaryOperator::Not => "!",
            };
            format!("({operator}{})", show(operand))
        }
        ExprKind::Binary { operator, left, right, .. } => {
            format!("({} {} {})", show(left), sign(*operator), show(right))
        }
        ExprKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map(|body| format!(" else {}", braced(body)));
            let (condition, then) = (show(condition), braced(then));
            format!("if {condition} {then}{}", otherwise.unwrap_or_default())
        }
        ExprKind::Tuple(list) => format!("({},)", show_list(list)),
        ExprKind::List(list) => format!("[{}]", show_list(list)),
        ExprKind::Broken => "?".to_owned(),
    }
}

fn sign(operator: BinaryOperator) -> &'static str {
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
