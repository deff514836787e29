//! Layers and operators on tensors: what they apply to.

use super::{layers, mistakes, mistakes_in_full, says};

/// The last layer with its options.
fn last(statements: &str) -> String {
    format!("{:?}", super::graph(statements).nodes.last().unwrap().layer)
}

#[test]
fn a_layer_applies_to_the_statement_before() {
    assert_eq!(layers("let x = Input(2); Dense(3); relu();"), ["x()", "dense_1(x)", "relu_1(dense_1)"]);
}

#[test]
fn a_layer_applies_to_its_receiver_or_to_its_arguments() {
    for call in ["x.Dense(3)", "Dense(x, 3)", "x.Dense(units = 3)", "Dense(x, units = 3)"] {
        let text = format!("let x = Input(2); let y = Input(2); {call}; y.Dense(1);");
        assert_eq!(super::show(&super::resolved(&text).0)[2], "dense_1(x)", "{call}");
    }
}

#[test]
fn functions_of_several_tensors() {
    let inputs = "let a = Input(2); let b = Input(2);";
    assert_eq!(layers(&format!("{inputs} concat(a, b);"))[2], "concat_1(a, b)");
    assert_eq!(layers(&format!("{inputs} a.concat(b);"))[2], "concat_1(a, b)");
    assert_eq!(layers(&format!("{inputs} maximum(a, b, a.relu());"))[3], "maximum_1(a, b, relu_1)");
    assert_eq!(layers(&format!("{inputs} concat(a, a + b, -b);"))[4], "concat_1(a, add_1, scaled_tensor_1)");
}

#[test]
fn operators_on_tensors() {
    let inputs = "let a = Input(2); let b = Input(2);";
    for (expression, layer) in [("a + b", "add"), ("a - b", "subtract"), ("a * b", "multiply")] {
        assert_eq!(layers(&format!("{inputs} {expression};"))[2], format!("{layer}_1(a, b)"));
    }
    assert_eq!(layers(&format!("{inputs} a + b * a;"))[2..], ["multiply_1(b, a)", "add_1(a, multiply_1)"]);
}

#[test]
fn operators_on_tensors_and_constants() {
    let cases = [
        ("x + 1", 1.0, 1.0),
        ("1 + x", 1.0, 1.0),
        ("x - 3", 1.0, -3.0),
        ("3 - x", -1.0, 3.0),
        ("x * 2.5", 2.5, 0.0),
        ("2.5 * x", 2.5, 0.0),
        ("x / 4", 0.25, 0.0),
        ("-x", -1.0, 0.0),
        ("x * (1 + 2)", 3.0, 0.0),
    ];
    for (expression, scale, shift) in cases {
        let expected = format!("ScaleShift {{ scale: {scale:?}, shift: {shift:?} }}");
        assert_eq!(last(&format!("let x = Input(2); {expression};")), expected, "{expression}");
    }
}

#[test]
fn other_operators_are_refused() {
    let suffix = "is not defined for these tensors, which have `+`, `-`, `*` and division by a number";
    for (expression, sign) in [("x / x", "/"), ("x % 2", "%"), ("2 / x", "/"), ("x != x", "!="), ("x << 1", "<<")] {
        says(&format!("let x = Input(2);\n{expression};"), &format!("3:0 `{sign}` {suffix}"));
    }
    says("let x = Input(2);\n!x;", "3:0 `!` takes `true` or `false`, found a tensor");
}

#[test]
fn operands_are_tensors_and_numbers() {
    says("let x = Input(2);\nx + true;", "3:4 a tensor is combined with a number or a tensor, found `true`");
    says("let x = Input(2);\nx * 1e39;", "3:4 a tensor holds `f32`, found a number beyond: 1e39");
    says("let x = Input(2);\nx / 0;", "3:4 division of a tensor by zero");
    says("let x = Input(2);\nx / 0.0;", "3:4 division of a tensor by zero");
    for tiny in ["1e-320", "(-1e-320)"] {
        let found = mistakes(&format!("let x = Input(2);\nx / {tiny};"));
        assert!(found.len() == 1 && found[0].contains("division of a tensor by "), "{found:?}");
    }
}

