//! The plan of memory, checked by running it: each step writes its mark over the memory of what it gives, and must find
//! the marks of all that it reads.

use monograd_schema::{Role, Shape};

use super::{NETWORKS, Random, tape};
use crate::differentiate::{Contribution, Tape};
use crate::graph::NodeId;
use crate::plan::{ALIGNMENT, Plan, plan};
use crate::tiny::MOST_TINY_SIZES;

fn planned(statements: &str) -> Plan {
    plan(tape(statements))
}

/// What a piece of memory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Free,
    Output(NodeId),
    Gradient(NodeId),
    Saved(NodeId, usize),
}

/// The memory of one sample.
struct Memory {
    marks: Vec<Mark>,
    /// What went wrong.
    mistakes: Vec<String>,
}

impl Memory {
    fn new(size: usize) -> Self {
        Self { marks: vec![Mark::Free; size], mistakes: vec![] }
    }

    fn cells(&mut self, offset: usize, shape: Shape) -> &mut [Mark] {
        let (size, end) = (self.marks.len(), offset + shape.elements());
        if !offset.is_multiple_of(ALIGNMENT) || end > size {
            self.mistakes.push(format!("{offset}..{end} is not aligned or beyond {size}"));
        }
        &mut self.marks[offset.min(size)..end.min(size)]
    }

    fn write(&mut self, mark: Mark, (offset, shape): (usize, Shape)) {
        self.cells(offset, shape).fill(mark);
    }

    fn read(&mut self, mark: Mark, (offset, shape): (usize, Shape), step: &str) {
        let other = self.cells(offset, shape).iter().copied().find(|&found| found != mark);
        if let Some(other) = other {
            self.mistakes.push(format!("{step} finds {other:?} in place of {mark:?}"));
        }
    }

    /// Reads, writes, and reads again: a step must not overwrite what it is still reading.
    fn step(&mut self, name: &str, reads: &[(Mark, (usize, Shape))], writes: &[(Mark, (usize, Shape))]) {
        reads.iter().for_each(|&(mark, place)| self.read(mark, place, name));
        writes.iter().for_each(|&(mark, place)| self.write(mark, place));
        reads.iter().chain(writes).for_each(|&(mark, place)| self.read(mark, place, name));
    }
}

/// The value that a view shows.
fn viewed(tape: &Tape, mut node: NodeId, is_view: impl Fn(Role) -> bool) -> NodeId {
    let nodes = &tape.shaped.graph.nodes;
    while is_view(nodes[node].layer.role()) && !nodes[node].inputs.is_empty() {
        node = nodes[node].inputs[0];
    }
    node
}

fn shapes_of(tape: &Tape, nodes: &[NodeId]) -> Vec<Shape> {
    nodes.iter().map(|&node| tape.shaped.tensors[node].shape).collect()
}

/// Runs one step of training on marks and gives what went wrong.
fn train(plan: &Plan) -> Vec<String> {
    let tape = &plan.tape;
    let nodes = &tape.shaped.graph.nodes;
    let mut memory = Memory::new(plan.training_size);
    let root = |node| viewed(tape, node, |role| role == Role::View);
    let shape = |node: NodeId| tape.shaped.tensors[node].shape;
    let output = |node| (Mark::Output(root(node)), (plan.training[node], shape(node)));
    let gradient = |node| (Mark::Gradient(root(node)), (plan.gradients[node], shape(node)));
    let saved = |node: NodeId| {
        let shapes = nodes[node].layer.saved(&shapes_of(tape, &nodes[node].inputs));
        assert_eq!(shapes.len(), plan.saved[node].len());
        let pieces = shapes.into_iter().zip(&plan.saved[node]).enumerate();
        pieces.map(|(position, (shape, &offset))| (Mark::Saved(node, position), (offset, shape))).collect::<Vec<_>>()
    };
    let inputs: Vec<_> = (0..nodes.len()).filter(|&node| nodes[node].inputs.is_empty()).map(output).collect();
    memory.step("the input", &[], &inputs);
    for node in (0..nodes.len()).filter(|&node| nodes[node].layer.role() != Role::View) {
        let reads: Vec<_> = nodes[node].inputs.iter().map(|&input| output(input)).collect();
        let mut writes = saved(node);
        writes.push(output(node));
        memory.step(&format!("forward {node}"), &reads, &writes);
    }
    memory.step("the loss", &inputs, &[]); // Whoever looks for the first NaN reads them again.
    let outputs: Vec<NodeId> = tape.shaped.graph.outputs.iter().map(|output| output.node).collect();
    let give = |memory: &mut Memory, step: &str, reads: &[_], to: &[(NodeId, Contribution)]| {
        let mut reads = reads.to_vec();
        let further = to.iter().filter(|(_, contribution)| *contribution == Contribution::Further);
        let first = to.iter().filter(|(_, contribution)| *contribution == Contribution::First);
        let writes: Vec<_> = first.map(|&(node, _)| gradient(node)).collect();
        // What a step writes first and adds to then, as `u * u` does, it need not find.
        reads.extend(further.map(|&(node, _)| gradient(node)).filter(|read| !writes.iter().any(|w| w.0 == read.0)));
        memory.step(step, &reads, &writes);
    };
    for (term, &contribution) in tape.shaped.graph.losses.iter().zip(&tape.losses) {
        let node = outputs[term.output];
        give(&mut memory, "the loss", &[output(node)], &[(node, contribution)]);
    }
    for step in &tape.backward {
        let node = &nodes[step.node];
        let mut reads = saved(step.node);
        reads.push(gradient(step.node));
        if node.layer.saves().output && !plan.slopes[step.node] {
            reads.push(output(step.node));
        }
        let read_again = |&&input: &&NodeId| node.layer.saves().inputs || plan.slopes[input];
        reads.extend(node.inputs.iter().filter(read_again).map(|&input| output(input)));
        let to: Vec<_> = node.inputs.iter().copied().zip(step.inputs.iter().copied()).collect();
        give(&mut memory, &format!("backward {}", step.node), &reads, &to);
    }
    let outputs: Vec<_> = outputs.into_iter().map(output).collect();
    memory.step("metrics", &outputs, &[]);
    memory.mistakes
}

