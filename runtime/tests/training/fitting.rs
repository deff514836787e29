//! What `fit` does to the parameters, and when it ends.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;

use monograd::ndarray::Array1;
use monograd::{Ended, Next};

use super::*;

fn trained(seed: u64, fit: Fit<'_>) -> Vec<u32> {
    let mut model = Model::new(&REGRESSION, seed);
    model.fit(&line_data(70), fit.epochs(3)).unwrap();
    bits(&model)
}

#[test]
fn learns_a_line() {
    let mut model = Model::new(&REGRESSION, 1);
    let data = line_data(256);
    let history = model.fit(&data, quiet().epochs(60)).unwrap();
    assert_eq!(history.epochs().len(), 60);
    assert_eq!(history.ended(), Ended::Epochs);
    let evaluation = model.evaluate(&data).unwrap();
    assert!(evaluation.loss < 0.01, "{evaluation}");
    assert!(evaluation.get("mae").unwrap() < 0.1, "{evaluation}");
}

#[test]
fn learns_classes() {
    let mut model = Model::new(&CLASSIFIER, 1);
    let (x, y) = flowers(600);
    let (train, test) = Dataset::new(x, Array1::from(y)).unwrap().split(0.25, 3).unwrap();
    assert_eq!((train.len(), test.len()), (450, 150));
    model.fit(&train, quiet().epochs(40)).unwrap();
    let accuracy = model.evaluate(&test).unwrap().get("accuracy").unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
}

#[test]
fn learns_two_targets_from_two_inputs() {
    let (user, film) = (noise(300, 2, 1), noise(300, 3, 2));
    let rating: Array1<f32> = (0..300).map(|row| user[[row, 0]] + film[[row, 1]]).collect();
    let finished = rating.mapv(|rating| u8::from(rating > 0.0));
    let data = Dataset::new((&user, &film), (&rating, &finished)).unwrap();
    let mut model = Model::new(&RECOMMENDER, 2);
    let history = model.fit(&data, quiet().epochs(60)).unwrap();
    let last = history.last().unwrap();
    assert!(last.get("mae(rating)").unwrap() < 0.3, "{history}");
    assert!(last.get("accuracy(finished)").unwrap() > 0.9, "{history}");
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    assert_eq!(trained(1, quiet()), trained(1, quiet()));
    assert_ne!(trained(1, quiet()), trained(2, quiet()));
    assert_ne!(trained(1, quiet()), trained(1, quiet().seed(9)));
    assert_ne!(trained(1, quiet()), trained(1, quiet().shuffle(false)));
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let all: Vec<_> = [1, 2, 3].map(|threads| trained(1, quiet().threads(threads))).into();
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}

monograd::network!({
    /// Large enough for its work to be split over threads.
    struct Wide;

    let x = Input(16);
    Dense(96, activation = gelu);
    Dense(96, activation = softmax);
    Dropout(0.5);
    Dense(7);

    loss = mse;
    optimizer = Adam();
    metrics = [r2];
});

#[test]
fn the_number_of_threads_changes_no_bit_of_split_work() {
    let data = Dataset::new(noise(150, 16, 1), noise(150, 7, 2)).unwrap();
    let trained = |threads| {
        let mut model = Wide::new(3);
        let history = model.fit(&data, quiet().batch_size(64).epochs(2).threads(threads)).unwrap();
        let bits: Vec<u32> =
            model.parameters().flat_map(|(.., values)| values.iter().map(|value| value.to_bits())).collect();
        (bits, history.loss(), history.series("r2"))
    };
    let one = trained(1);
    for threads in [2, 3, 4, 7] {
        assert!(one == trained(threads), "{threads}");
    }
}

#[test]
fn several_calls_go_on_where_the_last_one_ended() {
    let data = line_data(70);
    let mut once = Model::new(&REGRESSION, 1);
    once.fit(&data, quiet().epochs(4)).unwrap();
    let mut twice = Model::new(&REGRESSION, 1);
    twice.fit(&data, quiet().epochs(1)).unwrap();
    twice.fit(&data, quiet().epochs(3)).unwrap();
    assert_eq!(bits(&once), bits(&twice));
}

#[test]
fn a_batch_larger_than_the_data_is_all_of_it() {
    let full = |batch_size| {
        let mut model = Model::new(&REGRESSION, 1);
        let history = model.fit(&line_data(50), quiet().shuffle(false).batch_size(batch_size).epochs(3)).unwrap();
        assert_eq!(history.last().unwrap().steps, 1);
        bits(&model)
    };
    assert_eq!(full(50), full(1000));
    assert_eq!(full(50), full(usize::MAX));
}

#[test]
fn the_last_batch_has_what_is_left() {
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&line_data(70), quiet().batch_size(32)).unwrap();
    let epoch = history.last().unwrap();
    assert_eq!((epoch.steps, epoch.samples), (3, 70));
    assert_eq!(model.step(), 3);
}

#[test]
fn steps_of_one_s_own_are_those_of_fit() {
    let data = line_data(70);
    let mut fitted = Model::new(&REGRESSION, 1);
    let history = fitted.fit(&data, quiet().shuffle(false)).unwrap();
    let mut stepped = Model::new(&REGRESSION, 1);
    let (x, y) = line(70);
    let mut sum = 0.0;
    for first in [0, 32, 64] {
        let rows = first..(first + 32).min(70);
        let (x, y) =
            (x.slice(monograd::ndarray::s![rows.clone(), ..]), y.slice(monograd::ndarray::s![rows.clone(), ..]));
        sum += stepped.train_step(columns(x), columns(y)).unwrap() as f64 * rows.len() as f64;
    }
    assert_eq!(bits(&fitted), bits(&stepped));
    assert!((history.loss()[0] - sum / 70.0).abs() < 1e-6);
}

