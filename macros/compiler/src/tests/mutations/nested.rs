//! Statements put together at random: well formed, and without meaning.

use super::{Random, survives, tokens};

const NAMES: [&str; 8] = ["x", "y", "N", "B", "S", "relu", "loss", "_a"];

fn pick<'a>(random: &mut Random, words: &[&'a str]) -> &'a str {
    words[random.below(words.len())]
}

/// An expression that may mean nothing.
fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        let leaves = ["0", "3", "2.5", "true", "\"a\"", "1 << 70", "[1, 2]", "()", "Input(2)", "f32"];
        return if random.below(2) == 0 { pick(random, &NAMES).into() } else { pick(random, &leaves).into() };
    }
    let a = expression(random, depth - 1);
    let b = expression(random, depth - 1);
    match random.below(12) {
        0 => format!("Dense({a})"),
        1 => format!("{a}.Dense({b})"),
        2 => format!("({a} {} {b})", pick(random, &["+", "-", "*", "/", "%", "<<", ">>", "==", "<", "&&", "||"])),
        3 => format!("if {a} {{ {b} }} else {{ {a} }}"),
        4 => format!("concat({a}, {b})"),
        5 => {
            format!("{}({a}, {} = {b})", pick(random, &NAMES), pick(random, &["n", "a", "name", "units", "activation"]))
        }
        6 => format!("{a}.{}()", pick(random, &NAMES)),
        7 => format!("-{a}"),
        8 => format!("!{a}"),
        9 => format!("mse({a}) + {b}"),
        10 => format!("Dense(2, activation = {a}, init = {b})"),
        _ => format!("[{a}, ({b}, {a})]"),
    }
}

fn statement(random: &mut Random, depth: usize) -> String {
    let value = expression(random, depth);
    let name = pick(random, &NAMES);
    match random.below(12) {
        0 | 1 => format!("let {name} = {value};"),
        2 => format!("let mut {name}: Tensor<{{ {value} }}> = Input(2);"),
        3 => format!("{name} = {value};"),
        4 => format!("const {name}: {} = {value};", pick(random, &["usize", "f32", "bool"])),
        5 => format!("static {name}: _ = {value};"),
        6 => {
            let inner = statement(random, depth);
            format!("fn {name}(x: Tensor, n: usize, a: Activation) -> Tensor {{ {inner} {value} }}")
        }
        7 => {
            let inner = statement(random, depth);
            format!(
                "for {} in {} {{ {inner} }}",
                pick(random, &["i", "_", "(i, n)"]),
                pick(random, &["0..2", "[1, 2]", "[(1, 2)]"])
            )
        }
        8 => format!("{} = {value};", pick(random, &["loss", "optimizer", "metrics", "output"])),
        9 => format!("optimizer = {}({value});", pick(random, &["Sgd", "Adam", "Adagrad"])),
        10 => "let x = Input(2);".to_string(),
        _ => format!("{value};"),
    }
}

#[test]
fn random_statements_survive() {
    let mut random = Random(7);
    for _ in 0..6_000 {
        let count = 1 + random.below(6);
        let depth = random.below(3);
        let statements: Vec<String> = (0..count).map(|_| statement(&mut random, depth)).collect();
        survives(tokens(&format!("struct Net; let x = Input(2); {}", statements.join(" "))));
    }
}
