//! Blocks and shared layers that nothing uses: what is unknown in them is an error, what is valid is none.

use super::super::mutations::constructs;
use super::super::warning::WELL_KNOWN;
use super::super::{NETWORKS, messages, tokens};
use super::{mistakes, mistakes_in_full};
use crate::ast::{Assign, Ast, Block, Body, Expr, ExprKind, Let, Parameter, ParameterKind, Statement, TensorType};
use crate::diagnostics::Diagnostics;
use crate::parse::parse_network;

/// The mistakes of a block with this body that nothing uses; the first line of each, with its column.
fn within(body: &str) -> Vec<String> {
    let parameters = "x: Tensor, y: Tensor, n: usize, rate: f32, deep: bool, f: Activation";
    mistakes(&format!(
        "const WIDTH: usize = 0; static Twin: _ = Dense(3); fn Known(x: Tensor, #[default(2)] n: usize) -> Tensor {{ Dense(n) }}
fn Unused({parameters}) -> Tensor {{
{body} }}
let a = Input(4); Known().Twin();"
    ))
}

#[test]
fn unknown_layers_and_functions_are_errors() {
    assert_eq!(within("Dens(3);"), ["4:0 unknown layer `Dens`"]);
    assert_eq!(within("x.Dens(n)"), ["4:2 unknown layer `Dens`"]);
    assert_eq!(within("x.Dense(n).rleu()"), ["4:11 unknown function `rleu`"]);
    assert_eq!(within("let h = x.f(); h.Knwon(3)"), ["4:17 unknown layer `Knwon`"]);
    assert_eq!(within("x.f().rleu()"), ["4:6 unknown function `rleu`"]);
    assert_eq!(within("(x + y).rleu()"), ["4:8 unknown function `rleu`"]);
}

#[test]
fn unknown_names_are_errors() {
    assert_eq!(within("h.Dense(3)"), ["4:0 unknown name `h`"]);
    assert_eq!(within("x + h"), ["4:4 unknown name `h`"]);
    assert_eq!(within("Dense(m);"), ["4:6 unknown name `m`"]);
    assert_eq!(within("Dense(WIDHT);"), ["4:6 unknown name `WIDHT`"]);
    assert_eq!(within("let h: Tensor<m> = x.Dense(3);"), ["4:14 unknown name `m`"]);
    assert_eq!(within("for i in 0..m { Dense(i); }"), ["4:12 unknown name `m`"]);
    assert_eq!(within("h.nothing(); x"), ["4:0 unknown name `h`"]);
}

#[test]
fn unknown_options_are_errors() {
    assert_eq!(within("Dense(n, activatoin = f);"), ["4:9 `Dense` has no option `activatoin`"]);
    assert_eq!(within("Dense(n, activation = rleu);"), ["4:22 unknown activation `rleu`"]);
    assert_eq!(within("Known(m = 3);"), ["4:6 block `Known` has no option `m`"]);
    assert_eq!(within("x.Dense(n).Known(m = 3)"), ["4:17 block `Known` has no option `m`"]);
}

#[test]
fn branches_and_loops_are_read() {
    assert_eq!(
        within("if deep { x.Dens(3) } else { x.rleu() }"),
        ["4:12 unknown layer `Dens`", "4:31 unknown function `rleu`"]
    );
    assert_eq!(within("if WIDTH > 0 && deep { Dens(3); }"), ["4:23 unknown layer `Dens`"]);
    assert_eq!(within("for i in 0..n { Dens(i); }"), ["4:16 unknown layer `Dens`"]);
    assert_eq!(within("for i in 0..0 { Dens(i); }"), ["4:16 unknown layer `Dens`"]);
    assert_eq!(
        within("for (g, m) in [(relu, n), (f, 3)] { Dense(m, g); g(); rleu(); }"),
        ["4:54 unknown function `rleu`"]
    );
    assert_eq!(within("Dense(n, activation = if deep { rleu } else { f });"), ["4:32 unknown activation `rleu`"]);
}

#[test]
fn signatures_and_shared_layers_are_read() {
    let text = "fn F(x: Tensor<m>, #[default(k)] n: usize) -> Tensor<j> { Dense(n); }\nlet x = Input(4); Dense(3);";
    assert_eq!(mistakes(text), ["2:15 unknown name `m`", "2:29 unknown name `k`", "2:53 unknown name `j`"]);
    let text = "static S: _ = Dense(m, activation = rleu);\nlet x = Input(4); Dense(3);";
    assert_eq!(mistakes(text), ["2:20 unknown name `m`", "2:36 unknown activation `rleu`"]);
    assert_eq!(mistakes("static S: _ = Dens(3);\nlet x = Input(4); Dense(3);"), ["2:14 unknown layer `Dens`"]);
}

