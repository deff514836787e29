//! `fn`: parameters, tensors and nesting.

use super::{layers, mistakes, mistakes_in_full, resolved, says};

const KINDS: &str = "
    fn All(x: Tensor, units: usize, #[default(0.1)] rate: f32, #[default(true)] bias: bool, \
           #[default(relu)] act: Activation) -> Tensor {
        Dropout(rate);
        Dense(units, bias = bias, activation = act);
    }
    let x = Input(2);
";

/// The last layer of the network with all its options.
fn last(statements: &str) -> String {
    format!("{:?}", super::graph(statements).nodes.last().unwrap().layer)
}

#[test]
fn parameters_have_all_kinds() {
    let layer = last(&format!("{KINDS} All(3, rate = 0.5, bias = false, act = tanh);"));
    assert!(layer.contains("units: 3, activation: Tanh, bias: false"), "{layer}");
}

#[test]
fn a_default_stands_for_what_is_not_given() {
    let layer = last(&format!("{KINDS} All(3);"));
    assert!(layer.contains("activation: Relu"), "{layer}");
    assert!(layer.contains("bias: true"), "{layer}");
}

#[test]
fn arguments_are_given_by_position_or_name() {
    for call in
        ["All(3, 0.5, false, tanh)", "All(units = 3, act = tanh, bias = false)", "x.All(3, bias = false, act = tanh)"]
    {
        let layer = last(&format!("{KINDS} {call};"));
        assert!(layer.contains("units: 3, activation: Tanh, bias: false"), "{layer}");
    }
}

#[test]
fn an_activation_may_have_options() {
    let layer = last(&format!("{KINDS} All(3, act = leaky_relu(0.3));"));
    assert!(layer.contains("LeakyRelu { negative_slope: 0.3 }"), "{layer}");
}

#[test]
fn an_activation_is_handed_on() {
    let layer =
        last(&format!("{KINDS} fn Outer(x: Tensor, f: Activation) -> Tensor {{ All(2, act = f); }} Outer(gelu);"));
    assert!(layer.contains("Gelu"), "{layer}");
}

#[test]
fn a_whole_number_is_a_real_one() {
    let text = "fn Drop(x: Tensor, rate: f32) -> Tensor { Dropout(rate); } let x = Input(2); Drop(0);";
    assert!(last(text).contains("rate: 0.0"));
}

#[test]
fn kinds_of_values_are_checked() {
    let cases = [
        ("All(1.5);", "units` takes a whole number, found 1.5"),
        ("All(true);", "units` takes a whole number, found `true`"),
        ("All(1 - 2);", "units` takes a whole number, 0 or more, found -1"),
        ("All(3, rate = true);", "rate` takes a number, found `true`"),
        ("All(3, bias = 1);", "bias` takes `true` or `false`, found 1"),
        ("All(3, act = 1);", "act` takes an activation, found `1`"),
        ("All(x = 3, units = 2);", "x` takes a tensor, found `3`"),
    ];
    for (call, message) in cases {
        let found = mistakes(&format!("{KINDS} {call}"));
        assert!(found.len() == 1 && found[0].ends_with(message), "{found:?}");
    }
}

const ONE: &str = "fn F(x: Tensor, units: usize) -> Tensor { Dense(units); }\nlet a = Input(2);\n";

#[test]
fn arguments_are_counted() {
    says(&format!("{ONE}F();"), "4:0 block `F` needs a value for `units`");
    says(&format!("{ONE}F(1, 2);"), "4:5 block `F` has no place for `2`: `fn F(x: Tensor, units: usize)`");
    says(&format!("{ONE}F(1, units = 2);"), "4:13 `units` is given twice");
    says(&format!("{ONE}a.F(a, 1);"), "4:4 block `F` has no place for `a`: `fn F(x: Tensor, units: usize)`");
    let found = mistakes_in_full(&format!("{ONE}F(unts = 1);"));
    assert!(
        found.len() == 1 && found[0].starts_with("4:2 block `F` has no option `unts`\nnote: it is declared as `fn F("),
        "{found:?}"
    );
    assert!(found[0].ends_with("\nhelp: did you mean `units`?"), "{found:?}");
}

#[test]
fn a_tensor_is_given_by_receiver_position_name_or_as_current() {
    for call in ["a.F(3)", "F(a, 3)", "F(3, a)", "F(x = a, units = 3)", "F(3)"] {
        assert_eq!(layers(&format!("{ONE}{call};")), ["a()", "f_1.dense_1(a)"], "{call}");
    }
}

