//! A file into a model: everything is compared before anything is used.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use super::compare::compare;
use super::save::{hash, slots};
use super::{Difference, FORMAT, FORMAT_VERSION};
use crate::memory::{Memory, Position, stride};
use crate::node::Layout;
use crate::step::Program;
use crate::{Error, Model, Preprocessing};

/// Reads a model of this network.
pub(crate) fn load(program: &'static dyn Program<f32>, path: &Path) -> Result<Model, Error> {
    let layout = program.layout();
    let bytes = std::fs::read(path).map_err(|source| Error::Io { action: "read", path: path.to_path_buf(), source })?;
    let corrupt = |source| Error::Corrupt { path: path.to_path_buf(), source: Box::new(source) };
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(corrupt)?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(corrupt)?;
    let metadata = Metadata { path, entries: header.metadata().clone().unwrap_or_default() };
    metadata.check("format", FORMAT, "`monograd`")?;
    metadata.check("format_version", FORMAT_VERSION, "`1`")?;
    let (seed, step, epoch) = (metadata.number("seed")?, metadata.number("step")?, metadata.number("epoch")?);

    let has_state = metadata.optimizer_state(layout, &tensors);
    let differences = metadata.differences(layout, &tensors, has_state);
    if !differences.is_empty() {
        return Err(Error::Incompatible { path: path.to_path_buf(), network: layout.name, differences });
    }

    let mut parameters = Memory::new(Position::Parameters, layout.total, 0.0);
    for parameter in layout.parameters {
        let values = &mut parameters[parameter.offset..][..parameter.shape.elements()];
        read(&tensors, parameter.path, values).map_err(corrupt)?;
    }
    let mut model = Model::from_parameters(program, seed, parameters);
    (model.step, model.epoch) = (step, epoch);
    if let Some(text) = metadata.get("preprocessing") {
        model.preprocessing = Some(Arc::new(Preprocessing::read(path, text, layout)?));
    }
    let slots_in_all = layout.optimizer.as_ref().map_or(0, |optimizer| optimizer.slots().len());
    if has_state {
        model.state = Memory::new(Position::State, slots_in_all * stride::<f32>(layout.trainable), 0.0);
        for (name, _, range) in slots(layout) {
            read(&tensors, &name, &mut model.state[range]).map_err(corrupt)?;
        }
    } else if slots_in_all > 0 {
        // An optimizer that starts anew counts its steps anew: Adam's first steps are scaled by their number.
        model.step = 0;
    }
    Ok(model)
}

/// The string map of a file.
struct Metadata<'a> {
    path: &'a Path,
    entries: HashMap<String, String>,
}

impl Metadata<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    fn wrong(&self, key: &'static str, expected: &'static str) -> Error {
        let found = self.get(key).map(str::to_string);
        Error::Format { path: self.path.to_path_buf(), key, found, expected }
    }

    fn check(&self, key: &'static str, value: &str, expected: &'static str) -> Result<(), Error> {
        if self.get(key) == Some(value) { Ok(()) } else { Err(self.wrong(key, expected)) }
    }

    fn number(&self, key: &'static str) -> Result<u64, Error> {
        let number = self.get(key).and_then(|value| value.parse().ok());
        number.ok_or_else(|| self.wrong(key, "a whole number"))
    }

    /// Whether there is state for the network's optimizer in the file. A network that cannot train needs none.
    fn optimizer_state(&self, layout: &'static Layout, tensors: &SafeTensors<'_>) -> bool {
        let parameter = |name: &str| layout.parameters.iter().any(|parameter| parameter.path == name);
        layout.optimizer.is_some()
            && tensors.names().into_iter().any(|name| name.starts_with("optimizer.") && !parameter(name))
    }

    /// How the file differs from the network.
    fn differences(&self, layout: &'static Layout, tensors: &SafeTensors<'_>, has_state: bool) -> Vec<Difference> {
        let mut differences = Vec::new();
        let (found, expected) = (self.get("architecture").unwrap_or("unknown"), hash(layout));
        if found != expected {
            let network = self.get("network").unwrap_or("unknown").to_string();
            differences.push(Difference::Architecture { network, found: found.to_string(), expected });
        }
        let parameters = layout.parameters.iter().map(|parameter| (parameter.path.to_string(), parameter.shape));
        let mut found: BTreeMap<String, TensorView<'_>> = tensors.tensors().into_iter().collect();
        let written_by = self.get("optimizer").unwrap_or("unknown");
        match &layout.optimizer {
            Some(optimizer) if has_state && optimizer.name() == written_by => {
                let state = slots(layout).map(|(name, parameter, _)| (name, parameter.shape));
                differences.extend(compare(found, parameters.chain(state)));
            }
            optimizer => {
                if let (Some(optimizer), true) = (optimizer, has_state) {
                    let (found, expected) = (written_by.to_string(), optimizer.name());
                    differences.push(Difference::Optimizer { found, expected });
                }
                let parameter = |name: &str| layout.parameters.iter().any(|parameter| parameter.path == name);
                found.retain(|name, _| parameter(name) || !name.starts_with("optimizer."));
                differences.extend(compare(found, parameters));
            }
        }
        differences
    }
}

fn read(tensors: &SafeTensors<'_>, name: &str, values: &mut [f32]) -> Result<(), safetensors::SafeTensorError> {
    let tensor = tensors.tensor(name)?;
    for (value, bytes) in values.iter_mut().zip(tensor.data().as_chunks().0) {
        *value = f32::from_le_bytes(*bytes);
    }
    Ok(())
}
