//! A declared network with given parameters.

use monograd::__private::arithmetic::optimizers;
use monograd::__private::{Columns, Float, IntoColumns, Model, Network, Threads};
use monograd::prelude::Column;

use crate::bits::same_bits;
use crate::file::column;
use crate::tolerance::Tolerance;

/// A declared network in `f32` or `f64`, whose parameters are given and whose gradients are looked at.
pub(crate) struct Subject<T: Float> {
    model: Model<T>,
    state: Vec<T>,
    step: u64,
    inputs: Option<Columns<'static>>,
}

impl<T: Tolerance> Subject<T> {
    /// A network with the values of a seed; it keeps the promise about its bits.
    pub(crate) fn new<N: Network>() -> Self {
        // Once for both precisions: every case has `f64`.
        if T::NUMBER == f64::NUMBER {
            same_bits::<N>();
        }
        Self { model: Model::new(N::program::<T>(), 0), state: Vec::new(), step: 0, inputs: None }
    }

    /// Gives a parameter its values.
    pub(crate) fn set(&mut self, path: &str, values: &[f64]) {
        let (_, _, place) = self.model.parameters_mut().find(|parameter| parameter.0 == path).expect(path);
        assert_eq!(place.len(), values.len(), "{path}");
        place.iter_mut().zip(values).for_each(|(place, &value)| *place = T::from_f64(value));
    }

    /// The values of a parameter.
    pub(crate) fn parameter(&self, path: &str) -> Vec<f64> {
        let (_, _, values) = self.model.parameters().find(|parameter| parameter.0 == path).expect(path);
        wide(values)
    }

    /// Forward and backward: the loss.
    pub(crate) fn run(&mut self, x: Vec<Column<'static>>, y: Column<'static>) -> f64 {
        let x = x.into_columns().unwrap();
        self.inputs = Some(x.clone());
        self.model.loss_and_gradients(x, y.into_columns().unwrap()).unwrap()
    }

    /// The gradient of a parameter in the last run.
    pub(crate) fn gradient(&self, path: &str) -> Vec<f64> {
        let parameter = self.model.layout().parameters.iter().find(|parameter| parameter.path == path).expect(path);
        wide(&self.model.gradients()[parameter.offset..][..parameter.shape.elements()])
    }

    /// The output in the last run, which the plan of prediction must give to the bit.
    pub(crate) fn output(&self) -> Vec<f64> {
        let inputs = self.inputs.clone().expect("the network has run");
        let trained = wide(self.model.training_output(0, inputs.rows()));
        let predicted = self.model.prediction_outputs(inputs).unwrap();
        assert_eq!(trained, wide(&predicted[0]), "in training and in prediction");
        trained
    }

    /// A step of training: the loss before it. (`train_step` itself is for `f32` alone.)
    pub(crate) fn learn(&mut self, x: Vec<Column<'static>>, y: Column<'static>) -> f64 {
        let loss = self.run(x, y);
        let optimizer = self.model.layout().optimizer.as_ref().expect("the network has an optimizer");
        if self.state.is_empty() {
            let length = optimizer.slots().len() * self.model.layout().trainable;
            self.state.resize(length, T::from_f64(optimizer.initial_state()));
        }
        self.step += 1;
        let (rate, threads) = (optimizer.learning_rate(), Threads::default());
        let gradients = self.model.gradients().to_vec();
        let parameters = self.model.parameter_values_mut();
        optimizers::update(optimizer, rate, self.step, parameters, &gradients, &mut self.state, &threads);
        loss
    }
}

fn wide<T: Float>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

/// The identity matrix as samples. A `Dense` without bias turns each into a row of its weight: so numbers of any
/// precision go in, and the gradient of the weight is that of the numbers.
pub(crate) fn one_hot(rows: usize) -> Column<'static> {
    column(&[rows, rows], (0..rows * rows).map(|place| f32::from(u8::from(place % (rows + 1) == 0))).collect())
}

/// A target for `mae` below every score. The slope of the loss in each score is then 1 over the number of scores.
pub(crate) fn below_all(shape: &[usize]) -> Column<'static> {
    column(shape, vec![-3e38f32; shape.iter().product()])
}
