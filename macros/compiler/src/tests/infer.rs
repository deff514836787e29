//! Shapes and element types: a graph in, shapes or mistakes out.

use monograd_schema::{Link, TargetKind};

use super::{mistakes, mistakes_in_full, says, shaped};

/// The shape of every layer.
fn shapes(statements: &str) -> Vec<String> {
    shaped(statements).tensors.iter().map(|typed| typed.shape.to_string()).collect()
}

#[test]
fn shapes_follow_the_layers() {
    assert_eq!(shapes("let x = Input(2); Dense(3); relu(); Dense(1);"), ["[2]", "[3]", "[3]", "[1]"]);
    assert_eq!(
        shapes("let x = Input(4, 3); Dense(5); Flatten(); Reshape(2, -1);"),
        ["[4, 3]", "[4, 5]", "[20]", "[2, 10]"]
    );
    assert_eq!(shapes("let a = Input(2); let b = Input(3); concat(a, b);")[2], "[5]");
    assert_eq!(shapes("let a = Input(4, 1); let b = Input(1, 5); a + b;")[2], "[4, 5]");
}

#[test]
fn shapes_follow_loops_and_blocks() {
    let text =
        "fn F(x: Tensor, n: usize) -> Tensor { Dense(n); Dense(2 * n); } let x = Input(1); for i in 1..3 { F(i); }";
    assert_eq!(shapes(text), ["[1]", "[1]", "[2]", "[2]", "[4]"]);
}

#[test]
fn a_single_number_has_no_axes() {
    assert_eq!(shapes("let x = Input(); relu();"), ["[]", "[]"]);
    says(
        "let x = Input();\nDense(3);",
        "3:0 `Dense` takes [features] or [time, features], found a single number: []",
    );
    says("let x = Input();\nsoftmax();", "3:0 `softmax` runs over the last axis, found a single number: []");
}

#[test]
fn extents_are_1_or_more() {
    says("let x = Input(2, 0);\nrelu();", "2:14 an extent is 0, expected 1 or more");
    says("let x = Input(1 - 2);\nrelu();", "2:14 an extent is -1, expected 1 or more");
    says("let x = Input(1, 2, 3, 4, 5, 6, 7);\nrelu();", "2:8 a sample has at most 6 axes, found 7");
    let found = mistakes("let x = Input(1099511627776, 2); relu();");
    assert_eq!(found, ["2:8 the shape [1099511627776, 2] has more than 2^40 elements"]);
}

#[test]
fn a_mistake_shows_how_the_shape_came() {
    let text = "let x = Input(5, 5, 4);\nrelu();\ntanh();\nsigmoid();\nelu();\nDense(10);";
    let expected = "7:0 `Dense` takes [features] or [time, features], found an image: [5, 5, 4]
shapes   line 2   Input(5, 5, 4)   [5, 5, 4]
              …   1 layer
         line 4   tanh()           [5, 5, 4]
         line 5   sigmoid()        [5, 5, 4]
         line 6   elu()            [5, 5, 4]
         line 7   Dense(10)        needs [features]
help: insert `Flatten();` before it: [5, 5, 4] becomes [100]";
    assert_eq!(mistakes_in_full(text), [expected]);
}

#[test]
fn a_mistake_between_tensors_shows_them_all() {
    let text = "let a = Input(3);\nlet b = Input(4);\na + b;";
    let expected = "4:0 cannot add [3] and [4]
shapes   line 2   Input(3)   [3]
         line 3   Input(4)   [4]
help: give both the same extents, or one of them an extent of 1";
    assert_eq!(mistakes_in_full(text), [expected]);
}

#[test]
fn element_types_are_checked() {
    says(
        "let x = Input(4, dtype = u32);\nDense(3);",
        "3:0 `Dense(3)` takes f32, found u32 from `Input(4, dtype = u32)`",
    );
    let two = "let a = Input(4);\nlet b = Input(4, dtype = u32);\na + b;";
    says(two, "4:0 `a + b` takes f32, found u32 from `Input(4, dtype = u32)`");
}

