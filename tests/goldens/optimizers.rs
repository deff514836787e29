//! Every optimizer: the parameters after each of ten steps along the same gradients.

use std::collections::BTreeSet;

use monograd::__private::{Network, Optimizer};
use monograd::IntoColumns;
use monograd::prelude::*;

use crate::file::{Goldens, column};
use crate::subject::Subject;

/// One network for each case. Its loss is the score less a number far below it, and its one sample is the gradient.
macro_rules! optimizers {
    ($($case:ident $name:ident($($options:tt)*);)*) => {
        #[test]
        fn optimizers_agree() {
            let mut goldens = Goldens::open("optimizers");
            let mut seen = BTreeSet::new();
            $({
                network!({
                    struct Declared;

                    let gradient = Input(7);
                    gradient.Dense(1, bias = false, name = "score");

                    loss = mae;
                    optimizer = $name($($options)*);
                });
                check(&mut goldens, stringify!($case), Declared::new(0));
                seen.insert(stringify!($name));
            })*
            goldens.finish();
            let known: BTreeSet<&str> = Optimizer::CATALOGUE.names().collect();
            assert_eq!(seen, known, "every optimizer of the catalogue has a case");
        }
    };
}

optimizers! {
    sgd Sgd();
    sgd_momentum Sgd(learning_rate = 0.05, momentum = 0.9);
    sgd_nesterov Sgd(learning_rate = 0.05, momentum = 0.9, nesterov = true);
    sgd_weight_decay Sgd(learning_rate = 0.05, weight_decay = 0.1);
    sgd_momentum_weight_decay Sgd(learning_rate = 0.05, momentum = 0.9, weight_decay = 0.1);
    sgd_nesterov_weight_decay Sgd(learning_rate = 0.05, momentum = 0.9, nesterov = true, weight_decay = 0.1);
    adam Adam();
    adam_options Adam(learning_rate = 0.02, beta_1 = 0.8, beta_2 = 0.95, epsilon = 1e-3);
    adamw AdamW();
    adamw_options AdamW(learning_rate = 0.02, beta_1 = 0.8, beta_2 = 0.95, epsilon = 1e-3, weight_decay = 0.1);
    rms_prop RmsProp();
    rms_prop_options RmsProp(learning_rate = 0.02, rho = 0.8, epsilon = 1e-3);
    rms_prop_momentum RmsProp(learning_rate = 0.02, momentum = 0.7);
    rms_prop_centered RmsProp(learning_rate = 0.02, centered = true, epsilon = 1e-3);
    rms_prop_centered_momentum RmsProp(learning_rate = 0.02, centered = true, momentum = 0.7, epsilon = 1e-3);
    adagrad Adagrad();
    adagrad_options Adagrad(learning_rate = 0.1, initial_accumulator_value = 0.01, epsilon = 1e-3);
    nadam Nadam();
    nadam_options Nadam(learning_rate = 0.02, beta_1 = 0.8, beta_2 = 0.95, epsilon = 1e-3);
    lion Lion();
    lion_options Lion(learning_rate = 0.02, beta_1 = 0.8, beta_2 = 0.95, weight_decay = 0.1);
}

fn check<N: Network>(goldens: &mut Goldens, case: &str, mut network: N) {
    let (start, gradients, expected) = (goldens.tensor("start"), goldens.tensor("gradients"), goldens.tensor(case));
    let mut subject = Subject::<f64>::new::<N>();
    subject.set("score.weight", &start.values);
    for (_, _, values) in network.model_mut().parameters_mut() {
        values.iter_mut().zip(&start.values).for_each(|(place, &value)| *place = value as f32);
    }
    for step in 0..gradients.shape[0] {
        let sample = || column(&[1, 7], gradients.step(step).iter().map(|&value| value as f32).collect());
        let target = || column(&[1, 1], vec![-1000.0f32]);
        let what = format!("{case}, step {step},");

        subject.learn(vec![sample()], target());
        goldens.compare_values::<f64>(&what, &subject.parameter("score.weight"), expected.step(step));

        train_step(&mut network, sample(), target());
        let found: Vec<f64> =
            network.model().parameters().flat_map(|(_, _, values)| values).map(|&v| v.into()).collect();
        goldens.compare_values::<f32>(&what, &found, expected.step(step));
    }
}

/// What the network's own `train_step` does.
fn train_step(network: &mut impl Network, x: Column<'static>, y: Column<'static>) {
    network.model_mut().train_step(x.into_columns().unwrap(), y.into_columns().unwrap()).unwrap();
}
