//! The same bits on any number of threads and in any batch, for any network: its declaration says what to check it with.
//!
//! Work is split however little it is, so that small networks are cut to pieces as large ones are. On a machine with a single
//! core nothing is split, and there is nothing to see.

use std::ops::Range;

use monograd::__private::{Float, Layout, Loss, Model, Network, Program, Sample, Target, TargetKind};
use monograd::prelude::*;
use monograd::{Columns, IntoColumn, IntoColumns};
use ndarray::{ArrayD, Axis, IxDyn};

use crate::numbers::{classes, numbers};

const THREADS: [usize; 6] = [1, 2, 3, 4, 7, 8];
/// More than the 256 samples that prediction takes at once, and no multiple of a batch.
const ROWS: usize = 300;
const BATCH: usize = 270;
/// Sizes of other batches to predict, with numbers of threads.
const PREDICTED: [(usize, usize); 6] = [(1, 1), (1, 7), (2, 3), (5, 2), (17, 8), (256, 4)];

/// Trains, evaluates and predicts in `f32`, computes gradients and predicts in `f64`, and compares bits.
///
/// # Panics
/// When bits depend on the number of threads, or on which samples are predicted together.
pub(crate) fn same_bits<N: Network>() {
    let (single, double) = (N::program::<f32>(), N::program::<f64>());
    let samples = Samples::of(single.layout());
    let mut trained = samples.same_in_training(|| Model::new(single, 3));
    samples.same_in_prediction(&mut trained, predict);
    samples.same_alone(single, &trained);
    let mut model = Model::new(double, 3);
    samples.same_gradients(&mut model);
    samples.same_in_prediction(&mut model, |model, x| model.prediction_outputs(x).unwrap());
}

/// Random inputs of a network, and targets that its losses take.
struct Samples {
    layout: &'static Layout,
    inputs: Vec<ArrayD<f32>>,
    targets: Vec<Column<'static>>,
}

impl Samples {
    fn of(layout: &'static Layout) -> Self {
        let inputs = (1..).zip(layout.inputs).map(|(seed, input)| values(input.tensor.shape.extents(), seed)).collect();
        let targets = (101..).zip(layout.targets).map(|(seed, target)| target_of(target, seed)).collect();
        Self { layout, inputs, targets }
    }

    /// Some rows of the inputs.
    fn x(&self, rows: Range<usize>) -> Columns<'_> {
        let views = self.inputs.iter().map(|values| values.slice_axis(Axis(0), rows.clone().into()));
        views.collect::<Vec<_>>().into_columns().unwrap()
    }

    fn y(&self) -> Columns<'_> {
        self.targets.clone().into_columns().unwrap()
    }

    /// Losses, metrics, parameters and what the optimizer remembers. Gives the network after training. One that diverges, as
    /// with the `poisson` of scores below 0, says so alike.
    fn same_in_training(&self, untrained: impl Fn() -> Model) -> Model {
        let data = Dataset::new(self.x(0..ROWS), self.y()).unwrap();
        let train = |threads| {
            let mut model = untrained();
            // As drawn, a network of exponentials diverges.
            model.parameter_values_mut().iter_mut().for_each(|value| *value *= 0.5);
            model.split_all_over(threads);
            let fit = Fit::default().epochs(2).batch_size(BATCH).progress(Progress::Off);
            let losses =
                |history: History| history.epochs().iter().map(|epoch| epoch.loss.to_bits()).collect::<Vec<_>>();
            let history = model.fit(&data, fit).map(losses).map_err(|error| error.to_string());
            let evaluation = model.evaluate(&data).unwrap();
            let metrics = evaluation.metrics.iter().map(|&(_, value)| value);
            let metrics: Vec<f64> = metrics.chain([evaluation.loss]).collect();
            let numbers = [bits(&metrics), bits(model.parameter_values()), bits(model.optimizer_state())];
            ((history, numbers), model)
        };
        let (first, model) = train(THREADS[0]);
        for threads in &THREADS[1..] {
            assert!(train(*threads).0 == first, "{}: training on {threads} threads", self.layout.name);
        }
        model
    }

    /// The loss of a batch, and its gradients.
    fn same_gradients(&self, model: &mut Model<f64>) {
        let mut gradients = |threads| {
            model.split_all_over(threads);
            let loss = model.loss_and_gradients(self.x(0..ROWS), self.y()).unwrap();
            (loss.to_bits(), bits(model.gradients()))
        };
        let first = gradients(THREADS[0]);
        for threads in &THREADS[1..] {
            assert!(gradients(*threads) == first, "{}: gradients on {threads} threads", self.layout.name);
        }
    }

    /// Every sample, together with any others.
    fn same_in_prediction<T: Float>(
        &self,
        model: &mut Model<T>,
        predict: impl Fn(&Model<T>, Columns<'_>) -> Vec<Vec<T>>,
    ) {
        let mut predict = |rows: Range<usize>, threads| {
            model.split_all_over(threads);
            predict(model, self.x(rows))
        };
        let all = predict(0..ROWS, 1);
        for (batch, threads) in PREDICTED.into_iter().chain(THREADS.map(|threads| (ROWS, threads))) {
            for first in (0..ROWS).step_by(batch) {
                let rows = first..(first + batch).min(ROWS);
                for (some, all) in predict(rows.clone(), threads).iter().zip(&all) {
                    let same = bits(some) == bits(part(all, rows.clone()));
                    assert!(same, "{}: predicting {rows:?} on {threads} threads", self.layout.name);
                }
            }
        }
    }

    /// Every sample by itself, in the way that takes no arrays.
    fn same_alone(&self, program: &dyn Program<f32>, model: &Model) {
        let all = predict(model, self.x(0..ROWS));
        for row in 0..ROWS {
            let rows = row..row + 1;
            let samples = self.inputs.iter().map(|values| part(values.as_slice().unwrap(), rows.clone()));
            let x: Vec<Sample<'_>> = samples.map(Sample::F32).collect();
            let mut found: Vec<Vec<f32>> = all.iter().map(|all| vec![f32::NAN; all.len() / ROWS]).collect();
            let mut outputs: Vec<&mut [f32]> = found.iter_mut().map(Vec::as_mut_slice).collect();
            model.predict_one(program, &x, &mut outputs);
            for (one, all) in found.iter().zip(&all) {
                assert!(bits(one) == bits(part(all, rows.clone())), "{}: predicting row {row}", self.layout.name);
            }
        }
    }
}

