//! Two inputs, side by side into one layer; two outputs, one with half the weight.

use monograd::__private::{
    Activation, Arena, Float, Gradient, Input, Layout, Link, Loss, LossNode, Metric, MetricNode, Node, Optimizer,
    Output, Program, Shape, Slot, Step, Target, TargetKind, Tensor, Wiring, layers,
};

use super::{RELU, bias, dense, weight};

#[derive(Debug)]
pub(crate) struct Network;

pub(crate) static RECOMMENDER: Network = Network;

const BINARY: Loss = Loss::BinaryCrossEntropy { label_smoothing: 0.0 };

const USER: Tensor = Tensor::new(&[2], 0, 0);
const FILM: Tensor = Tensor::new(&[3], 2, 2);
const BOTH: Tensor = Tensor::new(&[5], 5, 5);
const H: Tensor = Tensor::new(&[4], 10, 10);
const RATING: Tensor = Tensor::new(&[1], 14, 14);
const FINISHED: Tensor = Tensor::new(&[1], 15, 15);
const D_RATING: usize = 16;
const D_FINISHED: usize = 17;
const D_H: usize = 18;

static CONCAT_1: Node<layers::Concat> = Node {
    wiring: Wiring {
        name: "concat_1",
        line: 31,
        stream: 0,
        inputs: &[USER, FILM],
        d_inputs: &[Gradient::None, Gradient::None],
        output: BOTH,
        d_output: 0,
        slope_taken: false,
        parameters: &[],
        saved: &[],
        split_from: 1,
    },
    layer: layers::Concat { axis: -1 },
};

static DENSE_1: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "dense_1",
        line: 32,
        stream: 1,
        inputs: &[BOTH],
        d_inputs: &[Gradient::None],
        output: H,
        d_output: D_H,
        slope_taken: false,
        parameters: &[Slot::new(0, &[5, 4]), Slot::new(20, &[4])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(4, RELU),
};

static RATING_NODE: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "rating",
        line: 33,
        stream: 2,
        inputs: &[H],
        d_inputs: &[Gradient::Add(D_H)],
        output: RATING,
        d_output: D_RATING,
        slope_taken: false,
        parameters: &[Slot::new(24, &[4, 1]), Slot::new(28, &[1])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(1, Activation::Linear),
};

static FINISHED_NODE: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "finished",
        line: 34,
        stream: 3,
        inputs: &[H],
        d_inputs: &[Gradient::Write(D_H)],
        output: FINISHED,
        d_output: D_FINISHED,
        slope_taken: false,
        parameters: &[Slot::new(29, &[4, 1]), Slot::new(33, &[1])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(1, Activation::Linear),
};

static MSE: LossNode = LossNode {
    name: "mse(rating)",
    line: 37,
    loss: Loss::Mse,
    weight: 1.0,
    prediction: RATING,
    d_prediction: Gradient::Write(D_RATING),
    target: 0,
};

static BINARY_CROSS_ENTROPY: LossNode = LossNode {
    name: "binary_cross_entropy(finished)",
    line: 37,
    loss: BINARY,
    weight: 0.5,
    prediction: FINISHED,
    d_prediction: Gradient::Write(D_FINISHED),
    target: 1,
};

static LAYOUT: Layout = Layout {
    name: "Recommender",
    file: "src/main.rs",
    architecture: 7,
    inputs: &[Input { name: "user", tensor: USER }, Input { name: "film", tensor: FILM }],
    outputs: &[
        Output { name: "rating", tensor: RATING, link: Link::Identity },
        Output { name: "finished", tensor: FINISHED, link: Link::Sigmoid },
    ],
    targets: &[
        Target { name: "rating", shape: Shape::new([1]), kind: TargetKind::Values, loss: Loss::Mse },
        Target { name: "finished", shape: Shape::new([1]), kind: TargetKind::Values, loss: BINARY },
    ],
    metrics: &[
        MetricNode { name: "mae(rating)", metric: Metric::Mae, output: 0, target: 0, loss: Loss::Mse },
        MetricNode { name: "accuracy(finished)", metric: Metric::Accuracy, output: 1, target: 1, loss: BINARY },
    ],
    optimizer: Some(Optimizer::Adam { learning_rate: 0.01, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }),
    parameters: &[
        weight("dense_1.weight", 0, 5, 4),
        bias("dense_1.bias", 20, 4),
        weight("rating.weight", 24, 4, 1),
        bias("rating.bias", 28, 1),
        weight("finished.weight", 29, 4, 1),
        bias("finished.bias", 33, 1),
    ],
    regularized: &[],
    trainable: 34,
    total: 34,
    training: Arena { floats: 22, indices: 0, workspace: 0, fixed_workspace: 20 },
    prediction: Arena { floats: 16, indices: 0, workspace: 0, fixed_workspace: 20 },
    multiply_adds: 28,
};

impl<T: Float> Program<T> for Network {
    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn forward(&self, step: &mut Step<'_, T>) {
        step.forward(&CONCAT_1);
        step.forward(&DENSE_1);
        step.forward(&RATING_NODE);
        step.forward(&FINISHED_NODE);
    }

    fn loss(&self, step: &mut Step<'_, T>) {
        step.loss(&MSE);
        step.loss(&BINARY_CROSS_ENTROPY);
    }

    fn backward(&self, step: &mut Step<'_, T>) {
        step.backward(&FINISHED_NODE);
        step.backward(&RATING_NODE);
        step.backward(&DENSE_1);
    }
}
