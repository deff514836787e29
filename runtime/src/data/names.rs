//! Columns with names, in any order.

use std::borrow::Cow;

use monograd_schema::nearest;

use super::{Columns, Dataset};
use crate::Error;
use crate::node::Layout;

/// A data set whose columns are in the order of the network: those without names are taken to be so.
///
/// # Errors
/// Names that are not those of the network.
pub(crate) fn arrange<'d>(layout: &'static Layout, data: &'d Dataset<'d>) -> Result<Cow<'d, Dataset<'d>>, Error> {
    let inputs = arrange_inputs(layout, data.inputs())?;
    let targets = arrange_targets(layout, data.targets())?;
    match (inputs, targets) {
        (Cow::Borrowed(_), Cow::Borrowed(_)) => Ok(Cow::Borrowed(data)),
        (inputs, targets) => Ok(Cow::Owned(Dataset::of(inputs.into_owned(), targets.into_owned()))),
    }
}

/// The inputs in the order of the network.
///
/// # Errors
/// Names that are not those of the network.
pub(crate) fn arrange_inputs<'d, 'a>(
    layout: &'static Layout,
    columns: &'d Columns<'a>,
) -> Result<Cow<'d, Columns<'a>>, Error> {
    in_order(layout.name, "input", layout.inputs.iter().map(|input| input.name), columns)
}

/// The targets in the order of the network.
///
/// # Errors
/// Names that are not those of the network.
pub(crate) fn arrange_targets<'d>(
    layout: &'static Layout,
    columns: &'d Columns<'d>,
) -> Result<Cow<'d, Columns<'d>>, Error> {
    in_order(layout.name, "target", layout.targets.iter().map(|target| target.name), columns)
}

fn in_order<'d, 'a>(
    network: &'static str,
    what: &'static str,
    names: impl Iterator<Item = &'static str> + Clone,
    columns: &'d Columns<'a>,
) -> Result<Cow<'d, Columns<'a>>, Error> {
    if !columns.are_named() {
        return Ok(Cow::Borrowed(columns));
    }
    let unknown =
        columns.iter().filter_map(|column| column.name()).find(|&found| names.clone().all(|name| name != found));
    if let Some(found) = unknown {
        let expected: Vec<&str> = names.collect();
        let near = nearest(found, expected.iter().copied());
        let near = near.and_then(|near| expected.iter().copied().find(|&name| name == near));
        return Err(Error::UnknownName { network, what, found: found.to_string(), expected, near });
    }
    let place = |name| {
        let place = columns.iter().position(|column| column.name() == Some(name));
        place.ok_or(Error::MissingName { network, what, name })
    };
    let order = names.map(place).collect::<Result<Vec<_>, _>>()?;
    Ok(Cow::Owned(columns.in_order(&order)))
}
