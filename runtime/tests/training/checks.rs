//! Every wrong setting and every data set that does not fit, with its words.

use monograd::__private::Network;
use monograd::ndarray::{Array0, Array1, Array2, Array3, ArrayD, IxDyn, array};

use super::*;

fn zeros(rows: usize, columns: usize) -> Array2<f32> {
    Array2::zeros((rows, columns))
}

fn fit_regression(data: Result<Dataset<'_>, Error>, fit: Fit<'_>) -> String {
    message(Model::new(&REGRESSION, 1).fit(&data.unwrap(), fit))
}

#[test]
fn settings_out_of_range() {
    let (x, y) = line(10);
    let data = || Dataset::new(&x, &y);
    let found = |fit: Fit<'_>| fit_regression(data(), fit);
    assert_eq!(found(quiet().batch_size(0)), "`batch_size` is 0, expected 1 or more");
    assert_eq!(found(quiet().threads(0)), "`threads` is 0, expected 1 or more");
    assert_eq!(found(quiet().until_loss(f64::NAN)), "`until_loss` is NaN, expected a number");
    for fraction in [0.0, 1.0, -0.5, f64::NAN] {
        let expected = format!("`validation_split` is {fraction}, expected more than 0 and less than 1");
        assert_eq!(found(quiet().validation_split(fraction)), expected);
    }
    assert_eq!(
        found(quiet().validation_split(0.95)),
        "`validation_split` is 0.95, expected a share that leaves samples in both parts of 10"
    );
    let validation = data().unwrap();
    assert_eq!(
        found(quiet().validation_split(0.2).validation(&validation)),
        "`validation` and `validation_split` are both given, expected one of them"
    );
}

monograd::network!({
    struct Predictor;

    let x = Input(2);
    Dense(1);
});

#[test]
fn a_network_without_a_loss_can_only_predict() {
    let (x, y) = line(4);
    let data = Dataset::new(&x, &y).unwrap();
    let expected = |operation: &str| {
        format!(
            "`Predictor` has no loss, which `{operation}` needs\n\
             help: add `loss = …;` and `optimizer = …;` to its declaration"
        )
    };
    let mut network = Predictor::new(1);
    assert_eq!(network.predict(&x).unwrap().shape(), [4, 1]);
    let model = network.model_mut();
    assert_eq!(message(model.fit(&data, quiet())), expected("fit"));
    assert_eq!(message(model.evaluate(&data)), expected("evaluate"));
    assert_eq!(message(model.train_step(columns(&x), columns(&y))), expected("train_step"));
}

#[test]
fn arrays_without_samples() {
    let none = |shape: &[usize]| message(ArrayD::<f32>::zeros(IxDyn(shape)).into_columns());
    assert_eq!(none(&[0, 3]), "an array of shape [0, 3] has no samples, expected 1 or more");
    assert_eq!(none(&[3, 0]), "an array of shape [3, 0] has no elements, expected axes of 1 or more");
    assert_eq!(none(&[1; 8]), "an array of shape [1, 1, 1, 1, 1, 1, 1, 1] has 8 axes, expected 1 to 7");
    assert_eq!(
        message(Array0::<f32>::zeros(()).into_columns()),
        "an array of shape [] has no samples, expected them along a first axis"
    );
    assert_eq!(
        message(Dataset::new(Vec::new(), Vec::new())),
        "the list of arrays is empty, expected one array for each input or target"
    );
}

#[test]
fn integers_that_are_no_index() {
    assert_eq!(
        message(array![[1i64, 2], [3, -4]].into_columns()),
        "row 1 holds -4, expected an index: 0 to 4294967295"
    );
    assert_eq!(message(array![1i32, -1].into_columns()), "row 1 holds -1, expected an index: 0 to 4294967295");
    assert_eq!(
        message(array![u64::MAX].into_columns()),
        "row 0 holds 18446744073709551615, expected an index: 0 to 4294967295"
    );
}

#[test]
fn different_numbers_of_samples() {
    assert_eq!(
        message(Dataset::new(zeros(10, 2), zeros(9, 1))),
        "the inputs and the targets have different numbers of samples: 10 and 9"
    );
    assert_eq!(
        message(Dataset::new((zeros(10, 2), zeros(11, 3)), zeros(10, 1))),
        "array 1 and array 2 have different numbers of samples: 10 and 11"
    );
    let mut model = Model::new(&REGRESSION, 1);
    assert_eq!(
        message(model.train_step(columns(zeros(4, 2)), columns(zeros(5, 1)))),
        "the inputs and the targets have different numbers of samples: 4 and 5"
    );
}

#[test]
fn parts_that_a_data_set_does_not_have() {
    let data = line_data(10);
    assert_eq!(message(data.rows(5..11)), "the rows 5..11 are not in the data set, expected a range within 0..10");
    assert_eq!(message(data.rows(5..5)), "the rows 5..5 are not in the data set, expected a range within 0..10");
    assert!(message(data.take(11)).starts_with("the rows 0..11"));
    assert_eq!(
        message(data.split(0.0, 1)),
        "`fraction` is 0, expected a share that leaves samples in both parts of 10"
    );
    assert!(data.split(f64::NAN, 1).is_err() && data.split(1.0, 1).is_err());
}