/// Runs a prediction on marks and gives what went wrong.
fn predict(plan: &Plan) -> Vec<String> {
    let tape = &plan.tape;
    let nodes = &tape.shaped.graph.nodes;
    let mut memory = Memory::new(plan.prediction_size);
    let root = |node| viewed(tape, node, |role| role != Role::Compute);
    let output = |node: NodeId| (Mark::Output(root(node)), (plan.prediction[node], tape.shaped.tensors[node].shape));
    let inputs: Vec<_> = (0..nodes.len()).filter(|&node| nodes[node].inputs.is_empty()).map(output).collect();
    memory.step("the input", &[], &inputs);
    for node in (0..nodes.len()).filter(|&node| nodes[node].layer.role() == Role::Compute) {
        let reads: Vec<_> = nodes[node].inputs.iter().map(|&input| output(input)).collect();
        memory.step(&format!("forward {node}"), &reads, &[output(node)]);
    }
    let outputs: Vec<_> = tape.shaped.graph.outputs.iter().map(|named| output(named.node)).collect();
    memory.step("the end", &outputs, &[]);
    memory.mistakes
}

#[test]
fn training_finds_all_that_it_reads() {
    for statements in NETWORKS {
        assert_eq!(train(&planned(statements)), [""; 0], "{statements}");
    }
}

#[test]
fn prediction_finds_all_that_it_reads() {
    for statements in NETWORKS {
        assert_eq!(predict(&planned(statements)), [""; 0], "{statements}");
    }
}

#[test]
fn networks_without_loss_are_planned() {
    for statements in ["let x = Input(3); Dense(4); Dropout(0.5); Flatten(); relu();", "let x = Input(3);"] {
        let plan = planned(statements);
        assert_eq!([train(&plan), predict(&plan)], [vec![], vec![]] as [Vec<String>; 2], "{statements}");
    }
}

#[test]
fn the_checker_finds_memory_given_twice() {
    let mut plan = planned(NETWORKS[0]);
    plan.training[2] = plan.training[1];
    assert_eq!(train(&plan)[0], "forward 2 finds Output(2) in place of Output(1)");
}

#[test]
fn parameters_follow_each_other_with_the_trainable_first() {
    for statements in NETWORKS {
        let plan = planned(statements);
        let mut pieces = Vec::new();
        for (owned, offsets) in plan.tape.shaped.parameters.iter().zip(&plan.parameters) {
            for (parameter, &offset) in owned.iter().zip(offsets) {
                pieces.push((offset, parameter.shape.elements()));
                assert_eq!(parameter.trainable, offset < plan.trainable, "{statements}");
            }
        }
        pieces.sort();
        let end = pieces.iter().fold(0, |end, &(offset, elements)| {
            assert_eq!(offset, end, "{statements}");
            end + elements
        });
        assert_eq!(end, plan.total, "{statements}");
    }
}

