//! Central differences in f64 against the gradients of a declared network.

use monograd::__private::{Model, Network, Random};
use monograd::{Columns, IntoColumns};
use ndarray::{Array, Array2, Dim, Dimension};

/// The step of the differences. Their error is its square times a third derivative, plus rounding of 1e-16 over it.
const STEP: f64 = 1e-5;
/// What truncation and rounding leave at that step, for losses and weights near 1.
const ABSOLUTE: f64 = 2e-8;
const RELATIVE: f64 = 1e-5;

/// Numbers from -1 to 1 that depend on the seed alone.
pub fn numbers(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    uniform((rows, columns), seed)
}

/// The same in any shape.
pub fn uniform<D: Dimension, S: ndarray::ShapeBuilder<Dim = D>>(shape: S, seed: u64) -> Array<f32, D> {
    let mut draw = Random::new(seed, 77, 0).draw();
    Array::from_shape_simple_fn(shape, || 2.0 * draw.uniform() as f32 - 1.0)
}

/// Class indices below `classes`.
pub fn classes(rows: usize, classes: u64, seed: u64) -> Array<u32, Dim<[usize; 1]>> {
    let mut draw = Random::new(seed, 78, 0).draw();
    Array::from_shape_simple_fn(rows, || draw.below(classes) as u32)
}

/// Compares every parameter's gradient with the central difference of the loss. Gives the number of parameters.
///
/// Parameters are drawn anew, none of them 0, so that no gradient hides behind a zero bias.
pub fn check<'a, N: Network>(x: impl IntoColumns<'a>, y: impl IntoColumns<'a>) -> usize {
    let (x, y) = (x.into_columns().expect("inputs"), y.into_columns().expect("targets"));
    let mut model = Model::<f64>::new(N::program::<f64>(), 3);
    let name = model.layout().name;
    let mut draw = Random::new(5, 79, 0).draw();
    let trainable = model.layout().trainable;
    for value in model.parameter_values_mut() {
        *value = 0.8 * draw.uniform() - 0.4 + 0.05;
    }
    model.loss_and_gradients(x.clone(), y.clone()).expect(name);
    let gradients = model.gradients()[..trainable].to_vec();
    assert!(trainable > 0 && gradients.iter().any(|gradient| *gradient != 0.0), "{name}: all gradients are 0");
    for (number, &gradient) in gradients.iter().enumerate() {
        let difference =
            (shifted(&mut model, number, STEP, &x, &y) - shifted(&mut model, number, -STEP, &x, &y)) / (2.0 * STEP);
        let error = (gradient - difference).abs();
        assert!(
            error <= ABSOLUTE + RELATIVE * difference.abs(),
            "{name}: the gradient of parameter {number} is {gradient}, the difference {difference}",
        );
    }
    trainable
}

/// The loss with one parameter shifted.
fn shifted(model: &mut Model<f64>, number: usize, step: f64, x: &Columns<'_>, y: &Columns<'_>) -> f64 {
    let value = model.parameter_values()[number];
    model.parameter_values_mut()[number] = value + step;
    let loss = model.training_loss(x.clone(), y.clone()).expect("a loss");
    model.parameter_values_mut()[number] = value;
    loss
}
