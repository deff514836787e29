//! Whether samples fit a network.

use monograd_schema::{Dtype, Loss, Shape, TargetKind};

use super::{Column, Columns, Element, with_slice};
use crate::Error;
use crate::node::{Layout, Target};

/// What the elements of a target column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetForm {
    /// Numbers, or one-hot rows.
    Values,
    /// Class indices.
    Classes,
}

impl TargetForm {
    /// What a column is to a target of which [`check_targets`] has said that it is one.
    #[inline]
    pub(crate) fn of_checked(target: &'static Target, column: &Column<'_>) -> Self {
        debug_assert!(target_form(target, column).is_ok(), "the targets have been checked");
        match target.kind {
            TargetKind::Classes(_) if column.elements() == target.shape.elements() => TargetForm::Classes,
            _ => TargetForm::Values,
        }
    }
}

/// Checks that the inputs are those of the network.
pub(crate) fn check_inputs(layout: &'static Layout, columns: &Columns<'_>) -> Result<(), Error> {
    if columns.table().is_some() {
        return Err(Error::Preparation { network: layout.name, found: "a table", expected: "arrays" });
    }
    if columns.count() != layout.inputs.len() {
        let expected = layout.inputs.iter().map(|input| input.name).collect();
        return Err(Error::InputCount { network: layout.name, found: columns.count(), expected });
    }
    for (input, column) in layout.inputs.iter().zip(columns.iter()) {
        let expected = input.tensor.dtype;
        if column.dtype() != expected {
            return Err(Error::InputDtype { input: input.name, found: column.type_name(), expected });
        }
        if column.rows() == 0 {
            return Err(Error::Empty { shape: [&[0], column.shape()].concat() });
        }
        if expected == Dtype::U32 && columns.source().is_none() {
            check_indices(input.name, column, columns.selection().iter())?;
        }
        let (found, expected) = (column.sample(), input.tensor.shape);
        if !same(found, expected) {
            let (found, expected) = (found.extents().to_vec(), input.tensor.shape.extents());
            return Err(Error::InputShape { input: input.name, found, expected });
        }
    }
    Ok(())
}

/// Checks that the targets are what the network's losses compare with, down to every label.
pub(crate) fn check_targets(layout: &'static Layout, columns: &Columns<'_>) -> Result<(), Error> {
    if columns.count() != layout.targets.len() {
        let expected = layout.targets.iter().map(|target| target.name).collect();
        return Err(Error::TargetCount { network: layout.name, found: columns.count(), expected });
    }
    for (target, column) in layout.targets.iter().zip(columns.iter()) {
        let (form, rows) = (target_form(target, column)?, columns.selection().iter());
        // Samples of a source are checked when they are read.
        if columns.source().is_some() {
            continue;
        }
        if column.rows() == 0 {
            return Err(Error::Empty { shape: [&[0], column.shape()].concat() });
        }
        match (form, target.kind) {
            (TargetForm::Classes, TargetKind::Classes(classes)) => check_labels(target, column, rows, classes)?,
            _ => check_values(target, column, rows)?,
        }
    }
    Ok(())
}

/// What a column is to a target.
///
/// # Errors
/// When it has neither shape that the target may have.
fn target_form(target: &'static Target, column: &Column<'_>) -> Result<TargetForm, Error> {
    let (found, expected) = (column.sample(), target.shape);
    let wrong = |classes| {
        let (found, expected) = (column.shape().to_vec(), target.shape.extents());
        Error::TargetShape { target: target.name, found, expected, classes }
    };
    match target.kind {
        TargetKind::Values if same(found, expected) => Ok(TargetForm::Values),
        TargetKind::Values => Err(wrong(None)),
        TargetKind::Classes(_) if same(found, expected) => Ok(TargetForm::Classes),
        TargetKind::Classes(classes) => {
            let one_hot = found.rank() == expected.rank() + 1 && found.without_last() == expected;
            if one_hot && found.last() == classes {
                return Ok(TargetForm::Values);
            }
            Err(wrong(Some(classes)))
        }
    }
}

/// Whether two shapes are the same but for axes of 1 at their end: images may come without their one channel.
fn same(found: Shape, expected: Shape) -> bool {
    fn significant(shape: &Shape) -> &[usize] {
        let extents = shape.extents();
        let end = extents.iter().rposition(|&extent| extent != 1).map_or(0, |last| last + 1);
        &extents[..end]
    }
    significant(&found) == significant(&expected)
}

/// Checks that every element of an input is an index.
fn check_indices(input: &'static str, column: &Column<'_>, rows: impl Iterator<Item = usize>) -> Result<(), Error> {
    check_each(
        column,
        rows,
        |value| (0.0..=u32::MAX as f64).contains(&value),
        |row, found| Error::Index { input, row, found },
    )
}

