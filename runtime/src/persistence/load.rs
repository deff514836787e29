//! A file into a model: everything is compared before anything is used.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Difference;
use super::compare::{Expected, Known, compare};
use super::header::{Header, Tensor};
use super::metadata::{Metadata, hash};
use super::save::slots;
use super::source::Source;
use super::values::read;
use crate::kernels::{Memory, Position, stride};
use crate::node::Layout;
use crate::step::Program;
use crate::{Error, Model, Preprocessing, files};

/// What Monograd writes.
const NUMBERS: Known = Known { dtypes: &["F32"], text: "`f32`" };

/// Reads a model of this network.
pub(crate) fn load(program: &'static dyn Program<f32>, path: &Path) -> Result<Model, Error> {
    let (mut file, length) = files::open(path)?;
    load_from(program, path, &mut file, length)
}

/// The same, from a file of so many bytes that is open already. Its path is that of messages.
pub(crate) fn load_from(
    program: &'static dyn Program<f32>,
    path: &Path,
    file: &mut dyn Read,
    length: u64,
) -> Result<Model, Error> {
    let layout = program.layout();
    let mut source = Source::new(path, file, length);
    let (text, data) = source.header()?;
    let header = Header::parse(&text, data).map_err(|damage| source.corrupt(damage))?;
    let metadata = Metadata::check(path, &text, &header)?;
    let counters = [metadata.number("seed")?, metadata.count("step")?, metadata.count("epoch")?];
    let has_state = has_state(layout, &header);
    let differences = differences(layout, &metadata, &header, has_state);
    if !differences.is_empty() {
        return Err(Error::Incompatible { path: path.to_path_buf(), network: layout.name, differences });
    }
    let preprocessing = metadata.get("preprocessing").map(|text| Preprocessing::read(path, text, layout));
    let preprocessing = preprocessing.transpose()?.map(Arc::new);
    // All sizes are those of the network now, and the file has as many bytes.
    let mut model = empty(program, counters, has_state);
    model.preprocessing = preprocessing;
    let places = places(layout, has_state);
    for tensor in &header.tensors {
        let expected = Some(metadata.checksum(tensor)?);
        let values = match places.get(&*tensor.name) {
            Some(Place::Parameter(range)) => &mut model.parameters[range.clone()],
            Some(Place::State(range)) => &mut model.state[range.clone()],
            None => &mut [],
        };
        read(&mut source, tensor, expected, values)?;
    }
    Ok(model)
}

/// A model with these counters, whose numbers are still to be read.
fn empty(program: &'static dyn Program<f32>, [seed, step, epoch]: [u64; 3], has_state: bool) -> Model {
    let layout = program.layout();
    let parameters = Memory::new(Position::Parameters, layout.total, 0.0);
    let mut model = Model::from_parameters(program, seed, parameters);
    (model.step, model.epoch) = (step, epoch);
    let slots = layout.optimizer.as_ref().map_or(0, |optimizer| optimizer.slots().len());
    if has_state {
        model.state = Memory::new(Position::State, slots * stride::<f32>(layout.trainable), 0.0);
    } else if slots > 0 {
        // An optimizer that starts anew counts its steps anew: Adam's first steps are scaled by their number.
        model.step = 0;
    }
    model
}

/// Where a tensor belongs.
enum Place {
    Parameter(Range<usize>),
    State(Range<usize>),
}

fn places(layout: &'static Layout, has_state: bool) -> HashMap<String, Place> {
    let parameters = layout.parameters.iter();
    let mut places: HashMap<String, Place> =
        parameters.map(|parameter| (parameter.path.to_string(), Place::Parameter(parameter.range()))).collect();
    if has_state {
        places.extend(slots(layout).map(|(name, _, range)| (name, Place::State(range))));
    }
    places
}

/// Tells an optimizer's state from parameters: by what its names begin with, unless a parameter is called so.
fn is_state(layout: &Layout) -> impl Fn(&Tensor<'_>) -> bool + use<> {
    let parameters: HashSet<&'static str> = layout.parameters.iter().map(|parameter| parameter.path).collect();
    move |tensor| tensor.name.starts_with("optimizer.") && !parameters.contains(&*tensor.name)
}

/// Whether there is state for the network's optimizer in the file. A network that cannot train needs none.
fn has_state(layout: &Layout, header: &Header<'_>) -> bool {
    layout.optimizer.is_some() && header.tensors.iter().any(is_state(layout))
}

/// How the file differs from the network.
fn differences(
    layout: &'static Layout,
    metadata: &Metadata<'_>,
    header: &Header<'_>,
    has_state: bool,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let (found, expected) = (metadata.get("architecture").unwrap_or("unknown"), hash(layout));
    if found != expected {
        let network = metadata.get("network").unwrap_or("unknown").to_string();
        differences.push(Difference::Architecture { network, found: found.to_string(), expected });
    }
    let parameters =
        layout.parameters.iter().map(|parameter| Expected::new(parameter.path.to_string(), parameter.shape));
    let found = header.tensors.iter().map(|tensor| (Cow::Borrowed(&*tensor.name), tensor));
    let written_by = metadata.get("optimizer").unwrap_or("unknown");
    match &layout.optimizer {
        Some(optimizer) if has_state && optimizer.name() == written_by => {
            let state = slots(layout).map(|(name, parameter, _)| Expected::new(name, parameter.shape));
            differences.extend(compare(found.collect(), parameters.chain(state), &NUMBERS));
        }
        optimizer => {
            if let (Some(optimizer), true) = (optimizer, has_state) {
                let (found, expected) = (written_by.to_string(), optimizer.name());
                differences.push(Difference::Optimizer { found, expected });
            }
            let is_state = is_state(layout);
            let found = found.filter(|(_, tensor)| !is_state(tensor));
            differences.extend(compare(found.collect(), parameters, &NUMBERS));
        }
    }
    differences
}