#[test]
fn the_wrong_number_of_inputs_or_targets() {
    assert_eq!(
        fit_regression(Dataset::new((zeros(5, 2), zeros(5, 2)), zeros(5, 1)), quiet()),
        "`Regression` takes 1 input (`x`), found 2"
    );
    assert_eq!(
        message(Model::new(&RECOMMENDER, 1).predict::<2>(columns(zeros(5, 2)))),
        "`Recommender` takes 2 inputs (`user`, `film`), found 1"
    );
    assert_eq!(
        fit_regression(Dataset::without_targets(zeros(5, 2)), quiet()),
        "`Regression` needs 1 target (`output`), found a data set without targets"
    );
    let data = Dataset::new((zeros(5, 2), zeros(5, 3)), zeros(5, 1)).unwrap();
    assert_eq!(
        message(Model::new(&RECOMMENDER, 1).evaluate(&data)),
        "`Recommender` needs 2 targets (`rating`, `finished`), found 1"
    );
}

#[test]
fn inputs_of_another_shape_or_type() {
    assert_eq!(
        fit_regression(Dataset::new(zeros(5, 3), zeros(5, 1)), quiet()),
        "the input `x` has samples of shape [3], expected [2]"
    );
    assert_eq!(
        message(Model::new(&REGRESSION, 1).predict::<1>(columns(Array3::<f32>::zeros((5, 1, 2))))),
        "the input `x` has samples of shape [1, 2], expected [2]"
    );
    assert_eq!(
        fit_regression(Dataset::new(Array2::<u8>::zeros((5, 2)), zeros(5, 1)), quiet()),
        "the input `x` is `u32`, expected `f32`\nhelp: `array.mapv(|value| value as f32)` makes numbers of it"
    );
}

#[test]
fn targets_of_another_shape() {
    assert_eq!(
        fit_regression(Dataset::new(zeros(5, 2), zeros(5, 2)), quiet()),
        "the target `output` has samples of shape [2], expected [1]"
    );
    let mut model = Model::new(&CLASSIFIER, 1);
    assert_eq!(
        message(model.fit(&Dataset::new(zeros(5, 4), zeros(5, 4)).unwrap(), quiet())),
        "the target `kind` has samples of shape [4], expected class indices [] or one-hot rows [3]"
    );
}

#[test]
fn labels_that_are_no_class() {
    let mut model = Model::new(&CLASSIFIER, 1);
    let before = bits(&model);
    let x = zeros(4, 4);
    let mut found = |y: Dataset<'_>| message(model.fit(&y, quiet()));
    assert_eq!(
        found(Dataset::new(&x, array![0u8, 2, 3, 1]).unwrap()),
        "row 2 of the target `kind` holds class 3, expected 0 to 2: the network has 3 classes"
    );
    assert_eq!(
        found(Dataset::new(&x, array![0f32, 2.0, 1.5, 1.0]).unwrap()),
        "row 2 of the target `kind` holds 1.5, expected a class: 0 to 2"
    );
    assert_eq!(
        found(Dataset::new(&x, array![0f32, 2.0, -1.0, 1.0]).unwrap()),
        "row 2 of the target `kind` holds class -1, expected 0 to 2: the network has 3 classes"
    );
    assert!(
        found(Dataset::new(&x, array![0f32, f32::NAN, 0.0, 0.0]).unwrap())
            .contains("row 1 of the target `kind` holds NaN")
    );
    assert_eq!(
        found(Dataset::new(&x, array![[0f32, 0.0, 1.0], [0.0, 2.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]).unwrap()),
        "row 1 of the target `kind` holds 2, expected 0 to 1 for `cross_entropy`"
    );
    assert_eq!(before, bits(&model));
}

#[test]
fn rows_in_messages_are_those_of_the_array() {
    let data = Dataset::new(zeros(4, 4), array![0u8, 2, 3, 1]).unwrap();
    let part = data.rows(2..4).unwrap();
    assert!(
        message(Model::new(&CLASSIFIER, 1).evaluate(&part)).starts_with("row 2 of the target `kind` holds class 3")
    );
    Model::new(&CLASSIFIER, 1).evaluate(&data.take(2).unwrap()).unwrap();
}

#[test]
fn probabilities_out_of_range() {
    let data = Dataset::new((zeros(3, 2), zeros(3, 3)), (zeros(3, 1), array![0u8, 1, 2])).unwrap();
    assert_eq!(
        message(Model::new(&RECOMMENDER, 1).evaluate(&data)),
        "row 2 of the target `finished` holds 2, expected 0 to 1 for `binary_cross_entropy`"
    );
    let data = Dataset::new((zeros(1, 2), zeros(1, 3)), (zeros(1, 1), Array1::from(vec![f32::NAN]))).unwrap();
    assert!(message(Model::new(&RECOMMENDER, 1).evaluate(&data)).contains("holds NaN"));
}
