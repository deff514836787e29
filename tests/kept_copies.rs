//! Predictions keep copies of weights; those are never older than the weights.

#[path = "support/numbers.rs"]
mod numbers;

use std::path::Path;
use std::thread;

use monograd::prelude::*;
use ndarray::{Array2, ArrayD};
use numbers::{classes, numbers};

network!({
    struct Mlp;

    let x = Input(70);
    Dense(100, activation = relu);
    Dense(90, activation = tanh);
    Dense(3);

    loss = cross_entropy;
    optimizer = Sgd(learning_rate = 0.1);
});

network!({
    #[allow(monograd::learning_rate, monograd::stacked_linear)]
    struct Exploding;

    let x = Input(70);
    Dense(100, activation = relu);
    Dense(90);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 1e3);
});

/// What a model says that keeps nothing yet, and whether that is what this one says again and again.
fn probabilities(model: &Mlp, x: &Array2<f32>) -> ArrayD<f32> {
    let expected = model.clone().predict(x).unwrap();
    for _ in 0..4 {
        assert_eq!(model.predict(x).unwrap(), expected);
    }
    expected
}

/// Every way in which weights change, after predictions that have made copies.
#[test]
fn copies_change_with_the_weights() {
    let (x, labels) = (numbers(60, 70, 1), classes(60, 3, 2));
    let data = Dataset::new(&x, &labels).unwrap();
    let fit = || Fit::default().epochs(2).progress(Progress::Off);
    let mut model = Mlp::new(1);
    let mut before = probabilities(&model, &x);
    let mut changed = |model: &Mlp, by: &str| {
        let now = probabilities(model, &x);
        assert_ne!(before, now, "{by}");
        before = now;
    };

    model.train_step(&x, &labels).unwrap();
    changed(&model, "a step");
    model.fit(&data, fit()).unwrap();
    changed(&model, "two epochs");
    // The second chunk of samples makes the copies that the third one reads.
    let (many, their_labels) = (numbers(600, 70, 3), classes(600, 3, 4));
    let validation = Dataset::new(&many, &their_labels).unwrap();
    let history = model.fit(&data, fit().validation(&validation)).unwrap();
    let losses: Vec<f64> = history.epochs().iter().map(|epoch| epoch.validation.as_ref().unwrap().loss).collect();
    assert_eq!(losses[1], model.clone().evaluate(&validation).unwrap().loss);
    assert_ne!(losses[0], losses[1]);
    changed(&model, "two epochs, each evaluated");
    for (_, _, values) in model.parameters_mut() {
        values.iter_mut().for_each(|value| *value *= 0.5);
    }
    changed(&model, "a hand");

    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept_copies.safetensors");
    Mlp::new(2).save(&file).unwrap();
    model.load_weights(&file, &Mapping::by_name()).unwrap();
    changed(&model, "a file");
}

/// After a loss that is not finite, good parameters are put back.
#[test]
fn copies_go_back_with_the_weights() {
    let (x, y) = (numbers(60, 70, 1), numbers(60, 1, 2));
    let mut model = Exploding::new(1);
    let mut before = model.predict(&x).unwrap();
    while model.train_step(&x, &y).is_ok() {
        // So often that copies are made.
        (0..4).for_each(|_| before = model.predict(&x).unwrap());
    }
    let restored = model.predict(&x).unwrap();
    assert!(restored.iter().all(|value| value.is_finite()));
    assert_ne!(restored, before);
    assert_eq!(restored, model.clone().predict(&x).unwrap());
}

#[test]
fn threads_predict_at_once() {
    let x = numbers(300, 70, 1);
    let model = Mlp::new(1);
    let expected = model.clone().predict(&x).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(model.predict(&x).unwrap(), expected)));
        }
    });
}