#[test]
fn an_activation_has_options() {
    assert_eq!(
        last("let x = Input(2); leaky_relu(0.5);"),
        "Activate { function: LeakyRelu { negative_slope: 0.5 } }"
    );
    assert_eq!(last("let x = Input(2); x.elu(alpha = 2);"), "Activate { function: Elu { alpha: 2.0 } }");
}

#[test]
fn extents_come_one_after_the_other_or_as_a_list() {
    for shape in ["28, 28, 1", "[28, 28, 1]", "shape = [28, 28, 1]"] {
        assert!(last(&format!("let x = Input({shape});")).contains("[28, 28, 1"));
    }
}

#[test]
fn tensors_are_counted() {
    says("let x = Input(2);\nx.Dense(x, 3);", "3:2 `Dense` takes one tensor, found 2");
    says("let x = Input(2);\nconcat(x);", "3:0 `concat` takes two tensors or more, found 1");
    says("let x = Input(2);\nsubtract(x, x, x);", "3:0 `subtract` takes two tensors, found 3");
    says("let x = Input(2);\nx.Input(3);", "3:2 `Input` takes no tensor, found 1");
    says("let x = Input(2);\nx.relu(x);", "3:2 `relu` takes one tensor, found 2");
}

#[test]
fn a_layer_needs_a_tensor() {
    says("Dense(3);", "2:0 `Dense` has no tensor to apply to");
    says("relu();", "2:0 `relu` has no tensor to apply to");
}

#[test]
fn a_receiver_is_a_tensor() {
    says("const N: usize = 3; let x = Input(2);\nN.relu();", "3:0 `relu` applies to a tensor, found `N`");
    says("let x = Input(2);\n(3 + 4).relu();", "3:0 `relu` applies to a tensor, found `3 + 4`");
}

#[test]
fn a_forgotten_call_is_explained() {
    let found = mistakes_in_full("let x = Input(2);\nrelu;");
    assert_eq!(found, ["3:0 `relu` is not applied to anything\nhelp: write `relu()`"]);
    let found = mistakes_in_full("let x = Input(2);\nFlatten;");
    assert_eq!(found, ["3:0 `Flatten` is not applied to anything\nhelp: write `Flatten()`"]);
}

#[test]
fn unknown_layers_are_reported_with_the_nearest() {
    let found = mistakes_in_full("let x = Input(2);\nDens(3);");
    assert_eq!(found, ["3:0 unknown layer `Dens`\nhelp: did you mean `Dense`?"]);
    let found = mistakes_in_full("let x = Input(2);\nrleu();");
    assert_eq!(found, ["3:0 unknown function `rleu`\nhelp: did you mean `relu`?"]);
}

#[test]
fn options_are_checked() {
    let cases = [
        ("Dense();", "3:0 `Dense` needs `units`, the number of outputs"),
        ("Dense(3, 4);", "3:9 `activation` takes an activation, found `4`"),
        ("Dense(units = 3, 4);", "3:17 the positional argument `4` stands after a named one"),
        ("Dense(3, units = 3);", "3:9 `units` is given twice"),
        ("Dense(1.5);", "3:6 `units` takes a whole number, found 1.5"),
        ("Dense(0);", "3:6 `units` is 0, expected 1 or more"),
        ("Dense(1 - 2);", "3:6 `units` takes a positive whole number, found -1"),
        ("Dense(3, bias = 1);", "3:16 `bias` takes `true` or `false`, found 1"),
        ("Dense(3, activation = rleu);", "3:22 unknown activation `rleu`"),
        ("Dense(3, activation = \"relu\");", "3:22 `activation` takes an activation, found a string"),
        ("Dropout(1.0);", "3:8 `rate` is 1, expected 0 or more and less than 1"),
        ("Flatten(3);", "3:8 `Flatten` takes no arguments, found `3`"),
        ("Dense(uints = 1);", "3:6 `Dense` has no option `uints`"),
        ("Dense(3, foo = 1);", "3:9 `Dense` has no option `foo`"),
        ("soft_shrink(threshold = 1 - 2);", "3:24 `threshold` is -1, expected 0 or more"),
    ];
    for (statement, message) in cases {
        says(&format!("let x = Input(2);\n{statement}"), message);
    }
}