#[test]
fn outputs_are_numbers() {
    let text = "let a = Input(4);\nlet b = Input(4, dtype = u32);\nlet y = a.Dense(2);\noutput = (y, b);";
    says(text, "5:13 the output `b` is u32, expected f32");
    says("let b = Input(4, dtype = u32);", "1:7 the output `output` is u32, expected f32");
}

#[test]
fn claims_are_compared() {
    assert!(mistakes("const N: usize = 3; let x = Input(2); let h: Tensor<N> = x.Dense(3); h.Dense(1);").is_empty());
    assert!(mistakes("let x = Input(2, 3); let h: Tensor<2, { 2 * 4 }> = x.Dense(8);").is_empty());
    assert!(mistakes("let x: Tensor<2> = Input(2); relu();").is_empty());
    let found = mistakes_in_full("let x = Input(2);\nlet h: Tensor<4> = x.Dense(3);");
    let expected = "3:7 `h` is declared as [4], found [3]
shapes   line 2   Input(2)       [2]
         line 3   h = Dense(3)   [3]";
    assert_eq!(found, [expected]);
    says("let x = Input(2);\nlet h: Tensor<2, 1> = x.relu();", "3:7 `h` is declared as [2, 1], found [2]");
}

#[test]
fn claims_of_blocks_are_compared() {
    let text = "fn F(x: Tensor<3>) -> Tensor<4> {\nDense(4); }\nlet x = Input(3);\nF();";
    assert!(mistakes(text).is_empty());
    let found = mistakes_in_full(&text.replace("Input(3)", "Input(2)"));
    assert!(found.len() == 1 && found[0].starts_with("2:8 `x` is declared as [3], found [2]"), "{found:?}");
    assert!(found[0].contains("in block `F()`, used at line 5"), "{found:?}");
    let found = mistakes_in_full(&text.replace("Dense(4)", "Dense(5)"));
    assert!(found.len() == 1 && found[0].starts_with("2:22 `F` is declared as [4], found [5]"), "{found:?}");
}

#[test]
fn uses_of_a_shared_layer_agree() {
    let text = "static A: _ = Dense(3);\nlet x = Input(3); let y = Input(4);\nlet a = x.A();\na + y.A();";
    let fact = "the shared layer `a` would have two shapes of `weight`: [3, 3] by its use on line 4, [4, 3] here";
    says(text, &format!("5:6 {fact}"));
}

/// Shape and kind of the target, and the link, of the output of a net with this loss.
fn targets(loss: &str) -> (String, TargetKind, Link) {
    let shaped = shaped(&format!("let x = Input(2, 4); Dense(5); loss = {loss}; optimizer = Sgd();"));
    let target = shaped.targets[0].unwrap();
    (target.shape.to_string(), target.kind, shaped.links[0])
}

#[test]
fn losses_say_what_they_compare_with() {
    assert_eq!(targets("mse"), ("[2, 5]".to_string(), TargetKind::Values, Link::Identity));
    assert_eq!(targets("cross_entropy"), ("[2]".to_string(), TargetKind::Classes(5), Link::Softmax));
    assert_eq!(targets("binary_cross_entropy"), ("[2, 5]".to_string(), TargetKind::Values, Link::Sigmoid));
    assert_eq!(targets("mse + binary_cross_entropy"), ("[2, 5]".to_string(), TargetKind::Values, Link::Sigmoid));
    assert_eq!(targets("binary_cross_entropy + mse"), ("[2, 5]".to_string(), TargetKind::Values, Link::Sigmoid));
}

#[test]
fn two_losses_of_an_output_agree() {
    let text = "let x = Input(2); Dense(5);\nloss = mse + cross_entropy; optimizer = Sgd();";
    let found = mistakes(text);
    assert!(found.len() == 1 && found[0].contains("an output has one target"), "{found:?}");
}

