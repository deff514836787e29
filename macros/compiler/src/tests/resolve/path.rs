//! Paths of parameters.

use super::{graph, mistakes, says};

/// The paths of all owners in order, the input's left out.
fn paths(statements: &str) -> Vec<String> {
    let owners = graph(&format!("let x = Input(2); {statements}")).owners;
    owners.into_iter().skip(1).map(|owner| owner.path).collect()
}

#[test]
fn layers_are_numbered_by_type() {
    assert_eq!(
        paths("Dense(2); relu(); Dense(2); relu(); Flatten();"),
        ["dense_1", "relu_1", "dense_2", "relu_2", "flatten_1"]
    );
    assert_eq!(
        paths("LeakyReluTwice(); fn LeakyReluTwice(x: Tensor) -> Tensor { tanh(); }"),
        ["leaky_relu_twice_1.tanh_1"]
    );
}

#[test]
fn a_let_gives_its_name() {
    assert_eq!(paths("let hidden = Dense(2); let h = hidden.relu().Dense(3);"), ["hidden", "relu_1", "h"]);
    assert_eq!(paths("let sum = x + x.Dense(2); let neg = -sum;"), ["dense_1", "sum", "neg"]);
}

#[test]
fn an_option_gives_a_name() {
    assert_eq!(
        paths("Dense(2, name = first); Dense(2, name = \"second\"); relu(name = third);"),
        ["first", "second", "third"]
    );
    assert_eq!(paths("let h = x.Dense(2, name = w);"), ["w"]);
}

#[test]
fn names_are_written_in_snake_case() {
    assert_eq!(paths("let HiddenLayer = Dense(2); let Q = Dense(3);"), ["hidden_layer", "q"]);
}

#[test]
fn a_name_is_a_word() {
    for wrong in ["3", "\"a b\"", "\"1a\"", "\"a.b\"", "\"\"", "\"ä\""] {
        let found = mistakes(&format!("let x = Input(2); Dense(3, name = {wrong});"));
        assert!(
            found.len() == 1 && found[0].contains("a layer's name is a word of letters, digits and `_`"),
            "{found:?}"
        );
    }
}

#[test]
fn blocks_prefix_their_layers() {
    let block = "fn Tower(x: Tensor) -> Tensor { Dense(2); let last = Dense(2); }";
    assert_eq!(
        paths(&format!("{block} Tower(); Tower(); let t = Tower(); Tower(name = named);"))
            .iter()
            .filter(|path| path.ends_with("last"))
            .collect::<Vec<_>>(),
        ["tower_1.last", "tower_2.last", "t.last", "named.last"]
    );
}

#[test]
fn numbers_start_again_in_every_block() {
    let block = "fn F(x: Tensor) -> Tensor { Dense(2); }";
    assert_eq!(
        paths(&format!("{block} Dense(2); F(); Dense(2); F();")),
        ["dense_1", "f_1.dense_1", "dense_2", "f_2.dense_1"]
    );
}

#[test]
fn no_two_owners_have_the_same_path() {
    assert_eq!(paths("let h = Dense(2); let h = Dense(2); let h = Dense(2);"), ["h", "h_2", "h_3"]);
    assert_eq!(paths("let dense_1 = Dense(2); Dense(2);"), ["dense_1", "dense_1_2"]);
    assert_eq!(paths("let x = Dense(2);"), ["x_2"]);
    assert_eq!(paths("let h_2 = Dense(2); let h = Dense(2); let h = Dense(2);"), ["h_2", "h", "h_3"]);
    let block = "fn F(x: Tensor) -> Tensor { Dense(2); }";
    assert_eq!(paths(&format!("{block} let a = Dense(2); let a = F();")), ["a", "a_2.dense_1"]);
}

#[test]
fn a_loop_gives_a_new_path_each_time() {
    assert_eq!(paths("for i in 0..3 { let h = Dense(2); }"), ["h", "h_2", "h_3"]);
}

#[test]
fn inputs_have_the_names_of_their_variables() {
    let graph = graph("let user = Input(2); let film = Input(2); user + film;");
    let owners: Vec<&str> = graph.owners.iter().map(|owner| owner.path.as_str()).collect();
    assert_eq!(owners, ["user", "film", "add_1"]);
    assert_eq!(super::graph("Input(2); Dense(1);").owners[0].path, "input");
}

#[test]
fn a_keyword_as_a_raw_name_is_allowed() {
    assert_eq!(paths("let r#type = Dense(2); Dense(1, name = r#loop);"), ["type", "loop"]);
}

#[test]
fn an_underscore_is_no_name() {
    says("let x = Input(2);\nlet _ = Dense(2);", "3:4 expected a name after `let`, found `_`");
}

#[test]
fn a_name_that_is_written_is_nobody_elses() {
    let taken = "the name `h` is taken by a layer before";
    says("let x = Input(2); Dense(3, name = h);\nDense(3, name = h);", &format!("3:16 {taken}"));
    says("let x = Input(2); let h = Dense(3);\nrelu(name = h);", &format!("3:12 {taken}"));
    says("let x = Input(2);\nfor _ in 0..2 { Dense(3, name = h); }", &format!("3:32 {taken}"));
}
