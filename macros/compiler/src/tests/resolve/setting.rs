//! `output`, `loss`, `optimizer` and `metrics`.

use super::{graph, mistakes, mistakes_in_full, says};
use crate::graph::Graph;

const TWO: &str = "let x = Input(2);\nlet a = x.Dense(1);\nlet b = x.Dense(1);\n";

fn two(settings: &str) -> Graph {
    graph(&format!("{TWO}output = (a, b); optimizer = Sgd(); {settings}"))
}

/// Weights and outputs of the terms of a loss: `2 mse 0`.
fn terms(loss: &str) -> Vec<String> {
    let graph = two(&format!("loss = {loss};"));
    graph.losses.iter().map(|term| format!("{:?} {} {}", term.weight, term.loss.name(), term.output)).collect()
}

#[test]
fn the_last_value_is_the_output() {
    let graph = graph("let x = Input(2); Dense(3); let y = Dense(1); loss = mse; optimizer = Sgd();");
    assert_eq!(graph.outputs.len(), 1);
    assert_eq!((graph.outputs[0].name.as_str(), graph.outputs[0].node), ("output", 2));
}

#[test]
fn outputs_are_named() {
    let graph = two("loss = mse(a) + mse(b);");
    let outputs: Vec<(&str, usize)> = graph.outputs.iter().map(|output| (output.name.as_str(), output.node)).collect();
    assert_eq!(outputs, [("a", 1), ("b", 2)]);
}

