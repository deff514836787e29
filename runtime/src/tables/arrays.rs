//! Recipes for arrays: what becomes of each element of an input.

use std::ops::ControlFlow;
use std::sync::Arc;

use monograd_schema::{Dtype, nearest};

use super::learn::standard_of;
use super::number::shown;
use super::preprocessing::{Learned, Preprocessing};
use super::recipe::{Feature, Form};
use super::{Csv, Recipe};
use crate::Error;
use crate::data::{Affine, Batch, Columns, Element, Factors, Order, Pass, with_slice};
use crate::node::{Input, Layout};

/// What was learned of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LearnedArray {
    pub(super) feature: Feature,
    /// One for each element of a sample.
    pub(super) elements: Vec<Learned>,
    affine: Affine,
}

impl LearnedArray {
    pub(super) fn new(feature: Feature, elements: Vec<Learned>) -> Self {
        let (scales, shifts) = elements.iter().map(|learned| factors(feature.form, learned)).unzip();
        Self { feature, elements, affine: Affine::Each(Arc::new(Factors { scales, shifts })) }
    }
}

impl Preprocessing {
    /// Learns from samples, which are those of the network. A source reads them once, and once more to standardize.
    pub(crate) fn learn_arrays(recipe: &Recipe, layout: &'static Layout, samples: &Columns<'_>) -> Result<Self, Error> {
        let features = recipe.arrays()?.into_iter();
        let mut learning = features.map(|feature| Learning::new(layout, feature)).collect::<Result<Vec<_>, _>>()?;
        pass(layout, samples, &mut learning, Sums::add)?;
        learning.iter_mut().flat_map(|input| &mut input.elements).for_each(|sums| sums.mean = sums.sum / sums.count);
        if learning.iter().any(|input| input.feature.form == Form::Standardize) {
            pass(layout, samples, &mut learning, Sums::add_square)?;
        }
        let arrays = learning.into_iter().map(Learning::end).collect::<Result<_, _>>()?;
        Ok(Self { csv: Csv::default(), inputs: Vec::new(), targets: Vec::new(), arrays })
    }

    /// Whether it is about arrays, and not about tables.
    pub(crate) fn is_of_arrays(&self) -> bool {
        !self.arrays.is_empty()
    }

    /// The samples as the network takes them.
    pub(crate) fn apply<'a>(&self, layout: &'static Layout, samples: &Columns<'a>) -> Columns<'a> {
        let mut samples = samples.clone().prepared();
        for (input, column) in layout.inputs.iter().zip(samples.iter_mut()) {
            if let Some(array) = self.array(input.name) {
                let elements = column.sample().elements();
                let affine = column.affine().then(&array.affine, elements);
                *column = column.clone().with_affine(affine);
            }
        }
        samples
    }

    /// One sample of an input as the network takes it.
    pub(crate) fn apply_one(&self, input: &Input, values: &mut [f32]) {
        if let Some(array) = self.array(input.name) {
            let numbers = values.iter_mut().enumerate();
            numbers.for_each(|(element, value)| *value = array.affine.apply(element, f64::from(*value)) as f32);
        }
    }

    fn array(&self, input: &str) -> Option<&LearnedArray> {
        self.arrays.iter().find(|array| array.feature.column == input)
    }

    /// Checks that the arrays are inputs of a network.
    pub(super) fn check_arrays(&self, layout: &'static Layout) -> Result<(), Error> {
        for array in &self.arrays {
            let input = &layout.inputs[position(layout, &array.feature)?];
            if array.elements.len() != input.tensor.shape.elements() {
                let (found, expected) = (vec![array.elements.len()], input.tensor.shape.extents());
                return Err(Error::InputShape { input: input.name, found, expected });
            }
        }
        Ok(())
    }
}

/// The number of the input that a feature is about.
fn position(layout: &'static Layout, feature: &Feature) -> Result<usize, Error> {
    let wrong =
        |expected: String| Err(Error::Setting { name: feature.form.name(), found: shown(&feature.column), expected });
    match layout.inputs.iter().position(|input| input.name == feature.column) {
        Some(number) if layout.inputs[number].tensor.dtype == Dtype::F32 => Ok(number),
        Some(_) => wrong("an input of numbers".to_string()),
        None => {
            let names: Vec<&str> = layout.inputs.iter().map(|input| input.name).collect();
            match nearest(&feature.column, names.iter().copied()) {
                Some(name) => wrong(format!("an input of the network, such as `{name}`")),
                None => wrong(format!("an input of the network: `{}`", names.join("`, `"))),
            }
        }
    }
}

