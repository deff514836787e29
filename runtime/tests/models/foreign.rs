//! Weights of PyTorch and Keras: `tests/weights/generate.py` made the files, and what these frameworks predict.

use std::path::{Path, PathBuf};

use monograd::__private::Network as _;
use monograd::ndarray::{ArrayD, Axis, IxDyn};
use monograd::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use super::{Folder, state};

network!({
    /// `Perceptron` of generate.py.
    struct Perceptron;

    let x = Input(4);
    Dense(6, activation = relu, name = "first");
    Dense(6, name = "second");
    PRelu();
    Dense(3, bias = false, name = "last");

    loss = cross_entropy;
    optimizer = Adam();
});

network!({
    /// The Keras model of generate.py.
    struct Binary;

    let x = Input(4);
    Dense(6, activation = relu);
    Dense(6, activation = tanh);
    Dense(1);

    loss = binary_cross_entropy;
    optimizer = Adam();
});

/// Rounding of `f32` in sums of a few terms, in another order.
const TOLERANCE: f32 = 1e-6;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weights").join(format!("{name}.safetensors"))
}

/// The samples of a file and what its framework predicts.
fn expected(name: &str) -> [ArrayD<f32>; 2] {
    samples_of(&file(&format!("{name}.expected")))
}

fn samples_of(path: &Path) -> [ArrayD<f32>; 2] {
    let bytes = std::fs::read(path).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    ["x", "y"].map(|name| {
        let tensor = tensors.tensor(name).unwrap();
        let values = tensor.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        ArrayD::from_shape_vec(IxDyn(tensor.shape()), values).unwrap()
    })
}

fn pytorch() -> Mapping {
    let mapping = Mapping::pytorch().rename("fc1", "first").rename("fc2", "second").rename("head", "last");
    mapping.rename("act.weight", "prelu_1.slope")
}

