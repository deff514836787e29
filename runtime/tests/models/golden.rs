//! Files of every version of the format that was ever released load for ever.
//!
//! `v1.safetensors` and `v1_table.safetensors` were written by this test; `….expected.safetensors` has what the network of each
//! predicted, and its parameters after some further training. Files that exist are never written again: a test that fails here
//! is a change that takes users' files from them, or the bits of their predictions.

use std::path::{Path, PathBuf};

use monograd::__private::{Model, Network};
use monograd::ndarray::{Array1, Array2, ArrayD};
use monograd::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::Folder;

network!({
    struct Flowers;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 0.01);
});

network!({
    /// 2 numbers and 3 colors of a table.
    struct Fruits;

    let x = Input(5);
    Dense(6, activation = relu);
    Dense(2);

    loss = cross_entropy;
    optimizer = Sgd(learning_rate = 0.1, momentum = 0.9);
});

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// What the files of one network are about.
trait Golden: Network {
    /// A new network after some training.
    fn trained() -> Self;
    fn load(path: &Path) -> Self;
    fn save(&self, path: &Path);
    fn train(&mut self);
    /// The samples and what the network says about them.
    fn predict(&self) -> (ArrayD<f32>, ArrayD<f32>);
}

fn samples() -> (Array2<f32>, Array1<u32>) {
    let x = Array2::from_shape_fn((6, 4), |(row, column)| ((row * 5 + column * 3) % 7) as f32 / 4.0 - 0.75);
    (x, Array1::from_iter((0..6).map(|row| row % 3)))
}

impl Golden for Flowers {
    fn trained() -> Self {
        let mut net = Flowers::new(7);
        net.train();
        net
    }
    fn load(path: &Path) -> Self {
        Flowers::load(path).unwrap()
    }
    fn save(&self, path: &Path) {
        Flowers::save(self, path).unwrap();
    }
    fn train(&mut self) {
        let (x, y) = samples();
        for _ in 0..3 {
            self.train_step(&x, &y).unwrap();
        }
    }
    fn predict(&self) -> (ArrayD<f32>, ArrayD<f32>) {
        let (x, _) = samples();
        let y = Flowers::predict(self, &x).unwrap();
        (x.into_dyn(), y)
    }
}

fn table() -> Table {
    Table::read(file("fruits.csv")).unwrap()
}

impl Golden for Fruits {
    fn trained() -> Self {
        let mut net = Fruits::new(7);
        net.train();
        net
    }
    fn load(path: &Path) -> Self {
        Fruits::load(path).unwrap()
    }
    fn save(&self, path: &Path) {
        Fruits::save(self, path).unwrap();
    }
    fn train(&mut self) {
        let recipe = Recipe::new().standardize(["weight", "length"]).fill(["length"], Fill::Median);
        let recipe = recipe.one_hot(["color"]).target_classes("fruit");
        let data = Dataset::from_table(&table(), recipe).unwrap();
        self.fit(&data, Fit::default().epochs(3).batch_size(4).shuffle(false).progress(Progress::Off)).unwrap();
    }
    fn predict(&self) -> (ArrayD<f32>, ArrayD<f32>) {
        assert_eq!(self.classes(), ["apple", "banana"]);
        (Array1::zeros(1).into_dyn(), Fruits::predict(self, &table()).unwrap())
    }
}

fn bits(values: &ArrayD<f32>) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn parameters(model: &Model) -> ArrayD<f32> {
    Array1::from(model.parameter_values().to_vec()).into_dyn()
}

/// Writes a model, where there is none yet, and what it does: another order of a sum in training is no other format.
fn write<N: Golden>(name: &str) {
    let path = file(&format!("{name}.safetensors"));
    let mut net = if path.exists() { N::load(&path) } else { N::trained() };
    if !path.exists() {
        net.save(&path);
    }
    let (x, y) = net.predict();
    net.train();
    let tensors = [("x", x), ("y", y), ("after", parameters(net.model()))].map(|(name, array)| {
        let bytes: Vec<u8> = array.iter().flat_map(|value| value.to_le_bytes()).collect();
        (name, array.shape().to_vec(), bytes)
    });
    let view = |shape: &[usize], bytes| TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap();
    let views = tensors.iter().map(|(name, shape, bytes)| (*name, view(shape, bytes)));
    let expected = safetensors::serialize(views, None).unwrap();
    std::fs::write(file(&format!("{name}.expected.safetensors")), expected).unwrap();
}

fn check<N: Golden>(name: &str) {
    if std::env::var_os("MONOGRAD_WRITE").is_some() {
        write::<N>(name);
    }
    let bytes = std::fs::read(file(&format!("{name}.expected.safetensors"))).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let expected = |name: &str| -> Vec<u32> {
        let data = tensors.tensor(name).unwrap().data().to_vec();
        data.as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect()
    };
    let path = file(&format!("{name}.safetensors"));
    let mut net = N::load(&path);
    // The same model gives the bytes that it gave then.
    let folder = Folder::new();
    net.save(&folder.file("m"));
    assert!(std::fs::read(folder.file("m")).unwrap() == std::fs::read(&path).unwrap());
    let (x, y) = net.predict();
    assert_eq!((bits(&x), bits(&y)), (expected("x"), expected("y")));
    net.train();
    assert_eq!(bits(&parameters(net.model())), expected("after"));
}

#[test]
fn a_file_of_version_1_has_the_same_bits_for_ever() {
    check::<Flowers>("v1");
}

#[test]
fn a_file_of_version_1_keeps_what_a_recipe_has_learned() {
    check::<Fruits>("v1_table");
}