/// What becomes of a number: `scale · number + shift`.
fn factors(form: Form, learned: &Learned) -> (f64, f64) {
    match (form, learned) {
        (_, Learned::Standard { mean, deviation }) => (1.0 / deviation, -mean / deviation),
        (Form::Scale { low, high }, Learned::Range { minimum, maximum }) => {
            let range = if maximum > minimum { maximum - minimum } else { 1.0 };
            let scale = (high - low) / range;
            (scale, low - minimum * scale)
        }
        _ => (1.0, 0.0),
    }
}

/// Goes through all samples, and gives each number of the inputs to what it adds to.
fn pass(
    layout: &'static Layout,
    samples: &Columns<'_>,
    learning: &mut [Learning],
    add: impl Fn(&mut Sums, f64, usize),
) -> Result<(), Error> {
    /// Samples that are read at once.
    const ROWS: usize = 256;
    let targets = &Columns::none(samples.rows());
    Pass { layout, inputs: samples, targets, rows: ROWS }.for_each(&mut Order::Data, |batch| {
        learning.iter_mut().try_for_each(|input| input.see(batch, &add))?;
        Ok(ControlFlow::Continue(()))
    })
}

/// An input while it is learned.
struct Learning {
    feature: Feature,
    /// The input's name and number.
    name: &'static str,
    number: usize,
    elements: Vec<Sums>,
}

impl Learning {
    fn new(layout: &'static Layout, feature: Feature) -> Result<Self, Error> {
        let number = position(layout, &feature)?;
        let input = &layout.inputs[number];
        let elements = vec![Sums::default(); input.tensor.shape.elements()];
        Ok(Self { feature, name: input.name, number, elements })
    }

    /// Gives the numbers of some samples to what they add to.
    ///
    /// # Errors
    /// A number that is not finite.
    fn see(&mut self, batch: &Batch<'_>, add: impl Fn(&mut Sums, f64, usize)) -> Result<(), Error> {
        let column = batch.inputs.iter().nth(self.number).ok_or(Error::NoArrays)?;
        let (elements, affine) = (self.elements.len(), column.affine());
        with_slice!(column.values(), values => {
            for row in batch.rows_of(batch.inputs) {
                let sample = &values[row * elements..][..elements];
                for (element, &value) in sample.iter().enumerate() {
                    let number = affine.apply(element, value.number());
                    if !number.is_finite() {
                        return Err(self.wrong(batch.sample(row), number, "a finite number"));
                    }
                    add(&mut self.elements[element], number, batch.sample(row));
                }
            }
        });
        Ok(())
    }

    /// What was learned.
    ///
    /// # Errors
    /// Statistics that are not finite.
    fn end(self) -> Result<LearnedArray, Error> {
        let mut learned = Vec::with_capacity(self.elements.len());
        for sums in &self.elements {
            let statistics = sums.statistics(self.feature.form);
            let (scale, shift) = factors(self.feature.form, &statistics);
            if !(statistics.is_finite() && scale.is_finite() && shift.is_finite()) {
                let (number, row) = sums.largest;
                return Err(self.wrong(row, number, "one whose size leaves its statistics finite in `f64`"));
            }
            learned.push(statistics);
        }
        Ok(LearnedArray::new(self.feature, learned))
    }

    fn wrong(&self, row: usize, found: f64, expected: &'static str) -> Error {
        Error::InputValue { input: self.name, row, found, recipe: self.feature.form.name(), expected }
    }
}

/// What the numbers of one element come to.
#[derive(Clone)]
struct Sums {
    count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
    /// The number furthest from 0, the first of several, and its row.
    largest: (f64, usize),
    mean: f64,
    /// The squares of the distances to the mean.
    squares: f64,
}

impl Default for Sums {
    fn default() -> Self {
        let (minimum, maximum) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { count: 0.0, sum: 0.0, minimum, maximum, largest: (0.0, 0), mean: 0.0, squares: 0.0 }
    }
}

impl Sums {
    fn add(&mut self, number: f64, row: usize) {
        if self.count == 0.0 || number.abs() > self.largest.0.abs() {
            self.largest = (number, row);
        }
        self.count += 1.0;
        self.sum += number;
        (self.minimum, self.maximum) = (self.minimum.min(number), self.maximum.max(number));
    }

    fn add_square(&mut self, number: f64, _row: usize) {
        self.squares += (number - self.mean).powi(2);
    }

    fn statistics(&self, form: Form) -> Learned {
        match form {
            Form::Standardize => standard_of(self.count, self.mean, self.squares),
            _ => Learned::Range { minimum: self.minimum, maximum: self.maximum },
        }
    }
}
