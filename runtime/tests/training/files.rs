//! Saving and loading.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use monograd::ndarray::Array1;

use super::seal::seal;
use super::*;

/// A folder of a test's own, removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("monograd-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn trained_classifier() -> (Model, Dataset<'static>) {
    let (x, y) = flowers(100);
    let data = Dataset::new(x, Array1::from(y)).unwrap();
    let mut model = Model::new(&CLASSIFIER, 5);
    model.fit(&data, quiet().epochs(2)).unwrap();
    (model, data)
}

/// Writes a file with other metadata or tensors than the model's: what `change` makes of them.
fn rewrite(path: &Path, change: impl FnOnce(&mut Vec<(String, Vec<usize>, Vec<u8>)>, &mut Metadata)) {
    use safetensors::tensor::{Dtype, SafeTensors, TensorView};
    let bytes = std::fs::read(path).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = header.metadata().clone().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut list: Vec<_> =
        tensors.iter().map(|(name, view)| (name.to_string(), view.shape().to_vec(), view.data().to_vec())).collect();
    list.sort();
    change(&mut list, &mut metadata);
    metadata.retain(|key, _| !key.starts_with("crc32c."));
    metadata.extend(list.iter().map(|(name, ..)| (format!("crc32c.{name}"), "00000000".to_string())));
    let views = list
        .iter()
        .map(|(name, shape, data)| (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), data).unwrap()));
    let mut bytes = safetensors::serialize(views, Some(metadata)).unwrap();
    seal(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

type Metadata = std::collections::HashMap<String, String>;

#[test]
fn a_loaded_model_has_the_same_bits_and_goes_on_the_same_way() {
    let folder = Folder::new();
    let (mut model, data) = trained_classifier();
    model.save(&folder.file("model.safetensors")).unwrap();
    let mut loaded = Model::load(&CLASSIFIER, &folder.file("model.safetensors")).unwrap();
    assert_eq!(bits(&model), bits(&loaded));
    assert_eq!(model.optimizer_state(), loaded.optimizer_state());
    assert_eq!(model.step(), loaded.step());
    model.fit(&data, quiet().epochs(2)).unwrap();
    loaded.fit(&data, quiet().epochs(2)).unwrap();
    assert_eq!(bits(&model), bits(&loaded));
}

#[test]
fn every_bit_pattern_survives() {
    let folder = Folder::new();
    let mut model = Model::new(&REGRESSION, 5);
    let patterns = [0x7fc0_1234, 0x7f80_0001, 0xff80_0000, 0x8000_0000, 1, 0x007f_ffff];
    for (value, bits) in model.parameter_values_mut().iter_mut().zip(patterns) {
        *value = f32::from_bits(bits);
    }
    model.save(&folder.file("m")).unwrap();
    assert_eq!(bits(&model), bits(&Model::load(&REGRESSION, &folder.file("m")).unwrap()));
}

#[test]
fn a_new_model_is_saved_without_state() {
    let folder = Folder::new();
    let model = Model::new(&CLASSIFIER, 5);
    model.save(&folder.file("m")).unwrap();
    let mut loaded = Model::load(&CLASSIFIER, &folder.file("m")).unwrap();
    assert!(loaded.optimizer_state().is_empty());
    let (x, y) = flowers(10);
    loaded.train_step(columns(x), columns(Array1::from(y))).unwrap();
}

#[test]
fn saving_replaces_the_file_and_leaves_nothing_else() {
    let folder = Folder::new();
    let (model, _) = trained_classifier();
    Model::new(&CLASSIFIER, 1).save(&folder.file("m")).unwrap();
    model.save(&folder.file("m")).unwrap();
    assert_eq!(folder.names(), ["m"]);
    assert_eq!(bits(&model), bits(&Model::load(&CLASSIFIER, &folder.file("m")).unwrap()));
}

#[test]
fn a_failed_save_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new();
    let model = Model::new(&CLASSIFIER, 1);
    let inside = folder.file("occupied");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("file"), "old").unwrap();
    let error = model.save(&inside).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot write `{}`", inside.display()));
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(folder.names(), ["occupied"]);
    assert!(matches!(model.save(&folder.file("missing/m")), Err(Error::Io { .. })));
    assert!(matches!(model.save(Path::new("/")), Err(Error::Io { .. })));
}