#[test]
fn a_loss_fits_its_output() {
    let text = "let x = Input(2); Dense(1);\nloss = cross_entropy; optimizer = Sgd();";
    says(text, "3:7 `cross_entropy` needs at least 2 classes, the output is [1]");
    says(
        "let x = Input();\nloss = cosine_similarity; optimizer = Sgd();",
        "3:7 `cosine_similarity` runs over the last axis, found a single number: []",
    );
}

#[test]
fn raw_scores_go_without_their_function() {
    let text = "let x = Input(2); Dense(3);\nsoftmax();\nloss = cross_entropy; optimizer = Sgd();";
    says(text, "3:0 `cross_entropy` takes raw scores, `softmax` before it would be applied twice");
    let text = "let x = Input(2);\nDense(3, activation = sigmoid);\nloss = binary_cross_entropy; optimizer = Sgd();";
    says(text, "3:22 `binary_cross_entropy` takes raw scores, `sigmoid` before it would be applied twice");
    assert!(mistakes("let x = Input(2); Dense(3); softmax(); loss = mse; optimizer = Sgd();").is_empty());
}

#[test]
fn a_function_behind_a_view_is_found() {
    let text = "let x = Input(2); Dense(3);\nsoftmax();\nReshape(3);\nloss = cross_entropy; optimizer = Sgd();";
    says(text, "3:0 `cross_entropy` takes raw scores, `softmax` before it would be applied twice");
}

#[test]
fn metrics_fit_their_loss() {
    let text = "let x = Input(2); Dense(3); loss = mse; optimizer = Sgd();\nmetrics = [accuracy, mae];";
    says(text, "3:11 `accuracy` counts right classes, the loss `mse` has none");
    let text = "let x = Input(2); Dense(3); loss = cross_entropy; optimizer = Sgd();\nmetrics = [top_k(4)];";
    says(text, "3:17 `top_k` looks at 4 classes, the output [3] has 3");
}

#[test]
fn what_follows_a_mistake_stays_silent() {
    let text = "
        static S: _ = Dense(2);
        fn F(x: Tensor<7>) -> Tensor { Dense(1); }
        let x = Input(2, 2, 2);
        let bad = x.Dense(3);
        let h: Tensor<9> = bad.relu();
        let a = h.F();
        let b = h.S() + a;
        let y = concat(a, b, x);
        output = (y, b);
        loss = cross_entropy(y) + mse(b);
        optimizer = Sgd();
        metrics = [accuracy(y)];
    ";
    says(text, "6:20 `Dense` takes [features] or [time, features], found an image: [2, 2, 2]");
}

#[test]
fn independent_mistakes_are_reported_together() {
    let text =
        "let x = Input(2);\nlet a = x.Reshape(3);\nlet b: Tensor<5> = x.relu();\nlet c = x.Reshape(7);\na + b + c;";
    let expected = [
        "3:10 cannot reshape [2] into [3]: it has 2 elements, expected 3",
        "4:7 `b` is declared as [5], found [2]",
        "5:10 cannot reshape [2] into [7]: it has 2 elements, expected 7",
    ];
    assert_eq!(mistakes(text), expected);
}

#[test]
fn a_mistake_in_a_loop_is_reported_once() {
    says(
        "let x = Input(2);\nfor i in 0..3 { Reshape(3); }",
        "3:16 cannot reshape [2] into [3]: it has 2 elements, expected 3",
    );
}

#[test]
fn parameters_have_shapes() {
    let shaped = shaped("let x = Input(4); Dense(3, bias = false); PRelu(); Dense(2);");
    let names: Vec<String> =
        shaped.parameters.iter().flatten().map(|parameter| format!("{} {}", parameter.name, parameter.shape)).collect();
    assert_eq!(names, ["weight [4, 3]", "slope [3]", "weight [3, 2]", "bias [2]"]);
}

#[test]
fn an_initializer_fits_its_parameter() {
    says(
        "let x = Input(4);\nPRelu(init = orthogonal);",
        "3:0 `orthogonal` needs a matrix, found the shape [4]",
    );
}