fn largest_difference(a: &ArrayD<f32>, b: &ArrayD<f32>) -> f32 {
    assert_eq!(a.shape(), b.shape());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn message(result: Result<(), Error>) -> String {
    result.expect_err("an error").to_string()
}

#[test]
fn weights_of_pytorch_predict_what_pytorch_predicts() {
    for name in ["pytorch", "pytorch_f16", "pytorch_bf16"] {
        let [x, y] = expected(name);
        let mut net = Perceptron::new(1);
        assert!(largest_difference(&net.predict(&x).unwrap(), &y) > 0.01);
        net.load_weights(file(name), &pytorch()).unwrap();
        let found = net.predict(&x).unwrap();
        assert!(largest_difference(&found, &y) < TOLERANCE, "{name}: {found} for {y}");
    }
}

#[test]
fn weights_of_keras_predict_what_keras_predicts() {
    let [x, y] = expected("keras");
    let mapping = Mapping::keras().rename("first", "dense_1").rename("second", "dense_2").rename("last", "dense_3");
    let mut net = Binary::new(1);
    net.load_weights(file("keras"), &mapping).unwrap();
    let found = net.predict(&x).unwrap();
    assert!(largest_difference(&found, &y) < TOLERANCE, "{found} for {y}");
}

#[test]
fn all_differences_are_reported_at_once_and_nothing_changes() {
    let mut net = Perceptron::new(1);
    let before = state(net.model());
    let path = file("pytorch");
    let mapping =
        Mapping::pytorch().rename("fc1", "first").rename("fc2", "seconds").rename("fc9", "last").keep("fourth");
    assert_eq!(
        message(net.load_weights(&path, &mapping)),
        format!(
            "`{}` does not fit `Perceptron`\n\
             nothing to rename: `fc9` is not in the file\n\
             nothing to keep: `fourth` is not in the network\n\
             renamed: `fc2.weight` [6, 6], expected `second.weight`\n\
             renamed: `fc2.bias` [6], expected `second.bias`\n\
             missing: `prelu_1.slope` [6]\n\
             renamed: `head.weight` [3, 6], expected `last.weight`\n\
             unexpected: `act.weight` [6]",
            path.display()
        )
    );
    assert_eq!(state(net.model()), before);
}

#[test]
fn axes_that_are_not_exchanged_are_another_shape() {
    let mut net = Perceptron::new(1);
    let mapping = Mapping::by_name().rename("fc1", "first").rename("fc2", "second").rename("head", "last");
    let found = message(net.load_weights(file("pytorch"), &mapping.rename("act.weight", "prelu_1.slope")));
    assert!(found.contains("other shape: `fc1.weight` is [6, 4], expected [4, 6]"), "{found}");
    assert!(found.contains("other shape: `head.weight` is [3, 6], expected [6, 3]"), "{found}");
    assert!(!found.contains("fc2"), "{found}");
}

#[test]
fn two_tensors_for_one_parameter_are_refused() {
    let mut net = Perceptron::new(1);
    let found = message(net.load_weights(file("pytorch"), &pytorch().rename("fc2.bias", "first.bias")));
    assert!(found.contains("twice: `fc1.bias` and `fc2.bias` both become `first.bias`"), "{found}");
    assert!(found.contains("missing: `second.bias` [6]"), "{found}");
}

#[test]
fn a_part_of_the_parameters_is_enough_where_asked_for() {
    let mut net = Perceptron::new(1);
    let last = |net: &Perceptron| net.parameters().find(|(path, ..)| *path == "last.weight").unwrap().2.to_vec();
    let before = last(&net);
    net.load_weights(file("pytorch"), &pytorch().keep("last").ignore("head")).unwrap();
    assert_eq!(last(&net), before);
    net.load_weights(file("pytorch"), &pytorch()).unwrap();
    assert_ne!(last(&net), before);
}

#[test]
fn the_optimizer_starts_anew() {
    let [x, _] = expected("pytorch");
    let y = monograd::ndarray::Array1::from_elem(x.len_of(Axis(0)), 1u32);
    let mut net = Perceptron::new(1);
    net.train_step(&x, &y).unwrap();
    net.load_weights(file("pytorch"), &pytorch()).unwrap();
    let mut other = Perceptron::new(2);
    other.load_weights(file("pytorch"), &pytorch()).unwrap();
    assert_eq!(state(net.model()), state(other.model()));
    net.train_step(&x, &y).unwrap();
    other.train_step(&x, &y).unwrap();
    assert_eq!(state(net.model()), state(other.model()));
}

#[test]
fn parameters_of_a_saved_model_come_without_its_optimizer() {
    let folder = Folder::new();
    let [x, _] = expected("pytorch");
    let y = monograd::ndarray::Array1::from_elem(x.len_of(Axis(0)), 1u32);
    let mut net = Perceptron::new(1);
    net.train_step(&x, &y).unwrap();
    net.save(folder.file("m")).unwrap();
    let mut other = Perceptron::new(2);
    other.load_weights(folder.file("m"), &Mapping::by_name()).unwrap();
    assert_eq!(net.predict(&x).unwrap(), other.predict(&x).unwrap());
    assert!(other.model().optimizer_state().is_empty());
    // Its checksums count here too.
    let mut bytes = std::fs::read(folder.file("m")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(folder.file("m"), bytes).unwrap();
    let error = other.load_weights(folder.file("m"), &Mapping::by_name()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
}

/// What another reader finds in a file of ours: names, shapes, types, numbers and the map of strings, as docs/model-files.md
/// has them, and how `Dense` is computed from them. `generate.py check` does the same in PyTorch.
#[test]
fn other_readers_find_in_our_files_what_is_documented() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bytes = std::fs::read(golden.join("v1.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let (size, header) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(size % 8, 0);
    let parameters = [
        ("dense_1.weight", vec![4, 8]),
        ("dense_1.bias", vec![8]),
        ("dense_2.weight", vec![8, 3]),
        ("dense_2.bias", vec![3]),
    ];
    let metadata = header.metadata().as_ref().unwrap();
    let mut names = Vec::new();
    for prefix in ["", "optimizer.mean.", "optimizer.mean_square."] {
        for (path, shape) in &parameters {
            let name = format!("{prefix}{path}");
            let tensor = tensors.tensor(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((tensor.dtype(), tensor.shape()), (Dtype::F32, &shape[..]), "{name}");
            let checksum = format!("{:08x}", crc32c::crc32c(tensor.data()));
            assert_eq!(metadata[&format!("crc32c.{name}")], checksum);
            names.push(name);
        }
    }
    assert_eq!(tensors.len(), names.len());
    let fixed = [
        ("format", "monograd"),
        ("format_version", "1"),
        ("network", "Flowers"),
        ("optimizer", "Adam"),
        ("seed", "7"),
        ("step", "3"),
        ("epoch", "0"),
    ];
    fixed.iter().for_each(|(key, value)| assert_eq!(metadata[*key], *value, "{key}"));
    assert_eq!((metadata["architecture"].len(), metadata["header_crc32c"].len()), (16, 8));
    assert_eq!(metadata.len(), fixed.len() + 2 + names.len());

    let values = |name: &str| -> Vec<f32> {
        tensors.tensor(name).unwrap().data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    };
    let dense = |x: &ArrayD<f32>, name: &str, units: usize| {
        let (weight, bias) = (values(&format!("{name}.weight")), values(&format!("{name}.bias")));
        let (rows, features) = (x.shape()[0], x.shape()[1]);
        ArrayD::from_shape_fn(IxDyn(&[rows, units]), |place| {
            (0..features).map(|i| x[[place[0], i]] * weight[i * units + place[1]]).sum::<f32>() + bias[place[1]]
        })
    };
    let [x, y] = samples_of(&golden.join("v1.expected.safetensors"));
    let mut scores = dense(&dense(&x, "dense_1", 8).mapv(|value| value.max(0.0)), "dense_2", 3);
    for mut row in scores.rows_mut() {
        row.mapv_inplace(f32::exp);
        let sum = row.sum();
        row.mapv_inplace(|value| value / sum);
    }
    assert!(largest_difference(&scores, &y) < TOLERANCE, "{scores} for {y}");
}
