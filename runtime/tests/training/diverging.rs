//! Losses that are NaN or infinite: what is named, and which parameters are left.

use monograd::ndarray::Array2;
use monograd::{Cause, Fit};

use super::*;

/// What an error says, as far as tests compare it.
fn facts(error: Error) -> (Option<usize>, u64, Cause, u64) {
    match error {
        Error::NonFinite { epoch, step, cause, steps_back, .. } => (epoch, step, cause, steps_back),
        error => panic!("{error}"),
    }
}

#[test]
fn an_input_that_is_not_finite_is_named_with_its_row() {
    let (mut x, y) = line(64);
    x[[40, 1]] = f32::NAN;
    let mut model = Model::new(&REGRESSION, 1);
    let error = model.fit(&Dataset::new(&x, &y).unwrap(), quiet().shuffle(false).epochs(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "training diverged in epoch 1, step 2: row 40 of the input `x` holds NaN\n\
         note: the parameters are those before this step"
    );
    let mut expected = Model::new(&REGRESSION, 1);
    expected.fit(&Dataset::new(&x, &y).unwrap().take(32).unwrap(), quiet().shuffle(false)).unwrap();
    assert_eq!(bits(&model), bits(&expected));
}

#[test]
fn a_target_that_is_not_finite_is_named_with_its_row() {
    let (x, mut y) = line(8);
    y[[3, 0]] = f32::INFINITY;
    let mut model = Model::new(&REGRESSION, 1);
    let (epoch, step, cause, _) = facts(model.train_step(columns(&x), columns(&y)).unwrap_err());
    assert_eq!((epoch, step), (None, 1));
    assert_eq!(cause, Cause::Target { name: "output", row: 3, value: f32::INFINITY });
}

#[test]
fn the_first_layer_that_is_not_finite_is_named() {
    let (x, y) = line(8);
    let mut model = Model::new(&REGRESSION, 1);
    model.parameter_values_mut()[9..12].fill(f32::MAX);
    model.parameter_values_mut()[..9].fill(1e5);
    let before = bits(&model);
    let error = model.train_step(columns(&x), columns(&y)).unwrap_err();
    let expected =
        "training diverged in step 1: the first layer with values that are not finite is `dense_2`, src/main.rs:12";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert_eq!(before, bits(&model));
}

#[test]
fn a_loss_of_finite_outputs_is_named_itself() {
    let (x, mut y) = line(8);
    y.fill(1e30);
    let mut model = Model::new(&REGRESSION, 1);
    let (_, _, cause, _) = facts(model.train_step(columns(&x), columns(&y)).unwrap_err());
    assert_eq!(cause, Cause::Loss { value: f64::INFINITY });
}

/// A finite loss whose gradient is too large for `f32` makes parameters infinite; the next step finds out.
#[test]
fn parameters_that_an_update_broke_come_back() {
    let (x, y) = line(8);
    let huge = Array2::from_elem((8, 1), 3e18);
    let x_huge = Array2::from_elem((8, 2), 1e23);
    let mut model = Model::new(&REGRESSION, 1);
    model.parameter_values_mut().fill(1e-3);
    model.train_step(columns(&x), columns(&y)).unwrap();
    let (good, step) = (bits(&model), model.step());
    model.train_step(columns(&x_huge), columns(&huge)).unwrap();
    assert!(model.parameter_values().iter().any(|value| !value.is_finite()));
    let error = model.train_step(columns(&x), columns(&y)).unwrap_err();
    let (_, _, cause, steps_back) = facts(error);
    assert_eq!(cause, Cause::Layer { name: "dense_1", line: 11 });
    assert!(model.parameter_values().iter().all(|value| value.is_finite()));
    assert_eq!(steps_back + model.step(), step + 1);
    assert!(model.step() <= step, "{good:?}");
    model.train_step(columns(&x), columns(&y)).unwrap();
}

#[test]
fn an_epoch_never_ends_well_with_broken_parameters() {
    let huge = Array2::from_elem((8, 1), 3e18);
    let x_huge = Array2::from_elem((8, 2), 1e23);
    let mut model = Model::new(&REGRESSION, 1);
    model.parameter_values_mut().fill(1e-3);
    let before = bits(&model);
    let error = model.fit(&Dataset::new(&x_huge, &huge).unwrap(), quiet()).unwrap_err();
    let (epoch, step, cause, steps_back) = facts(error);
    assert_eq!((epoch, step, steps_back), (Some(1), 1, 1));
    assert!(matches!(cause, Cause::Parameter { .. }), "{cause:?}");
    assert_eq!((before, 0), (bits(&model), model.step()));
}

#[test]
fn growing_without_bound_ends_with_good_parameters() {
    let (x, y) = line(64);
    let x = x.mapv(|x| x * 100.0);
    let data = Dataset::new(&x, &y).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    let error = model.fit(&data, Fit::default().epochs(1000).progress(monograd::Progress::Off)).unwrap_err();
    assert!(matches!(error, Error::NonFinite { epoch: Some(_), .. }), "{error}");
    assert!(model.parameter_values().iter().all(|value| value.is_finite()));
}
