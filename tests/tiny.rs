//! Tiny networks are compiled for their sizes, chains of them into one loop: the numbers are those of the layers one by one.

#[path = "support/numbers.rs"]
mod numbers;

use monograd::__private::{IntoColumns, Network};
use monograd::prelude::*;
use numbers::{classes, numbers};

network!({
    struct TwoLayers;

    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.01);
});

network!({
    #[allow(monograd::stacked_linear)]
    struct FourLayers;

    let x = Input(7);
    Dense(9, activation = relu, bias = false);
    Dense(5);
    Dense(5, activation = relu);
    Dense(2, bias = false);

    loss = 0.25 * mse;
    optimizer = Adam();
});

network!({
    /// Few weights and several outputs: groups of samples go in pairs, and terms of the loss through their targets in order.
    struct Pairs;

    let x = Input(3);
    Dense(4, activation = relu);
    Dense(3, activation = relu);
    Dense(3);

    loss = mse;
    optimizer = Adam();
});

network!({
    struct OneLayer;

    let x = Input(1);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.1, momentum = 0.9);
});

network!({
    /// No chain: its layers are tiny, but not its activation and its loss.
    struct Classes;

    let x = Input(4);
    Dense(8, activation = tanh);
    Dense(6, activation = gelu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 0.01);
});

/// One step in one loop against the layers one by one, which nothing but a look at the gradients uses here.
macro_rules! check {
    ($network:ident, $inputs:literal, $outputs:literal) => {
        // The last ones are so many that their losses are summed up in several parts.
        for rows in [1, 2, 16, 24, 31, 32, 100, 20_007] {
            let (x, y) = (numbers(rows, $inputs, 3), numbers(rows, $outputs, 4));
            let mut by_layers = $network::new(5);
            let mut in_one_loop = by_layers.clone();
            for _ in 0..3 {
                let (inputs, targets) = ((&x).into_columns().unwrap(), (&y).into_columns().unwrap());
                let expected = by_layers.model_mut().loss_and_gradients(inputs, targets).unwrap();
                let loss = in_one_loop.train_step(&x, &y).unwrap();
                assert_eq!(loss.to_bits(), (expected as f32).to_bits(), "{rows} rows");
                let bits = |model: &$network| model.model().gradients().iter().map(|g| g.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&in_one_loop), bits(&by_layers), "{rows} rows");
                assert!(in_one_loop.model().gradients().iter().any(|gradient| *gradient != 0.0));
                by_layers.train_step(&x, &y).unwrap();
            }
            let all = in_one_loop.predict(&x).unwrap();
            for (row, prediction) in x.rows().into_iter().zip(all.rows()) {
                let sample: &[f32; $inputs] = row.to_slice().unwrap().try_into().unwrap();
                assert_eq!(in_one_loop.predict_one(sample).as_slice(), prediction.as_slice().unwrap());
            }
        }
    };
}

#[test]
fn a_chain_gives_the_numbers_of_its_layers() {
    check!(TwoLayers, 2, 1);
    check!(FourLayers, 7, 2);
    check!(Pairs, 3, 3);
    check!(OneLayer, 1, 1);
}

network!({
    /// Small in prediction, where one of its layers vanishes and another is no more than a view; its first sizes are no
    /// multiples of any register.
    #[allow(monograd::stacked_linear)]
    struct Small;

    let x = Input(3, 2);
    Flatten();
    Dense(65, activation = relu);
    Dropout(0.5);
    Dense(9);
    Dense(7, activation = relu, bias = false);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam();
});

network!({
    /// The same layers, of which one is too large for one function.
    #[allow(monograd::stacked_linear)]
    struct Large;

    let x = Input(3, 2);
    Flatten();
    Dense(65, activation = relu);
    Dropout(0.5);
    Dense(9);
    Dense(150, activation = relu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam();
});

#[test]
fn one_sample_gives_the_numbers_of_a_batch() {
    let (x, y) = (numbers(50, 6, 7), classes(50, 3, 2));
    let x = x.into_shape_with_order((50, 3, 2)).unwrap();
    macro_rules! check {
        ($network:ident) => {
            let mut model = $network::new(3);
            for _ in 0..3 {
                model.train_step(&x, &y).unwrap();
            }
            let all = model.predict(&x).unwrap();
            for (row, expected) in x.outer_iter().zip(all.rows()) {
                let sample: &[f32; 6] = row.to_slice().unwrap().try_into().unwrap();
                assert!(model.predict_one(sample).iter().map(bits).eq(expected.iter().map(bits)));
            }
        };
    }
    check!(Small);
    check!(Large);
    check!(Again);
}

network!({
    /// One layer twice, and one whose parameters lie behind both.
    #[allow(monograd::stacked_linear)]
    struct Again;

    static Shared: _ = Dense(6, activation = relu);

    let x = Input(3, 2);
    Flatten();
    Shared();
    Dropout(0.5);
    Shared();
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam();
});

fn bits(value: &f32) -> u32 {
    value.to_bits()
}

network!({
    /// Widths of whole registers, a view in the end, and probabilities of their own.
    #[allow(monograd::stacked_linear)]
    struct Whole;

    let x = Input(16);
    Dense(64, activation = relu);
    Dense(8);
    Dense(32, activation = relu);
    Dense(16);
    Reshape(4, 4);

    loss = binary_cross_entropy;
    optimizer = Sgd(learning_rate = 0.1);
});

network!({
    /// Two inputs are no chain.
    struct Two;

    let x = Input(2);
    let z = Input(2);
    x + z;
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.1);
});