fn predict(model: &Model, x: Columns<'_>) -> Vec<Vec<f32>> {
    fn outputs<const OUTPUTS: usize>(model: &Model, x: Columns<'_>) -> Vec<Vec<f32>> {
        model.predict::<OUTPUTS>(x).unwrap().into_iter().map(|output| output.into_raw_vec_and_offset().0).collect()
    }
    match model.layout().outputs.len() {
        1 => outputs::<1>(model, x),
        2 => outputs::<2>(model, x),
        3 => outputs::<3>(model, x),
        more => panic!("a network with {more} outputs"),
    }
}

/// What belongs to some of all samples.
fn part<T>(values: &[T], rows: Range<usize>) -> &[T] {
    let width = values.len() / ROWS;
    &values[rows.start * width..rows.end * width]
}

/// Rounded by nobody: an `f32` is an `f64`.
fn bits<T: Float>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

/// Samples of numbers from -1 to 1.
fn values(extents: &[usize], seed: u64) -> ArrayD<f32> {
    numbers(ROWS, extents.iter().product(), seed).into_shape_with_order(shape(extents)).unwrap()
}

fn target_of(target: &Target, seed: u64) -> Column<'static> {
    let (extents, last) = (target.shape.extents(), target.shape.last());
    let drawn = |count, of| classes(ROWS * count, of as u64, seed);
    if let TargetKind::Classes(count) = target.kind {
        return drawn(target.shape.elements(), count)
            .into_shape_with_order(shape(extents))
            .unwrap()
            .into_column()
            .unwrap();
    }
    let targets = match target.loss {
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::LogCosh | Loss::CosineSimilarity => values(extents, seed),
        Loss::Mape | Loss::Msle | Loss::Poisson => values(extents, seed).mapv(|value| 1.0 + 0.5 * value),
        // The others take one-hot rows, whatever else they take.
        _ => {
            let hot = drawn(target.shape.elements() / last, last);
            let is_hot = hot.iter().flat_map(|&hot| (0..last).map(move |class| class == hot as usize));
            ArrayD::from_shape_vec(shape(extents), is_hot.map(|is| f32::from(u8::from(is))).collect()).unwrap()
        }
    };
    targets.into_column().unwrap()
}

/// The shape of all samples.
fn shape(extents: &[usize]) -> IxDyn {
    IxDyn(&[&[ROWS], extents].concat())
}
