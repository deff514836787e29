//! Training, prediction and files of networks, as a user meets them.

#[path = "../networks/mod.rs"]
mod networks;

mod checks;
mod diverging;
mod files;
mod fitting;
mod gradients;
mod histories;
mod names;
mod predictions;
#[path = "../support/seal.rs"]
mod seal;
mod sources;

use monograd::__private::Model;
use monograd::{Columns, Dataset, Error, Fit, IntoColumns, Progress};

use networks::*;

/// Settings that print nothing.
fn quiet() -> Fit<'static> {
    Fit::default().progress(Progress::Off)
}

fn columns<'a>(x: impl IntoColumns<'a>) -> Columns<'a> {
    x.into_columns().unwrap()
}

fn bits(model: &Model) -> Vec<u32> {
    model.parameter_values().iter().map(|value| value.to_bits()).collect()
}

fn message(result: Result<impl Sized, Error>) -> String {
    result.err().expect("an error").to_string()
}

/// Flowers of three kinds, by the largest of the first three numbers.
fn flowers(rows: usize) -> (monograd::ndarray::Array2<f32>, Vec<u8>) {
    let x = noise(rows, 4, 9);
    let kind = |row: monograd::ndarray::ArrayView1<f32>| {
        (0..3u8).max_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize])).unwrap()
    };
    let y = x.outer_iter().map(kind).collect();
    (x, y)
}

fn line_data(rows: usize) -> Dataset<'static> {
    let (x, y) = line(rows);
    Dataset::new(x, y).unwrap()
}
