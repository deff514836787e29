//! Every wrong setting and every data set that does not fit, with its words.

use monograd::__private::Network;
use monograd::ndarray::{Array0, Array1, Array2, Array3, ArrayD, IxDyn, array};
use monograd::{Column, Scaled};

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
        message(Dataset::new(Vec::<Column>::new(), Vec::<Column>::new())),
        "the list of arrays is empty, expected one array for each input or target"
    );
}

#[test]
fn labels_of_every_integer_type() {
    let x = zeros(3, 4);
    let model = Model::new(&CLASSIFIER, 1);
    let expected = model.evaluate(&Dataset::new(&x, array![2u32, 0, 1]).unwrap()).unwrap();
    macro_rules! same {
        ($($type:ty)*) => {$(
            let found = model.evaluate(&Dataset::new(&x, &array![2 as $type, 0 as $type, 1 as $type]).unwrap());
            assert_eq!(found.unwrap(), expected, stringify!($type));
        )*};
    }
    same!(u8 u16 u64 usize i8 i16 i32 i64 isize f32 f64);
}

#[test]
fn integers_as_numbers() {
    let (x, y) = (zeros(3, 2), array![-3i64, 0, 7]);
    let model = Model::new(&REGRESSION, 1);
    let integers = model.evaluate(&Dataset::new(&x, &y).unwrap()).unwrap();
    let numbers = model.evaluate(&Dataset::new(&x, y.mapv(|value| value as f64)).unwrap()).unwrap();
    assert_eq!(integers, numbers);
    let x = array![[1u8, 2], [255, 0]];
    let [bytes] = model.predict::<1>(columns(Scaled::pixels(&x))).unwrap();
    let [numbers] = model.predict::<1>(columns(x.mapv(|value| f32::from(value) / 255.0))).unwrap();
    assert_eq!(bytes, numbers);
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
    let help = "help: `Scaled::pixels(&array)` makes numbers from 0 to 1 of bytes, `Scaled::numbers(&array)` takes integers \
                as they are";
    assert_eq!(
        fit_regression(Dataset::new(Array2::<u8>::zeros((5, 2)), zeros(5, 1)), quiet()),
        format!("the input `x` is `u8`, expected `f32`\n{help}")
    );
    assert_eq!(
        fit_regression(Dataset::new(Array2::<i64>::zeros((5, 2)), zeros(5, 1)), quiet()),
        format!("the input `x` is `i64`, expected `f32`\n{help}")
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
    assert_eq!(
        found(Dataset::new(&x, array![0i64, 2, -1, 1]).unwrap()),
        "row 2 of the target `kind` holds class -1, expected 0 to 2: the network has 3 classes"
    );
    assert_eq!(
        found(Dataset::new(&x, array![0u64, u64::MAX, 1, 1]).unwrap()),
        "row 1 of the target `kind` holds class 18446744073709552000, expected 0 to 2: the network has 3 classes"
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
fn rows_that_are_no_distribution() {
    let model = Model::new(&CLASSIFIER, 1);
    let found = |y: Array2<f32>| model.evaluate(&Dataset::new(zeros(2, 4), y).unwrap());
    assert_eq!(
        message(found(array![[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])),
        "row 1 of the target `kind` sums to 0, expected 1 for `cross_entropy`: a one-hot row, or probabilities"
    );
    assert_eq!(
        message(found(array![[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])),
        "row 0 of the target `kind` sums to 2, expected 1 for `cross_entropy`: a one-hot row, or probabilities"
    );
    assert!(
        message(found(array![[0.5, 0.5, 0.001], [0.0, 0.0, 1.0]]))
            .starts_with("row 0 of the target `kind` sums to 1.001")
    );
    found(array![[0.2, 0.3, 0.5], [0.33333, 0.33333, 0.33333]]).unwrap();
    let bytes = array![[0u8, 1, 0], [0, 0, 2]];
    assert_eq!(
        message(model.evaluate(&Dataset::new(zeros(2, 4), bytes).unwrap())),
        "row 1 of the target `kind` holds 2, expected 0 to 1 for `cross_entropy`"
    );
}

macro_rules! compared {
    ($($network:ident $loss:ident)*) => {$(
        monograd::network!({
            struct $network;

            let x = Input(2);
            x.Dense(3);

            loss = $loss;
            optimizer = Sgd();
        });
    )*};
}

compared! {
    Hinge hinge
    SquaredHinge squared_hinge
    CategoricalHinge categorical_hinge
    KlDivergence kl_divergence
}

#[test]
fn targets_that_a_loss_is_not_defined_for() {
    fn found(network: impl Network, y: Array2<f32>) -> Result<(), String> {
        let data = Dataset::new(zeros(2, 2), y).unwrap();
        network.model().evaluate(&data).map(drop).map_err(|error| error.to_string())
    }
    let halves = array![[1.0, -1.0, 0.0], [1.0, 0.5, 1.0]];
    let message = "row 1 of the target `output` holds 0.5, expected -1 and 1, or 0 and 1 for `hinge`";
    assert_eq!(found(Hinge::new(1), halves.clone()), Err(message.to_string()));
    assert!(found(SquaredHinge::new(1), halves).unwrap_err().ends_with("for `squared_hinge`"));
    found(Hinge::new(1), array![[1.0, -1.0, 0.0], [1.0, 1.0, 1.0]]).unwrap();

    let one_hot = array![[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    found(CategoricalHinge::new(1), one_hot.clone()).unwrap();
    let message = "row 0 of the target `output` holds 0.5, expected one-hot rows, of 0 and 1 for `categorical_hinge`";
    let soft = array![[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]];
    assert_eq!(found(CategoricalHinge::new(1), soft.clone()), Err(message.to_string()));
    let two = array![[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]];
    assert!(
        found(CategoricalHinge::new(1), two.clone()).unwrap_err().starts_with("row 1 of the target `output` sums to 2")
    );

    found(KlDivergence::new(1), soft).unwrap();
    assert!(found(KlDivergence::new(1), two).unwrap_err().starts_with("row 1 of the target `output` sums to 2"));
    let signs = array![[2.0, -1.0, 0.0], [0.0, 0.0, 1.0]];
    assert_eq!(
        found(KlDivergence::new(1), signs),
        Err("row 0 of the target `output` holds 2, expected 0 to 1 for `kl_divergence`".to_string())
    );
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
