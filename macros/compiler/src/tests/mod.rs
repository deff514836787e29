//! One file per stage: text in, stage value or messages out.

mod differentiate;
mod editor;
mod emit;
mod expand;
mod fuse;
mod infer;
mod mutations;
mod parse;
mod plan;
mod resolve;
mod seldom;
mod slopes;
mod warning;

use proc_macro2::TokenStream;

use crate::diagnostics::{Diagnostics, position};
use crate::differentiate::{Tape, differentiate};
use crate::fuse::fuse;
use crate::graph::Graph;
use crate::infer::{ShapedGraph, infer};
use crate::parse::parse_network;

/// Networks of every form that today's layers allow, without their header; all of them train.
const NETWORKS: [&str; 12] = [
    // A chain.
    "let x = Input(20); Dense(64, activation = relu); Dense(33, activation = gelu); Dense(17); tanh(); Dense(10);
     loss = cross_entropy; optimizer = Adam(); metrics = [accuracy, top_k(3)];",
    // Residual.
    "fn Residual(x: Tensor, units: usize) -> Tensor {
         let main = x.Dense(units, activation = relu).Dense(units);
         let skip = if units == 32 { x } else { x.Dense(units, bias = false) };
         (main + skip).relu()
     }
     let x = Input(32);
     for units in [32, 32, 48, 48] { Residual(units); }
     Dense(1);
     loss = mse; optimizer = Sgd(momentum = 0.9);",
    // Shared layers, and a shared block.
    "fn Tower(x: Tensor) -> Tensor { Dense(24, activation = tanh); PRelu(); Dense(8); }
     static Twin: _ = Tower();
     static Head: _ = Dense(8);
     let a = Input(16);
     let b = Input(16);
     let p = a.Twin();
     let q = b.Twin();
     let d = p.Head() - q.Head();
     let y = (d * d).Head();
     loss = mse; optimizer = Sgd();",
    // Axes of 1 that are repeated.
    "let x = Input(5, 7);
     let rows = x.Dense(1);
     let all = x.Dense(7) * rows + rows;
     let most = maximum(all, rows, x);
     let least = minimum(most, x) - average(rows, all);
     Flatten(); Dense(3);
     loss = mae; optimizer = Sgd(); metrics = [rmse];",
    // Two outputs.
    "const WIDTH: usize = 32;
     fn Tower(x: Tensor) -> Tensor { Dense(64, activation = relu); Dense(WIDTH, activation = relu); }
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
     metrics = [mae(rating), accuracy(finished)];",
    // An output in the middle that is read again, and one that is a view of another.
    "let x = Input(12);
     let h = x.Dense(18);
     let m = h.Reshape(2, 9);
     let y = (h.tanh() * h).Dense(4);
     output = (h, m, y);
     loss = mse(h) + 2 * (mae(m) + mse(y)) + 0.1 * huber(y);
     optimizer = AdamW(); metrics = [mae(h), r2(y)];",
    // Views.
    "let x = Input(4, 6);
     let h = x.Dense(10);
     let v = h.Flatten();
     let w = v.Reshape(5, 8).Reshape(4, 10);
     let s = h + w + x.Reshape(24).Dense(40).Reshape(4, 10);
     glu(); Flatten(); Dense(2);
     loss = binary_cross_entropy; optimizer = RmsProp(); metrics = [accuracy];",
    // Dropout in several places.
    "let x = Input(30);
     Dropout(0.2);
     let h = Dense(40, activation = relu);
     let d = h.Dropout(0.5);
     let e = d.Dropout(0.1);
     let s = d + e * h;
     Dense(20); Dropout(0.5); Dense(5);
     loss = cross_entropy(label_smoothing = 0.1); optimizer = Lion(); metrics = [accuracy];",
    // Every kind of derivative.
    "let x = Input(19);
     Dense(19, activation = silu);
     for _ in 0..2 { relu(); elu(); softplus(); Dense(19, activation = sigmoid); mish(); squareplus(); }
     PRelu(shared = true); 1 - 2 * exponential() / 3; softmax(); log_softmax(); Dense(3); sparsemax();
     loss = kl_divergence; optimizer = Adagrad();",
    // Dead ends for gradients: whole branches that learn nothing.
    "let a = Input(9);
     let b = Input(9);
     let n = a.tanh() * b.Reshape(9);
     let h = n.Dense(9) + n;
     let y = h * a + b;
     let z = n.softmax();
     output = (y, z);
     loss = mse(y) + mse(z); optimizer = Nadam();",
    // Odd sizes: single numbers and single elements.
    "let x = Input();
     let h = x.Reshape(1).Dense(1).Dense(17, activation = relu);
     let y = h * h;
     Dense(1); Reshape(1, 1, 1, 1, 1, 1);
     loss = mse; optimizer = Sgd();",
    // 200 layers.
    "let x = Input(40);
     let mut h = x;
     for i in 0..67 { let d = h.Dense(40 + i % 3, activation = relu); h = d.Dense(40) + h; }
     Dense(1);
     loss = mse; optimizer = Sgd();",
];

fn tokens(text: &str) -> TokenStream {
    match text.parse() {
        Ok(tokens) => tokens,
        Err(error) => panic!("{error} in {text}"),
    }
}

/// The mistakes in source order, as `line:column message`.
fn messages(diagnostics: Diagnostics) -> Vec<String> {
    let sorted = diagnostics.into_sorted();
    let shown = sorted.into_iter().map(|diagnostic| {
        let (line, column) = position(diagnostic.extent.first);
        format!("{line}:{column} {}", diagnostic.message)
    });
    shown.collect()
}

/// The graph of a network of these statements, which start on line 2, and the mistakes up to there.
fn resolved(statements: &str) -> (Graph, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let text = format!("struct Net;\n{statements}");
    let ast = parse_network(tokens(&text), &mut diagnostics);
    let ast = ast.unwrap_or_else(|| panic!("no tree of {text}"));
    let graph = crate::resolve::resolve(&ast, &[], &mut diagnostics);
    (graph, messages(diagnostics))
}

/// The graph of statements without mistakes.
fn graph(statements: &str) -> Graph {
    let (graph, messages) = resolved(statements);
    assert!(messages.is_empty(), "{messages:#?} in {statements}");
    graph
}

/// The shaped graph of statements without mistakes.
fn shaped(statements: &str) -> ShapedGraph {
    let mut diagnostics = Diagnostics::default();
    let shaped = infer(graph(statements), &mut diagnostics);
    let messages = messages(diagnostics);
    shaped.unwrap_or_else(|| panic!("{messages:#?} in {statements}"))
}

/// The steps of statements without mistakes.
fn tape(statements: &str) -> Tape {
    differentiate(fuse(shaped(statements)))
}

/// All mistakes of statements that start on line 2; the first line of each.
fn mistakes(statements: &str) -> Vec<String> {
    mistakes_in_full(statements).iter().map(|message| message.lines().next().unwrap_or("").to_string()).collect()
}

/// All mistakes of statements that start on line 2.
fn mistakes_in_full(statements: &str) -> Vec<String> {
    let expansion = crate::expand::network(tokens(&format!("struct Net;\n{statements}")));
    let shown = expansion.errors.into_iter().map(|error| {
        let (line, column) = position(error.extent.first);
        format!("{line}:{column} {}", error.message)
    });
    shown.collect()
}

/// The statements, which start on line 2, have this one mistake; its first line is compared.
fn says(statements: &str, message: &str) {
    assert_eq!(mistakes(statements), [message], "{statements}");
}

/// Steele and Vigna's SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}
