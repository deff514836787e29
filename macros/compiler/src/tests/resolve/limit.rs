//! How large a network may be.

use super::{graph, mistakes, says};

#[test]
fn empty_loops_come_to_an_end() {
    says(
        "let x = Input(2); for a in 0..1000 { for b in 0..1000 { for c in 0..1000 {} } } x.Dense(1);",
        "2:56 the network has more than 100000 repetitions and uses of blocks",
    );
}

#[test]
fn blocks_that_double_come_to_an_end() {
    let blocks: String =
        (0..40).map(|i| format!("fn B{}(x: Tensor) -> Tensor {{ B{i}(); B{i}(); }} ", i + 1)).collect();
    let found = mistakes(&format!("fn B0(x: Tensor) -> Tensor {{ x + x }} {blocks} let x = Input(2); B40();"));
    assert!(found.len() == 1 && found[0].ends_with("the network has more than 10000 layers"), "{found:?}");
}

#[test]
fn lists_that_double_come_to_an_end() {
    let lists: String = (0..40).map(|i| format!("let l{} = [l{i}, l{i}];\n", i + 1)).collect();
    let found = mistakes(&format!("let x = Input(2); let l0 = [1, 2];\n{lists} Dense(l40);"));
    assert_eq!(found, ["15:10 this list has more than 10000 values"]);
}

#[test]
fn deep_constants_are_refused() {
    let constants: String = (0..3000).map(|i| format!("const A{i}: usize = A{} + 0;\n", i + 1)).collect();
    let found = mistakes(&format!("{constants} const A3000: usize = 1; let x = Input(A0);"));
    assert!(found.len() == 1 && found[0].ends_with("are nested more than 1000 deep"), "{found:?}");
}

#[test]
fn deep_blocks_are_refused() {
    let sum = " + x".repeat(100);
    let blocks: String = (0..60).map(|i| format!("fn B{}(x: Tensor) -> Tensor {{ B{i}(){sum} }}\n", i + 1)).collect();
    let found = mistakes(&format!("fn B0(x: Tensor) -> Tensor {{ x.Dense(2) }} {blocks} let x = Input(2); B60();"));
    assert!(found.len() == 1 && found[0].ends_with("are nested more than 1000 deep"), "{found:?}");
}

#[test]
fn a_thousand_repetitions_are_allowed() {
    assert_eq!(graph("let x = Input(2); for _ in 0..1000 { Dense(2); }").nodes.len(), 1001);
}

#[test]
fn a_misplaced_setting_is_one_mistake() {
    says(
        "let x = Input(2); Dense(3); for _ in 0..1 { optimizer = Sgd(); } loss = mse;",
        "2:44 `optimizer` stands in a loop, expected once, outside",
    );
}

#[test]
fn an_unknown_name_is_said_once() {
    says("let x = Input(2); Dense(q); Dense(q); q.Dense(1);", "2:24 unknown name `q`");
}
