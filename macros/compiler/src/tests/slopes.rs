//! Slopes: which layers leave that of their function to the layer that reads them.

use super::tape;
use crate::plan::plan;

/// The positions of these layers.
fn taken(statements: &str) -> Vec<usize> {
    let loss = if statements.contains("loss") { "" } else { "loss = mse;" };
    let plan = plan(tape(&format!("{statements} {loss} optimizer = Sgd();")));
    (0..plan.slopes.len()).filter(|&node| plan.slopes[node]).collect()
}

#[test]
fn the_only_reader_takes_the_slope() {
    assert_eq!(
        taken("let x = Input(9); Dense(9, activation = relu); Dense(9, activation = tanh); Dense(9);"),
        [1, 2]
    );
    assert_eq!(taken("let x = Input(9); Dense(9); sigmoid(); Dense(9);"), [1]);
}

#[test]
fn slopes_that_follow_from_the_input_or_from_a_whole_row_stay() {
    assert_eq!(
        taken("let x = Input(9); Dense(9, activation = gelu); Dense(9, activation = softmax); Dense(9);"),
        []
    );
    assert_eq!(taken("let x = Input(9); Dense(9); Dense(9);"), [], "there is none");
}

#[test]
fn a_value_with_other_readers_keeps_its_slope() {
    assert_eq!(taken("let x = Input(9); let h = Dense(9, activation = relu); h + h.Dense(9);"), []);
    assert_eq!(taken("let x = Input(9); let h = Dense(9, activation = relu); h.Dense(9) + h.Dense(9);"), []);
    let outputs = "let x = Input(9); let h = Dense(9, activation = relu); let y = h.Dense(9); output = (h, y);";
    assert_eq!(taken(&format!("{outputs} loss = mse(h) + mse(y);")), []);
}

#[test]
fn other_layers_and_views_between_leave_it() {
    assert_eq!(taken("let x = Input(9); Dense(9, activation = relu); Dropout(0.5); Dense(9);"), []);
    assert_eq!(taken("let x = Input(9); Dense(9, activation = relu); Reshape(3, 3); Dense(9);"), []);
    assert_eq!(
        taken("let x = Input(2); Dense(9, activation = relu); Dense(9);"),
        [],
        "it is compiled for its sizes"
    );
}
