//! What rustc shows after mistakes, and that the code which a `help:` proposes is accepted.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew; read the difference before committing it.

use std::process::Command;

/// The toolchain of `rust-toolchain.toml`: the wording of rustc's own lines changes between versions.
fn is_pinned_toolchain() -> bool {
    let settings = include_str!("../rust-toolchain.toml");
    let pinned =
        settings.lines().find_map(|line| line.strip_prefix("channel = ")).map(|channel| channel.trim_matches('"'));
    let output = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&output.stdout);
    let is_pinned = version.split_whitespace().nth(1) == pinned;
    if !is_pinned {
        println!("skipped: the expected output is that of {}, this is {version}", pinned.unwrap_or("no version"));
    }
    is_pinned
}

#[test]
fn mistakes_are_shown_at_their_place() {
    if is_pinned_toolchain() {
        let cases = trybuild::TestCases::new();
        cases.compile_fail("tests/ui/*.rs");
        for stage in ["parse", "resolve", "shapes", "loss", "optimizer"] {
            cases.compile_fail(format!("tests/ui/{stage}/*.rs"));
        }
        cases.pass("tests/ui/pass/*.rs");
    }
}

/// For each case: what its help proposes, and the change to the source that follows it.
#[rustfmt::skip]
const PROPOSALS: &[(&str, &str, &str, &str)] = &[
    ("parse/colon_for_option", "activation = relu", "activation: relu", "activation = relu"),
    ("parse/compound_assignment", "h = h + …;", "h += x;", "h = h + x;"),
    ("parse/missing_header", "pub struct Net;", "let x", "pub struct Net; let x"),
    ("parse/python_false", "false", "False", "false"),
    ("parse/python_for", "0..3", "range(3)", "0..3"),
    ("parse/python_path", "Dense(…)", "keras.layers.Dense(3)", "Dense(3)"),
    ("parse/rust_path", "Dense(…)", "nn::Dense(3)", "Dense(3)"),
    ("parse/setting_with_colon", "loss = mse;", "loss: mse;", "loss = mse;"),
    ("parse/struct_literal", "Dense(units = 3, activation = relu)", "Dense { units: 3, activation: relu }", "Dense(units = 3, activation = relu)"),
    ("parse/type_argument", "Dense(…)", "Dense<3>()", "Dense(3)"),
    ("resolve/argument_missing_in_block", "Residual(width = 64)", "Residual();", "Dense(64); Residual(width = 64);"),
    ("resolve/forgotten_call", "Flatten()", "Flatten;", "Flatten();"),
    ("resolve/forgotten_let", "let x = Input(2);", "x = Input(2);", "let x = Input(2);"),
    ("resolve/forgotten_receiver", "concat(u, f).Dense(64)", "Dense(64);", "concat(u, f).Dense(64);"),
    ("resolve/keras_activation", "silu", "swish", "silu"),
    ("resolve/keras_option", "bias", "use_bias", "bias"),
    ("resolve/missing_units", "Dense(64, activation = relu)", "Dense(activation = relu)", "Dense(64, activation = relu)"),
    ("resolve/misspelt_activation", "relu", "rleu", "relu"),
    ("resolve/misspelt_initializer", "he_normal", "he_norml", "he_normal"),
    ("resolve/misspelt_layer", "Dense", "Dens(", "Dense("),
    ("resolve/misspelt_option", "activation", "activaton", "activation"),
    ("resolve/mistake_in_block", "relu", "rleu", "relu"),
    ("resolve/no_input", "let x = Input(…);", "Dense(3", "let x = Input(2); Dense(3"),
    ("resolve/number_for_bool", "bias = false", "bias = 0", "bias = false"),
    ("resolve/outer_constant", "const HIDDEN: usize = …;", "let x", "const HIDDEN: usize = 64; let x"),
    ("resolve/positional_after_named", "Dense(3, activation = relu)", "Dense(activation = relu, 3)", "Dense(3, activation = relu)"),
    ("resolve/pytorch_initializer", "he_normal", "kaiming_normal", "he_normal"),
    ("resolve/pytorch_linear", "Dense(128)", "Linear(784, 128)", "Dense(128)"),
    ("resolve/pytorch_relu", "relu", "ReLU", "relu"),
    ("resolve/rate_in_percent", "0.5", "50", "0.5"),
    ("resolve/string_for_name", "activation = relu", "activation = \"relu\"", "activation = relu"),
    ("resolve/unknown_tensor", "hidden", "hiden.", "hidden."),
    ("shapes/deep_image_into_dense", "Flatten();", "Dense(10)", "Flatten(); Dense(10)"),
    ("shapes/image_into_dense", "Flatten();", "Dense(CLASSES)", "Flatten(); Dense(CLASSES)"),
    ("shapes/tokens_into_dense", "dtype = u32", ", dtype = u32", ""),
    ("loss/accuracy_with_mse", "rmse", "accuracy", "rmse"),
    ("loss/keras_loss", "cross_entropy", "categorical_crossentropy", "cross_entropy"),
    ("loss/loss_of_hidden", "mse", "mse(h)", "mse"),
    ("loss/loss_of_no_output", "output = (rating, finished);", "output = rating;", "output = (rating, finished);"),
    ("loss/loss_of_which_output", "mse(rating) + mse(finished)", "loss = mse;", "loss = mse(rating) + mse(finished);"),
    ("loss/mae_of_classes", "accuracy", "[mae]", "[accuracy]"),
    ("loss/misspelt_loss", "cross_entropy", "cross_entrpy", "cross_entropy"),
    ("loss/misspelt_metric", "accuracy", "acuracy", "accuracy"),
    ("loss/one_class", "binary_cross_entropy", "cross_entropy", "binary_cross_entropy"),
    ("loss/output_expression", "let y = h.Dense(1);", "output = h.Dense(1);", "let y = h.Dense(1); output = y;"),
    ("loss/output_without_loss", "+ mse(finished)", "mse(rating)", "mse(rating) + mse(finished)"),
    ("loss/pytorch_loss", "cross_entropy", "CrossEntropyLoss()", "cross_entropy()"),
    ("loss/sigmoid_option", "activation = sigmoid", ", activation = sigmoid", ""),
    ("loss/softmax_layer", "softmax();", "softmax();", ""),
    ("loss/softmax_option", "activation = softmax", ", activation = softmax", ""),
    ("loss/string_loss", "loss = mse", "loss = \"mse\"", "loss = mse"),
    ("loss/top_k_of_few_classes", "top_k(2)", "top_k]", "top_k(2)]"),
    ("loss/unused_output", "output = (rating, finished);", "loss = mse;", "output = (rating, finished); loss = mse(rating) + mse(finished);"),
    ("optimizer/lower_case", "Adam", "adam", "Adam"),
    ("optimizer/metrics_without_loss", "optimizer = Adam();", "metrics", "loss = mse; optimizer = Adam(); metrics"),
    ("optimizer/missing_loss", "loss = mse;", "optimizer", "loss = mse; optimizer"),
    ("optimizer/missing_optimizer", "optimizer = Adam(learning_rate = 1e-3);", "loss = mse;", "loss = mse; optimizer = Adam(learning_rate = 1e-3);"),
    ("optimizer/misspelt_optimizer", "Adam", "Adm", "Adam"),
    ("optimizer/misspelt_setting", "optimizer", "optimiser", "optimizer"),
    ("optimizer/nesterov_without_momentum", "momentum = 0.9", "nesterov", "momentum = 0.9, nesterov"),
    ("optimizer/no_call", "Adam()", "Adam;", "Adam();"),
    ("optimizer/pytorch_betas", "beta_1 = 0.9, beta_2 = 0.99", "betas = (0.9, 0.99)", "beta_1 = 0.9, beta_2 = 0.99"),
    ("optimizer/pytorch_lr", "learning_rate", "lr", "learning_rate"),
    ("optimizer/string_optimizer", "optimizer = Adam()", "optimizer = \"adam\"", "optimizer = Adam()"),
    ("optimizer/upper_case", "Sgd", "SGD", "Sgd"),
];

