//! What is only likely to be a mistake, and well-known networks that have none.

use super::tokens;
use crate::diagnostics::position;

/// The warnings of statements that start on line 2, in full; there are no mistakes.
fn warnings(statements: &str) -> Vec<String> {
    warnings_of(&format!("struct Net;\n{statements}"))
}

fn warnings_of(declaration: &str) -> Vec<String> {
    let expansion = crate::expand::network(tokens(declaration));
    assert!(expansion.errors.is_empty(), "{:?} in {declaration}", expansion.errors);
    let shown = expansion.warnings.into_iter().map(|warning| {
        let (line, column) = position(warning.extent.first);
        format!("{line}:{column} {}", warning.message)
    });
    shown.collect()
}

/// The first lines of the warnings.
fn facts(statements: &str) -> Vec<String> {
    warnings(statements).iter().map(|text| text.lines().next().unwrap_or_default().to_string()).collect()
}

#[test]
fn two_layers_without_an_activation_are_one() {
    assert_eq!(
        warnings("let x = Input(4);\nDense(8);\nDense(3, activation = tanh);"),
        ["3:0 `Dense(8)` and `Dense(3, activation = tanh)` are no more than one layer: no activation stands between \
          them\nhelp: give the first one an activation: `Dense(8, activation = relu)`\nnote: \
          `#[allow(monograd::stacked_linear)]` before the struct says that it is meant"]
    );
}

#[test]
fn layers_with_something_between_them_are_two() {
    for between in ["relu();", "Dropout(0.5);", "let h = x + 1;", "glu();", "softmax();"] {
        let network = format!("let x = Input(4); let y = Dense(8); {between} Dense(3);");
        let network = network.replace("x + 1", "y + 1");
        assert_eq!(warnings(&network), [""; 0], "{network}");
    }
}

#[test]
fn a_narrow_layer_between_two_wide_ones_is_meant() {
    assert_eq!(warnings("let x = Input(64); Dense(8); Dense(64);"), [""; 0]);
    assert_eq!(facts("let x = Input(64); Dense(64); Dense(64);").len(), 1);
    assert_eq!(facts("let x = Input(64); Dense(10); Dense(10);").len(), 1);
}

#[test]
fn a_value_that_others_read_makes_two_layers() {
    assert_eq!(warnings("let x = Input(4); let h = Dense(4); h.Dense(4) + h;"), [""; 0]);
    assert_eq!(warnings("let x = Input(4); let h = Dense(4); let y = Dense(4); output = (h, y);"), [""; 0]);
    assert_eq!(warnings("static S: _ = Dense(4); let x = Input(4); S(); S();"), [""; 0]);
}

#[test]
fn warnings_of_blocks_name_their_use() {
    let text = "fn Two(x: Tensor, width: usize) -> Tensor {\nDense(width); Dense(width); }\nlet x = Input(4);\nTwo(8);";
    let found = warnings(text);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("3:0 ") && found[0].contains("\nin block `Two(width = 8)`, used at line 5"),
        "{found:?}"
    );
}

#[test]
fn relu_on_an_output_cuts_targets() {
    let network =
        |last: &str, loss: &str| facts(&format!("let x = Input(4);\n{last}\nloss = {loss}; optimizer = Adam();"));
    for last in ["Dense(1, activation = relu);", "Dense(1); relu();", "Dense(1, activation = relu6); Reshape(1, 1);"] {
        for loss in ["mse", "binary_cross_entropy"] {
            assert_eq!(network(last, loss).len(), 1, "{last} {loss}");
        }
        assert_eq!(network(last, "poisson"), [""; 0]);
    }
    assert_eq!(network("Dense(1, activation = relu(negative_slope = 0.1));", "mse"), [""; 0]);
    assert_eq!(network("Dense(1, activation = softplus);", "mse"), [""; 0]);
}

#[test]
fn dropout_on_an_output_is_noise() {
    assert_eq!(
        facts("let x = Input(4); Dense(2);\nDropout(0.5); Reshape(2, 1); loss = mse; optimizer = Adam();"),
        ["3:0 `Dropout(0.5)` acts on the output `output`: a part of it is 0 in training"]
    );
}

#[test]
fn learning_rates_have_their_ranges() {
    let network =
        |optimizer: &str| facts(&format!("let x = Input(4); Dense(1); loss = mse;\noptimizer = {optimizer};"));
    for usual in ["Adam()", "Adam(0.05)", "Sgd(1)", "AdamW(1e-5)", "Lion(1e-4)", "RmsProp(0.01)", "Adagrad(0.5)"] {
        assert_eq!(network(usual), [""; 0], "{usual}");
    }
    assert_eq!(
        network("Adam(learning_rate = 1)"),
        ["3:33 a `learning_rate` of 1 is far from what `Adam` usually has, 1e-7 to 0.2: training is likely to diverge"]
    );
    assert_eq!(
        network("Sgd(1e-9)"),
        ["3:16 a `learning_rate` of 0.000000001 is far from what `Sgd` usually has, 1e-6 to 5: training hardly moves"]
    );
}

