//! A model into a file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use safetensors::tensor::{Dtype, View};

use super::{FORMAT, FORMAT_VERSION, durable};
use crate::memory::stride;
use crate::node::{Layout, Parameter};
use crate::{Error, Model};

/// Values that the file gets in little endian, 4 bytes each.
struct Values<'a> {
    shape: &'a [usize],
    values: &'a [f32],
}

impl View for Values<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn data_len(&self) -> usize {
        size_of_val(self.values)
    }
}

/// Writes parameters by path, the optimizer's state as `optimizer.<slot>.<path>`, and the counters as metadata.
pub(crate) fn save(model: &Model, path: &Path) -> Result<(), Error> {
    let layout = model.layout();
    let mut tensors: Vec<(String, Values<'_>)> = Vec::new();
    for (path, shape, values) in model.parameters() {
        tensors.push((path.to_string(), Values { shape, values }));
    }
    if !model.state.is_empty() {
        for (name, parameter, range) in slots(layout) {
            tensors.push((name, Values { shape: parameter.shape.extents(), values: &model.state[range] }));
        }
    }
    let corrupt = |source| Error::Corrupt { path: path.to_path_buf(), source: Box::new(source) };
    let bytes = safetensors::serialize(tensors, Some(metadata(model))).map_err(corrupt)?;
    durable::write(path, &bytes)
}

/// The tensors of the optimizer's state: name, parameter, and place in the state.
pub(super) fn slots(
    layout: &'static Layout,
) -> impl Iterator<Item = (String, &'static Parameter, std::ops::Range<usize>)> {
    let slots = layout.optimizer.as_ref().map_or(&[][..], |optimizer| optimizer.slots());
    slots.iter().enumerate().flat_map(move |(number, slot)| {
        layout.parameters.iter().filter(|parameter| parameter.trainable).map(move |parameter| {
            let start = number * stride::<f32>(layout.trainable) + parameter.offset;
            let name = format!("optimizer.{slot}.{}", parameter.path);
            (name, parameter, start..start + parameter.shape.elements())
        })
    })
}

fn metadata(model: &Model) -> HashMap<String, String> {
    let layout = model.layout();
    let mut entries = vec![
        ("format", FORMAT.to_string()),
        ("format_version", FORMAT_VERSION.to_string()),
        ("network", layout.name.to_string()),
        ("architecture", hash(layout)),
        ("step", model.step.to_string()),
        ("epoch", model.epoch.to_string()),
        ("seed", model.seed.to_string()),
    ];
    if let Some(preprocessing) = model.preprocessing() {
        entries.push(("preprocessing", preprocessing.to_text()));
    }
    if let Some(optimizer) = &layout.optimizer {
        entries.push(("optimizer", optimizer.name().to_string()));
    }
    entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
}

/// The architecture's hash as files write it.
pub(super) fn hash(layout: &Layout) -> String {
    format!("{:016x}", layout.architecture)
}
