//! Messages for what is seldom written: statements after `let x = Input(4);` in, the one message in full out.

use super::mistakes_in_full;

/// Statements on one line, and the message about them.
const CASES: [(&str, &str); 23] = [
    ("const N: usize = 4; let y = x + if N == 3 { x };", "3:28 `+` takes tensors and numbers"),
    ("let h: Tensor<{ 3 - 4 }> = x.Dense(3);", "3:16 expected a whole number of 0 or more, found -1"),
    ("let h: Tensor<{ 3, 4 }> = x.Dense(3);", "3:17 expected one expression, found `,`"),
    ("let n = 3; x.Dense(3, activation = n);", "3:35 `n` is a constant, expected an activation"),
    (
        "const N: usize = 4; let y = if N == 3 { x.Dense(3) };",
        "3:28 an `if` without `else` gives no value where its condition is false",
    ),
    (
        "Dense(1); weight_decay = 0.1;",
        "3:10 unknown setting `weight_decay`\n\
         help: it is an option of the optimizer: `optimizer = AdamW(weight_decay = 0.1);`",
    ),
    (
        "Dense(1); momentum = 0.1;",
        "3:10 unknown setting `momentum`\nhelp: it is an option of the optimizer: `optimizer = Sgd(momentum = 0.1);`",
    ),
    (
        "Dense(1); patience = 3;",
        "3:10 unknown setting `patience`\nnote: a callback can end training: it gives `Next::Stop`",
    ),
    (
        "Dense(1); callbacks = [a];",
        "3:10 unknown setting `callbacks`\nhelp: it is set where training starts: `Fit::default().callback(|epoch| …)`",
    ),
    (
        "Dense(1); inputs = [x];",
        "3:10 unknown setting `inputs`\nhelp: an input is a statement: `let x = Input(…);`",
    ),
    (
        "const W: usize = 3; const N: usize = W.pow(2);",
        "3:37 `pow` applies to a tensor, found `W`\n\
         note: constants are computed by `+`, `-`, `*`, `/`, `%`, `<<`, `>>` and `if`",
    ),
    (
        "Dense(3); let p = softmax(); output = p; loss = cross_entropy; optimizer = Adam();",
        "3:18 `cross_entropy` takes raw scores, `softmax` before it would be applied twice\n\
         help: name the layer before it: `let p = Dense(3);`: `predict` gives probabilities all the same",
    ),
    (
        "model.parameters();",
        "3:0 `model` is not known here: a network has no name for itself\n\
         note: an optimizer trains all parameters of the network",
    ),
    (
        "he_normal();",
        "3:0 `he_normal` is an initializer, expected a layer, a block or a function\n\
         help: write it as an option: `Dense(64, init = he_normal)`",
    ),
    (
        "l2(0.1);",
        "3:0 `l2` is a regularizer, expected a layer, a block or a function\n\
         help: write it as an option: `Dense(64, regularizer = l2(0.1))`",
    ),
    (
        "Dense(1); backward();",
        "3:10 unknown function `backward`\n\
         note: a declaration describes layers; what is done with them stands in the program",
    ),
    ("Dense(1); output = [];", "3:19 `output` names no tensor, expected one or more"),
    (
        "const N: bool = false; Dense(1); loss = mse; optimizer = if N { Adam() };",
        "3:57 `optimizer` takes an optimizer in both branches",
    ),
    ("Dense(_);", "3:6 `_` has no value"),
    (
        "Dense(std::mem::size_of(3));",
        "3:6 paths do not exist here, found `std::mem::size_of`\n\
         note: constants are computed by `+`, `-`, `*`, `/`, `%`, `<<`, `>>` and `if`",
    ),
    (
        "blocks::Tower(3);",
        "3:0 paths do not exist here, found `blocks::Tower`\n\
         help: write `Tower(3)`; what a `blocks!` exports comes in by `use blocks::Tower;`",
    ),
    ("3(x);", "3:1 only a layer, a block or a function can be called"),
    ("Dense(3px);", "3:6 `px` is no suffix of an integer\nhelp: write `3`"),
];

#[test]
fn seldom_mistakes_have_their_messages() {
    let said = |statements: &str| mistakes_in_full(&format!("let x = Input(4);\n{statements}"));
    let found: Vec<Vec<String>> = CASES.iter().map(|(statements, _)| said(statements)).collect();
    let expected: Vec<Vec<String>> = CASES.iter().map(|(_, message)| vec![message.to_string()]).collect();
    assert_eq!(found, expected);
}