#[test]
fn a_chain_is_small_enough_to_check_by_hand() {
    let plan = planned("let x = Input(3); Dense(17); Dense(5); loss = mse; optimizer = Sgd(momentum = 0.5);");
    assert_eq!((plan.total, plan.trainable), (3 * 17 + 17 + 17 * 5 + 5, 158));
    assert_eq!(plan.multiply_adds, 3 * 17 + 17 * 5);
    // The input 16, hidden 32, output 16, and the gradients of output and hidden 16 + 32.
    assert_eq!(plan.unshared_size, 112);
    assert_eq!(plan.training_size, 112);
    // The input's memory serves the output.
    assert_eq!(plan.prediction_size, 48);
    let workspace = plan.workspace.fixed + 2 * plan.workspace.per_sample;
    assert_eq!(plan.training_bytes(2), 4 * (158 + 158 * 2 + workspace + 2 * 112) as u64);
}

#[test]
fn sharing_saves_memory_in_a_residual_network() {
    let plan = planned(NETWORKS[1]);
    assert!(3 * plan.training_size <= 2 * plan.unshared_size, "{} of {}", plan.training_size, plan.unshared_size);
}

#[test]
fn prediction_of_a_chain_takes_two_layers() {
    let statements = format!("let x = Input(64); {}", "Dense(64, activation = relu);".repeat(50));
    assert_eq!(planned(&statements).prediction_size, 128);
}

#[test]
fn prediction_takes_less_than_training() {
    for statements in NETWORKS {
        let plan = planned(statements);
        assert!(plan.prediction_size <= plan.training_size, "{statements}");
        assert!(plan.training_size <= plan.unshared_size, "{statements}");
    }
}

#[test]
fn views_and_dropout_in_prediction_take_no_memory() {
    let plan = planned("let x = Input(64); Dropout(0.5); Reshape(8, 8); Dropout(0.5); Flatten();");
    assert_eq!(plan.prediction_size, 64);
    assert_eq!(plan.prediction, [0; 5]);
}

/// Tensors of one shape combined at random; all are used in the end, some are outputs.
fn random_network(random: &mut Random) -> String {
    let mut text = "static S: _ = Dense(16, activation = tanh); let v0 = Input(16); let v1 = Input(16);".to_string();
    let count = 3 + random.below(25);
    for next in 2..count {
        let mut any = || format!("v{}", random.below(next));
        let (a, b, c) = (any(), any(), any());
        let value = match random.below(14) {
            0 | 1 => format!("{a}.Dense(16)"),
            2 => format!("{a}.Dense(16, activation = gelu)"),
            3 => format!("{a}.S()"),
            4 => format!("{a}.relu()"),
            5 => format!("{a}.silu()"),
            6 => format!("{a}.softmax()"),
            7 => format!("{a} + {b}"),
            8 => format!("{a} * {b}"),
            9 => format!("maximum({a}, {b}, {c})"),
            10 => format!("{a}.Reshape(4, 4).Flatten()"),
            11 => format!("{a}.Dropout(0.5)"),
            12 => format!("{a}.Dense(1) * {b}"),
            _ => format!("{a}.Dense(40).Dense(16) - {b}.PRelu()"),
        };
        text += &format!("let v{next} = {value};");
    }
    let all: Vec<String> = (0..count).map(|variable| format!("v{variable}")).collect();
    let other = random.below(count);
    text += &format!("let y = average({}).Dense(1); output = (y, v{other});", all.join(", "));
    text + &format!("loss = mse(y) + 0.5 * mae(v{other}); optimizer = Sgd();")
}

#[test]
fn random_networks_find_all_that_they_read() {
    let mut random = Random(3);
    for _ in 0..500 {
        let statements = random_network(&mut random);
        let plan = planned(&statements);
        assert_eq!([train(&plan), predict(&plan)], [vec![], vec![]] as [Vec<String>; 2], "{statements}");
    }
}

#[test]
fn tiny_layers_are_compiled_for_their_sizes() {
    let statements = "let x = Input(4); Dense(16); Dense(5); Dense(12); loss = mse; optimizer = Sgd();";
    let sizes: Vec<_> =
        planned(statements).tiny.iter().map(|tiny| tiny.map(|tiny| [tiny.inputs, tiny.units])).collect();
    assert_eq!(sizes, [None, Some([4, 16]), None, Some([5, 12])], "4 × 16, 16 × 5, 5 × 12");
}

#[test]
fn calls_are_split_from_so_many_samples_on() {
    let plan = planned("let x = Input(64); Dense(64); softmax(); Dense(1); loss = mse; optimizer = Sgd();");
    // Two threads have 2¹⁵ multiply-adds each: 2¹⁶ / 64², 2¹⁶ / (64 · 16), and never for 64 × 1.
    assert_eq!(plan.split_from[1..], [16, 64, usize::MAX]);
}

