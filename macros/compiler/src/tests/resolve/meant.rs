//! Messages that say what was meant: statements in, the messages in full out.

use super::{mistakes_in_full, says};

/// Statements, and the one message about them.
const CASES: [(&str, &str); 9] = [
    (
        "let a = Input(4); const N: usize = a;",
        "2:35 expected a constant, found the tensor `a`, which has no value before the network runs",
    ),
    (
        "let n = 4; const N: usize = n; let a = Input(N);",
        "2:28 expected a constant, found `n`, which `let` declares\nhelp: declare it by `const`",
    ),
    (
        "let x = Input(4);\nif DEEP { Dense(4); }",
        "3:3 `DEEP` is not known here: a macro cannot read constants outside it\nhelp: declare it inside, `const DEEP: \
         bool = …;`, or export it with `blocks!` and write `use path::DEEP;`",
    ),
    (
        "let x = Input(4);\nif 3 < SIZE { Dense(4); }",
        "3:7 `SIZE` is not known here: a macro cannot read constants outside it\nhelp: declare it inside, `const SIZE: \
         usize = …;`, or export it with `blocks!` and write `use path::SIZE;`",
    ),
    (
        "let x = Input(4);\nDropout(RATE);",
        "3:8 `RATE` is not known here: a macro cannot read constants outside it\nhelp: declare it inside, `const RATE: \
         f32 = …;`, or export it with `blocks!` and write `use path::RATE;`",
    ),
    (
        "let x = Input(4);\nx.Flatten.Dense(3);",
        "3:2 fields do not exist here, found `x.Flatten`\nhelp: a layer or function is called: `x.Flatten()`",
    ),
    (
        "Input(height = 28, width = 28, channels = 1, name = image);",
        "2:6 `Input` takes extents without names, found `height`\nhelp: write `Input(28, 28, 1, name = image)`",
    ),
    (
        "let x = Input(4);\nDense(3, regularizer = l2(0.1) + l1(0.01));",
        "3:23 `regularizer` takes a regularizer, found `l2(0.1) + l1(0.01)`\n\
         help: write `regularizer = l1_l2(l1 = 0.01, l2 = 0.1)`",
    ),
    (
        "let x = Input(4); Dense(3); optimizer = Adam();\nloss = kl_divergence(log_target = true);",
        "3:21 `kl_divergence` has no option `log_target`\nnote: targets are probabilities, not their logarithms\n\
         help: remove `log_target = true`",
    ),
];

#[test]
fn what_was_meant_is_said() {
    let found: Vec<Vec<String>> = CASES.iter().map(|(statements, _)| mistakes_in_full(statements)).collect();
    let expected: Vec<Vec<String>> = CASES.iter().map(|(_, message)| vec![message.to_string()]).collect();
    assert_eq!(found, expected);
}

#[test]
fn too_large_a_number_of_a_metric_is_underlined() {
    let text = "let x = Input(4); Dense(3); loss = cross_entropy; optimizer = Adam();\nmetrics = [top_k(5)];";
    says(text, "3:17 `top_k` looks at 5 classes, the output [3] has 3");
    let text = "let x = Input(4); Dense(3); loss = mse; optimizer = Adam();\nmetrics = [top_k(5)];";
    says(text, "3:11 `top_k` needs classes, the loss `mse` has none");
}

#[test]
fn a_network_is_not_called_like_a_primitive() {
    for name in ["f32", "usize", "bool", "str"] {
        let text = format!("struct {name}; let x = Input(4); Dense(3);");
        let errors = crate::expand::network(text.parse().unwrap()).errors;
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            messages,
            [format!("`{name}` is a type of Rust's, a network needs another name\nhelp: write `struct Net;`")]
        );
    }
}
