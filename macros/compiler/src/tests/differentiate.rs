//! Differentiation: the steps of training and where each gradient comes from.

use super::tape;
use crate::differentiate::{Contribution, Tape};

/// The backward steps with what they give, and `shared` where they add to parameters: `4: write, add`.
fn backward(tape: &Tape) -> Vec<String> {
    let steps = tape.backward.iter().map(|step| {
        let inputs: Vec<&str> = step.inputs.iter().copied().map(word).collect();
        format!("{}: {}{}", step.node, inputs.join(", "), if step.adds_to_parameters { " shared" } else { "" })
    });
    steps.collect()
}

fn word(contribution: Contribution) -> &'static str {
    match contribution {
        Contribution::None => "none",
        Contribution::First => "write",
        Contribution::Further => "add",
    }
}

/// The tape of a network with the loss `mse` of its only output.
fn trained(statements: &str) -> Tape {
    tape(&format!("{statements} loss = mse; optimizer = Sgd();"))
}

#[test]
fn a_chain_goes_back_in_reverse() {
    let tape = trained("let x = Input(2); Dense(3, activation = relu); Dense(4); softmax();");
    assert_eq!(tape.forward, [1, 2, 3]);
    assert_eq!(tape.losses, [Contribution::First]);
    assert_eq!(backward(&tape), ["3: write", "2: write", "1: none"]);
}

#[test]
fn inputs_get_no_gradient() {
    let tape = trained("let a = Input(2); let b = Input(2); let h = a.Dense(2); h + b;");
    assert_eq!(backward(&tape), ["3: write, none", "2: none"]);
}

#[test]
fn what_learns_nothing_gets_no_gradient() {
    let tape = trained("let x = Input(2); relu(); tanh(); Dense(2); sigmoid();");
    assert_eq!(tape.forward, [1, 2, 3]); // The sigmoid is fused.
    assert_eq!(backward(&tape), ["3: none"]);
}

#[test]
fn fan_out_writes_once_and_adds_then() {
    let tape = trained("let x = Input(2); let h = x.Dense(2); let a = h.softmax(); let b = h.softmax(); a + b;");
    assert_eq!(backward(&tape), ["4: write, write", "3: write", "2: add", "1: none"]);
}

#[test]
fn a_square_gives_both_contributions_at_one_step() {
    let tape = trained("let x = Input(2); let u = x.Dense(2); u * u;");
    assert_eq!(backward(&tape), ["2: write, add", "1: none"]);
    let tape = trained("let x = Input(2); let u = x.Dense(2); maximum(u, x, u, u);");
    assert_eq!(backward(&tape), ["2: write, none, add, add", "1: none"]);
}

#[test]
fn a_skip_adds_to_what_the_branch_wrote() {
    let tape = trained("let x = Input(2); let h = x.Dense(2); let r = h.Dense(2).Dense(2); h + r;");
    // The sum comes first and writes the skip; the branch adds to it.
    assert_eq!(backward(&tape), ["4: write, write", "3: write", "2: add", "1: none"]);
}

#[test]
fn views_are_aliases_of_one_gradient() {
    let tape = trained("let x = Input(4); let h = x.Dense(4); let v = h.Reshape(2, 2); let w = v.Flatten(); w + h;");
    assert_eq!(tape.roots, [0, 1, 1, 1, 4]);
    assert_eq!(tape.forward, [1, 4]);
    assert_eq!(backward(&tape), ["4: write, add", "1: none"]);
}

#[test]
fn a_view_of_an_input_gets_no_gradient() {
    let tape = trained("let x = Input(2, 2); Flatten(); Dense(1);");
    assert_eq!(tape.roots, [0, 0, 2]);
    assert_eq!(backward(&tape), ["2: none"]);
}

#[test]
fn an_output_that_is_read_gets_the_loss_first() {
    let text = "let x = Input(2); let a = x.Dense(2); let b = a.Dense(1); output = (a, b); \
                loss = mse(a) + mse(b) + mae(a); optimizer = Sgd();";
    let tape = tape(text);
    assert_eq!(tape.losses, [Contribution::First, Contribution::First, Contribution::Further]);
    assert_eq!(backward(&tape), ["2: add", "1: none"]);
}

#[test]
fn outputs_that_are_views_of_each_other_share_a_gradient() {
    let text = "let x = Input(2); let a = x.Dense(4); let b = a.Reshape(2, 2); output = (a, b); \
                loss = mse(a) + mse(b); optimizer = Sgd();";
    let tape = tape(text);
    assert_eq!(tape.losses, [Contribution::First, Contribution::Further]);
}

#[test]
fn an_output_that_learns_nothing_gets_none() {
    let text = "let x = Input(2); let a = x.Dense(2); let b = x.tanh(); output = (a, b); \
                loss = mse(a) + mse(b); optimizer = Sgd();";
    assert_eq!(tape(text).losses, [Contribution::First, Contribution::None]);
}

#[test]
fn a_layer_used_twice_adds_the_second_time() {
    let text = "static S: _ = Dense(2); let x = Input(2); let a = x.S(); let b = a.S(); let c = b.S(); a + c;";
    assert_eq!(backward(&trained(text)), ["4: write, write", "3: write", "2: add shared", "1: none shared"]);
}

#[test]
fn a_shared_block_adds_for_each_of_its_layers() {
    let text = "fn T(x: Tensor) -> Tensor { Dense(2); PRelu(); } static S: _ = T(); \
                let x = Input(2); let y = Input(2); x.S() + y.S();";
    let expected = ["6: write, write", "5: write", "4: none", "3: write shared", "2: none shared"];
    assert_eq!(backward(&trained(text)), expected);
}

#[test]
fn dropout_passes_gradients_on() {
    let tape = trained("let x = Input(2); Dense(2); Dropout(0.5); Dense(1);");
    assert_eq!(tape.forward, [1, 2, 3]);
    assert_eq!(backward(&tape), ["3: write", "2: write", "1: none"]);
}

#[test]
fn a_network_without_loss_has_no_backward_steps() {
    let tape = tape("let x = Input(2); Dense(3); Dense(1);");
    assert_eq!((tape.forward.len(), tape.backward.len(), tape.losses.len()), (2, 0, 0));
}

/// In every network, each gradient is written before it is added to and before it is read.
#[test]
fn gradients_are_written_before_they_are_read() {
    for statements in super::NETWORKS {
        let tape = tape(statements);
        let mut written = vec![false; tape.roots.len()];
        let mut contribute = |node: usize, contribution| match contribution {
            Contribution::None => {}
            Contribution::First => assert!(!std::mem::replace(&mut written[tape.roots[node]], true), "{statements}"),
            Contribution::Further => assert!(written[tape.roots[node]], "{statements}"),
        };
        for (term, &contribution) in tape.shaped.graph.losses.iter().zip(&tape.losses) {
            contribute(tape.shaped.graph.outputs[term.output].node, contribution);
        }
        let mut last = usize::MAX;
        for step in &tape.backward {
            assert!(step.node < last, "{statements}");
            last = step.node;
            for (&input, &contribution) in tape.shaped.graph.nodes[step.node].inputs.iter().zip(&step.inputs) {
                contribute(input, contribution);
            }
        }
        assert!(tape.backward.iter().all(|step| written[tape.roots[step.node]]), "{statements}");
    }
}