#[test]
fn several_tensors_come_in_order() {
    let block = "fn G(x: Tensor, y: Tensor) -> Tensor { x - y } let a = Input(2); let b = Input(2);";
    assert_eq!(layers(&format!("{block} a.G(b);"))[2], "g_1.subtract_1(a, b)");
    assert_eq!(layers(&format!("{block} G(b, a);"))[2], "g_1.subtract_1(b, a)");
    assert_eq!(layers(&format!("{block} G(a, y = b);"))[2], "g_1.subtract_1(a, b)");
    assert_eq!(layers(&format!("{block} G(y = a);"))[2], "g_1.subtract_1(b, a)"); // The current tensor is `b`.
    says(&format!("{block} a.G();"), "2:85 block `G` needs a value for `y`");
}

#[test]
fn the_first_tensor_is_current_inside() {
    let text = "fn G(x: Tensor, y: Tensor) -> Tensor { relu(); y + x } let a = Input(2); let b = Input(2); b.G(a);";
    assert_eq!(super::show(&resolved(text).0)[2], "g_1.relu_1(b)");
}

#[test]
fn a_block_gives_its_tail_or_its_current_tensor() {
    let tail = "fn F(x: Tensor) -> Tensor { let y = x.Dense(1); x + y } let a = Input(1); F(); relu();";
    assert_eq!(layers(tail).last().unwrap(), "relu_1(f_1.add_1)");
    let current = "fn F(x: Tensor) -> Tensor { Dense(1); } let a = Input(1); F(); relu();";
    assert_eq!(layers(current).last().unwrap(), "relu_1(f_1.dense_1)");
    let nothing = "fn F(x: Tensor) -> Tensor { } let a = Input(1); F(); relu();";
    assert_eq!(layers(nothing).last().unwrap(), "relu_1(a)");
}

#[test]
fn a_block_without_tensor_gives_none() {
    let text = "fn F(units: usize) -> Tensor { }\nlet a = Input(1);\nF(3);";
    says(text, "2:3 the block `F` gives no tensor");
    says("fn F(units: usize) -> Tensor { }\nlet a = Input(1);\na.F(3);", "4:2 the block `F` takes no tensor");
}

#[test]
fn blocks_use_blocks() {
    let text = "
        fn Inner(x: Tensor, n: usize) -> Tensor { Dense(n); Dense(n); }
        fn Outer(x: Tensor, n: usize) -> Tensor { Inner(n); x.Inner(2 * n) }
        let a = Input(2);
        let b = a.Outer(3);
    ";
    let expected = [
        "a()",
        "b.inner_1.dense_1(a)",
        "b.inner_1.dense_2(b.inner_1.dense_1)",
        "b.inner_2.dense_1(a)",
        "b.inner_2.dense_2(b.inner_2.dense_1)",
    ];
    assert_eq!(super::show(&resolved(text).0), expected);
}

#[test]
fn a_block_may_stand_after_its_use() {
    assert_eq!(layers("let a = Input(2); F(); fn F(x: Tensor) -> Tensor { Dense(1); }"), ["a()", "f_1.dense_1(a)"]);
}

#[test]
fn variables_outside_are_not_seen_inside() {
    says("let a = Input(2);\nfn F(x: Tensor) -> Tensor { x + a }\nF();", "3:32 unknown name `a`");
}

#[test]
fn constants_of_the_network_are_seen_inside() {
    let layer = last("const W: usize = 7; fn F(x: Tensor) -> Tensor { Dense(W); } let a = Input(2); F();");
    assert!(layer.contains("units: 7"), "{layer}");
}

#[test]
fn recursion_is_reported_once() {
    says("fn F(x: Tensor) -> Tensor {\nF(); }\nlet a = Input(2);\nF(); F();", "3:0 the block `F` uses itself");
    let two = "fn F(x: Tensor) -> Tensor {\nG(); }\nfn G(x: Tensor) -> Tensor {\nF(); }\nlet a = Input(2);\nF();";
    says(two, "5:0 the block `F` uses itself");
}

#[test]
fn a_parameter_may_be_shadowed() {
    let text =
        "fn F(x: Tensor, n: usize) -> Tensor { let n = n + 1; let x = x.Dense(n); x.relu() } let a = Input(1); F(4);";
    assert_eq!(layers(text), ["a()", "f_1.x(a)", "f_1.relu_1(f_1.x)"]);
}

