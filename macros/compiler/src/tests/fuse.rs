//! Fusion: which neighbours become one layer.

use super::{graph, tape};
use crate::differentiate::Tape;

/// What is left after fusion: `Dense+relu(inputs)` by positions.
fn fused(statements: &str) -> Vec<String> {
    layers(&tape(statements))
}

fn layers(tape: &Tape) -> Vec<String> {
    let layers = tape.shaped.graph.nodes.iter().map(|node| {
        let function = node.layer.final_activation().map(|function| function.name()).filter(|name| *name != "linear");
        let name = match node.layer.as_activation() {
            Some(function) => function.name().to_string(),
            None => format!("{}{}", node.layer.kind().entry.name, function.map_or(String::new(), |f| format!("+{f}"))),
        };
        format!("{name}{:?}", node.inputs)
    });
    layers.collect()
}

#[test]
fn an_activation_goes_into_the_layer_before() {
    assert_eq!(fused("let x = Input(2); Dense(3); relu(); Dense(1);"), ["Input[]", "Dense+relu[0]", "Dense[1]"]);
    assert_eq!(fused("let x = Input(2); x.Dense(3).leaky_relu(0.3);"), ["Input[]", "Dense+leaky_relu[0]"]);
}

#[test]
fn options_of_the_activation_are_kept() {
    let tape = tape("let x = Input(2); x.Dense(3).leaky_relu(0.3);");
    assert!(format!("{:?}", tape.shaped.graph.nodes[1].layer).contains("LeakyRelu { negative_slope: 0.3 }"));
}

#[test]
fn shapes_stay_with_their_layers() {
    let tape = tape("let x = Input(2); Dense(3); relu(); Dense(4); tanh(); Reshape(2, 2); Flatten(); Dense(1);");
    let shapes: Vec<String> = tape.shaped.tensors.iter().map(|typed| typed.shape.to_string()).collect();
    assert_eq!(shapes, ["[2]", "[3]", "[4]", "[2, 2]", "[4]", "[1]"]);
}

#[test]
fn only_one_activation_is_taken() {
    assert_eq!(fused("let x = Input(2); Dense(3); relu(); tanh();"), ["Input[]", "Dense+relu[0]", "tanh[1]"]);
    assert_eq!(
        fused("let x = Input(2); Dense(3, activation = relu); tanh();"),
        ["Input[]", "Dense+relu[0]", "tanh[1]"]
    );
}

#[test]
fn a_value_that_others_read_is_kept() {
    let text = "let x = Input(2); let h = x.Dense(3); h.relu() + h;";
    assert_eq!(fused(text), ["Input[]", "Dense[0]", "relu[1]", "add[2, 1]"]);
    let text = "let x = Input(2); let h = x.Dense(3); h.relu() + h.tanh();";
    assert_eq!(fused(text), ["Input[]", "Dense[0]", "relu[1]", "tanh[1]", "add[2, 3]"]);
}

#[test]
fn the_activation_may_have_several_readers() {
    let text = "let x = Input(2); let h = x.Dense(3).relu(); h * h;";
    assert_eq!(fused(text), ["Input[]", "Dense+relu[0]", "multiply[1, 1]"]);
}

#[test]
fn an_output_is_kept() {
    let text = "let x = Input(2); let h = x.Dense(3); let y = h.relu(); output = (h, y);";
    let tape = tape(text);
    assert_eq!(layers(&tape), ["Input[]", "Dense[0]", "relu[1]"]);
    assert_eq!(tape.shaped.graph.outputs.iter().map(|output| output.node).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_activation_that_is_an_output_is_fused() {
    let text = "let x = Input(2); let h = x.Dense(3).relu(); let y = h.Dense(1); output = (h, y);";
    let tape = tape(text);
    assert_eq!(layers(&tape), ["Input[]", "Dense+relu[0]", "Dense[1]"]);
    assert_eq!(tape.shaped.graph.outputs.iter().map(|output| output.node).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_shared_layer_is_kept() {
    let text = "static S: _ = Dense(2); let x = Input(2); let a = x.S().relu(); let b = a.S(); a + b;";
    assert_eq!(fused(text), ["Input[]", "Dense[0]", "relu[1]", "Dense[2]", "add[2, 3]"]);
}

#[test]
fn a_shared_layer_of_one_use_is_fused() {
    assert_eq!(fused("static S: _ = Dense(2); let x = Input(2); x.S().relu();"), ["Input[]", "Dense+relu[0]"]);
}

#[test]
fn functions_over_rows_are_kept() {
    for function in ["softmax", "log_softmax", "sparsemax"] {
        let text = format!("let x = Input(2); Dense(3); {function}();");
        assert_eq!(fused(&text), ["Input[]", "Dense[0]", &format!("{function}[1]")]);
    }
}

#[test]
fn only_layers_that_can_take_an_activation_do() {
    let text = "let x = Input(2); Dense(3); Reshape(3, 1); relu(); PRelu(); relu(); x + 1;";
    assert_eq!(graph(&text.replace("x + 1", "relu()")).nodes.len(), 7);
    let text = "let x = Input(2); Dense(3); Reshape(3, 1); relu(); PRelu(); tanh();";
    assert_eq!(fused(text), ["Input[]", "Dense[0]", "Reshape[1]", "relu[2]", "PRelu[3]", "tanh[4]"]);
}
