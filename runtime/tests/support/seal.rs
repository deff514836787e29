//! The right checksums for a file that was changed, so that what comes after them can be tested.

use safetensors::SafeTensors;

/// Writes the right checksums over those of a model's file. What is no such file stays as it is.
pub(crate) fn seal(file: &mut [u8]) {
    let Some(first) = file.first_chunk::<8>() else { return };
    let end = usize::try_from(u64::from_le_bytes(*first)).ok().and_then(|length| length.checked_add(8));
    let Some(end) = end.filter(|&end| end <= file.len()) else { return };
    let tensors = SafeTensors::read_metadata(file).map(|(_, header)| header);
    for (name, tensor) in tensors.iter().flat_map(|header| header.tensors()) {
        let (begin, length) = (end + tensor.data_offsets.0, tensor.data_offsets.1 - tensor.data_offsets.0);
        let checksum = crc32c::crc32c(&file[begin..begin + length]);
        put(&mut file[..end], &format!("\"crc32c.{name}\":\""), checksum);
    }
    put(&mut file[..end], "\"header_crc32c\":\"", None);
    let checksum = crc32c::crc32c(&file[..end]);
    put(&mut file[..end], "\"header_crc32c\":\"", checksum);
}

/// Writes eight digits after a key: those of a checksum, or zeros.
fn put(header: &mut [u8], key: &str, checksum: impl Into<Option<u32>>) {
    let digits = format!("{:08x}", checksum.into().unwrap_or(0));
    let place = header.windows(key.len()).position(|window| window == key.as_bytes());
    if let Some(place) = place.and_then(|place| header.get_mut(place + key.len()..place + key.len() + digits.len())) {
        place.copy_from_slice(digits.as_bytes());
    }
}
