//! A model into a file.

use std::io::{self, ErrorKind, Write};
use std::ops::Range;
use std::path::Path;

use super::checksum;
use super::disk::Disk;
use super::source::LONGEST_HEADER;
use super::{durable, json, metadata};
use crate::kernels::stride;
use crate::node::{Layout, Parameter};
use crate::{Error, Model};

/// Writes parameters by path, the optimizer's state as `optimizer.<slot>.<path>`, and the rest as metadata.
///
/// Values are turned into bytes a piece at a time: twice, since their checksums stand before them.
pub(super) fn save<D: Disk>(disk: &D, model: &Model, path: &Path) -> Result<(), Error> {
    let tensors = tensors(model);
    let header = header(model, &tensors);
    if header.len() as u64 > LONGEST_HEADER {
        let text = format!("its header would have {} bytes, expected {LONGEST_HEADER} or less", header.len());
        let source = io::Error::new(ErrorKind::InvalidInput, text);
        return Err(Error::Io { action: "write", path: path.to_path_buf(), source });
    }
    durable::replace(disk, path, |file| {
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(header.as_bytes())?;
        tensors.iter().try_for_each(|tensor| pieces(tensor.values, |bytes| file.write_all(bytes)))
    })
}

/// A tensor of the file.
struct Tensor<'a> {
    name: String,
    shape: &'a [usize],
    values: &'a [f32],
}

fn tensors(model: &Model) -> Vec<Tensor<'_>> {
    let parameters = model.parameters().map(|(path, shape, values)| Tensor { name: path.to_string(), shape, values });
    let mut tensors: Vec<Tensor<'_>> = parameters.collect();
    if !model.state.is_empty() {
        tensors.extend(slots(model.layout()).map(|(name, parameter, range)| {
            let (shape, values) = (parameter.shape.extents(), &model.state[range]);
            Tensor { name, shape, values }
        }));
    }
    tensors
}

/// The tensors of the optimizer's state: name, parameter, and place in the state.
pub(super) fn slots(layout: &'static Layout) -> impl Iterator<Item = (String, &'static Parameter, Range<usize>)> {
    let slots = layout.optimizer.as_ref().map_or(&[][..], |optimizer| optimizer.slots());
    slots.iter().enumerate().flat_map(move |(number, slot)| {
        layout.parameters.iter().filter(|parameter| parameter.trainable).map(move |parameter| {
            let start = number * stride::<f32>(layout.trainable) + parameter.offset;
            let name = format!("optimizer.{slot}.{}", parameter.path);
            (name, parameter, start..start + parameter.shape.elements())
        })
    })
}

/// The header's text: metadata, then the tensors in the order of their bytes, then spaces up to a multiple of 8 bytes.
fn header(model: &Model, tensors: &[Tensor<'_>]) -> String {
    let mut text = String::from("{\"__metadata__\":{");
    let mut place = 0..0;
    for (number, (key, value)) in metadata::entries(model).into_iter().enumerate() {
        text.push_str(if number == 0 { "" } else { "," });
        json::quote(key, &mut text);
        text.push(':');
        json::quote(&value, &mut text);
        if key == checksum::HEADER {
            place = text.len() - 1 - checksum::BLANK.len()..text.len() - 1;
        }
    }
    for tensor in tensors {
        text.push(',');
        json::quote(&format!("{}{}", checksum::TENSOR, tensor.name), &mut text);
        text.push_str(&format!(":\"{}\"", checksum::hexadecimal(checksum_of(tensor.values))));
    }
    text.push('}');
    let mut begin = 0;
    for tensor in tensors {
        let end = begin + size_of_val(tensor.values);
        text.push(',');
        json::quote(&tensor.name, &mut text);
        text.push_str(&format!(":{{\"dtype\":\"F32\",\"shape\":{:?},\"data_offsets\":[{begin},{end}]}}", tensor.shape));
        begin = end;
    }
    text.push('}');
    let padding = text.len().next_multiple_of(8) - text.len();
    text.extend(std::iter::repeat_n(' ', padding));
    let digits = checksum::hexadecimal(checksum::of_header(&text, place.clone()));
    text.replace_range(place, &digits);
    text
}

fn checksum_of(values: &[f32]) -> u32 {
    let mut checksum = 0;
    let counted: Result<(), std::convert::Infallible> = pieces(values, |bytes| {
        checksum = checksum::append(checksum, bytes);
        Ok(())
    });
    let Ok(()) = counted;
    checksum
}

/// The bytes of values in little endian, a piece at a time.
fn pieces<E>(values: &[f32], mut piece: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    const VALUES: usize = 16_384;
    let mut bytes = vec![0; 4 * VALUES.min(values.len())];
    for values in values.chunks(VALUES) {
        let bytes = &mut bytes[..4 * values.len()];
        for (bytes, value) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
            *bytes = value.to_le_bytes();
        }
        piece(bytes)?;
    }
    Ok(())
}