#[test]
fn a_large_layer_with_nearly_all_parameters_is_named() {
    let network = |width: usize, units: usize| {
        facts(&format!("let x = Input({width});\nDense({units}, activation = relu); Dense(10);"))
    };
    assert_eq!(network(784, 512), [""; 0]);
    assert_eq!(
        network(150_528, 4096),
        ["3:0 `Dense(4096, activation = relu)` has 616566784 of 616607754 parameters, 99 %, its input is [150528]"]
    );
    assert_eq!(warnings("let x = Input(1000000); Dense(16);"), [""; 0]);
}

#[test]
fn an_optimizer_without_parameters_has_nothing_to_do() {
    let facts_with = |layer: &str| facts(&format!("let x = Input(4); {layer} loss = mae;\noptimizer = Adam();"));
    assert_eq!(facts_with("Flatten();"), ["3:12 no layer of `Net` has parameters: training changes nothing"]);
    assert_eq!(facts_with("PRelu();"), [""; 0]);
    assert_eq!(warnings("let x = Input(4); relu();"), [""; 0]);
}

#[test]
fn unused_definitions_are_named() {
    let text =
        "fn F(x: Tensor, n: usize) -> Tensor { Dense(n); }\nstatic S: _ = Dense(3);\nlet x = Input(2); Dense(1);";
    assert_eq!(
        facts(text),
        [
            "2:3 the block `F` is never used, and no shape in it is checked",
            "3:7 the shared layer `S` is never used, and no shape in it is checked",
        ]
    );
}

#[test]
fn each_warning_is_switched_off_by_its_name() {
    let network = "fn F(x: Tensor) -> Tensor { x } let x = Input(4096); Dense(4096); Dense(4096); Dense(1); relu();
        Dropout(0.5); loss = mse; optimizer = Adam(9);";
    let names: Vec<&str> = crate::warning::Warning::ALL.iter().map(|warning| warning.name()).collect();
    let large = "let x = Input(100000); Dense(1000, activation = relu); Dense(1);";
    let fixed = "let x = Input(4); relu(); loss = mae; optimizer = Adam();";
    let all = |attribute: &str| {
        let of = |statements: &str| warnings_of(&format!("{attribute} struct Net; {statements}"));
        [of(network), of(large), of(fixed)].concat()
    };
    for name in &names {
        let is_named = |warning: &String| warning.contains(&format!("`#[allow(monograd::{name})]`"));
        assert!(all("").iter().any(is_named), "{name}");
        let others = all(&format!("#[allow(monograd::{name})]"));
        assert!(!others.iter().any(is_named) && !others.is_empty(), "{name}");
    }
    let every: Vec<String> = names.iter().map(|name| format!("monograd::{name}")).collect();
    let every = every.join(", ");
    assert_eq!(all(&format!("#[allow({every}, reason = \"meant\")]")), [""; 0]);
}

#[test]
fn other_lints_are_left_to_rustc() {
    let attributes = |attribute: &str| {
        let mut diagnostics = crate::diagnostics::Diagnostics::default();
        let text = format!("{attribute} struct Net; let x = Input(2); Dense(1);");
        let ast = crate::parse::parse_network(tokens(&text), &mut diagnostics).expect("the struct has a name");
        assert!(diagnostics.is_empty());
        ast.attributes.iter().map(|attribute| attribute.to_string().replace(' ', "")).collect::<Vec<_>>()
    };
    assert_eq!(attributes("#[allow(dead_code)]"), ["#[allow(dead_code)]"]);
    assert_eq!(attributes("#[allow(monograd::learning_rate)]"), [""; 0]);
    assert_eq!(attributes("#[allow(dead_code, monograd::learning_rate)]"), ["#[allow(dead_code)]"]);
}

#[test]
fn an_unknown_warning_is_a_mistake() {
    let text = "#[allow(monograd::stacked_linaer)]\nstruct Net; let x = Input(2); Dense(1);";
    let expansion = crate::expand::network(tokens(text));
    let found: Vec<&str> = expansion.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(found, ["unknown warning `stacked_linaer`\nhelp: did you mean `stacked_linear`?"]);
}

