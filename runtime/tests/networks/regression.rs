//! 2 → 3 relu → 1, mean squared error, plain gradient descent.

use monograd::__private::{
    Activation, Arena, Float, Gradient, Input, Layout, Link, Loss, LossNode, Metric, MetricNode, Node, Optimizer,
    Output, Program, Shape, Slot, Step, Target, TargetKind, Tensor, Wiring, layers,
};

use super::{RELU, bias, dense, weight};

#[derive(Debug)]
pub(crate) struct Network;

pub(crate) static REGRESSION: Network = Network;

const X: Tensor = Tensor::new(&[2], 0, 0);
const H: Tensor = Tensor::new(&[3], 2, 2);
const SCORES: Tensor = Tensor::new(&[1], 5, 5);
const D_SCORES: usize = 6;
const D_H: usize = 7;

static DENSE_1: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "dense_1",
        line: 11,
        stream: 0,
        inputs: &[X],
        d_inputs: &[Gradient::None],
        output: H,
        d_output: D_H,
        slope_taken: false,
        parameters: &[Slot::new(0, &[2, 3]), Slot::new(6, &[3])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(3, RELU),
};

static DENSE_2: Node<layers::Dense> = Node {
    wiring: Wiring {
        name: "dense_2",
        line: 12,
        stream: 1,
        inputs: &[H],
        d_inputs: &[Gradient::Write(D_H)],
        output: SCORES,
        d_output: D_SCORES,
        slope_taken: false,
        parameters: &[Slot::new(9, &[3, 1]), Slot::new(12, &[1])],
        saved: &[],
        split_from: 1,
    },
    layer: dense(1, Activation::Linear),
};

static MSE: LossNode = LossNode {
    name: "mse",
    line: 14,
    loss: Loss::Mse,
    weight: 1.0,
    prediction: SCORES,
    d_prediction: Gradient::Write(D_SCORES),
    target: 0,
};

static LAYOUT: Layout = Layout {
    name: "Regression",
    file: "src/main.rs",
    architecture: 0x0123_4567_89ab_cdef,
    inputs: &[Input { name: "x", tensor: X }],
    outputs: &[Output { name: "output", tensor: SCORES, link: Link::Identity }],
    targets: &[Target { name: "output", shape: Shape::new([1]), kind: TargetKind::Values, loss: Loss::Mse }],
    metrics: &[MetricNode { name: "mae", metric: Metric::Mae, output: 0, target: 0, loss: Loss::Mse }],
    optimizer: Some(Optimizer::Sgd { learning_rate: 0.05, momentum: 0.9, nesterov: false, weight_decay: 0.0 }),
    parameters: &[
        weight("dense_1.weight", 0, 2, 3),
        bias("dense_1.bias", 6, 3),
        weight("dense_2.weight", 9, 3, 1),
        bias("dense_2.bias", 12, 1),
    ],
    regularized: &[],
    trainable: 13,
    total: 13,
    training: Arena { floats: 10, indices: 0, workspace: 0, fixed_workspace: 6 },
    prediction: Arena { floats: 6, indices: 0, workspace: 0, fixed_workspace: 6 },
    multiply_adds: 9,
};

impl<T: Float> Program<T> for Network {
    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn forward(&self, step: &mut Step<'_, T>) {
        step.forward(&DENSE_1);
        step.forward(&DENSE_2);
    }

    fn loss(&self, step: &mut Step<'_, T>) {
        step.loss(&MSE);
    }

    fn backward(&self, step: &mut Step<'_, T>) {
        step.backward(&DENSE_2);
        step.backward(&DENSE_1);
    }
}
