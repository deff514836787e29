//! How parsing goes on after a mistake.

use super::{mistakes, parse, recovered, show_body};

/// The statements and the messages must be these.
fn recovers(text: &str, statements: &[&str], messages: &[&str]) {
    assert_eq!(recovered(text), (owned(statements), owned(messages)), "{text}");
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|&item| item.to_owned()).collect()
}

#[test]
fn a_broken_statement_does_not_hide_the_next_one() {
    recovers(
        "Dense(3 +);\nDense(4);\nlet y = ;\nDense(*);",
        &["?", "Dense(4)", "let y = ?", "?"],
        &[
            "2:9 expected a value, found `)`",
            "4:8 expected a value, found `;`",
            "5:6 `*` has no value before it\nnote: arguments are written one by one, none are unpacked",
        ],
    );
}

#[test]
fn a_broken_statement_has_one_error() {
    assert_eq!(mistakes("Dense(&x, &y, z?, a::b);").len(), 1);
    assert_eq!(mistakes("Dense(1 2 3 4);").len(), 1);
}

#[test]
fn a_missing_semicolon_leaves_both_statements() {
    recovers("Dense(64)\nDense(3);", &["Dense(64)", "Dense(3)"], &["2:8 expected `;` after this layer"]);
    recovers(
        "let x = Input(2)\nloss = mse\noptimizer = Sgd()",
        &["let x = Input(2)", "loss = mse", "optimizer = Sgd()"],
        &[
            "2:15 expected `;` after this `let`",
            "3:7 expected `;` after this assignment",
            "4:16 expected `;` after this assignment",
        ],
    );
    recovers(
        "const N: usize = 3\nrelu()\nlet y = 3; y",
        &["const N: Size = 3", "relu()", "let y = 3", "=y"],
        &["2:17 expected `;` after this `const`", "3:5 expected `;` after this call"],
    );
    recovers("x.a()\n(x + y).b()", &["x.a()", "=(x + y).b()"], &["2:4 expected `;` after this call"]);
    recovers("Dense(1) Dense(2);", &["Dense(1)", "Dense(2)"], &["2:7 expected `;` after this layer"]);
}

#[test]
fn a_comma_for_a_semicolon_leaves_both_statements() {
    recovers(
        "Dense(64),\nDense(3);",
        &["Dense(64)", "Dense(3)"],
        &["2:9 expected `;` after this layer, found `,`\nhelp: write `;` instead"],
    );
}

#[test]
fn a_broken_line_without_semicolon_ends_at_the_next_keyword() {
    recovers(
        "let x =\nlet y = 3;\nDense(3) +\nloss = mse;",
        &["let x = ?", "let y = 3", "?"],
        &["3:0 `let` stands only at the start of a statement", "5:5 only a name can stand before `=`"],
    );
}

#[test]
fn a_broken_loop_ends_at_its_brace() {
    recovers(
        "for i 0..3 { Dense(i); }\nwhile a { b }\nif a = 1 { b } else { c }\nDense(3);",
        &["?", "?", "?", "Dense(3)"],
        &[
            "2:6 expected `in` after the name, found `0`\nhelp: write `for i in 0..3 { … }`",
            "3:0 `while` does not exist here: repetitions are counted while compiling\nhelp: write `for i in 0..n { … }`",
            "4:5 expected `==`, found `=`\nhelp: compare with `==`",
        ],
    );
}

#[test]
fn mistakes_in_bodies_are_reported_one_by_one() {
    recovers(
        "for i in 0..3 { Dense(,); } fn F(x: Tensor) { Dense(&x); Dense(?); x }",
        &["for i in 0..3 { ? }", "fn F { ?; ?; =x }"],
        &[
            "2:22 expected an argument, found `,`\nhelp: remove this comma",
            "2:52 references with `&` do not exist here: tensors are values\nhelp: write `x`",
            "2:63 expected a value, found `?`",
        ],
    );
}

#[test]
fn a_block_with_a_broken_signature_says_nothing_about_its_body() {
    recovers(
        "fn F(x, n: i32) { Dense(n); x }",
        &["fn F { =? }"],
        &[
            "2:5 parameter `x` has no type: `Tensor`, `usize`, `f32`, `bool` or `Activation`\nhelp: for a tensor write `x: Tensor`",
        ],
    );
}

#[test]
fn names_of_a_broken_statement_are_known() {
    recovers(
        "let (a, b) = split(x); let c = match x {}; d = ; const N: usize = 'c';",
        &["let a = ?", "let b = ?", "let c = ?", "d = ?", "const N: Size = ?"],
        &[
            "2:4 a `let` names one value, found a pattern\nhelp: write one `let` for every name",
            "2:31 `match` does not exist here: choices are made with `if`\nhelp: write `if … { … } else { … }`",
            "2:43 `d` has no value",
            "2:66 expected a number, a name or a layer: characters do not exist here",
        ],
    );
}

#[test]
fn a_header_further_down_is_found() {
    let (ast, messages) = parse("let x = Input(2);\n/// Docs.\npub struct Net;\nDense(3);");
    let help = "help: move `struct Net;` to the first line";
    assert_eq!(messages, [format!("1:0 expected the network's struct, found `let`\n{help}")]);
    let ast = ast.map(|ast| (ast.docs, ast.visibility.to_string(), show_body(&ast.body)));
    let body = owned(&["let x = Input(2)", "Dense(3)"]);
    assert_eq!(ast, Some((owned(&[" Docs."]), "pub".to_owned(), body)));
}
