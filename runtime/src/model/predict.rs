//! Prediction: many samples into arrays, or one sample without allocating.

use std::ops::ControlFlow;

use monograd_schema::Link;
use ndarray::{ArrayD, IxDyn};

use crate::data::{Array, Columns, Order, Pass, Scratch, arrange_inputs, check_inputs};
use crate::float::Float;
use crate::layer::Values;
use crate::node::{Arena, Output};
use crate::step::{Program, Step};
use crate::tables::in_units;
use crate::{Error, Model, losses};

/// One sample of one input.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'a> {
    /// Numbers.
    F32(&'a [f32]),
    /// Indices.
    U32(&'a [u32]),
}

impl<'a, const N: usize> From<&'a [f32; N]> for Sample<'a> {
    fn from(values: &'a [f32; N]) -> Self {
        Sample::F32(values)
    }
}

impl<'a, const N: usize> From<&'a [u32; N]> for Sample<'a> {
    fn from(values: &'a [u32; N]) -> Self {
        Sample::U32(values)
    }
}

impl Model {
    /// What the network says to each sample: one array for each output, samples along the first axis. Outputs of
    /// `cross_entropy` and `binary_cross_entropy` are probabilities.
    ///
    /// # Errors
    /// Samples that do not fit the network.
    pub fn predict<const OUTPUTS: usize>(&self, x: Columns<'_>) -> Result<[Array; OUTPUTS], Error> {
        let outputs = self.output_arrays(&x, true)?;
        Ok(take(outputs))
    }

    /// The same, as raw scores.
    ///
    /// # Errors
    /// Samples that do not fit the network.
    pub fn predict_raw<const OUTPUTS: usize>(&self, x: Columns<'_>) -> Result<[Array; OUTPUTS], Error> {
        let outputs = self.output_arrays(&x, false)?;
        Ok(take(outputs))
    }

    /// Every output; not generic, so that it is compiled here and not with each network.
    fn output_arrays(&self, x: &Columns<'_>, linked: bool) -> Result<Vec<Array>, Error> {
        let prepared = self.prepare_inputs(x)?;
        let outputs = self.raw_outputs(prepared.as_ref().unwrap_or(x))?;
        let array = |(output, mut values): (&Output, Vec<f32>)| {
            if linked {
                self.finish(output, &mut values);
            }
            let mut shape = vec![x.rows()];
            shape.extend(output.tensor.shape.extents());
            ArrayD::from_shape_vec(IxDyn(&shape), values).expect("there is one sample for each row")
        };
        Ok(self.layout.outputs.iter().zip(outputs).map(array).collect())
    }

    /// What [`Model::predict`] says to one sample, written to one slice for each output. Allocates nothing but the first
    /// time. Lengths and types are those of the network, as the generated signature makes sure. Recipes for arrays are
    /// applied; of a table's recipe the inputs are what it makes of a row, in its order.
    ///
    /// `program` is the network's own: with its type known, what is constant in it is so here, and a call through a table, which
    /// would cost a tenth of a tiny network, is none.
    #[inline]
    pub fn predict_one<P: Program<f32> + ?Sized>(
        &self,
        program: &P,
        inputs: &[Sample<'_>],
        outputs: &mut [&mut [f32]],
    ) {
        debug_assert_eq!(program.layout().architecture, self.layout.architecture, "the program is that of the network");
        if let ([Sample::F32(x)], [y], None) = (inputs, &mut *outputs, &self.preprocessing)
            && program.predict_row(&self.parameters, x, y)
        {
            // Without a recipe, [`Model::finish`] is no more than this.
            if program.layout().outputs[0].link != Link::Identity {
                self.link(y);
            }
            return;
        }
        self.predict_in_arena(inputs, outputs);
    }

    /// Makes probabilities of the scores of the only output.
    fn link(&self, y: &mut [f32]) {
        let output = &self.layout.outputs[0];
        losses::apply_link(output.link, output.tensor.shape, y, &self.threads);
    }

    fn predict_in_arena(&self, inputs: &[Sample<'_>], outputs: &mut [&mut [f32]]) {
        let mut scratch = self.pool.borrow();
        let layout = self.layout;
        scratch.buffers.reserve(&layout.prediction, 1);
        for (input, sample) in layout.inputs.iter().zip(inputs) {
            match sample {
                Sample::F32(values) => {
                    let place = scratch.buffers.floats_of(&input.tensor, false, 1);
                    place.copy_from_slice(values);
                    if let Some(learned) = self.preprocessing() {
                        learned.apply_one(input, place);
                    }
                }
                Sample::U32(values) => scratch.buffers.indices_of(&input.tensor, false, 1).copy_from_slice(values),
            }
        }
        self.predict_loaded(&mut scratch, 1);
        for (output, values) in layout.outputs.iter().zip(outputs) {
            values.copy_from_slice(scratch.buffers.floats_of(&output.tensor, false, 1));
            self.finish(output, values);
        }
    }

    /// Makes of scores what they mean: probabilities, or values in the units of a standardized target.
    fn finish(&self, output: &Output, values: &mut [f32]) {
        losses::apply_link(output.link, output.tensor.shape, values, &self.threads);
        let standard = self.preprocessing().and_then(|learned| learned.standard(self.layout, output.name));
        if let Some((mean, deviation)) = standard {
            in_units(values, mean, deviation);
        }
    }
}

fn take<const OUTPUTS: usize>(outputs: Vec<Array>) -> [Array; OUTPUTS] {
    outputs.try_into().expect("the generated code asks for the network's outputs")
}

impl<T: Float> Model<T> {
    /// The scores of every output for all samples, computed in chunks.
    pub(super) fn raw_outputs(&self, x: &Columns<'_>) -> Result<Vec<Vec<T>>, Error> {
        let x = &*arrange_inputs(self.layout, x)?;
        check_inputs(self.layout, x)?;
        let (layout, rows) = (self.layout, x.rows());
        let mut outputs: Vec<Vec<T>> = Vec::new();
        for output in layout.outputs {
            outputs.push(Vec::with_capacity(rows * output.tensor.shape.elements()));
        }
        let mut scratch = self.pool.borrow();
        let chunk = chunk_rows(&layout.prediction).min(rows);
        scratch.reserve(&layout.prediction, chunk)?;
        let targets = Columns::none(rows);
        let pass = Pass { layout, inputs: x, targets: &targets, rows: chunk };
        pass.for_each(&mut Order::Data, |batch| {
            scratch.load_inputs(layout, false, batch, &self.threads);
            self.predict_loaded(&mut scratch, batch.rows());
            for (output, values) in layout.outputs.iter().zip(&mut outputs) {
                values.extend_from_slice(scratch.buffers.floats_of(&output.tensor, false, batch.rows()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(outputs)
    }

    /// Runs the network over samples that are in the arena.
    fn predict_loaded(&self, scratch: &mut Scratch<T>, rows: usize) {
        self.program.forward(&mut Step::predict(
            rows,
            &mut scratch.buffers,
            Values::Lasting(&self.parameters),
            &self.threads,
        ));
    }
}

/// How many samples go through a network at once: at most 256, and at most 64 MiB of `f32` activations.
pub(super) fn chunk_rows(arena: &Arena) -> usize {
    ((1 << 24) / arena.floats.max(1)).clamp(1, 256)
}
