//! `for` and `if`, `let mut` and shadowing.

use super::{layers, mistakes, mistakes_in_full, says};

/// The units of the `Dense` layers that the statements leave after an input.
fn units(statements: &str) -> Vec<usize> {
    let graph = super::graph(&format!("let x = Input(2); {statements}"));
    let dense = graph.nodes.iter().filter(|node| node.layer.kind().entry.name == "Dense");
    let units = dense.map(|node| match node.layer.values()[0] {
        monograd_schema::Value::Size(units) => units,
        ref other => panic!("{other:?}"),
    });
    units.collect()
}

#[test]
fn what_a_loop_runs_over_is_known_later() {
    let found = mistakes_in_full("const N: usize = 3;\nlet x = Input(2);\nfor _ in N { Dense(2); }");
    assert_eq!(found, ["4:9 `for` runs over a range or a list, found 3\nhelp: write `0..N`"]);
    says(
        "const N: usize = [1, 2];\nlet x = Input(2);\nfor n in N { Dense(n); }",
        "2:17 `N` is declared as `usize`, found a list",
    );
}

#[test]
fn for_runs_over_ranges() {
    assert_eq!(units("for i in 1..4 { Dense(i); }"), [1, 2, 3]);
    assert_eq!(units("for i in 1..=4 { Dense(i); }"), [1, 2, 3, 4]);
    assert_eq!(units("const N: usize = 2; for i in N..2 * N + 1 { Dense(i); }"), [2, 3, 4]);
    assert_eq!(units("for i in 3..3 { Dense(i); }"), []);
    assert_eq!(units("for i in 3..=3 { Dense(i); }"), [3]);
    assert_eq!(units("const N: usize = 2; for i in 3..N { Dense(i); }"), []);
    assert_eq!(units("for i in 1 - 2..2 { Dense(i + 2); }"), [1, 2, 3]);
}

#[test]
fn a_range_that_is_written_backwards_is_a_mistake() {
    says("let x = Input(2);\nfor i in 5..3 { Dense(i); }", "3:0 this range ends before it starts, found 5..3");
}

#[test]
fn for_runs_over_lists() {
    assert_eq!(units("for n in [3, 5, 7] { Dense(n); }"), [3, 5, 7]);
    assert_eq!(units("for (n, m) in [(3, 4), (5, 6)] { Dense(n); Dense(m); }"), [3, 4, 5, 6]);
    assert_eq!(units("for (n, wide) in [(3, true), (5, false)] { Dense(if wide { 10 * n } else { n }); }"), [30, 5]);
    assert_eq!(units("for n in [] { Dense(n); }"), []);
}

#[test]
fn loops_nest() {
    assert_eq!(units("for i in 0..2 { for j in 0..2 { Dense(1 + 2 * i + j); } }"), [1, 2, 3, 4]);
}

#[test]
fn the_current_tensor_runs_through_a_loop() {
    let text = "let x = Input(2); for _ in 0..2 { relu(); tanh(); } sigmoid();";
    assert_eq!(
        layers(text),
        ["x()", "relu_1(x)", "tanh_1(relu_1)", "relu_2(tanh_1)", "tanh_2(relu_2)", "sigmoid_1(tanh_2)"]
    );
}

#[test]
fn a_loop_runs_over_a_list_with_a_name() {
    let named = "let sizes = [8, 4]; let x = Input(2); for n in sizes { Dense(n); }";
    assert_eq!(layers(named), layers("let x = Input(2); for n in [8, 4] { Dense(n); }"));
    let pairs = "let sizes = [(8, true), (4, false)]; let x = Input(2); for (n, b) in sizes { Dense(n, bias = b); }";
    assert_eq!(layers(pairs), layers(named));
    says(
        "let sizes = [8, 4]; let x = Input(2);\nfor (n, b) in sizes { Dense(n, bias = b); }",
        "3:14 this `for` has 2 names, found an item of 1 value",
    );
}

#[test]
fn what_a_loop_runs_over_is_checked() {
    let cases = [
        ("for i in 0..1.5 { relu(); }", "2:12 expected a whole number, found 1.5"),
        ("for i in 3 { relu(); }", "2:9 `for` runs over a range or a list"),
        ("for (i, j) in 0..3 { relu(); }", "2:0 a range gives one value, found 2 names"),
        ("for (i, j) in [(1, 2), (3,)] { relu(); }", "2:23 this `for` has 2 names, found an item of 1 value"),
        ("for (i, j) in [1, 2] { relu(); }", "2:15 this `for` has 2 names, found an item of 1 value"),
    ];
    for (statements, message) in cases {
        says(&format!("{statements}\nlet x = Input(2); relu();"), message);
    }
}

#[test]
fn a_loop_repeats_at_most_1000_times() {
    assert!(mistakes("let x = Input(2); for i in 0..1000 { relu(); }").is_empty());
    says(
        "let x = Input(2);\nfor i in 0..1001 { relu(); }",
        "3:0 this `for` repeats 1001 times, at most 1000 are possible",
    );
    says(
        "let x = Input(2);\nfor i in 1..=1001 { relu(); }",
        "3:0 this `for` repeats 1001 times, at most 1000 are possible",
    );
    says(
        "let x = Input(2);\nfor i in 0..1 << 60 { relu(); }",
        "3:0 this `for` repeats 1152921504606846976 times, at most 1000 are possible",
    );
}

