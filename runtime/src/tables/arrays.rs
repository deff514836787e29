//! Recipes for arrays: what becomes of each element of an input.

use std::sync::Arc;

use monograd_schema::{Dtype, nearest};

use super::learn::standard;
use super::number::shown;
use super::preprocessing::{Learned, Preprocessing};
use super::recipe::{Feature, Form};
use super::{Csv, Recipe};
use crate::Error;
use crate::data::{Affine, Columns, Element, Factors, with_slice};
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
    /// Learns from samples, which are those of the network.
    pub(crate) fn learn_arrays(recipe: &Recipe, layout: &'static Layout, samples: &Columns<'_>) -> Result<Self, Error> {
        let mut arrays = Vec::new();
        for feature in recipe.arrays()? {
            let number = position(layout, &feature)?;
            let column = samples.iter().nth(number).ok_or(Error::NoArrays)?;
            let (elements, affine) = (column.sample().elements(), column.affine());
            let rows: Vec<usize> = samples.selection().iter().collect();
            let mut numbers = vec![0.0; rows.len()];
            let mut learned = Vec::with_capacity(elements);
            let wrong = |row, found, expected| {
                let (input, recipe) = (layout.inputs[number].name, feature.form.name());
                Error::InputValue { input, row, found, recipe, expected }
            };
            for element in 0..elements {
                with_slice!(column.values(), values => {
                    for (number, &row) in numbers.iter_mut().zip(&rows) {
                        *number = affine.apply(element, values[row * elements + element].number());
                    }
                });
                if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
                    return Err(wrong(rows[at], numbers[at], "a finite number"));
                }
                let statistics = statistics(feature.form, &numbers);
                let (scale, shift) = factors(feature.form, &statistics);
                if !(statistics.is_finite() && scale.is_finite() && shift.is_finite()) {
                    let at = largest(&numbers);
                    let expected = "one whose size leaves its statistics finite in `f64`";
                    return Err(wrong(rows[at], numbers[at], expected));
                }
                learned.push(statistics);
            }
            arrays.push(LearnedArray::new(feature, learned));
        }
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

fn statistics(form: Form, numbers: &[f64]) -> Learned {
    match form {
        Form::Standardize => standard(numbers),
        _ => Learned::Range {
            minimum: numbers.iter().copied().fold(f64::INFINITY, f64::min),
            maximum: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        },
    }
}

/// The place of the number furthest from 0, the first of several.
fn largest(numbers: &[f64]) -> usize {
    let mut largest = 0;
    for (place, number) in numbers.iter().enumerate() {
        if number.abs() > numbers[largest].abs() {
            largest = place;
        }
    }
    largest
}