#[cfg(unix)]
#[test]
fn a_link_keeps_pointing_to_the_file() {
    let folder = Folder::new();
    let model = Model::new(&CLASSIFIER, 1);
    model.save(&folder.file("first")).unwrap();
    std::os::unix::fs::symlink(folder.file("first"), folder.file("latest")).unwrap();
    let other = Model::new(&CLASSIFIER, 2);
    other.save(&folder.file("latest")).unwrap();
    assert!(folder.file("latest").is_symlink());
    assert_eq!(bits(&other), bits(&Model::load(&CLASSIFIER, &folder.file("first")).unwrap()));
}

#[test]
fn a_file_that_is_missing_or_damaged_is_an_error() {
    let folder = Folder::new();
    let path = folder.file("m");
    assert_eq!(message(Model::load(&CLASSIFIER, &path)), format!("cannot read `{}`", path.display()));
    let (model, _) = trained_classifier();
    model.save(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 7, 8, 100, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(Model::load(&CLASSIFIER, &path), Err(Error::Corrupt { .. })), "{length}");
    }
}

#[test]
fn a_file_from_elsewhere_is_an_error() {
    let folder = Folder::new();
    let path = folder.file("m");
    let (model, _) = trained_classifier();
    let found = |key: &str, value: Option<&str>| {
        model.save(&path).unwrap();
        rewrite(&path, |_, metadata| match value {
            Some(value) => drop(metadata.insert(key.to_string(), value.to_string())),
            None => drop(metadata.remove(key)),
        });
        message(Model::load(&CLASSIFIER, &path))
    };
    let name = path.display();
    let help = "help: `load_weights` takes the weights that another program wrote";
    assert_eq!(
        found("format", None),
        format!("`{name}` has no `format` in its metadata, expected `monograd`\n{help}")
    );
    assert_eq!(found("format", Some("pt")), format!("`format` of `{name}` is `pt`, expected `monograd`\n{help}"));
    let help = "help: a newer version of Monograd wrote it, and reads it";
    assert_eq!(
        found("format_version", Some("2")),
        format!("`format_version` of `{name}` is `2`, expected `1`\n{help}")
    );
    assert_eq!(found("step", Some("-3")), format!("`step` of `{name}` is `-3`, expected a whole number"));
}

#[test]
fn all_differences_are_reported_at_once() {
    let folder = Folder::new();
    let path = folder.file("m");
    let (model, _) = trained_classifier();
    model.save(&path).unwrap();
    rewrite(&path, |tensors, _| {
        tensors.retain(|(name, ..)| name != "dense_1.bias" && !name.starts_with("optimizer."));
        for (name, shape, data) in tensors.iter_mut() {
            if name == "dense_2.weight" {
                *shape = vec![3, 8];
            }
            if name == "dense_2.bias" {
                (*name, *shape, *data) = ("dense_3.bias".to_string(), vec![1], vec![0; 4]);
            }
        }
    });
    assert_eq!(
        message(Model::load(&CLASSIFIER, &path)),
        format!(
            "`{}` does not fit `Classifier`\n\
             other shape: `dense_2.weight` is [3, 8], expected [8, 3]\n\
             missing: `dense_1.bias` [8]\n\
             missing: `dense_2.bias` [3]\n\
             unexpected: `dense_3.bias` [1]",
            path.display()
        )
    );
}

#[test]
fn a_file_of_another_network_is_an_error() {
    let folder = Folder::new();
    let path = folder.file("m");
    trained_classifier().0.save(&path).unwrap();
    let found = message(Model::load(&REGRESSION, &path));
    assert!(
        found.contains("other architecture: `Classifier` with hash fedcba9876543210, expected 0123456789abcdef"),
        "{found}"
    );
    assert!(found.contains("other optimizer: `Adam`, expected `Sgd`"), "{found}");
    assert!(found.contains("other shape: `dense_1.weight` is [4, 8], expected [2, 3]"), "{found}");
}

#[test]
fn an_optimizer_without_state_starts_anew() {
    let folder = Folder::new();
    let path = folder.file("m");
    let (model, _) = trained_classifier();
    model.save(&path).unwrap();
    rewrite(&path, |tensors, _| tensors.retain(|(name, ..)| !name.starts_with("optimizer.")));
    let loaded = Model::load(&CLASSIFIER, &path).unwrap();
    assert_eq!(bits(&model), bits(&loaded));
    assert_eq!(loaded.step(), 0);
    assert!(loaded.optimizer_state().is_empty());

    model.save(&path).unwrap();
    rewrite(&path, |tensors, _| tensors.retain(|(name, ..)| !name.starts_with("optimizer.mean_square.")));
    assert!(
        message(Model::load(&CLASSIFIER, &path)).contains("missing: `optimizer.mean_square.dense_1.weight` [4, 8]")
    );
}
