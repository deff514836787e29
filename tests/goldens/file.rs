//! A file of reference values, and the record of what was compared with it.

use std::collections::BTreeSet;
use std::path::Path;

use monograd::prelude::Column;
use monograd::{Element, IntoColumn};
use ndarray::{Array, IxDyn};
use safetensors::{Dtype, SafeTensors};

use crate::tolerance::Tolerance;

/// One file of reference values.
pub(crate) struct Goldens {
    name: &'static str,
    bytes: Vec<u8>,
    used: BTreeSet<String>,
    disagreements: Vec<String>,
    numbers: usize,
    worst: [(f64, String); 2],
}

/// A tensor of a file.
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
    holds_indices: bool,
}

impl Tensor {
    /// The part of one step, where the first axis counts steps.
    pub(crate) fn step(&self, step: usize) -> &[f64] {
        let width = self.values.len() / self.shape[0];
        &self.values[step * width..][..width]
    }

    /// The tensor as an input or a target, the first axis counting samples.
    pub(crate) fn column(&self) -> Column<'static> {
        self.column_of(&self.shape)
    }

    /// The same as samples of another shape.
    pub(crate) fn column_of(&self, shape: &[usize]) -> Column<'static> {
        if self.holds_indices {
            return column(shape, self.values.iter().map(|&value| value as u32).collect());
        }
        column(shape, self.values.iter().map(|&value| value as f32).collect())
    }
}

/// Values as an input or a target, the first axis counting samples.
pub(crate) fn column<A: Element>(shape: &[usize], values: Vec<A>) -> Column<'static> {
    Array::from_shape_vec(IxDyn(shape), values).unwrap().into_column().unwrap()
}

impl Goldens {
    /// The file of this name beside the tests.
    pub(crate) fn open(name: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name).with_extension("safetensors");
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (used, disagreements) = (BTreeSet::new(), Vec::new());
        Self { name, bytes, used, disagreements, numbers: 0, worst: Default::default() }
    }

    /// A tensor, which counts as used from now on.
    pub(crate) fn tensor(&mut self, tensor: &str) -> Tensor {
        self.used.insert(tensor.to_string());
        let file = self.parse();
        let view = file.tensor(tensor).unwrap_or_else(|error| panic!("{}: `{tensor}`: {error}", self.name));
        let values = match view.dtype() {
            Dtype::F64 => numbers(view.data(), f64::from_le_bytes),
            Dtype::F32 => numbers(view.data(), |bytes| f64::from(f32::from_le_bytes(bytes))),
            Dtype::U32 => numbers(view.data(), |bytes| f64::from(u32::from_le_bytes(bytes))),
            other => panic!("{}: `{tensor}` has elements of type {other:?}", self.name),
        };
        Tensor { shape: view.shape().to_vec(), values, holds_indices: view.dtype() == Dtype::U32 }
    }

    /// Compares numbers with a tensor of the file.
    pub(crate) fn compare<T: Tolerance>(&mut self, tensor: &str, found: &[f64]) {
        let expected = self.tensor(tensor);
        self.compare_values::<T>(tensor, found, &expected.values);
    }

    /// Compares numbers with a tensor of the file times another, element by element.
    pub(crate) fn compare_products<T: Tolerance>(&mut self, tensor: &str, factors: &Tensor, found: &[f64]) {
        let tensor_values = self.tensor(tensor).values;
        let expected: Vec<f64> =
            tensor_values.iter().zip(&factors.values).map(|(value, factor)| value * factor).collect();
        self.compare_values::<T>(tensor, found, &expected);
    }

    /// Compares numbers with a part of a tensor.
    pub(crate) fn compare_values<T: Tolerance>(&mut self, what: &str, found: &[f64], expected: &[f64]) {
        let precision = std::any::type_name::<T>();
        if found.len() != expected.len() {
            let (found, expected) = (found.len(), expected.len());
            self.disagreements.push(format!("{what} in {precision}: found {found} numbers, expected {expected}"));
            return;
        }
        self.numbers += found.len();
        for (place, (&found, &expected)) in found.iter().zip(expected).enumerate() {
            let share = T::share(found, expected);
            let text = || format!("{what} {place} in {precision}: found {found:e}, expected {expected:e}");
            let worst = &mut self.worst[T::NUMBER];
            if share > worst.0 {
                *worst = (share, text());
            }
            if share.is_nan() || share > 1.0 {
                self.disagreements.push(text());
            }
        }
    }

    /// Panics with everything that disagreed, and with the tensors that nothing was compared with.
    pub(crate) fn finish(self) {
        println!("{}: {} tensors, {} numbers compared", self.name, self.used.len(), self.numbers);
        for (share, place) in &self.worst {
            println!("    at most {share:.3} of the tolerance: {place}");
        }
        let disagreements = &self.disagreements;
        assert!(disagreements.is_empty(), "{} disagreements:\n{}", disagreements.len(), disagreements.join("\n"));
        let file = self.parse();
        let left: Vec<&str> = file.names().into_iter().filter(|&name| !self.used.contains(name)).collect();
        assert!(left.is_empty(), "{}: nothing was compared with {left:?}", self.name);
    }

    fn parse(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

fn numbers<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    bytes.as_chunks::<N>().0.iter().map(|&bytes| read(bytes)).collect()
}
