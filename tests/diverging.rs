//! A learning rate that is far too large: training ends with an error, and what is left can be used.

#[path = "support/numbers.rs"]
mod numbers;

use monograd::prelude::*;
use numbers::{classes, numbers};

network!({
    #[allow(monograd::stacked_linear, monograd::learning_rate)]
    struct Exploding;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(8);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 1e3);
});

network!({
    #[allow(monograd::learning_rate)]
    struct Exponential;

    let x = Input(4);
    Dense(8);
    exponential();
    Dense(3);

    loss = cross_entropy;
    optimizer = Sgd(learning_rate = 1e5);
});

#[test]
fn the_parameters_are_those_of_a_finite_loss() {
    let (x, y, labels) = (numbers(101, 4, 1), numbers(101, 1, 2), classes(101, 3, 3));
    let fit = || Fit::default().epochs(5).batch_size(16).progress(Progress::Off);

    let data = Dataset::new(&x, &y).unwrap();
    let mut model = Exploding::new(1);
    let error = model.fit(&data, fit()).unwrap_err().to_string();
    assert!(error.starts_with("training diverged in epoch 1, step "), "{error}");
    assert!(model.evaluate(&data).unwrap().loss.is_finite());
    assert!(model.train_step(&x, &y).unwrap().is_finite(), "training can go on");

    let data = Dataset::new(&x, &labels).unwrap();
    let mut model = Exponential::new(1);
    model.fit(&data, fit()).unwrap_err();
    assert!(model.evaluate(&data).unwrap().loss.is_finite());
    assert!(model.predict(&x).unwrap().iter().all(|probability| probability.is_finite()));
}
