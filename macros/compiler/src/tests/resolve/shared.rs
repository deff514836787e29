//! `static`: one owner of parameters for several uses.

use super::{graph, layers, mistakes, says};

/// The owners of all layers.
fn owners(statements: &str) -> Vec<usize> {
    graph(statements).nodes.iter().map(|node| node.owner).collect()
}

#[test]
fn all_uses_have_the_same_owner() {
    let text = "static Head: _ = Dense(2); let x = Input(2); let y = x.Head(); y.Head();";
    assert_eq!(owners(text), [0, 1, 1]);
    assert_eq!(layers(text), ["x()", "head(x)", "head(head)"]);
}

#[test]
fn two_statics_have_two_owners() {
    let text = "static A: _ = Dense(2); static B: _ = Dense(2); let x = Input(2); A(); B(); A();";
    assert_eq!(layers(text), ["x()", "a(x)", "b(a)", "a(b)"]);
}

#[test]
fn options_stand_at_the_declaration() {
    says(
        "static A: _ = Dense(2);\nlet x = Input(2);\nA(3);",
        "4:2 `A` is a shared layer, its options stand where it is declared",
    );
}

#[test]
fn a_static_takes_its_tensor_like_a_layer() {
    for call in ["x.A()", "A(x)"] {
        let text = format!("static A: _ = Dense(2); let x = Input(2); let y = Input(2); {call} + y;");
        assert_eq!(layers(&text)[2], "a(x)", "{call}");
    }
    let two = "static Join: _ = concat(axis = 0); let x = Input(2); let y = Input(2); Join(x, y).Join(y);";
    assert_eq!(layers(two)[2..], ["join(x, y)", "join(join, y)"]);
}

#[test]
fn a_static_may_be_a_block() {
    let text = "
        fn Tower(x: Tensor, n: usize) -> Tensor { Dense(n); relu(); Dense(n); }
        static Encoder: _ = Tower(4);
        let a = Input(3);
        let b = Input(3);
        a.Encoder() - b.Encoder();
    ";
    assert_eq!(owners(text), [0, 1, 2, 3, 4, 2, 3, 4, 5]);
    let expected = [
        "encoder.dense_1(a)",
        "encoder.relu_1(encoder.dense_1)",
        "encoder.dense_2(encoder.relu_1)",
        "encoder.dense_1(b)",
        "encoder.relu_1(encoder.dense_1)",
        "encoder.dense_2(encoder.relu_1)",
        "subtract_1(encoder.dense_2, encoder.dense_2)",
    ];
    assert_eq!(layers(text)[2..], expected);
}

#[test]
fn a_static_keeps_its_path_inside_a_block() {
    let text = "
        static Head: _ = Dense(2);
        fn F(x: Tensor) -> Tensor { Head(); relu(); }
        let a = Input(2);
        F();
        F();
        Head();
    ";
    let expected = ["a()", "head(a)", "f_1.relu_1(head)", "head(f_1.relu_1)", "f_2.relu_1(head)", "head(f_2.relu_1)"];
    assert_eq!(layers(text), expected);
}

#[test]
fn the_layers_beside_a_static_keep_their_numbers() {
    let text = "fn T(x: Tensor) -> Tensor { Dense(2); } static A: _ = T(); let x = Input(2); A(); A(); T(); A();";
    assert_eq!(
        layers(text)[1..],
        ["a.dense_1(x)", "a.dense_1(a.dense_1)", "t_1.dense_1(a.dense_1)", "a.dense_1(t_1.dense_1)"]
    );
}

#[test]
fn a_static_may_depend_on_constants() {
    let text = "const N: usize = 3; static A: _ = Dense(2 * N); let x = Input(6); A(); A();";
    assert!(format!("{:?}", graph(text).nodes[1].layer).contains("units: 6"));
}

#[test]
fn variables_are_not_seen_by_a_static() {
    says("static A: _ = Dense(n);\nlet x = Input(2);\nlet n = 3;\nA();", "2:20 unknown name `n`");
}

#[test]
fn a_static_is_one_layer() {
    for wrong in ["3", "x", "Dense(2) + Dense(3)", "Dense(2).relu()"] {
        let found = mistakes(&format!("static A: _ = {wrong};\nlet x = Input(2);\nA(); A();"));
        assert_eq!(found, ["2:14 `static A` is given a layer: `A: _ = Dense(3);`"], "{wrong}");
    }
}

#[test]
fn a_static_may_stand_in_another() {
    let text = "
        static A: _ = Dense(2);
        fn F(x: Tensor) -> Tensor { A(); relu(); Dense(2); }
        static B: _ = F();
        let x = Input(2);
        B(); B(); A();
    ";
    let graph = graph(text);
    let paths: Vec<&str> = graph.nodes.iter().map(|node| graph.owners[node.owner].path.as_str()).collect();
    assert_eq!(paths, ["x", "a", "b.relu_1", "b.dense_1", "a", "b.relu_1", "b.dense_1", "a"]);
}

#[test]
fn a_static_does_not_use_itself() {
    says("static A: _ = A();\nlet x = Input(2);\nA();", "4:0 the shared layer `A` uses itself");
}

#[test]
fn a_static_that_uses_itself_is_recursion() {
    let text = "fn F(x: Tensor) -> Tensor {\nA(); }\nstatic A: _ = F();\nlet x = Input(2);\nA();";
    let found = mistakes(text);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_mistake_in_a_static_is_reported_once() {
    says("static A: _ = Dense(0);\nlet x = Input(2);\nA(); A();", "2:20 `units` is 0, expected 1 or more");
}