/// Cases whose help has no code that could be pasted where the mistake is.
const GENERAL: &[&str] = &[
    "parse/match_expression",
    "parse/print",
    "parse/while_loop",
    "resolve/in_strict_crate",
    "resolve/mistake_in_library",
    "optimizer/unknown_setting",
];

#[test]
fn what_a_help_proposes_is_accepted() {
    for (case, proposal, from, to) in PROPOSALS {
        let read = |end: &str| std::fs::read_to_string(format!("tests/ui/{case}.{end}")).expect("the case exists");
        let (source, shown) = (read("rs"), read("stderr"));
        let help = shown.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("the case has a help");
        assert!(help.contains(&format!("`{proposal}`")), "{case}: `{proposal}` is not in: {help}");
        let declaration = declaration(&source);
        assert_eq!(declaration.matches(from).count(), 1, "{case}: `{from}` is not there once");
        assert!(!mistakes(declaration).is_empty(), "{case} has no mistake");
        let mended = declaration.replacen(from, to, 1);
        assert_eq!(mistakes(&mended), [""; 0], "{case}:\n{mended}");
    }
}

#[test]
fn every_help_with_code_is_tried() {
    for stage in ["parse", "resolve", "shapes", "loss", "optimizer"] {
        for entry in std::fs::read_dir(format!("tests/ui/{stage}")).expect("the stage has a folder") {
            let path = entry.expect("the folder can be listed").path();
            if path.extension().is_none_or(|end| end != "stderr") {
                continue;
            }
            let case = format!("{stage}/{}", path.file_stem().expect("a file has a name").display());
            let shown = std::fs::read_to_string(&path).expect("the file can be read");
            let has_code = shown.lines().any(|line| line.trim().starts_with("help: ") && line.contains('`'));
            let is_tried = PROPOSALS.iter().any(|(tried, ..)| *tried == case);
            assert!(!has_code || is_tried || GENERAL.contains(&case.as_str()), "{case} has a help that nothing tries");
        }
    }
}

/// What stands between the braces of `network!({ … })`.
fn declaration(source: &str) -> &str {
    let (_, rest) = source.split_once("network!({").expect("a case has a network");
    rest.split_once("\n});").expect("the network ends").0
}

/// The first lines of all mistakes of a declaration.
fn mistakes(declaration: &str) -> Vec<String> {
    let tokens = declaration.parse().expect("a case is made of tokens");
    let errors = monograd_compiler::expand::network(tokens).errors;
    errors.iter().map(|error| error.message.lines().next().unwrap_or_default().to_string()).collect()
}
