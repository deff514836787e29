//! 4 → 8 relu with a penalty → dropout → 3 classes, Adam.

use monograd::__private::{
    Activation, Arena, Float, Gradient, Input, Layout, Link, Loss, LossNode, Metric, MetricNode, Node, Optimizer,
    Output, Program, Regularizer, Shape, Slot, Step, Target, TargetKind, Tensor, Wiring, layers,
};

use super::{RELU, bias, dense, regularized, weight};

#[derive(Debug)]
pub(crate) struct Network;

pub(crate) static CLASSIFIER: Network = Network;

const PENALTY: Regularizer = Regularizer::L2 { l2: 0.01 };
const LOSS: Loss = Loss::CrossEntropy { label_smoothing: 0.0 };

const X: Tensor = Tensor::new(&[4], 0, 0);
const H: Tensor = Tensor::new(&[8], 4, 4);
const DROPPED: Tensor = Tensor::new(&[8], 12, 4);
const SCORES: Tensor = Tensor::new(&[3], 20, 12);
const D_SCORES: usize = 23;
const D_DROPPED: usize = 26;
const D_H: usize = 34;

static DENSE_1: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "dense_1",
        line: 21,
        stream: 0,
        inputs: &[X],
        d_inputs: &[Gradient::None],
        output: H,
        d_output: D_H,
        slope_taken: false,
        parameters: &[Slot::new(0, &[4, 8]), Slot::new(32, &[8])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(8, RELU),
};

static DROPOUT_1: Node<layers::Dropout> = Node {
    wiring: Wiring {
        name: "dropout_1",
        line: 22,
        stream: 1,
        inputs: &[H],
        d_inputs: &[Gradient::Write(D_H)],
        output: DROPPED,
        d_output: D_DROPPED,
        slope_taken: false,
        parameters: &[],
        saved: &[],
        split_from: 1,
    },
    layer: layers::Dropout { rate: 0.25 },
};

static DENSE_2: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "dense_2",
        line: 23,
        stream: 2,
        inputs: &[DROPPED],
        d_inputs: &[Gradient::Write(D_DROPPED)],
        output: SCORES,
        d_output: D_SCORES,
        slope_taken: false,
        parameters: &[Slot::new(40, &[8, 3]), Slot::new(64, &[3])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(3, Activation::Linear),
};

static CROSS_ENTROPY: LossNode = LossNode {
    name: "cross_entropy",
    line: 25,
    loss: LOSS,
    weight: 1.0,
    prediction: SCORES,
    d_prediction: Gradient::Write(D_SCORES),
    target: 0,
};

static LAYOUT: Layout = Layout {
    name: "Classifier",
    file: "src/main.rs",
    architecture: 0xfedc_ba98_7654_3210,
    inputs: &[Input { name: "flower", tensor: X }],
    outputs: &[Output { name: "kind", tensor: SCORES, link: Link::Softmax }],
    targets: &[Target { name: "kind", shape: Shape::new([]), kind: TargetKind::Classes(3), loss: LOSS }],
    metrics: &[MetricNode { name: "accuracy", metric: Metric::Accuracy, output: 0, target: 0, loss: LOSS }],
    optimizer: Some(Optimizer::Adam { learning_rate: 0.01, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }),
    parameters: &[
        regularized(weight("dense_1.weight", 0, 4, 8), PENALTY),
        bias("dense_1.bias", 32, 8),
        weight("dense_2.weight", 40, 8, 3),
        bias("dense_2.bias", 64, 3),
    ],
    regularized: &[],
    trainable: 67,
    total: 67,
    training: Arena { floats: 42, indices: 0, workspace: 0, fixed_workspace: 32 },
    prediction: Arena { floats: 15, indices: 0, workspace: 0, fixed_workspace: 32 },
    multiply_adds: 56,
};

impl<T: Float> Program<T> for Network {
    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn forward(&self, step: &mut Step<'_, T>) {
        step.forward(&DENSE_1);
        step.forward(&DROPOUT_1);
        step.forward(&DENSE_2);
    }

    fn loss(&self, step: &mut Step<'_, T>) {
        step.loss(&CROSS_ENTROPY);
    }

    fn backward(&self, step: &mut Step<'_, T>) {
        step.backward(&DENSE_2);
        step.backward(&DROPOUT_1);
        step.backward(&DENSE_1);
    }
}
