//! The arithmetic of layers against their definition: gradients against central differences.

use monograd_schema::{Role, Shape};

use super::*;
use crate::kernels::Threads;
use crate::layer::{Gradients, Parameters, Place, Tensors, Values};
use crate::node::{Gradient, Slot, Tensor, Wiring};
use crate::random::Random;

/// How far a central difference is moved: its error is about `STEP²` by truncation and `1e-16 / STEP` by rounding.
const STEP: f64 = 1e-5;
/// Above both errors for slopes near 1, with third derivatives up to 100.
const TOLERANCE: f64 = 1e-7;

/// A layer with inputs of its own.
pub(super) struct Trial {
    layer: Box<dyn Layer<f64>>,
    /// The shapes of the tensors, and which of them each input is.
    shapes: Vec<Shape>,
    inputs: Vec<usize>,
    threads: Threads,
}

/// What a call of a layer made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    floats: Vec<f64>,
    gradients: Vec<f64>,
}

impl Trial {
    /// A layer with one tensor for each input.
    pub(super) fn new(layer: impl Layer<f64> + 'static, shapes: &[&[usize]]) -> Self {
        let inputs = (0..shapes.len()).collect();
        let shapes = shapes.iter().map(|extents| Shape::of(extents)).collect();
        Self { layer: Box::new(layer), shapes, inputs, threads: Threads::default() }
    }

    /// Gives the same tensors several times: `[0, 0]` for `u * u`.
    pub(super) fn with_inputs(self, inputs: &[usize]) -> Self {
        Self { inputs: inputs.to_vec(), ..self }
    }

    /// The shape of one sample of the output.
    fn output(&self) -> Shape {
        self.layer.output_shape(&self.input_shapes()).expect("the shapes fit")
    }

    fn input_shapes(&self) -> Vec<Shape> {
        self.inputs.iter().map(|&tensor| self.shapes[tensor]).collect()
    }

    /// The offset of each tensor, of the output, of its gradient, of the gradient of each tensor, and of what is saved.
    fn offsets(&self) -> (Vec<usize>, usize, usize, Vec<usize>, usize) {
        let mut end = 1; // nothing lies at 0
        let mut next = |elements: usize| {
            end += elements;
            end - elements
        };
        let tensors = self.shapes.iter().map(|shape| next(shape.elements())).collect();
        let (output, d_output) = (next(self.output().elements()), next(self.output().elements()));
        let d_tensors = self.shapes.iter().map(|shape| next(shape.elements())).collect();
        (tensors, output, d_output, d_tensors, next(0))
    }

    /// The arena for some samples: tensors as given, everything else NaN.
    fn arena(&self, tensors: &[Vec<f64>], rows: usize) -> Vec<f64> {
        let saved: usize = self.layer.saved(&self.input_shapes()).iter().map(Shape::elements).sum();
        let (offsets, .., end) = self.offsets();
        let mut floats = vec![f64::NAN; (end + saved) * rows];
        for (offset, values) in offsets.iter().zip(tensors) {
            floats[offset * rows..][..values.len()].copy_from_slice(values);
        }
        floats
    }

    fn wiring(&self, d_inputs: Vec<Gradient>, training: bool, add: bool) -> Wiring {
        let shapes = self.input_shapes();
        let (tensors, output, d_output, _, mut end) = self.offsets();
        let tensor = |shape: Shape, offset| Tensor::new(shape.extents(), offset, offset);
        let inputs: Vec<Tensor> = self.inputs.iter().map(|&i| tensor(self.shapes[i], tensors[i])).collect();
        let mut saved = Vec::new();
        for shape in self.layer.saved(&shapes).into_iter().filter(|_| training) {
            saved.push(tensor(shape, end));
            end += shape.elements();
        }
        let mut slots = Vec::new();
        let mut first = 0;
        for parameter in self.layer.parameters(&shapes) {
            slots.push(Slot { offset: first, shape: parameter.shape, add, fused: false });
            first += parameter.shape.elements();
        }
        Wiring {
            name: "layer",
            line: 1,
            stream: 5,
            inputs: inputs.leak(),
            d_inputs: d_inputs.leak(),
            output: tensor(self.output(), output),
            d_output,
            slope_taken: false,
            parameters: slots.leak(),
            saved: saved.leak(),
            split_from: 1,
        }
    }

