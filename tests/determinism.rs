//! The same seed gives the same bits: for any number of threads, any batch, and every run.

#[path = "support/bits.rs"]
mod bits;
#[path = "support/numbers.rs"]
mod numbers;

use bits::same_bits;
use monograd::prelude::*;
use ndarray::{Array1, Array2, Axis, s};
use numbers::{classes, numbers};

network!({
    /// Wide enough that every product is split over threads.
    struct Wide;

    let x = Input(97);
    Dense(256, activation = gelu, init = he_normal);
    Dropout(0.2);
    Dense(129, activation = relu, regularizer = l2(1e-4));
    Dense(10);

    loss = cross_entropy;
    optimizer = AdamW(learning_rate = 1e-3);
    metrics = [accuracy, top_k(3)];
});

network!({
    /// A skip connection, a shared layer, time and broadcast.
    struct Tangled;

    static Same: _ = Dense(96, activation = tanh);

    let x = Input(8, 96);
    let a = x.Same();
    let b = (x + a).Same();
    let gate = b.Dense(1, activation = sigmoid);
    let y = (a * gate).Flatten().Dropout(0.5).Dense(3);

    output = y;
    loss = huber(y) + 0.1 * log_cosh(y);
    optimizer = Sgd(learning_rate = 0.01, momentum = 0.9, nesterov = true);
    metrics = [rmse, r2];
});

network!({
    /// So many outputs that losses, metrics and probabilities are split over threads.
    struct ManyOutputs;

    let x = Input(12);
    let h = Dense(16, activation = tanh);
    let class = h.Dense(1009);
    let numbers = h.Dense(1013);
    let direction = h.Dense(509);
    let sides = h.Dense(1021);

    output = (class, numbers, direction, sides);
    loss = cross_entropy(class, label_smoothing = 0.1)
        + mse(numbers)
        + 0.5 * cosine_similarity(direction)
        + binary_cross_entropy(sides);
    optimizer = Adam();
    metrics = [
        accuracy(class),
        top_k(class, k = 100),
        rmse(numbers),
        r2(numbers),
        mae(direction),
        accuracy(sides),
        mae(sides),
    ];
});

fn bits<'a>(parameters: impl Iterator<Item = (&'static str, &'static [usize], &'a [f32])>) -> Vec<u32> {
    parameters.flat_map(|(_, _, values)| values.iter().map(|value| value.to_bits())).collect()
}

const THREADS: [usize; 6] = [1, 2, 3, 4, 7, 8];

#[test]
fn training_does_not_depend_on_the_number_of_threads() {
    let (x, y) = (numbers(700, 97, 1), classes(700, 10, 2));
    let data = Dataset::new(&x, &y).unwrap();
    let train = |threads| {
        let mut model = Wide::new(9);
        let fit =
            Fit::default().epochs(2).batch_size(128).threads(threads).validation_split(0.2).progress(Progress::Off);
        let history = model.fit(&data, fit).unwrap();
        let predictions = model.predict(&x).unwrap();
        let losses: Vec<u64> = history.epochs().iter().map(|epoch| epoch.loss.to_bits()).collect();
        (bits(model.parameters()), losses, predictions)
    };
    let first = train(THREADS[0]);
    for threads in &THREADS[1..] {
        assert!(train(*threads) == first, "{threads} threads");
    }
}

#[test]
fn tangled_networks_do_not_depend_on_the_number_of_threads() {
    let x = numbers(200, 8 * 96, 3).into_shape_with_order((200, 8, 96)).unwrap();
    let y = numbers(200, 3, 4);
    let data = Dataset::new(&x, &y).unwrap();
    let train = |threads| {
        let mut model = Tangled::new(9);
        let fit = Fit::default().epochs(2).batch_size(64).threads(threads).progress(Progress::Off);
        model.fit(&data, fit).unwrap();
        (bits(model.parameters()), model.evaluate(&data).unwrap().loss.to_bits())
    };
    let first = train(THREADS[0]);
    for threads in &THREADS[1..] {
        assert!(train(*threads) == first, "{threads} threads");
    }
}

#[test]
fn many_outputs_do_not_depend_on_the_number_of_threads() {
    let rows = 150;
    let (x, class, values) = (numbers(rows, 12, 1), classes(rows, 1009, 2), numbers(rows, 1013, 3));
    let (direction, sides) = (numbers(rows, 509, 4), numbers(rows, 1021, 5).mapv(|y| f32::from(y > 0.0)));
    let data = Dataset::new(&x, (&class, &values, &direction, &sides)).unwrap();
    let train = |threads| {
        let mut model = ManyOutputs::new(9);
        model.set_threads(threads).unwrap();
        // A last batch of another size, whose parts are others.
        let fit = Fit::default().epochs(2).batch_size(128).threads(threads).progress(Progress::Off);
        let history = model.fit(&data, fit).unwrap();
        let last = history.epochs().last().unwrap();
        let learned = (last.loss, last.metrics.clone());
        let evaluation = model.evaluate(&data).unwrap();
        (bits(model.parameters()), learned, evaluation, model.predict(&x).unwrap())
    };
    let first = train(THREADS[0]);
    for threads in &THREADS[1..] {
        assert!(train(*threads) == first, "{threads} threads");
    }
}

#[test]
fn any_cuts_give_the_same_bits() {
    same_bits::<Wide>();
    same_bits::<Tangled>();
}

#[test]
fn a_sample_is_predicted_alike_alone_and_in_every_batch() {
    let x = numbers(300, 97, 5);
    let model = Wide::new(4);
    let all = model.predict(&x).unwrap();
    for rows in [1, 2, 3, 5, 16, 17, 63, 64, 255, 256, 257] {
        let some = model.predict(x.slice(s![..rows, ..])).unwrap();
        assert!(some == all.slice_axis(Axis(0), (..rows).into()), "{rows} rows");
    }
    for row in [0, 7, 299] {
        let one = model.predict_one(x.row(row).as_slice().unwrap().try_into().unwrap());
        assert_eq!(all.index_axis(Axis(0), row).as_slice().unwrap(), one, "row {row}");
    }
}

#[test]
fn seeds_choose_the_bits() {
    let (x, y): (Array2<f32>, Array1<u32>) = (numbers(100, 97, 1), classes(100, 10, 2));
    let data = Dataset::new(&x, &y).unwrap();
    let train = |seed, order| {
        let mut model = Wide::new(seed);
        model.fit(&data, Fit::default().seed(order).progress(Progress::Off)).unwrap();
        bits(model.parameters())
    };
    assert!(train(1, 1) == train(1, 1));
    assert!(train(1, 1) != train(2, 1), "the first values follow the model's seed");
    assert!(train(1, 1) != train(1, 2), "the order of samples follows the seed of `fit`");
}