#[test]
fn an_unused_block_has_the_message_of_a_used_one() {
    let block = "fn F(x: Tensor) -> Tensor {\nx.Dens(3) }\nlet x = Input(4);";
    let used = mistakes_in_full(&format!("{block} F();")).remove(0);
    let unused = mistakes_in_full(&format!("{block} Dense(3);")).remove(0);
    assert_eq!(used.replace("\nin block `F()`, used at line 4", ""), unused);
}

#[test]
fn values_are_not_claimed() {
    for body in [
        "if deep && WIDTH > 0 { Dense(WIDTH); }",
        "for i in 0..3 { if i > n { Dense(i); } }",
        "let k = 0; if k > 0 || deep { Dense(k, relu); }",
        "const K: usize = 2 * WIDTH; Dense(K, relu); Dropout(K + rate)",
        "Dense(n, relu).Dense(2 * n, f).Dense(if deep { n } else { 4 }, f)",
        "let k = if deep { let a = 3; a } else { n }; Dense(k, relu);",
        "let s = [n, 2 * n]; for k in s { Dense(k, relu); }",
        "Reshape(2, n); Reshape(n, 2); Reshape(n, -1, WIDTH)",
        "concat(x, y, x, axis = 0).f()",
        "Known(x, n); x.Known(WIDTH).Known(n = n); Known(y); x.Twin()",
        "let mut h = x; for _ in 0..n { h = h.Dense(n) + x; if deep { h = h.f(); } } h",
        "let h = if deep { x.Dense(n) } else { x }; h * 0.5 - rate * y + n",
        "let g: Tensor<n, WIDTH> = x; maximum(g, y)",
        "Dense(n, activation = if deep { relu } else { f }, bias = !deep, name = last);",
        "for i in 0..1000 { for j in 0..1000 { Dense(i * j); } }",
        "if deep { let h = x.Dense(3); h.relu() } else { y }",
    ] {
        assert_eq!(within(body), [""; 0], "{body}");
    }
}

/// Every network that the tests know, as a block that nothing uses; so are its own blocks then.
#[test]
fn no_valid_declaration_becomes_an_error() {
    let whole = constructs::NETWORKS.iter().map(|text| text.to_string());
    let statements = NETWORKS.iter().chain(WELL_KNOWN.iter().map(|(_, network)| network));
    for text in statements.map(|text| format!("struct Net; {text}")).chain(whole) {
        assert_eq!(mistakes_as_block(&text), [""; 0], "{text}");
    }
}

fn parsed(text: &str) -> Ast {
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(tokens(text), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?} in {text}");
    ast.expect("it has no mistakes")
}

fn mistakes_as_block(text: &str) -> Vec<String> {
    let mut ast = parsed(text);
    let name = ast.name.clone();
    let (mut parameters, mut within, mut outside) = (vec![], vec![], vec![]);
    let is_input = |value: &Expr| matches!(&value.kind, ExprKind::Call(call) if call.function == "Input");
    for statement in std::mem::take(&mut ast.body.statements) {
        match statement {
            Statement::Const(_) | Statement::Block(_) | Statement::Shared(_) => outside.push(statement),
            Statement::Assign(Assign { ref name, .. })
                if ["loss", "optimizer", "metrics", "output"].iter().any(|setting| name == setting) => {}
            Statement::Let(Let { name, kind, value, .. }) if is_input(&value) => {
                let kind = kind.unwrap_or(TensorType { extents: None, extent: name.span().into() });
                parameters.push(Parameter { name, kind: ParameterKind::Tensor(kind), default: None });
            }
            statement => within.push(statement),
        }
    }
    let body = Body { statements: within, tail: ast.body.tail.take() };
    outside.push(Statement::Block(Block { name, parameters, output: None, body, docs: vec![], imported: false }));
    outside.extend(parsed("struct Net; let own_input = Input(4); Dense(1);").body.statements);
    ast.body.statements = outside;
    let mut diagnostics = Diagnostics::default();
    crate::resolve::resolve(&ast, &[], &mut diagnostics);
    messages(diagnostics)
}

#[test]
fn a_block_whose_every_use_has_a_mistake_is_read() {
    let found = |body: &str| {
        mistakes(&format!("fn B(x: Tensor, n: usize) -> Tensor {{ {body} }}\nlet a = Input(4); B(m = 3); B(m = 4);"))
    };
    let (wrong, right) = (found("Dens(n)"), found("Dense(n)"));
    assert_eq!(wrong.iter().filter(|message| message.contains("unknown layer `Dens`")).count(), 1, "{wrong:?}");
    assert_eq!(wrong.len(), right.len() + 1, "{wrong:?}, {right:?}");
    assert!(right.iter().all(|message| message.contains("block `B`")), "{right:?}");
}