fn check_labels(
    target: &Target,
    column: &Column<'_>,
    rows: impl Iterator<Item = usize>,
    classes: usize,
) -> Result<(), Error> {
    let class = |label: f64| label >= 0.0 && label < classes as f64 && label.fract() == 0.0;
    check_each(column, rows, class, |row, found| Error::Label { target: target.name, row, found, classes })
}

/// Checks numbers by what the loss is defined for.
fn check_values(target: &Target, column: &Column<'_>, rows: impl Iterator<Item = usize> + Clone) -> Result<(), Error> {
    let name = target.name;
    let wrong = |expected| {
        move |row, found| Error::TargetValue { target: name, row, found, loss: target.loss.name(), expected }
    };
    let probability = |value: f64| (0.0..=1.0).contains(&value);
    match target.loss {
        Loss::BinaryCrossEntropy { .. } | Loss::BinaryFocal { .. } => {
            check_each(column, rows, probability, wrong("0 to 1"))
        }
        Loss::Hinge | Loss::SquaredHinge => {
            check_each(column, rows, |value| [-1.0, 0.0, 1.0].contains(&value), wrong("-1 and 1, or 0 and 1"))
        }
        Loss::CategoricalHinge => {
            check_each(column, rows.clone(), |value| [0.0, 1.0].contains(&value), wrong("one-hot rows, of 0 and 1"))?;
            check_sums(target, column, rows)
        }
        Loss::CrossEntropy { .. } | Loss::Focal { .. } | Loss::KlDivergence => {
            check_each(column, rows.clone(), probability, wrong("0 to 1"))?;
            check_sums(target, column, rows)
        }
        _ => Ok(()),
    }
}

/// Checks every element of the rows.
fn check_each(
    column: &Column<'_>,
    mut rows: impl Iterator<Item = usize>,
    right: impl Fn(f64) -> bool,
    wrong: impl Fn(usize, f64) -> Error,
) -> Result<(), Error> {
    let (elements, affine) = (column.sample().elements(), column.affine());
    with_slice!(column.values(), values => rows.try_for_each(|row| {
        let sample = values[row * elements..][..elements].iter().enumerate();
        let mut numbers = sample.map(|(element, value)| affine.apply(element, value.number()));
        numbers.find(|&number| !right(number)).map_or(Ok(()), |found| Err(wrong(row, found)))
    }))
}

/// How far from 1 the sum of a row of probabilities may be: what `f32` loses over thousands of classes.
const SUM_TOLERANCE: f64 = 1e-4;

/// Checks that the last axis holds probabilities of classes, one of which is right.
fn check_sums(target: &Target, column: &Column<'_>, mut rows: impl Iterator<Item = usize>) -> Result<(), Error> {
    let (elements, affine) = (column.sample().elements(), column.affine());
    let classes = match target.kind {
        TargetKind::Classes(classes) => classes,
        TargetKind::Values => target.shape.last(),
    };
    with_slice!(column.values(), values => rows.try_for_each(|row| {
        let sample = &values[row * elements..][..elements];
        for (number, distribution) in sample.chunks_exact(classes).enumerate() {
            let numbers = distribution.iter().enumerate();
            let found: f64 =
                numbers.map(|(class, value)| affine.apply(number * classes + class, value.number())).sum();
            if (found - 1.0).abs() > SUM_TOLERANCE {
                return Err(Error::TargetSum { target: target.name, row, found, loss: target.loss.name() });
            }
        }
        Ok(())
    }))
}

/// The first value of a batch that is NaN or infinite: the number of its column, its row, and itself.
pub(crate) fn first_non_finite(
    columns: &Columns<'_>,
    rows: impl Iterator<Item = usize>,
) -> Option<(usize, usize, f32)> {
    for row in rows {
        for (number, column) in columns.iter().enumerate() {
            let (elements, affine) = (column.sample().elements(), column.affine());
            let found = with_slice!(column.values(), values => {
                let sample = values[row * elements..][..elements].iter().enumerate();
                let mut numbers = sample.map(|(element, value)| affine.apply(element, value.number()) as f32);
                numbers.find(|number| !number.is_finite())
            });
            if let Some(value) = found {
                return Some((number, row, value));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_axes_of_one_at_the_end_may_be_missing() {
        assert!(same(Shape::new([28, 28]), Shape::new([28, 28, 1])));
        assert!(same(Shape::new([]), Shape::new([1])));
        assert!(!same(Shape::new([28, 28]), Shape::new([1, 28, 28])));
        assert!(!same(Shape::new([784]), Shape::new([28, 28])));
    }
}
