//! Training that is interrupted, saved, loaded and goes on ends with the same bits.

use monograd::__private::{Model, Network};
use monograd::ndarray::{Array1, Array2};
use monograd::prelude::*;

use super::{Folder, state};

macro_rules! networks {
    ($($name:ident: $optimizer:ident $options:tt;)*) => {
        $(network!({
            struct $name;

            let x = Input(4);
            Dense(6, activation = gelu, regularizer = l2);
            Dropout(0.25);
            Dense(10, activation = tanh);
            Dense(3);

            loss = cross_entropy;
            optimizer = $optimizer $options;
            metrics = [accuracy];
        });)*

        #[test]
        fn a_step_by_step_training_goes_on_with_every_optimizer() {
            $(interrupt_steps::<$name>(stringify!($name));)*
        }

        #[test]
        fn fit_goes_on_with_every_optimizer() {
            $(interrupt_epochs::<$name>(stringify!($name));)*
        }
    };
}

networks! {
    Descent: Sgd();
    Momentum: Sgd(momentum = 0.9);
    Nesterov: Sgd(momentum = 0.9, nesterov = true, weight_decay = 0.01);
    Adaptive: Adam();
    Decayed: AdamW(weight_decay = 0.01);
    RootMeanSquare: RmsProp();
    Centered: RmsProp(momentum = 0.5, centered = true);
    Accumulated: Adagrad();
    NesterovAdam: Nadam();
    Signs: Lion(weight_decay = 0.1);
}

const STEPS: usize = 20;

fn data() -> (Array2<f32>, Array1<u32>) {
    let x = Array2::from_shape_fn((24, 4), |(row, column)| ((row * 7 + column * 3) % 11) as f32 / 5.0 - 1.0);
    let y = Array1::from_iter((0..24).map(|row| row % 3));
    (x, y)
}

fn step(model: &mut Model, number: usize) {
    let (x, y) = data();
    let rows = monograd::ndarray::s![number % 4 * 6..number % 4 * 6 + 6, ..];
    let labels = y.slice(monograd::ndarray::s![number % 4 * 6..number % 4 * 6 + 6]);
    let columns = |x| monograd::IntoColumns::into_columns(x).unwrap();
    model.train_step(columns(x.slice(rows)), monograd::IntoColumns::into_columns(labels).unwrap()).unwrap();
}

fn interrupt_steps<N: Network>(name: &str) {
    let folder = Folder::new();
    let mut whole = Model::new(N::program(), 3);
    (0..STEPS).for_each(|number| step(&mut whole, number));
    for interrupted in 0..=STEPS {
        let mut first = Model::new(N::program(), 3);
        (0..interrupted).for_each(|number| step(&mut first, number));
        first.save(&folder.file("m")).unwrap();
        let mut second = Model::load(N::program(), &folder.file("m")).unwrap();
        (interrupted..STEPS).for_each(|number| step(&mut second, number));
        assert_eq!(state(&second), state(&whole), "{name}, interrupted after {interrupted} steps");
    }
}

fn interrupt_epochs<N: Network>(name: &str) {
    const EPOCHS: usize = 5;
    let folder = Folder::new();
    let (x, y) = data();
    let data = Dataset::new(x, y).unwrap();
    let fit = |model: &mut Model, epochs| {
        model.fit(&data, Fit::default().epochs(epochs).batch_size(7).progress(Progress::Off)).unwrap()
    };
    let mut whole = Model::new(N::program(), 3);
    let history = fit(&mut whole, EPOCHS);
    for interrupted in 1..EPOCHS {
        let mut first = Model::new(N::program(), 3);
        fit(&mut first, interrupted);
        first.save(&folder.file("m")).unwrap();
        let mut second = Model::load(N::program(), &folder.file("m")).unwrap();
        let rest = fit(&mut second, EPOCHS - interrupted);
        assert_eq!(state(&second), state(&whole), "{name}, interrupted after {interrupted} epochs");
        assert_eq!(rest.epochs().last().unwrap().loss, history.epochs().last().unwrap().loss, "{name}");
    }
}
