//! Gradients of whole networks in `f64`, by central differences.

use monograd::ndarray::Array1;

use super::*;

const EPSILON: f64 = 1e-5;
/// Central differences of a smooth function are off by about `EPSILON²` and by rounding over `EPSILON`.
const TOLERANCE: f64 = 1e-7;

fn check(mut model: Model<f64>, x: impl Fn() -> Columns<'static>, y: impl Fn() -> Columns<'static>) {
    model.loss_and_gradients(x(), y()).unwrap();
    let gradients = model.gradients().to_vec();
    assert_eq!(gradients.len(), model.parameter_values().len());
    for (number, gradient) in gradients.into_iter().enumerate() {
        let value = model.parameter_values()[number];
        let mut loss_at = |value| {
            model.parameter_values_mut()[number] = value;
            model.training_loss(x(), y()).unwrap()
        };
        let difference = (loss_at(value + EPSILON) - loss_at(value - EPSILON)) / (2.0 * EPSILON);
        loss_at(value);
        assert!((gradient - difference).abs() < TOLERANCE, "{number}: {gradient} and {difference}");
    }
}

#[test]
fn regression() {
    check(Model::<f64>::new(&REGRESSION, 1), || columns(line(7).0), || columns(line(7).1));
}

#[test]
fn classifier_with_penalty_and_dropout() {
    let (x, y) = flowers(7);
    check(Model::<f64>::new(&CLASSIFIER, 1), || columns(x.clone()), || columns(Array1::from(y.clone())));
}

#[test]
fn two_inputs_and_two_weighted_losses() {
    let (user, film) = (noise(5, 2, 1), noise(5, 3, 2));
    let (rating, finished) = (noise(5, 1, 3), Array1::from(vec![0u8, 1, 1, 0, 1]));
    check(
        Model::<f64>::new(&RECOMMENDER, 1),
        || columns((user.clone(), film.clone())),
        || columns((rating.clone(), finished.clone())),
    );
}

#[test]
fn both_element_types_start_from_the_same_values() {
    let (wide, narrow) = (Model::<f64>::new(&CLASSIFIER, 3), Model::<f32>::new(&CLASSIFIER, 3));
    let rounded: Vec<f32> = wide.parameter_values().iter().map(|&value| value as f32).collect();
    assert_eq!(rounded, narrow.parameter_values());
}