/// Networks of the literature that are made of what exists. None of them gets a warning.
pub(super) const WELL_KNOWN: [(&str, &str); 14] = [
    (
        "LeNet-300-100 (LeCun et al. 1998)",
        "let image = Input(28, 28, 1); Flatten(); Dense(300, activation = tanh);
        Dense(100, activation = tanh); Dense(10); loss = cross_entropy; optimizer = Sgd(0.01);",
    ),
    (
        "one hidden layer for MNIST",
        "let image = Input(784); Dense(512, activation = relu); Dropout(0.2); Dense(10);
        loss = cross_entropy; optimizer = RmsProp(); metrics = [accuracy];",
    ),
    ("softmax regression", "let x = Input(784); Dense(10); loss = cross_entropy; optimizer = Sgd(0.5);"),
    (
        "logistic regression",
        "let x = Input(30); Dense(1); loss = binary_cross_entropy; optimizer = Sgd(0.1);",
    ),
    (
        "linear autoencoder: principal components",
        "let x = Input(784); Dense(32, bias = false); Dense(784, bias = false);
        loss = mse; optimizer = Adam();",
    ),
    (
        "deep autoencoder (Hinton and Salakhutdinov 2006)",
        "let x = Input(784); Dense(1000, activation = sigmoid);
        Dense(500, activation = sigmoid); Dense(250, activation = sigmoid); Dense(30);
        Dense(250, activation = sigmoid); Dense(500, activation = sigmoid); Dense(1000, activation = sigmoid);
        Dense(784); loss = binary_cross_entropy; optimizer = Adam();",
    ),
    (
        "wide and deep (Cheng et al. 2016)",
        "let wide = Input(5000); let dense = Input(32);
        let deep = dense.Dense(1024, activation = relu).Dense(512, activation = relu).Dense(256, activation = relu);
        let y = wide.Dense(1) + deep.Dense(1); loss = binary_cross_entropy; optimizer = Adagrad(0.01);",
    ),
    (
        "matrix factorization by two towers",
        "let user = Input(943); let film = Input(1682);
        let p = user.Dense(64, bias = false); let q = film.Dense(64, bias = false);
        (p * q).Dense(1, bias = false, init = ones); loss = mse; optimizer = Sgd(0.01, momentum = 0.9);",
    ),
    (
        "neural collaborative filtering (He et al. 2017)",
        "let user = Input(943); let film = Input(1682);
        let product = user.Dense(8, bias = false) * film.Dense(8, bias = false);
        let joined = concat(user.Dense(32, bias = false), film.Dense(32, bias = false));
        let deep = joined.Dense(32, activation = relu).Dense(16, activation = relu).Dense(8, activation = relu);
        concat(product, deep).Dense(1); loss = binary_cross_entropy; optimizer = Adam();",
    ),
    (
        "deep residual MLP",
        "fn Residual(x: Tensor, width: usize) -> Tensor {
            x + x.Dense(width, activation = relu, init = he_normal).Dense(width) }
        let x = Input(40); Dense(128); for _ in 0..16 { Residual(128); } relu(); Dense(1);
        loss = huber; optimizer = AdamW(3e-4);",
    ),
    (
        "self-normalizing network (Klambauer et al. 2017)",
        "let x = Input(57);
        for _ in 0..8 { Dense(256, activation = selu, init = lecun_normal); }
        Dense(2); loss = cross_entropy; optimizer = Sgd(0.01);",
    ),
    (
        "feed-forward with a gate (Shazeer 2020)",
        "fn Feed(x: Tensor, width: usize) -> Tensor {
            x + (x.Dense(2 * width, activation = silu) * x.Dense(2 * width)).Dense(width) }
        let x = Input(16, 64); Feed(64); Feed(64); Dense(128); glu(); Feed(64);
        Flatten(); Dense(10); loss = cross_entropy; optimizer = AdamW();",
    ),
    (
        "siamese network (Bromley et al. 1993)",
        "fn Tower(x: Tensor) -> Tensor { Dense(128, activation = relu); Dense(64); }
        static Twin: _ = Tower(); let a = Input(100); let b = Input(100);
        let d = a.Twin() - b.Twin(); (d * d).Dense(1); loss = binary_cross_entropy; optimizer = Adam();",
    ),
    (
        "mixing channels (Tolstikhin et al. 2021)",
        "fn Mix(x: Tensor, width: usize) -> Tensor {
            x + x.Dense(4 * width, activation = gelu).Dropout(0.1).Dense(width) }
        let patches = Input(49, 48); Dense(64); for _ in 0..4 { Mix(64); } Flatten(); Dense(10);
        loss = cross_entropy; optimizer = Adam();",
    ),
];

#[test]
fn well_known_networks_have_no_warning() {
    for (name, network) in WELL_KNOWN {
        assert_eq!(warnings(network), [""; 0], "{name}");
    }
}