#[test]
fn an_output_may_be_one_of_the_middle() {
    let graph = graph("let x = Input(2); let h = x.Dense(3); let y = h.Dense(1); output = (y, h);");
    assert_eq!(graph.outputs.iter().map(|output| output.node).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn an_input_may_be_an_output() {
    assert_eq!(graph("let x = Input(2); let y = x.Dense(1); output = (y, x);").outputs.len(), 2);
}

#[test]
fn outputs_are_names_of_tensors() {
    says(&format!("{TWO}output = a + b;"), "5:9 `output` takes names of tensors, found `a + b`");
    says(&format!("{TWO}output = (a, c);"), "5:13 unknown name `c`");
    says(&format!("{TWO}output = (a, b, a);"), "5:16 `a` is an output twice");
    says(&format!("const N: usize = 1; {TWO}output = N;"), "5:9 `output` takes tensors, `N` is none");
}

#[test]
fn a_variable_may_be_called_output() {
    let graph = graph("let x = Input(2); let output = x.Dense(1); output = output;");
    assert_eq!(graph.outputs[0].node, 1);
}

#[test]
fn a_loss_reads_the_only_output() {
    let graph = graph("let x = Input(2); Dense(1); loss = mse; optimizer = Sgd();");
    assert_eq!((graph.losses[0].weight, graph.losses[0].output), (1.0, 0));
}

#[test]
fn losses_add_up() {
    assert_eq!(terms("mse(a) + mae(b)"), ["1.0 mse 0", "1.0 mae 1"]);
    assert_eq!(terms("mse(a) + mae(a) + mse(b)"), ["1.0 mse 0", "1.0 mae 0", "1.0 mse 1"]);
}

#[test]
fn losses_have_weights() {
    assert_eq!(terms("2 * mse(a) + mse(b) * 0.5"), ["2.0 mse 0", "0.5 mse 1"]);
    assert_eq!(terms("2 * 3 * mse(a) + mse(b)"), ["6.0 mse 0", "1.0 mse 1"]);
    assert_eq!(terms("(1 - 2) * mse(a) + mse(b)"), ["-1.0 mse 0", "1.0 mse 1"]);
    assert_eq!(terms("-2.5 * mse(a) + mse(b)"), ["-2.5 mse 0", "1.0 mse 1"]);
}

#[test]
fn weights_multiply_through_parentheses() {
    assert_eq!(terms("0.5 * (mse(a) + 4 * mse(b))"), ["0.5 mse 0", "2.0 mse 1"]);
    assert_eq!(terms("(mse(a) + 4 * (mae(b) + 2 * mse(b))) * 3"), ["3.0 mse 0", "12.0 mae 1", "24.0 mse 1"]);
}

#[test]
fn a_weight_may_be_a_constant() {
    let graph = graph(&format!(
        "const BETA: f32 = 0.25; {TWO} output = (a, b); loss = mse(a) + BETA * mse(b); optimizer = Sgd();"
    ));
    assert_eq!(graph.losses[1].weight, 0.25);
}

#[test]
fn weights_are_finite_numbers() {
    let cases = [
        ("0 * mse(a) + mse(b)", "5:7 the weight of a loss is 0, expected a finite number other than 0"),
        ("true * mse(a) + mse(b)", "5:7 the weight of a loss is a number, found `true`"),
        (
            "1e30 * (1e30 * mse(a)) + mse(b)",
            "5:15 the weight of a loss is inf, expected a finite number other than 0",
        ),
        (
            "1e-30 * (1e-30 * mse(a)) + mse(b)",
            "5:16 the weight of a loss is 0, expected a finite number other than 0",
        ),
        ("a.mse() + mse(b)", "5:7 a loss is a function, found a method: `a.mse()`"),
        ("1e39 * mse(a) + mse(b)", "5:7 the weight of a loss is inf, expected a finite number other than 0"),
    ];
    for (loss, message) in cases {
        says(&format!("{TWO}loss = {loss}; output = (a, b); optimizer = Sgd();"), message);
    }
}

#[test]
fn a_condition_chooses_a_loss_and_an_optimizer() {
    let with = |deep: bool| {
        let text = format!(
            "const DEEP: bool = {deep}; let x = Input(2); Dense(3);
             loss = if DEEP {{ mse + mae }} else {{ huber }}; optimizer = if DEEP {{ Sgd() }} else {{ Adam() }};"
        );
        let graph = graph(&text);
        let losses: Vec<String> = graph.losses.iter().map(|term| term.text.clone()).collect();
        (losses, graph.optimizer.map(|optimizer| optimizer.name()))
    };
    assert_eq!(with(true), (vec!["mse".to_string(), "mae".to_string()], Some("Sgd")));
    assert_eq!(with(false), (vec!["huber".to_string()], Some("Adam")));
    says(
        "const DEEP: bool = false; let x = Input(2); Dense(3); optimizer = Sgd();\nloss = if DEEP { mse };",
        "3:7 `loss` takes a loss in both branches",
    );
}

#[test]
fn a_loss_is_a_sum() {
    for loss in ["mse(a) - mse(b)", "mse(a) / 2", "-mse(a)", "3", "[mse(a)]"] {
        let found = mistakes(&format!("{TWO}output = (a, b); loss = {loss}; optimizer = Sgd();"));
        assert!(
            found.len() == 1 && found[0].contains("`loss` takes a loss or a weighted sum of losses"),
            "{found:?}"
        );
    }
}

#[test]
fn losses_have_options() {
    let graph = two("loss = huber(a, delta = 2.0) + huber(b, 3);");
    assert_eq!(format!("{:?}", graph.losses[0].loss), "Huber { delta: 2.0 }");
    assert_eq!(format!("{:?}", graph.losses[1].loss), "Huber { delta: 3.0 }");
}

#[test]
fn a_loss_says_which_output_it_reads() {
    let found = mistakes_in_full(&format!("{TWO}output = (a, b); loss = mse; optimizer = Sgd();"));
    assert_eq!(found, ["5:24 `mse` does not say which output it reads: a, b\nhelp: write `mse(a) + mse(b)`"]);
    let found = mistakes_in_full(&format!("{TWO}output = b; loss = mse(a); optimizer = Sgd();"));
    assert_eq!(found, ["5:23 `a` is not an output\nhelp: write `output = (b, a);`"]);
    says(&format!("{TWO}output = (a, b); loss = mse(c); optimizer = Sgd();"), "5:28 unknown name `c`");
}

#[test]
fn every_output_has_a_loss() {
    let found = mistakes_in_full(&format!("{TWO}output = (a, b); loss = mse(a); optimizer = Sgd();"));
    assert_eq!(found, ["5:13 no loss reads the output `b`\nhelp: add `+ mse(b)` to the loss"]);
}

#[test]
fn settings_belong_together() {
    says("let x = Input(2); Dense(1);\nloss = mse;", "3:0 network `Net` has a loss and no optimizer");
    says("let x = Input(2); Dense(1);\noptimizer = Sgd();", "3:0 `optimizer` has no effect without a loss");
    says("let x = Input(2); Dense(1);\nmetrics = [mae];", "3:0 `metrics` has no effect without a loss");
}

#[test]
fn settings_are_set_once() {
    says(
        "let x = Input(2); Dense(1);\nloss = mse;\nloss = mae; optimizer = Sgd();",
        "4:0 `loss` is set twice, first on line 3",
    );
}

#[test]
fn unknown_settings_are_reported_with_the_nearest() {
    let found = mistakes_in_full("let x = Input(2); Dense(1);\noptimiser = Sgd(); loss = mse; optimizer = Sgd();");
    assert_eq!(found, ["3:0 unknown setting `optimiser`\nhelp: did you mean `optimizer`?"]);
}

#[test]
fn optimizers_are_calls() {
    let setting =
        |optimizer| mistakes_in_full(&format!("let x = Input(2); Dense(1); loss = mse;\noptimizer = {optimizer};"));
    assert_eq!(setting("Adam"), ["3:12 `Adam` is written as a call\nhelp: write `Adam()`"]);
    assert_eq!(setting("Adm()"), ["3:12 unknown optimizer `Adm`\nhelp: did you mean `Adam`?"]);
    assert_eq!(setting("3"), ["3:12 `optimizer` takes an optimizer, found `3`"]);
    assert_eq!(setting("Sgd(learning_rate = 0)"), ["3:32 `learning_rate` is 0, expected more than 0"]);
}

#[test]
fn metrics_are_listed() {
    let graph = two("loss = mse(a) + mse(b); metrics = [mae(a), rmse(b), mae(b)];");
    let metrics: Vec<(&str, usize)> = graph.metrics.iter().map(|term| (term.text.as_str(), term.output)).collect();
    assert_eq!(metrics, [("mae(a)", 0), ("rmse(b)", 1), ("mae(b)", 1)]);
}

#[test]
fn metrics_are_checked() {
    let setting = |metrics| {
        mistakes(&format!("let x = Input(2); Dense(1); loss = mse; optimizer = Sgd();\nmetrics = {metrics};"))
    };
    assert_eq!(setting("[mea]"), ["3:11 unknown metric `mea`"]);
    assert_eq!(setting("[mae, mae]"), ["3:16 the metric `mae` is listed twice"]);
    assert_eq!(setting("[3]"), ["3:11 `metrics` takes a list of metrics, found `3`"]);
    assert_eq!(setting("[top_k(k = 0)]"), ["3:21 `k` is 0, expected 1 or more"]);
}

#[test]
fn a_network_has_an_input() {
    says("", "1:7 network `Net` has no input");
    says("const N: usize = 3;", "1:7 network `Net` has no input");
}

#[test]
fn a_network_may_only_predict() {
    assert!(graph("let x = Input(2); Dense(1);").losses.is_empty());
}

#[test]
fn a_long_string_is_shown_in_part() {
    let text = format!("{TWO}output = \"{}\\n);\"; loss = mse(a); optimizer = Sgd();", "b".repeat(50));
    let found = mistakes(&text);
    assert!(
        found.iter().any(|message| message.contains(&format!("found `\"{}…\"`", "b".repeat(40)))),
        "{found:?}"
    );
    assert!(found.iter().all(|message| !message.contains("help: write it without quotes")), "{found:?}");
}