#[test]
fn only_so_many_sizes_are_compiled() {
    let layers: String = (1..=20).map(|units| format!("Dense({units}); Dense(2);")).collect();
    let plan = planned(&format!("let x = Input(2); {layers} loss = mse; optimizer = Sgd();"));
    let sizes: std::collections::HashSet<_> =
        plan.tiny.iter().flatten().map(|tiny| [tiny.inputs, tiny.units]).collect();
    assert_eq!(sizes.len(), MOST_TINY_SIZES);
}

#[test]
fn layers_update_what_is_used_once_and_has_no_penalty() {
    let statements = "
        static S: _ = Dense(20);
        let x = Input(20);
        S(); S(); Dense(20, regularizer = l2(0.1)); Dense(20); Dense(2);
        loss = mse;
        optimizer = Sgd();";
    let plan = planned(statements);
    let graph = &plan.tape.shaped.graph;
    let fused: Vec<&str> = graph
        .owners
        .iter()
        .zip(&plan.fused)
        .filter(|(_, fused)| fused.contains(&true))
        .map(|(owner, _)| owner.path.as_str())
        .collect();
    assert_eq!(fused, ["dense_2"], "the tiny last layer is updated with all others");
    assert!(plan.fused.iter().all(|owned| owned.get(1).is_none_or(|&bias| !bias)), "no bias is");
}

#[test]
fn chains_are_tiny_whole_and_end_in_a_mean_squared_error() {
    let layers = |statements: &str| planned(statements).trained_chain.map(|chain| chain.len());
    let end = "loss = mse; optimizer = Sgd();";
    assert_eq!(layers(&format!("let x = Input(2); Dense(3, activation = relu); Dense(1); {end}")), Some(2));
    assert_eq!(layers(&format!("let x = Input(2); Dense(3, bias = false); relu(); {end}")), Some(1));
    let others = [
        "let x = Input(2); Dense(3); Dense(30);",
        "let x = Input(2); Dense(3, activation = tanh); Dense(1);",
        "let x = Input(2); let h = Dense(2); h + Dense(2);",
        "let x = Input(2); Dense(3, regularizer = l2(0.1)); Dense(1);",
        "let x = Input(3, 2); Dense(3); Dense(1);",
        "static S: _ = Dense(2); let x = Input(2); S(); S();",
        "let x = Input(2); Dense(2); Dense(2); Dense(2); Dense(2); Dense(2);",
        "let x = Input(2); Dense(3); Dropout(0.5); Dense(1);",
        "let x = Input(2, 2); Flatten(); Dense(3); Dense(1);",
        "let x = Input(4); Dense(6); Reshape(3, 2);",
    ];
    for statements in others {
        assert_eq!(layers(&format!("{statements} {end}")), None, "{statements}");
    }
    assert_eq!(layers("let x = Input(2); Dense(1); loss = mae; optimizer = Sgd();"), None);
    assert_eq!(layers("let x = Input(2); Dense(1); loss = mse; optimizer = Sgd(); metrics = [mae];"), None);
}

#[test]
fn chains_of_prediction_are_whole_and_have_small_layers() {
    let links = |statements: &str| {
        let chain = planned(statements).predicted_chain?;
        Some(chain.iter().map(|(_, link)| (link.inputs, link.units, link.relu)).collect::<Vec<_>>())
    };
    let found = links("let x = Input(6); Dense(64, activation = relu); Dense(8, regularizer = l2(0.1)); Dense(4);");
    assert_eq!(found, Some(vec![(6, 64, true), (64, 8, false), (8, 4, false)]));
    let found = links("static S: _ = Dense(4); let x = Input(4); S(); Dropout(0.5); S(); Dropout(0.5);");
    assert_eq!(found, Some(vec![(4, 4, false), (4, 4, false)]));
    let found = links("let x = Input(3, 2); Flatten(); Dense(3); loss = cross_entropy; optimizer = Sgd();");
    assert_eq!(found, Some(vec![(6, 3, false)]));
    assert_eq!(links("let x = Input(4); Dense(6); Reshape(3, 2);"), Some(vec![(4, 6, false)]));
    let others = [
        "let x = Input(32); Dense(33);",
        "let x = Input(2); Dense(3, activation = tanh); Dense(1);",
        "let x = Input(2); let h = Dense(2); h + Dense(2);",
        "let x = Input(3, 2); Dense(3); Flatten(); Dense(1);",
        "let x = Input(2); let h = Dense(2); let a = Dense(2); output = [h, a];",
        "let x = Input(2); Dense(2); Dense(2); Dense(2); Dense(2); Dense(2);",
        "let x = Input(2); Dropout(0.5);",
    ];
    for statements in others {
        assert_eq!(links(statements), None, "{statements}");
    }
}
