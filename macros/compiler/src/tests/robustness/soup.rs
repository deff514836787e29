//! Statements put together at random.

use super::super::tokens;
use super::survives;

/// Steele and Vigna's SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const NAMES: [&str; 8] = ["x", "y", "N", "B", "S", "relu", "loss", "_a"];

/// An expression that may mean nothing.
fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        let leaves = ["0", "3", "2.5", "true", "\"a\"", "1 << 70", "[1, 2]", "()", "Input(2)", "f32"];
        return if random.below(2) == 0 { random.pick(&NAMES).into() } else { random.pick(&leaves).into() };
    }
    let a = expression(random, depth - 1);
    let b = expression(random, depth - 1);
    match random.below(12) {
        0 => format!("Dense({a})"),
        1 => format!("{a}.Dense({b})"),
        2 => format!("({a} {} {b})", random.pick(&["+", "-", "*", "/", "%", "<<", ">>", "==", "<", "&&", "||"])),
        3 => format!("if {a} {{ {b} }} else {{ {a} }}"),
        4 => format!("concat({a}, {b})"),
        5 => format!("{}({a}, {} = {b})", random.pick(&NAMES), random.pick(&["n", "a", "name", "units", "activation"])),
        6 => format!("{a}.{}()", random.pick(&NAMES)),
        7 => format!("-{a}"),
        8 => format!("!{a}"),
        9 => format!("mse({a}) + {b}"),
        10 => format!("Dense(2, activation = {a}, init = {b})"),
        _ => format!("[{a}, ({b}, {a})]"),
    }
}

fn statement(random: &mut Random, depth: usize) -> String {
    let value = expression(random, depth);
    let name = random.pick(&NAMES);
    match random.below(12) {
        0 | 1 => format!("let {name} = {value};"),
        2 => format!("let mut {name}: Tensor<{{ {value} }}> = Input(2);"),
        3 => format!("{name} = {value};"),
        4 => format!("const {name}: {} = {value};", random.pick(&["usize", "f32", "bool"])),
        5 => format!("static {name}: _ = {value};"),
        6 => {
            let inner = statement(random, depth);
            format!("fn {name}(x: Tensor, n: usize, a: Activation) -> Tensor {{ {inner} {value} }}")
        }
        7 => {
            let inner = statement(random, depth);
            format!(
                "for {} in {} {{ {inner} }}",
                random.pick(&["i", "_", "(i, n)"]),
                random.pick(&["0..2", "[1, 2]", "[(1, 2)]"])
            )
        }
        8 => format!("{} = {value};", random.pick(&["loss", "optimizer", "metrics", "output"])),
        9 => format!("optimizer = {}({value});", random.pick(&["Sgd", "Adam", "Adagrad"])),
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