#[test]
fn one_sample_goes_on_to_what_scores_mean() {
    let (x, y) = (numbers(9, 16, 7), classes(9 * 16, 2, 2).mapv(|class| class as f32));
    let y = y.into_shape_with_order((9, 4, 4)).unwrap();
    let mut model = Whole::new(3);
    model.train_step(&x, &y).unwrap();
    let all = model.predict(&x).unwrap();
    for (row, expected) in x.rows().into_iter().zip(all.outer_iter()) {
        let sample: &[f32; 16] = row.to_slice().unwrap().try_into().unwrap();
        assert!(model.predict_one(sample).iter().map(bits).eq(expected.iter().map(bits)));
        assert!(expected.iter().all(|probability| (0.0..=1.0).contains(probability)));
    }
    let (x, z) = (numbers(9, 2, 1), numbers(9, 2, 2));
    let model = Two::new(1);
    let all = model.predict((&x, &z)).unwrap();
    for (number, expected) in all.iter().enumerate() {
        let [x, z] = [&x, &z].map(|input| [input[[number, 0]], input[[number, 1]]]);
        assert_eq!(model.predict_one(&x, &z)[0].to_bits(), expected.to_bits());
    }
}

/// Inputs that a model has learned to scale are scaled for one sample too.
#[test]
fn one_sample_is_prepared_as_in_training() {
    let (x, y) = (numbers(40, 2, 3) * 50.0, numbers(40, 1, 4));
    let data = Dataset::new(&x, &y).unwrap().with_recipe(Recipe::new().standardize(["x"])).unwrap();
    let mut model = TwoLayers::new(1);
    model.fit(&data, Fit::default().progress(Progress::Off)).unwrap();
    let all = model.predict(&x).unwrap();
    for (row, expected) in x.rows().into_iter().zip(&all) {
        let sample: &[f32; 2] = row.to_slice().unwrap().try_into().unwrap();
        assert_eq!(model.predict_one(sample)[0].to_bits(), expected.to_bits());
    }
}

network!({
    #[allow(monograd::stacked_linear)]
    struct Steep;

    let x = Input(1);
    Dense(1);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.1);
});

/// The lanes of a register that have no sample take no part: at an input of 0, this network overflows.
#[test]
fn a_batch_of_any_size_is_nothing_but_its_samples() {
    for rows in [1, 7, 8, 9] {
        let mut model = Steep::new(1);
        for (number, (_, _, values)) in model.parameters_mut().enumerate() {
            values.fill([-1e30, 1e30, 1e30, 0.5][number]);
        }
        let (x, y) = (ndarray::Array2::<f32>::ones((rows, 1)), ndarray::Array2::<f32>::zeros((rows, 1)));
        assert_eq!(model.train_step(&x, &y).unwrap(), 0.25, "{rows} rows");
        let values: Vec<f32> = model.parameters().flat_map(|(_, _, values)| values.to_vec()).collect();
        assert!(values.iter().all(|value| value.is_finite()), "{rows} rows: {values:?}");
    }
}

#[test]
fn a_chain_that_diverges_says_so() {
    let (x, mut y) = (numbers(10, 2, 3), numbers(10, 1, 4));
    y[[3, 0]] = f32::INFINITY;
    let mut model = TwoLayers::new(1);
    let before: Vec<f32> = model.parameters().flat_map(|(_, _, values)| values.to_vec()).collect();
    let error = model.train_step(&x, &y).unwrap_err().to_string();
    assert!(error.contains("row 3 of the target"), "{error}");
    assert_eq!(before, model.parameters().flat_map(|(_, _, values)| values.to_vec()).collect::<Vec<f32>>());
}

#[test]
fn tiny_layers_with_other_activations_learn_and_predict_alike() {
    let x = numbers(40, 4, 3);
    let y = classes(40, 3, 4);
    let mut model = Classes::new(5);
    let first = model.train_step(&x, &y).unwrap();
    let last = (0..300).map(|_| model.train_step(&x, &y).unwrap()).last().unwrap();
    assert!(last < 0.5 * first, "{first} became {last}");
    let all = model.predict(&x).unwrap();
    for (row, prediction) in x.rows().into_iter().zip(all.rows()) {
        let sample: &[f32; 4] = row.to_slice().unwrap().try_into().unwrap();
        assert_eq!(model.predict_one(sample).as_slice(), prediction.as_slice().unwrap());
    }
}