#[test]
fn an_activation_depends_on_a_condition() {
    let text = "let x = Input(2); Dense(3, activation = if 1 < 2 { relu } else { tanh });";
    assert!(last(text).contains("activation: Relu"));
}

#[test]
fn an_unknown_value_is_reported_once() {
    let uses = [
        "y.Dense(3);",
        "Dense(y, 3);",
        "x + y;",
        "2 * y;",
        "-y;",
        "concat(x, y);",
        "y.relu().tanh();",
        "relu(y);",
        "Dense(y);",
        "Dense(3, bias = y);",
        "Dense(3, activation = y);",
        "for i in 0..y { relu(); }",
        "if y { relu(); }",
        "Dense(if y { 2 } else { 3 });",
        "let z = y; z.relu();",
        "let z: Tensor<y> = x.Dense(3);",
        "let mut z = y; z = z + 1; Dense(z);",
        "F(y);",
        "F(3, y);",
        "y.F(3);",
        "F(n = y);",
        "F(x = y, n = 2);",
        "x.S(); y.S();",
        "Dropout(y);",
        "leaky_relu(y);",
        "Input(y);",
        "Reshape(y, 2);",
        "Dense(3, init = constant(y));",
        "output = y;",
        "loss = y * mse; optimizer = Sgd();",
        "loss = mse; optimizer = Sgd(y);",
        "loss = mse(y); optimizer = Sgd();",
        "loss = mse; optimizer = Sgd(); metrics = [mae(y)];",
    ];
    let before = "fn F(x: Tensor, n: usize) -> Tensor { Dense(n); } static S: _ = Dense(3); let x = Input(2);\nlet y = missing;\n";
    for statements in uses {
        assert_eq!(mistakes(&format!("{before}{statements}")), ["3:8 unknown name `missing`"], "{statements}");
    }
}

#[test]
fn independent_mistakes_are_reported_together() {
    let text = "let x = Input(2);\nDens(3);\nDense(0);\nlet y = x.Dense(true);\nrleu();";
    let expected = [
        "3:0 unknown layer `Dens`",
        "4:6 `units` is 0, expected 1 or more",
        "5:16 `units` takes a whole number, found `true`",
        "6:0 unknown function `rleu`",
    ];
    assert_eq!(mistakes(text), expected);
}

#[test]
fn what_is_never_used_is_reported() {
    says("let x = Input(2);\nlet y = x.Dense(3);\nx.Dense(1);", "3:4 `y` is computed but never used");
    says("let x = Input(2);\nx.Dense(3);\nx.Dense(1);", "3:2 `Dense(3)` is computed but never used");
    says("let x = Input(2);\nlet z = Input(2);\nx.Dense(1);", "3:4 the input `z` is never used");
}

#[test]
fn long_chains_and_sums_resolve() {
    assert_eq!(layers(&format!("let x = Input(2); x{};", ".relu()".repeat(5000))).len(), 5001);
    assert_eq!(layers(&format!("let x = Input(2); x{};", " + x".repeat(590))).len(), 591);
}

#[test]
fn a_long_sum_is_written_in_short() {
    let graph = super::graph(&format!("let x = Input(2); x{};", " + x".repeat(500)));
    let longest = graph.nodes.iter().map(|node| node.site.text.chars().count()).max();
    assert!(longest < Some(200), "{longest:?}");
}

#[test]
fn a_mistake_in_a_chain_hides_no_later_one() {
    let found = mistakes("let x = Input(2);\nx.Dense(3, foo = 1).Denze(3).Linear(2, foo = 1).softmux();");
    let expected = [
        "3:11 `Dense` has no option `foo`",
        "3:20 unknown layer `Denze`",
        "3:29 unknown layer `Linear`",
        "3:48 unknown function `softmux`",
    ];
    assert_eq!(found, expected);
    says("let x = Input(2);\nx.foo(3).bar(2);", "3:2 unknown function `foo`"); // What it gives is not known.
}

#[test]
fn an_unknown_extent_is_reported_once() {
    says("let x = Input(4);\nReshape(2, side);", "3:11 unknown name `side`");
}
