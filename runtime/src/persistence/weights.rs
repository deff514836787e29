//! Another program's file into the parameters of a model.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;

use monograd_schema::Shape;

use super::compare::{Expected, Known, compare};
use super::header::{Header, Tensor};
use super::metadata::{FORMAT, Metadata};
use super::source::Source;
use super::values::{elements, read_pieces};
use super::{Difference, Mapping};
use crate::node::{Layout, Parameter};
use crate::{Error, Model, files};

/// Types whose numbers `f32` has too.
const NUMBERS: Known = Known { dtypes: &["F32", "F16", "BF16"], text: "`f32`, `f16` or `bf16`" };

/// Replaces the parameters of a model by those of a file.
pub(crate) fn load_weights(model: &mut Model, path: &Path, mapping: &Mapping) -> Result<(), Error> {
    let (mut file, length) = files::open(path)?;
    load_weights_from(model, path, &mut file, length, mapping)
}

/// The same, from a file of so many bytes that is open already. Its path is that of messages.
pub(crate) fn load_weights_from(
    model: &mut Model,
    path: &Path,
    file: &mut dyn Read,
    length: u64,
    mapping: &Mapping,
) -> Result<(), Error> {
    let layout = model.layout();
    let mut source = Source::new(path, file, length);
    let (text, data) = source.header()?;
    let header = Header::parse(&text, data).map_err(|damage| source.corrupt(damage))?;
    let own = header.get("format") == Some(FORMAT);
    let metadata = if own { Some(Metadata::check(path, &text, &header)?) } else { None };
    let differences = differences(layout, &header, mapping, own);
    if !differences.is_empty() {
        return Err(Error::Incompatible { path: path.to_path_buf(), network: layout.name, differences });
    }
    let mut values = model.parameters.memory().clone();
    let parameters: HashMap<&str, &Parameter> =
        layout.parameters.iter().map(|parameter| (parameter.path, parameter)).collect();
    for tensor in &header.tensors {
        let expected = metadata.as_ref().map(|metadata| metadata.checksum(tensor)).transpose()?;
        let parameter = mapping.name(&tensor.name).and_then(|name| parameters.get(&*name));
        let mut places = parameter.map(|parameter| {
            let order = if mapping.is_pytorch() { parameter.pytorch } else { &[] };
            places(parameter.shape, order).map(|place| parameter.offset + place)
        });
        read_pieces(&mut source, tensor, expected, |bytes| {
            let Some(places) = &mut places else { return };
            elements(tensor.dtype.name, bytes, |value| {
                if let Some(place) = places.next() {
                    values[place] = value;
                }
            });
        })?;
    }
    model.replace_parameters(values);
    Ok(())
}

/// How the file differs from the parameters, by the names that the mapping gives to its tensors.
fn differences(layout: &'static Layout, header: &Header<'_>, mapping: &Mapping, own: bool) -> Vec<Difference> {
    let parameters = || layout.parameters.iter().map(|parameter| parameter.path);
    let tensors = || header.tensors.iter().map(|tensor| &*tensor.name);
    let unused = mapping.unused(tensors, parameters);
    let mut differences: Vec<Difference> =
        unused.map(|(method, name)| Difference::Unused { method, name: name.to_string() }).collect();
    let paths: HashSet<&str> = parameters().collect();
    let mut found = BTreeMap::<Cow<'_, str>, &Tensor<'_>>::new();
    for tensor in &header.tensors {
        let Some(name) = mapping.name(&tensor.name) else { continue };
        if own && name.starts_with("optimizer.") && !paths.contains(&*name) {
            continue;
        }
        match found.entry(name) {
            Entry::Vacant(entry) => drop(entry.insert(tensor)),
            Entry::Occupied(entry) => differences.push(Difference::Twice {
                first: entry.get().name.to_string(),
                second: tensor.name.to_string(),
                parameter: entry.key().to_string(),
            }),
        }
    }
    // A parameter that is kept is not expected, and one that is in the file anyway is unexpected.
    let expected = layout.parameters.iter().filter(|parameter| !mapping.keeps(parameter.path)).map(|parameter| {
        let order = if mapping.is_pytorch() { parameter.pytorch } else { &[] };
        let stored = stored(parameter.shape, order);
        Expected { name: parameter.path.to_string(), shape: parameter.shape, stored }
    });
    differences.extend(compare(found, expected, &NUMBERS));
    differences
}

/// The shape in the file, if each axis is there the one that `order` has for it.
fn stored(shape: Shape, order: &[usize]) -> Shape {
    let mut extents = shape.extents().to_vec();
    for (&axis, &extent) in order.iter().zip(shape.extents()) {
        extents[axis] = extent;
    }
    Shape::of(&extents)
}

/// The places in a parameter of the values that a file has one after the other.
fn places(shape: Shape, order: &[usize]) -> impl Iterator<Item = usize> {
    let mut axes: Vec<(usize, usize)> = Vec::with_capacity(shape.rank()); // (extent, stride) in the order of the file
    let mut stride = shape.elements();
    for &extent in shape.extents() {
        stride /= extent;
        axes.push((extent, stride));
    }
    let ours = axes.clone();
    for (&axis, &ours) in order.iter().zip(&ours) {
        axes[axis] = ours;
    }
    (0..shape.elements()).map(move |number| {
        let (mut left, mut place) = (number, 0);
        for &(extent, stride) in axes.iter().rev() {
            place += left % extent * stride;
            left /= extent;
        }
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_find_their_places() {
        assert_eq!(places(Shape::new([2, 3]), &[]).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        // Stored as 3 rows of 2.
        assert_eq!(places(Shape::new([2, 3]), &[1, 0]).collect::<Vec<_>>(), [0, 3, 1, 4, 2, 5]);
        assert_eq!(stored(Shape::new([2, 3]), &[1, 0]), Shape::new([3, 2]));
        // Axes (a, b, c) stored as (c, a, b).
        assert_eq!(stored(Shape::new([2, 3, 4]), &[1, 2, 0]), Shape::new([4, 2, 3]));
        let places: Vec<_> = places(Shape::new([2, 3, 4]), &[1, 2, 0]).collect();
        assert_eq!(places[..4], [0, 4, 8, 12]);
        assert_eq!(places[6], 1);
    }
}
