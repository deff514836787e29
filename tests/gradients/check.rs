//! Central differences in f64 against the gradients of a declared network.

use monograd::__private::{Model, Network, Random};
use monograd::{Columns, IntoColumns};

use crate::bits::same_bits;

/// The step of the differences. Their error is its square times a third derivative, plus rounding of 1e-16 over it.
const STEP: f64 = 1e-5;
/// What truncation and rounding leave at that step, for losses and weights near 1.
const ABSOLUTE: f64 = 2e-8;
const RELATIVE: f64 = 1e-5;

/// Compares every parameter's gradient with the central difference of the loss, and the bits of what the network does on
/// several numbers of threads.
///
/// Parameters are drawn anew, none of them 0, so that no gradient hides behind a zero bias.
pub(crate) fn check<'a, N: Network>(x: impl IntoColumns<'a>, y: impl IntoColumns<'a>) {
    same_bits::<N>();
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
}

/// The loss with one parameter shifted.
fn shifted(model: &mut Model<f64>, number: usize, step: f64, x: &Columns<'_>, y: &Columns<'_>) -> f64 {
    let value = model.parameter_values()[number];
    model.parameter_values_mut()[number] = value + step;
    let loss = model.training_loss(x.clone(), y.clone()).expect("a loss");
    model.parameter_values_mut()[number] = value;
    loss
}