#[test]
fn a_mistake_in_a_block_names_its_use() {
    let text = "fn F(x: Tensor, n: usize) -> Tensor {\nDense(n, bais = true); }\nlet a = Input(1);\nF(4);";
    let found = mistakes_in_full(text);
    let expected = "3:9 `Dense` has no option `bais`\nin block `F(n = 4)`, used at line 5\nnote: options are ";
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    assert!(found[0].ends_with("\nhelp: did you mean `bias`?"), "{found:?}");
}

#[test]
fn defaults_see_the_declaration_and_not_the_use() {
    let text = "
        const W: usize = 5;
        fn F(x: Tensor, #[default(W + 1)] n: usize) -> Tensor { Dense(n); }
        fn G(x: Tensor, #[default(2)] W: usize) -> Tensor { F(); }
        let a = Input(1);
        G();
    ";
    let layer = last(text);
    assert!(layer.contains("units: 6"), "{layer}");
}

#[test]
fn a_wrong_default_is_reported_at_itself() {
    let text = "fn F(x: Tensor,\n#[default(1.5)] n: usize) -> Tensor { Dense(n); }\nlet a = Input(1);\nF(); F();";
    says(text, "3:10 `n` takes a whole number, found 1.5");
}

#[test]
fn shapes_of_parameters_may_use_later_parameters() {
    let text = "fn F(x: Tensor<n>, n: usize) -> Tensor<n> { Dense(n); } let a = Input(3); F(3);";
    assert!(mistakes(text).is_empty(), "{:?}", mistakes(text));
}

#[test]
fn inputs_are_declared_outside() {
    says(
        "fn F(x: Tensor) -> Tensor {\nlet y = Input(2); x + y }\nlet a = Input(2);\nF();",
        "3:8 `Input` stands in a block, expected a parameter: inputs are declared outside",
    );
}

#[test]
fn a_block_cannot_have_the_name_of_a_layer() {
    says(
        "fn Dense(x: Tensor) -> Tensor { x }\nlet a = Input(2);\nrelu();",
        "2:3 `Dense` is a layer, a block needs another name",
    );
}

/// `B0` uses `B1` twice, which uses `B2` twice, and so on.
fn doubling(levels: usize, last: &str) -> String {
    let mut text = String::new();
    for level in 0..levels {
        text += &format!("fn B{level}(x: Tensor) -> Tensor {{ B{}(); B{}(); }}\n", level + 1, level + 1);
    }
    format!("{text} fn B{levels}(x: Tensor) -> Tensor {{ {last} }}\nlet a = Input(2);\nB0();")
}

#[test]
fn doubling_blocks_come_to_an_end() {
    for last in ["relu();", "x"] {
        let found = mistakes(&doubling(60, last));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("more than"), "{found:?}");
    }
    assert!(mistakes(&doubling(8, "relu();")).is_empty());
}

#[test]
fn deep_nesting_is_refused() {
    let mut text = "fn B0(x: Tensor) -> Tensor { relu(); }\n".to_string();
    for level in 1..80 {
        text += &format!("fn B{level}(x: Tensor) -> Tensor {{ B{}(); }}\n", level - 1);
    }
    let found = mistakes(&format!("{text}let a = Input(2);\nB79();"));
    assert!(found.len() == 1 && found[0].ends_with("blocks are nested more than 64 deep"), "{found:?}");
}

#[test]
fn an_activation_parameter_can_be_called() {
    let text = "fn B(x: Tensor, a: Activation) -> Tensor { x.Dense(3).a() + a(x, name = second) } let x = Input(3);";
    assert!(resolved(&format!("{text} B(leaky_relu(0.1));")).1.is_empty());
    says(
        "fn B(x: Tensor, a: Activation) -> Tensor { a(3); } let x = Input(3);\nB(relu);",
        "2:45 `a` takes no arguments, found `3`",
    );
}

#[test]
fn names_of_layers_and_functions_are_taken() {
    says(
        "fn Dense(x: Tensor) -> Tensor { x } let x = Input(2); Dense(3);",
        "2:3 `Dense` is a layer, a block needs another name",
    );
    says(
        "static relu: _ = tanh(); let x = Input(2); relu();",
        "2:7 `relu` is a function, a shared layer needs another name",
    );
}

#[test]
fn a_parameter_is_declared_once() {
    says(
        "fn B(x: Tensor, n: usize, n: usize) -> Tensor { x } let x = Input(2);",
        "2:26 the parameter `n` is declared twice",
    );
}

#[test]
fn a_function_is_no_number() {
    says(&format!("{ONE}a.F(relu);"), "4:4 expected a constant, found the function `relu`");
    says("let x = Input(2); Dense(Dense);", "2:24 expected a constant, found the layer `Dense`");
}