#[test]
fn nested_loops_come_to_an_end() {
    let nested = "let x = Input(2); for i in 0..1000 { for j in 0..1000 { for k in 0..1000 { LAYER } } } relu();";
    for layer in ["", "relu();", "if k > 1000 { relu(); }"] {
        let found = mistakes(&nested.replace("LAYER", layer));
        assert!(found.len() == 1 && found[0].contains("more than"), "{found:?}");
    }
}

#[test]
fn a_mistake_in_a_loop_is_reported_once() {
    let found = mistakes("let x = Input(2);\nfor i in 0..10 { Dense(i); }");
    assert_eq!(found, ["3:23 `units` is 0, expected 1 or more"]);
}

#[test]
fn if_is_a_statement() {
    assert_eq!(units("for i in 1..4 { if i != 2 { Dense(i); } }"), [1, 3]);
    assert_eq!(units("if 1 > 2 { Dense(3); } else { Dense(4); }"), [4]);
    assert_eq!(units("if false { Dense(3); } else if true { Dense(4); } else { Dense(5); }"), [4]);
}

#[test]
fn if_is_a_value() {
    assert_eq!(units("Dense(if true { 3 } else { 4 });"), [3]);
    let text = "let a = Input(2); let b = a.Dense(2); let c = if false { a } else { b.relu() }; a + c;";
    assert_eq!(layers(text)[2..], ["c(b)", "add_1(a, c)"]);
}

#[test]
fn a_branch_may_have_statements() {
    let text = "let a = Input(2); let b = if true { Dense(3); Dense(2) } else { a }; a + b;";
    assert_eq!(layers(text)[1..], ["dense_1(a)", "dense_2(dense_1)", "add_1(a, dense_2)"]);
}

#[test]
fn the_other_branch_is_not_looked_at() {
    assert!(mistakes("let x = Input(2); if false { Dense(0); } else { Dense(1); }").is_empty());
}

#[test]
fn a_condition_is_a_constant() {
    says(
        "let x = Input(2); if x { Dense(1); }",
        "2:21 expected a constant, found a tensor, which has no value before the network runs",
    );
    says("let x = Input(2); if 1 { Dense(1); }", "2:21 a condition is `true` or `false`, found 1");
}

#[test]
fn an_if_without_else_gives_nothing() {
    let found = mistakes("let x = Input(2); let y = if false { x.Dense(1) };\nrelu();");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`if` without `else`"), "{found:?}");
}

#[test]
fn let_mut_takes_new_values() {
    let text = "let x = Input(2); let mut h = x; for i in 0..2 { h = h + x.Dense(2); } h.relu();";
    let expected = ["x()", "dense_1(x)", "h(x, dense_1)", "dense_2(x)", "h_2(h, dense_2)", "relu_1(h_2)"];
    assert_eq!(layers(text), expected);
}

#[test]
fn a_let_takes_none() {
    says("let x = Input(2); let h = x.relu();\nh = h.tanh();", "3:0 `h` cannot be assigned twice");
}

#[test]
fn an_assigned_value_is_current() {
    let text = "let x = Input(2); let mut h = x.Dense(2); x.Dense(2); h = h.relu(); tanh();";
    let graph = super::resolved(text).0;
    assert_eq!(super::show(&graph).last().unwrap(), "tanh_1(h_2)");
}

#[test]
fn a_constant_may_be_mutable() {
    assert_eq!(units("let mut n = 1; for i in 0..3 { n = 2 * n; Dense(n); }"), [2, 4, 8]);
}

#[test]
fn a_name_may_be_shadowed() {
    let text = "let x = Input(2); let h = x.Dense(3); let h = h.relu(); h.tanh();";
    assert_eq!(layers(text), ["x()", "h(x)", "h_2(h)", "tanh_1(h_2)"]);
}

#[test]
fn what_a_loop_declares_ends_with_it() {
    says("let x = Input(2); for i in 0..2 { let h = x.relu(); h.tanh(); }\nh.relu();", "3:0 unknown name `h`");
    says("let x = Input(2); for i in 0..2 { relu(); }\nDense(i);", "3:6 unknown name `i`");
}

#[test]
fn settings_stand_at_the_top() {
    let inside =
        ["for i in 0..2 { loss = mse; }", "if true { loss = mse; }", "for i in 0..2 { if i == 0 { loss = mse; } }"];
    for inside in inside {
        let found = mistakes(&format!("let x = Input(2); Dense(1); {inside}"));
        assert_eq!(found.len(), 1, "{inside} {found:?}");
        assert!(found[0].contains("`loss` stands in"), "{found:?}");
    }
}

#[test]
fn lists_may_hold_activations() {
    let graph = super::graph(
        "let x = Input(2); for (units, f) in [(3, relu), (4, leaky_relu(0.1))] { Dense(units, activation = f); }",
    );
    let functions: Vec<String> =
        graph.nodes[1..].iter().map(|node| format!("{:?}", node.layer.final_activation())).collect();
    assert!(functions[0].contains("Relu") && functions[1].contains("LeakyRelu"), "{functions:?}");
}
