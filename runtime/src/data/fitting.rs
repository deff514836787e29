//! Whether samples fit a network.

use monograd_schema::{Dtype, Loss, Shape, TargetKind};

use super::{Column, Columns, Values};
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

/// Checks that the inputs are those of the network.
pub(crate) fn check_inputs(layout: &'static Layout, columns: &Columns<'_>) -> Result<(), Error> {
    if columns.count() != layout.inputs.len() {
        let expected = layout.inputs.iter().map(|input| input.name).collect();
        return Err(Error::InputCount { network: layout.name, found: columns.count(), expected });
    }
    for (input, column) in layout.inputs.iter().zip(columns.iter()) {
        let (found, expected) = (column.dtype(), input.tensor.dtype);
        if found != expected {
            return Err(Error::InputDtype { input: input.name, found, expected });
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
        let rows = columns.selection().iter();
        match (target_form(target, column)?, target.kind) {
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
pub(crate) fn target_form(target: &'static Target, column: &Column<'_>) -> Result<TargetForm, Error> {
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

fn check_labels(
    target: &Target,
    column: &Column<'_>,
    mut rows: impl Iterator<Item = usize>,
    classes: usize,
) -> Result<(), Error> {
    let elements = column.sample().elements();
    let wrong = |row: usize, found: f64| Error::Label { target: target.name, row, found, classes };
    match column.values() {
        Values::U32(labels) => {
            let labels = labels.as_slice();
            rows.try_for_each(|row| {
                let outside = labels[row * elements..][..elements].iter().find(|&&label| label as usize >= classes);
                outside.map_or(Ok(()), |&label| Err(wrong(row, label as f64)))
            })
        }
        Values::F32(labels) => {
            let labels = labels.as_slice();
            let class = |label: f32| label >= 0.0 && (label as usize) < classes && label.fract() == 0.0;
            rows.try_for_each(|row| {
                let outside = labels[row * elements..][..elements].iter().find(|&&label| !class(label));
                outside.map_or(Ok(()), |&label| Err(wrong(row, label as f64)))
            })
        }
    }
}

fn check_values(target: &Target, column: &Column<'_>, mut rows: impl Iterator<Item = usize>) -> Result<(), Error> {
    let probability = target.kind != TargetKind::Values
        || matches!(target.loss, Loss::BinaryCrossEntropy { .. } | Loss::BinaryFocal { .. });
    if !probability {
        return Ok(());
    }
    let elements = column.sample().elements();
    let wrong = |row, found| Error::TargetValue { target: target.name, row, found, loss: target.loss.name() };
    rows.try_for_each(|row| {
        let range = row * elements..(row + 1) * elements;
        let outside = match column.values() {
            Values::F32(values) => {
                values.as_slice()[range].iter().find(|&value| !(0.0..=1.0).contains(value)).map(|&value| value as f64)
            }
            Values::U32(values) => values.as_slice()[range].iter().find(|&&value| value > 1).map(|&value| value as f64),
        };
        outside.map_or(Ok(()), |found| Err(wrong(row, found)))
    })
}

/// The first value of a batch that is NaN or infinite: the number of its column, its row, and itself.
pub(crate) fn first_non_finite(
    columns: &Columns<'_>,
    rows: impl Iterator<Item = usize>,
) -> Option<(usize, usize, f32)> {
    for row in rows {
        for (number, column) in columns.iter().enumerate() {
            let elements = column.sample().elements();
            if let (Values::F32(values), Dtype::F32) = (column.values(), column.dtype()) {
                let sample = &values.as_slice()[row * elements..(row + 1) * elements];
                if let Some(&value) = sample.iter().find(|value| !value.is_finite()) {
                    return Some((number, row, value));
                }
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
