//! Headers of very many tensors: differences take memory and time in proportion to the file.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use monograd::prelude::*;

use super::Folder;
use super::usage::measured;

network!({
    /// 16 parameters, eight of each shape.
    struct Deep;

    let x = Input(2);
    for i in 0..7 {
        Dense(2, activation = tanh);
    }
    Dense(2);

    loss = mse;
    optimizer = Adam();
});

const TENSORS: usize = 150_000;

/// The name of a tensor by its number.
type Name = fn(usize) -> String;

/// A file of a header and no values.
fn foreign(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}

/// A file of Monograd's whose tensors have no values and these names.
fn file(name: Name) -> Vec<u8> {
    const CHECKSUM: &str = "\"header_crc32c\":\"";
    let mut text =
        format!("{{\"__metadata__\":{{\"format\":\"monograd\",\"format_version\":\"1\",{CHECKSUM}00000000\"");
    text += ",\"network\":\"Deep\",\"optimizer\":\"Adam\",\"seed\":\"1\",\"step\":\"1\",\"epoch\":\"1\"}";
    for number in 0..TENSORS {
        let name = name(number);
        write!(text, ",\"{name}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}").unwrap();
    }
    text += "}";
    let checksum = crc32c::crc32c(&foreign(&text));
    foreign(&text.replace(&format!("{CHECKSUM}00000000"), &format!("{CHECKSUM}{checksum:08x}")))
}

#[test]
fn many_tensors_take_memory_and_time_in_proportion() {
    let folder = Folder::new();
    let path = folder.file("m");
    let kinds: [(&str, Name); 4] = [
        ("short names", |number| format!("{number:x}")),
        ("one last word", |number| format!("{number:x}.bias")),
        ("as many last words", |number| format!("dense_1.{number:x}")),
        ("state of an optimizer", |number| format!("optimizer.{number:x}")),
    ];
    for (kind, name) in kinds {
        for error in refusals(kind, &path, &file(name)) {
            assert!(matches!(error, Error::Incompatible { .. }), "{kind}: {error}");
        }
    }
}

/// What `load` and `load_weights` say to a file, within the limits of memory and time.
fn refusals(kind: &str, path: &Path, content: &[u8]) -> [Error; 2] {
    std::fs::write(path, content).unwrap();
    let limit = 8 * content.len() + (16 << 20);
    let within_limits = |how: &str, load: &mut dyn FnMut() -> Result<(), Error>| {
        let (result, bytes, taken) = measured(load);
        println!("{kind}, {how}: a file of {} bytes takes {bytes} bytes and {taken:.2?}", content.len());
        assert!(bytes <= limit, "{kind}, {how}: {bytes} bytes, expected at most {limit}");
        assert!(taken < Duration::from_secs(1), "{kind}, {how}: {taken:?}, expected less than a second");
        result.expect_err("no file of this network")
    };
    let mut net = Deep::new(1);
    let mapping = Mapping::pytorch().rename("a", "b");
    [
        within_limits("load", &mut || Deep::load(path).map(drop)),
        within_limits("load_weights", &mut || net.load_weights(path, &mapping)),
    ]
}

#[test]
fn long_lists_are_refused_before_they_are_kept() {
    const NUMBERS: usize = 4 << 20;
    let folder = Folder::new();
    let path = folder.file("m");
    let list = format!("0{}", ",0".repeat(NUMBERS));
    let shape = format!("{{\"a\":{{\"dtype\":\"U8\",\"shape\":[{list}],\"data_offsets\":[0,0]}}}}");
    let offsets = format!("{{\"a\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[{list}]}}}}");
    let strings: Vec<String> = (0..NUMBERS / 4).map(|number| format!("\"{number:x}\":\"\"")).collect();
    let strings = format!("{{\"__metadata__\":{{{}}}}}", strings.join(","));
    for (kind, text, expected) in [
        ("axes", shape, "byte 164 of its header: found more numbers, expected at most 64 in a list"),
        ("offsets", offsets, "byte 183 of its header: found more numbers, expected at most 64 in a list"),
        ("strings", strings, "its metadata has more strings, expected at most 180132"),
    ] {
        for error in refusals(kind, &path, &foreign(&text)) {
            assert!(format!("{error:?}").ends_with(expected), "{kind}: {error:?}");
        }
    }
}
