//! Every truncation and every changed bit of a small file.

use std::path::Path;

use monograd::__private::{Model, Network as _};
use monograd::ndarray::array;
use monograd::{Error, network};

use super::seal::seal;
use super::{Folder, state};

network!({
    struct Line;

    let x = Input(2);
    Dense(2, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(momentum = 0.9);
});

fn trained() -> Line {
    let mut line = Line::new(1);
    line.train_step(&array![[1f32, 2.0], [3.0, -1.0]], &array![[1f32], [0.0]]).unwrap();
    line
}

fn bytes() -> Vec<u8> {
    let folder = Folder::new();
    trained().save(folder.file("m")).unwrap();
    std::fs::read(folder.file("m")).unwrap()
}

fn load(bytes: &[u8]) -> Result<Model, Error> {
    Model::from_bytes(Line::program(), Path::new("m"), bytes)
}

#[test]
fn every_truncation_is_refused() {
    let bytes = bytes();
    load(&bytes).unwrap();
    for length in 0..bytes.len() {
        let error = load(&bytes[..length]).expect_err("a part of a file").to_string();
        assert!(error.contains("`m`"), "{length}: {error}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(load(&longer), Err(Error::Corrupt { .. })));
}

#[test]
fn every_changed_bit_is_refused_or_changes_nothing() {
    let (mut bytes, whole) = (bytes(), state(trained().model()));
    let mut refused = 0;
    for bit in 0..8 * bytes.len() {
        bytes[bit / 8] ^= 1 << (bit % 8);
        match load(&bytes) {
            Ok(model) => assert_eq!(state(&model), whole, "bit {bit}"),
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("`m`"), "bit {bit}: {error}");
            }
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(refused, 8 * bytes.len(), "every bit counts");
}

#[test]
fn every_changed_byte_with_the_right_checksums_is_no_panic() {
    let bytes = bytes();
    let mut loaded = 0;
    for place in 0..bytes.len() {
        for value in [0, b'"', b'9', b'}', 0xff] {
            let mut changed = bytes.clone();
            changed[place] = value;
            seal(&mut changed);
            match load(&changed) {
                Ok(_) => loaded += 1,
                Err(error) => assert!(error.to_string().contains("`m`"), "byte {place}: {error}"),
            }
        }
    }
    assert!(loaded > 100, "{loaded}: values may be any bits, and names any text");
}

/// Another header before the same values.
fn with_header(change: impl FnOnce(String) -> String) -> Result<Model, Error> {
    let bytes = bytes();
    let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let text = change(std::str::from_utf8(&bytes[8..end]).unwrap().to_string());
    let mut changed = [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &bytes[end..]].concat();
    seal(&mut changed);
    load(&changed)
}

fn complaint(change: impl FnOnce(String) -> String) -> String {
    format!("{:?}", with_header(change).expect_err("a wrong header"))
}

#[test]
fn a_header_says_everything_once() {
    assert!(with_header(|text| text + "        ").is_ok());
    let wrong = "`m` is no whole safetensors file\ncaused by: ";
    let twice = complaint(|text| text.replace("\"step\":\"1\"", "\"step\":\"1\",\"step\":\"2\""));
    assert_eq!(twice, format!("{wrong}`step` comes twice in its header"));
    let unknown = complaint(|text| text.replace("\"step\":", "\"stop\":\"1\",\"step\":"));
    assert_eq!(unknown, format!("{wrong}its metadata has the unknown key `stop`"));
    let lost = complaint(|text| text.replace("\"crc32c.dense_1.bias\":", "\"crc32c.dense_1.bia\":"));
    assert_eq!(lost, format!("{wrong}its metadata has the unknown key `crc32c.dense_1.bia`"));
    assert_eq!(
        complaint(|text| text.replace("\"header_crc32c\"", "\"header_crc32d\"")),
        "`m` has no `header_crc32c` in its metadata, expected 8 hexadecimal digits"
    );
}

#[test]
fn other_versions_are_told_apart() {
    let version = |version: &str| {
        let entry = format!("\"format_version\":\"{version}\"");
        complaint(|text| text.replace("\"format_version\":\"1\"", &entry))
    };
    assert_eq!(
        version("2"),
        "`format_version` of `m` is `2`, expected `1`\nhelp: a newer version of Monograd wrote it, and reads it"
    );
    assert_eq!(version("0"), "`format_version` of `m` is `0`, expected `1`");
    let foreign = complaint(|text| text.replace("\"format\":\"monograd\"", "\"format\":\"pt\""));
    let help = "help: `load_weights` takes the weights that another program wrote";
    assert_eq!(foreign, format!("`format` of `m` is `pt`, expected `monograd`\n{help}"));
}

#[test]
fn counters_have_room_to_count_on() {
    let step = |step: &str| with_header(|text| text.replace("\"step\":\"1\"", &format!("\"step\":\"{step}\"")));
    let mut last = step("9223372036854775807").unwrap();
    let columns = |x| monograd::IntoColumns::into_columns(x).unwrap();
    let _ = last.train_step(columns(array![[1f32, 2.0]]), columns(array![[1f32]]));
    let error = step("9223372036854775808").unwrap_err().to_string();
    assert_eq!(error, "`step` of `m` is `9223372036854775808`, expected a whole number below 2^63");
}

#[test]
fn a_renamed_layer_is_recognized() {
    let error = complaint(|text| text.replace("dense_2", "dense_9"));
    for line in [
        "renamed: `dense_9.weight` [2, 1], expected `dense_2.weight`",
        "renamed: `dense_9.bias` [1], expected `dense_2.bias`",
    ] {
        assert!(error.contains(line), "{error}");
    }
}
