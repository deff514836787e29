//! The map of strings in a model's file.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::checksum::{self, BLANK};
use super::damage::Damage;
use super::header::{Header, Tensor};
use crate::node::Layout;
use crate::{Error, Model};

/// What wrote a file.
pub(super) const FORMAT: &str = "monograd";

/// What its other entries mean.
pub(super) const VERSION: &str = "1";

/// The entries of this version, but those of checksums of tensors.
const KEYS: [&str; 10] = [
    "format",
    "format_version",
    checksum::HEADER,
    "network",
    "architecture",
    "optimizer",
    "seed",
    "step",
    "epoch",
    "preprocessing",
];

/// The entries of a model, in their order.
pub(super) fn entries(model: &Model) -> Vec<(&'static str, String)> {
    let layout = model.layout();
    let mut entries = vec![
        ("format", FORMAT.to_string()),
        ("format_version", VERSION.to_string()),
        (checksum::HEADER, BLANK.to_string()),
        ("network", layout.name.to_string()),
        ("architecture", hash(layout)),
    ];
    if let Some(optimizer) = &layout.optimizer {
        entries.push(("optimizer", optimizer.name().to_string()));
    }
    entries.push(("seed", model.seed.to_string()));
    entries.push(("step", model.step.to_string()));
    entries.push(("epoch", model.epoch.to_string()));
    if let Some(preprocessing) = model.preprocessing() {
        entries.push(("preprocessing", preprocessing.to_text()));
    }
    entries
}

/// The architecture's hash as files write it.
pub(super) fn hash(layout: &Layout) -> String {
    format!("{:016x}", layout.architecture)
}

/// What helps where an entry is not what it should be, as a further line of the message.
pub(crate) fn help(key: &str, found: Option<&str>) -> &'static str {
    let number = |text: &str| text.parse::<u64>().ok();
    match key {
        "format" => "\nhelp: `load_weights` takes the weights that another program wrote",
        "format_version" if found.and_then(number) > number(VERSION) => {
            "\nhelp: a newer version of Monograd wrote it, and reads it"
        }
        _ => "",
    }
}

/// The metadata of a file that Monograd has written.
pub(super) struct Metadata<'a> {
    path: &'a Path,
    header: &'a Header<'a>,
    checksums: HashMap<&'a str, &'a str>,
}

impl<'a> Metadata<'a> {
    /// Checks that the file is Monograd's, that its header is whole, and that it is of this version, in this order: versions
    /// to come keep the first three entries.
    pub(super) fn check(path: &'a Path, text: &str, header: &'a Header<'a>) -> Result<Self, Error> {
        let mut metadata = Self { path, header, checksums: HashMap::new() };
        metadata.is("format", FORMAT, "`monograd`")?;
        checksum::check_header(text, header).map_err(|damage| match damage {
            Some(damage) => metadata.corrupt(damage),
            None => metadata.wrong(checksum::HEADER, "8 hexadecimal digits"),
        })?;
        metadata.is("format_version", VERSION, "`1`")?;
        let tensors: HashSet<&str> = header.tensors.iter().map(|tensor| &*tensor.name).collect();
        for entry in header.entries.iter().filter(|entry| !KEYS.contains(&&*entry.key)) {
            let Some(name) = entry.key.strip_prefix(checksum::TENSOR).filter(|name| tensors.contains(name)) else {
                return Err(metadata.corrupt(Damage::UnknownEntry { key: entry.key.to_string() }));
            };
            metadata.checksums.insert(name, &entry.value);
        }
        Ok(metadata)
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.header.get(key)
    }

    /// Whole numbers that count something; there is room above them to count on.
    pub(super) fn count(&self, key: &'static str) -> Result<u64, Error> {
        let number = self.number(key)?;
        if number <= i64::MAX as u64 { Ok(number) } else { Err(self.wrong(key, "a whole number below 2^63")) }
    }

    pub(super) fn number(&self, key: &'static str) -> Result<u64, Error> {
        let number = self.get(key).and_then(|value| value.parse().ok());
        number.ok_or_else(|| self.wrong(key, "a whole number"))
    }

    /// The checksum of a tensor.
    pub(super) fn checksum(&self, tensor: &Tensor<'_>) -> Result<u32, Error> {
        let found = self.checksums.get(&*tensor.name).copied();
        let (name, text) = (|| tensor.name.to_string(), || found.map(str::to_string));
        found
            .and_then(checksum::parse)
            .ok_or_else(|| self.corrupt(Damage::NoChecksum { tensor: name(), found: text() }))
    }

    fn is(&self, key: &'static str, value: &str, expected: &'static str) -> Result<(), Error> {
        if self.get(key) == Some(value) { Ok(()) } else { Err(self.wrong(key, expected)) }
    }

    fn wrong(&self, key: &'static str, expected: &'static str) -> Error {
        let found = self.get(key).map(str::to_string);
        Error::Format { path: self.path.to_path_buf(), key, found, expected }
    }

    fn corrupt(&self, damage: Damage) -> Error {
        Error::Corrupt { path: self.path.to_path_buf(), source: Box::new(damage) }
    }
}
