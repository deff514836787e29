//! Two networks trained for ten steps: the loss before each, and every parameter after it.

use monograd::__private::Network;
use monograd::prelude::*;

use crate::file::Goldens;
use crate::subject::Subject;
use crate::tolerance::Tolerance;

network!({
    /// Cross entropy and a penalty, followed by Adam.
    struct Mlp;

    let x = Input(8);
    let hidden_1 = Dense(16, activation = tanh);
    let hidden_2 = Dense(8, activation = gelu, regularizer = l2(0.01));
    let scores = Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 0.01);
});

network!({
    /// A shared layer with a skip around each use and a penalty, followed by momentum.
    struct Residual;

    static Shared: _ = Dense(5, activation = tanh, regularizer = l1_l2(l1 = 0.002, l2 = 0.005), name = shared);

    let x = Input(6);
    let first = Dense(5, activation = tanh);
    let second = first + first.Shared();
    let third = second + second.Shared();
    let fourth = third + third.Shared();
    let last = fourth.Dense(2);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.05, momentum = 0.9);
});

const MLP: [&str; 6] =
    ["hidden_1.weight", "hidden_1.bias", "hidden_2.weight", "hidden_2.bias", "scores.weight", "scores.bias"];
const RESIDUAL: [&str; 6] = ["first.weight", "first.bias", "shared.weight", "shared.bias", "last.weight", "last.bias"];
const STEPS: usize = 10;

/// The network's own methods.
macro_rules! in_f32 {
    ($goldens:ident, $network:ident, $case:literal, $paths:ident) => {{
        let mut network = $network::new(1);
        for (path, _, values) in network.parameters_mut() {
            let start = $goldens.tensor(&format!("{}.{path}", $case));
            values.iter_mut().zip(&start.values).for_each(|(place, &value)| *place = value as f32);
        }
        let (x, y) = ($goldens.tensor(concat!($case, ".x")), $goldens.tensor(concat!($case, ".y")));
        for step in 0..STEPS {
            let loss = network.train_step(x.column(), y.column()).unwrap();
            let found = |wanted: &str| {
                let (_, _, values) = network.parameters().find(|(path, ..)| *path == wanted).expect(wanted);
                values.iter().map(|&value| value.into()).collect()
            };
            compare_step::<f32>(&mut $goldens, ($case, "_f32", step), loss.into(), &$paths, found);
        }
    }};
}
#[test]
fn trainings_agree() {
    let mut goldens = Goldens::open("training");
    in_f64::<Mlp>(&mut goldens, "mlp", &MLP);
    in_f64::<Residual>(&mut goldens, "residual", &RESIDUAL);
    in_f32!(goldens, Mlp, "mlp", MLP);
    in_f32!(goldens, Residual, "residual", RESIDUAL);
    goldens.finish();
}

fn in_f64<N: Network>(goldens: &mut Goldens, case: &str, paths: &[&str]) {
    let mut subject = Subject::<f64>::new::<N>();
    for path in paths {
        subject.set(path, &goldens.tensor(&format!("{case}.{path}")).values);
    }
    let (x, y) = (goldens.tensor(&format!("{case}.x")), goldens.tensor(&format!("{case}.y")));
    for step in 0..STEPS {
        let loss = subject.learn(vec![x.column()], y.column());
        compare_step::<f64>(goldens, (case, "", step), loss, paths, |path| subject.parameter(path));
    }
}

/// Compares with the tensors of a case, whose names have a suffix.
fn compare_step<T: Tolerance>(
    goldens: &mut Goldens,
    (case, suffix, step): (&str, &str, usize),
    loss: f64,
    paths: &[&str],
    found: impl Fn(&str) -> Vec<f64>,
) {
    let expected = goldens.tensor(&format!("{case}.loss{suffix}"));
    goldens.compare_values::<T>(&format!("{case}, loss of step {step},"), &[loss], expected.step(step));
    for path in paths {
        let expected = goldens.tensor(&format!("{case}.{path}.steps{suffix}"));
        goldens.compare_values::<T>(&format!("{case}, {path} after step {step},"), &found(path), expected.step(step));
    }
}
