//! Model files: an error, or a model that trains, and is the same after saving and loading it. The first byte says what is
//! done with the others: taken as they are, or with the right checksums, so that what comes after these is reached.

#![no_main]

#[path = "../../runtime/tests/support/seal.rs"]
mod seal;

use std::path::Path;

use libfuzzer_sys::{Corpus, fuzz_target};
use monograd::__private::{Model, Network as _};
use monograd::{IntoColumns, Mapping, ndarray::array, network};

network!({
    struct Line;

    let x = Input(2);
    Dense(2, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(momentum = 0.9);
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some((&mode, bytes)) = bytes.split_first() else { return Corpus::Reject };
    let mut bytes = bytes.to_vec();
    if mode % 4 > 0 {
        seal::seal(&mut bytes);
    }
    match mode % 4 {
        0 | 1 => load(&bytes),
        2 => load_weights(&bytes, &Mapping::pytorch().rename("fc1", "dense_1").ignore("head")),
        _ => load_weights(&bytes, &Mapping::by_name()),
    }
    Corpus::Keep
});

fn load(bytes: &[u8]) {
    match Model::from_bytes(Line::program(), Path::new("file"), bytes) {
        Ok(mut model) => {
            let columns = |x| IntoColumns::into_columns(x).expect("an array is columns");
            let _ = model.train_step(columns(array![[1f32, 2.0]]), columns(array![[1f32]]));
        }
        Err(error) => assert!(format!("{error:?}").contains("`file`"), "every error names the file"),
    }
}

fn load_weights(bytes: &[u8], mapping: &Mapping) {
    let mut model = Model::new(Line::program(), 1);
    let before = bits(&model);
    if let Err(error) = model.weights_from_bytes(Path::new("file"), bytes, mapping) {
        assert!(format!("{error:?}").contains("`file`"), "every error names the file");
        assert_eq!(bits(&model), before);
    }
}

fn bits(model: &Model) -> Vec<u32> {
    model.parameter_values().iter().map(|value| value.to_bits()).collect()
}