#[test]
fn no_epochs_do_nothing() {
    let mut model = Model::new(&REGRESSION, 1);
    let before = bits(&model);
    let history = model.fit(&line_data(10), quiet().epochs(0)).unwrap();
    assert_eq!((history.epochs().len(), history.ended()), (0, Ended::Epochs));
    assert_eq!(before, bits(&model));
}

#[test]
fn training_ends_at_a_loss() {
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&line_data(256), quiet().epochs(1000).until_loss(0.05)).unwrap();
    assert_eq!(history.ended(), Ended::Loss { until: 0.05 });
    let loss = history.loss();
    assert!(loss[loss.len() - 1] <= 0.05 && loss[..loss.len() - 1].iter().all(|&loss| loss > 0.05), "{history}");
}

#[test]
fn a_loss_that_is_not_reached_ends_nothing() {
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&line_data(32), quiet().epochs(2).until_loss(0.0)).unwrap();
    assert_eq!((history.epochs().len(), history.ended()), (2, Ended::Epochs));
}

#[test]
fn callbacks_see_every_epoch_and_can_stop() {
    let seen = RefCell::new(Vec::new());
    let note = |epoch: &monograd::Epoch| seen.borrow_mut().push((epoch.number, epoch.of));
    let stop = |epoch: &monograd::Epoch| if epoch.number == 2 { Next::Stop } else { Next::Continue };
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&line_data(32), quiet().epochs(5).callback(note).callback(stop)).unwrap();
    assert_eq!(*seen.borrow(), [(1, 5), (2, 5)]);
    assert_eq!((history.epochs().len(), history.ended()), (2, Ended::Callback));
}

#[test]
fn a_flag_ends_training_after_the_step() {
    let flag = AtomicBool::new(false);
    let raise = |epoch: &monograd::Epoch| {
        if epoch.number == 2 {
            flag.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&line_data(64), quiet().epochs(5).callback(raise).stop_flag(&flag)).unwrap();
    assert_eq!((history.epochs().len(), history.ended()), (2, Ended::Interrupted));
    let history = model.fit(&line_data(64), quiet().epochs(5).stop_flag(&flag)).unwrap();
    assert_eq!((history.epochs().len(), history.ended()), (0, Ended::Interrupted));
    model.fit(&line_data(64), quiet()).unwrap();
}

/// An epoch of a million steps takes a second; another thread ends it in its first moments.
#[test]
fn an_epoch_that_is_cut_short_counts_as_far_as_it_went() {
    let flag = AtomicBool::new(false);
    let (x, y) = line(1_000_000);
    // Batches of one sample make steps that are too long for larger numbers.
    let data = Dataset::new(monograd::Scaled::new(&x, 0.1, 0.0), monograd::Scaled::new(&y, 0.1, 0.0)).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    let history = std::thread::scope(|scope| {
        scope.spawn(|| flag.store(true, std::sync::atomic::Ordering::Relaxed));
        model.fit(&data, quiet().epochs(9).batch_size(1).validation(&data).stop_flag(&flag)).unwrap()
    });
    assert_eq!(history.ended(), Ended::Interrupted);
    assert!(history.epochs().len() <= 1 && model.step() < 1_000_000);
    let steps = history.last().map_or(0, |epoch| epoch.steps);
    assert_eq!(steps as u64, model.step());
    assert!(history.last().is_none_or(|epoch| epoch.samples == steps && epoch.loss.is_finite()));
    assert!(history.series("val_loss").is_empty());
}

#[test]
fn the_last_share_validates() {
    let (x, y) = line(100);
    let data = Dataset::new(&x, &y).unwrap();
    let split = |fit: Fit<'_>| {
        let mut model = Model::new(&REGRESSION, 1);
        let history = model.fit(&data, fit.epochs(2)).unwrap();
        let last = history.last().unwrap();
        (bits(&model), last.samples, last.get("val_loss").unwrap(), last.get("val_mae").unwrap())
    };
    let (train, last) = (data.rows(0..80).unwrap(), data.rows(80..100).unwrap());
    let by_share = split(quiet().validation_split(0.2));
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&train, quiet().epochs(2).validation(&last)).unwrap();
    assert_eq!(by_share.0, bits(&model));
    assert_eq!(by_share.1, 80);
    assert_eq!(by_share.2, history.last().unwrap().get("val_loss").unwrap());
    assert_eq!(by_share.2, model.evaluate(&last).unwrap().loss);
    assert_eq!(by_share.3, model.evaluate(&last).unwrap().get("mae").unwrap());
}

#[test]
fn the_loss_contains_penalties() {
    let (x, y) = flowers(40);
    let data = Dataset::new(&x, Array1::from(y)).unwrap();
    let mut model = Model::new(&CLASSIFIER, 1);
    let weights: f32 = model.parameter_values()[..32].iter().map(|weight| weight * weight).sum();
    let with = model.evaluate(&data).unwrap().loss;
    let scale = |factor: f32, model: &mut Model| {
        model.parameters_mut().next().unwrap().2.iter_mut().for_each(|weight| *weight *= factor);
    };
    scale(0.0, &mut model);
    assert_eq!(model.parameter_values()[..32], [0.0; 32]);
    let mut bare = Model::new(&CLASSIFIER, 1);
    let loss_of_zero = model.evaluate(&data).unwrap().loss;
    assert!((loss_of_zero - 3f64.ln()).abs() < 1e-6, "{loss_of_zero}");
    let cross_entropy = with - 0.01 * f64::from(weights);
    scale(2.0, &mut bare);
    assert!(cross_entropy > 0.0 && bare.evaluate(&data).unwrap().loss > 0.04 * f64::from(weights));
}