    fn call(
        &self,
        wiring: &Wiring,
        rows: usize,
        training: bool,
        parameters: &[f64],
        made: &mut Made,
        call: impl Fn(&dyn Layer<f64>, &mut Pass<'_, f64>),
    ) {
        let size = self.layer.workspace(&self.input_shapes());
        let mut workspace = vec![f64::NAN; size.per_sample * rows + size.fixed];
        let mut pass = Pass {
            rows,
            training,
            tensors: Tensors(&mut made.floats),
            indices: &[],
            parameters: Parameters { slots: wiring.parameters, values: Values::Fixed(parameters) },
            gradients: Gradients { slots: wiring.parameters, values: &mut made.gradients },
            workspace: &mut workspace,
            threads: &self.threads,
            wiring,
            seed: 3,
            step: 2,
        };
        call(&*self.layer, &mut pass);
    }

    fn range(offset: usize, shape: Shape, rows: usize) -> std::ops::Range<usize> {
        Place::new(offset, shape.elements(), rows).range()
    }

    /// The output for some inputs.
    pub(super) fn forward(&self, tensors: &[Vec<f64>], parameters: &[f64], rows: usize, training: bool) -> Vec<f64> {
        let wiring = self.wiring(vec![Gradient::None; self.inputs.len()], training, false);
        let mut made = Made { floats: self.arena(tensors, rows), gradients: Vec::new() };
        self.call(&wiring, rows, training, parameters, &mut made, |layer, pass| layer.forward(pass));
        made.floats[Self::range(wiring.output.training, self.output(), rows)].to_vec()
    }

    /// The gradients of tensors and parameters for that of the output, added to `start` where there is one.
    pub(super) fn gradients(
        &self,
        tensors: &[Vec<f64>],
        parameters: &[f64],
        rows: usize,
        d_output: &[f64],
        wanted: &[bool],
        start: Option<f64>,
    ) -> (Vec<Vec<f64>>, Vec<f64>) {
        let (.., d_offsets, _) = self.offsets();
        let mut begun = vec![start.is_some(); self.shapes.len()];
        let mut d_inputs = vec![Gradient::None; self.inputs.len()];
        for (d_input, &tensor) in d_inputs.iter_mut().zip(&self.inputs) {
            if wanted[tensor] {
                let add = std::mem::replace(&mut begun[tensor], true);
                *d_input = if add { Gradient::Add(d_offsets[tensor]) } else { Gradient::Write(d_offsets[tensor]) };
            }
        }
        let wiring = self.wiring(d_inputs, true, start.is_some());
        let gradients = vec![start.unwrap_or(f64::NAN); parameters.len()];
        let mut made = Made { floats: self.arena(tensors, rows), gradients };
        self.call(&wiring, rows, true, parameters, &mut made, |layer, pass| layer.forward(pass));
        made.floats[Self::range(wiring.d_output, self.output(), rows)].copy_from_slice(d_output);
        let ranges: Vec<_> =
            d_offsets.iter().zip(&self.shapes).map(|(&offset, &shape)| Self::range(offset, shape, rows)).collect();
        if let Some(start) = start {
            ranges.iter().for_each(|range| made.floats[range.clone()].fill(start));
        }
        self.call(&wiring, rows, true, parameters, &mut made, |layer, pass| layer.backward(pass));
        (ranges.into_iter().map(|range| made.floats[range].to_vec()).collect(), made.gradients)
    }

    /// Numbers for the tensors and for the parameters.
    fn numbers(&self, rows: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut draw = Random::new(17, 0, 0).draw();
        let mut some = |count: usize| (0..count).map(|_| 4.0 * draw.uniform() - 2.0).collect::<Vec<f64>>();
        let tensors = self.shapes.iter().map(|shape| some(rows * shape.elements())).collect();
        let parameters = self.layer.parameters(&self.input_shapes());
        (tensors, some(parameters.iter().map(|parameter| parameter.shape.elements()).sum()))
    }

    /// Compares all gradients with central differences of `Σ cᵢ yᵢ` for some `c`, written and added, of 0, 1 and 3 samples;
    /// and the output of prediction with that of training.
    pub(super) fn check(&self) {
        for rows in [0, 1, 3] {
            let (tensors, parameters) = self.numbers(rows);
            let factors: Vec<f64> = (0..rows * self.output().elements()).map(|i| (1.3 * i as f64).cos()).collect();
            let loss = |tensors: &[Vec<f64>], parameters: &[f64]| -> f64 {
                let output = self.forward(tensors, parameters, rows, true);
                output.iter().zip(&factors).map(|(y, factor)| y * factor).sum()
            };
            let all = vec![true; self.shapes.len()];
            let (d_tensors, d_parameters) = self.gradients(&tensors, &parameters, rows, &factors, &all, None);
            for (number, d_tensor) in d_tensors.iter().enumerate() {
                for (i, &found) in d_tensor.iter().enumerate() {
                    let moved = |by| {
                        let mut tensors = tensors.clone();
                        tensors[number][i] += by;
                        loss(&tensors, &parameters)
                    };
                    self.compare(found, (moved(STEP) - moved(-STEP)) / (2.0 * STEP), "input", i);
                }
            }
            for (i, &found) in d_parameters.iter().enumerate() {
                let moved = |by| {
                    let mut parameters = parameters.clone();
                    parameters[i] += by;
                    loss(&tensors, &parameters)
                };
                self.compare(found, (moved(STEP) - moved(-STEP)) / (2.0 * STEP), "parameter", i);
            }

            let (added, d_added) = self.gradients(&tensors, &parameters, rows, &factors, &all, Some(0.5));
            for (added, written) in added.iter().flatten().zip(d_tensors.iter().flatten()) {
                self.compare(added - 0.5, *written, "added input", 0);
            }
            for (added, written) in d_added.iter().zip(&d_parameters) {
                self.compare(added - 0.5, *written, "added parameter", 0);
            }
            for unwanted in 0..self.shapes.len() {
                let mut wanted = all.clone();
                wanted[unwanted] = false;
                let (some, _) = self.gradients(&tensors, &parameters, rows, &factors, &wanted, None);
                for (number, (some, all)) in some.iter().zip(&d_tensors).enumerate() {
                    let untouched = number == unwanted && some.iter().all(|value| value.is_nan());
                    assert!(untouched || (number != unwanted && some == all), "{:?}", self.layer);
                }
            }
            if self.layer.role() == Role::Compute {
                let [training, prediction] = [true, false].map(|on| self.forward(&tensors, &parameters, rows, on));
                assert_eq!(training, prediction, "{:?}", self.layer);
            }
        }
    }

    fn compare(&self, found: f64, expected: f64, what: &str, i: usize) {
        let close = (found - expected).abs() <= TOLERANCE * (1.0 + expected.abs());
        assert!(close, "{:?}: the gradient of {what} {i} is {found}, expected {expected}", self.layer);
    }
}
