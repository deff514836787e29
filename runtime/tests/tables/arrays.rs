//! Recipes for arrays: inputs that are standardized or scaled element by element.

use std::error::Error as StdError;

use monograd::ndarray::{Array1, Array2, Array3, s};
use monograd::prelude::*;
use monograd::{Columns, IntoColumns, Samples, Source};

use crate::Scratch;

network!({
    /// Two inputs, one of them an image.
    struct Two;

    let x = Input(3);
    let image = Input(2, 2);
    let pixels = image.Flatten();
    concat(x, pixels).Dense(6, activation = tanh);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.05);
});

fn numbers() -> Array2<f32> {
    Array2::from_shape_fn((40, 3), |(row, element)| (row * (element + 3) % 11) as f32 * 10.0 - 5.0 * element as f32)
}

fn images() -> Array3<u8> {
    Array3::from_shape_fn((40, 2, 2), |(row, y, x)| (row * (7 + 3 * y + x) % 256) as u8)
}

fn answers() -> Array1<f32> {
    Array1::from_shape_fn(40, |row| (row % 5) as f32 / 5.0)
}

fn recipe() -> Recipe {
    Recipe::new().standardize(["x"]).scale(["image"], -1.0..=1.0)
}

fn quiet() -> Fit<'static> {
    Fit::default().epochs(2).batch_size(8).progress(Progress::Off)
}

fn bits(array: &Array) -> Vec<u32> {
    array.iter().map(|value| value.to_bits()).collect()
}

/// What the recipe makes of the arrays, learned from the first rows.
fn by_hand(learned: usize) -> (Array2<f32>, Array3<f32>) {
    let (mut x, mut image) = (numbers(), images().mapv(f32::from));
    for mut column in x.columns_mut() {
        let known: Vec<f64> = column.iter().take(learned).map(|&x| f64::from(x)).collect();
        let mean = known.iter().sum::<f64>() / learned as f64;
        let deviation = (known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / learned as f64).sqrt();
        column.mapv_inplace(|x| (1.0 / deviation * f64::from(x) + -mean / deviation) as f32);
    }
    for mut lane in image.lanes_mut(monograd::ndarray::Axis(0)) {
        let known = || lane.iter().take(learned).map(|&x| f64::from(x));
        let (minimum, maximum) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        let scale = 2.0 / (maximum - minimum);
        lane.mapv_inplace(|x| (scale * f64::from(x) + (-1.0 - minimum * scale)) as f32);
    }
    (x, image)
}

fn trained() -> Two {
    let (x, image, y) = (numbers(), images(), answers());
    let data = Dataset::new((&x, Scaled::numbers(&image)), &y).unwrap().with_recipe(recipe()).unwrap();
    let mut model = Two::new(1);
    model.fit(&data, quiet().validation_split(0.25)).unwrap();
    model
}

#[test]
fn arrays_become_what_they_would_by_hand() {
    let (model, mut twin) = (trained(), Two::new(1));
    let ((x, image), y) = (by_hand(30), answers());
    twin.fit(&Dataset::new((&x, &image), &y).unwrap(), quiet().validation_split(0.25)).unwrap();
    let (raw_x, raw_image) = (numbers(), images());
    let answers = model.predict((&raw_x, Scaled::numbers(&raw_image))).unwrap();
    assert_eq!(bits(&answers), bits(&twin.predict((&x, &image)).unwrap()));
    let raw = Dataset::new((&raw_x, Scaled::numbers(&raw_image)), &y).unwrap();
    assert_eq!(model.evaluate(&raw).unwrap(), twin.evaluate(&Dataset::new((&x, &image), &y).unwrap()).unwrap());
}

#[test]
fn one_sample_a_step_and_a_file_agree() {
    let mut model = trained();
    let (x, image) = (numbers(), images().mapv(f32::from));
    let all = model.predict((&x, &image)).unwrap();
    let pixels: Vec<f32> = image.iter().copied().collect();
    let one = |model: &Two, row: usize| {
        let x = [x[[row, 0]], x[[row, 1]], x[[row, 2]]];
        let [answer] = model.predict_one(&x, &pixels[4 * row..4 * row + 4].try_into().unwrap());
        answer.to_bits()
    };
    assert_eq!((0..40).map(|row| one(&model, row)).collect::<Vec<_>>(), bits(&all));

    let file = Scratch::new("arrays.safetensors", b"");
    model.save(file.path()).unwrap();
    let loaded = Two::load(file.path()).unwrap();
    assert_eq!(loaded.preprocessing(), model.preprocessing());
    assert_eq!(bits(&loaded.predict((&x, &image)).unwrap()), bits(&all));

    let (mut twin, hand) = (Two::load(file.path()).unwrap(), by_hand(30));
    let expected = model.evaluate(&Dataset::new((&x, &image), answers()).unwrap()).unwrap().loss as f32;
    let loss = twin.train_step((&x, &image), answers()).unwrap();
    assert!((loss - expected).abs() < 1e-6, "{loss} {expected}");
    assert_ne!(bits(&model.predict((&hand.0, &hand.1)).unwrap()), bits(&all));
    model.train_step((&x, &image), answers()).unwrap();
}

/// The arrays, read sample by sample.
struct Read(Array2<f32>);

impl Source for Read {
    fn len(&self) -> usize {
        40
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        let image = Scaled::numbers(Column::declared::<u8>([2, 2])?.named("image"));
        (image, Column::declared::<f32>([3])?.named("x")).into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([])?.into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let (image, y) = (images(), answers());
        for (row, &number) in numbers.iter().enumerate() {
            samples.input(row, 1)?.copy_from_slice(&self.0.row(number).to_vec());
            samples
                .input(row, 0)?
                .copy_from_slice(&image.slice(s![number, .., ..]).iter().copied().collect::<Vec<_>>());
            samples.target(row, 0)?[0] = y[number];
        }
        Ok(())
    }
}

#[test]
fn samples_of_a_source_teach_what_they_teach_in_memory() {
    let (expected, mut model) = (trained(), Two::new(1));
    let data = Dataset::from_source(Read(numbers())).unwrap().with_recipe(recipe()).unwrap();
    let history = model.fit(&data, quiet().validation_split(0.25)).unwrap();
    assert_eq!(model.preprocessing(), expected.preprocessing());
    let bare = Dataset::from_source(Read(numbers())).unwrap();
    let (x, image) = (numbers(), images());
    let arrays = (&x, Scaled::numbers(&image));
    let answers = bits(&expected.predict(arrays.clone()).unwrap());
    for answered in [model.predict(&bare), model.predict(&data), model.predict(&data.in_memory().unwrap())] {
        assert_eq!(bits(&answered.unwrap()), answers);
    }
    assert_eq!(bits(&model.predict(arrays).unwrap()), answers);
    let validation = history.last().unwrap().validation.as_ref().unwrap();
    assert_eq!(&model.evaluate(&bare.rows(30..40).unwrap()).unwrap(), validation);

    let mut again = Two::new(1);
    again.fit(&data.in_memory().unwrap(), quiet().validation_split(0.25)).unwrap();
    assert_eq!(again.preprocessing(), expected.preprocessing());

    let mut bad = numbers();
    bad[[29, 1]] = f32::NAN;
    let data = Dataset::from_source(Read(bad)).unwrap().with_recipe(recipe()).unwrap();
    assert_eq!(
        Two::new(1).fit(&data.rows(20..40).unwrap(), quiet()).unwrap_err().to_string(),
        "row 29 of the input `x` holds NaN, expected a finite number for `standardize`"
    );
}

#[test]
fn recipes_and_arrays_that_do_not_fit_are_refused() {
    let (x, image, y) = (numbers(), images().mapv(f32::from), answers());
    let data = || Dataset::new((&x, &image), &y).unwrap();
    let refused = |recipe: Recipe| data().with_recipe(recipe).unwrap_err().to_string();
    let expected = "expected `standardize` and `scale` of inputs by their names alone, for arrays";
    assert_eq!(refused(recipe().target("y")), format!("`recipe` is one with targets or `fill`, {expected}"));
    assert_eq!(refused(Recipe::new().one_hot(["x"])), format!("`recipe` is one with `one_hot`, {expected}"));
    assert_eq!(refused(recipe().standardize(["x"])), format!("`recipe` is one with `x` twice, {expected}"));
    assert_eq!(
        refused(Recipe::new().input("x").numbers(["x"])),
        format!("`recipe` is one with `input`, {expected}")
    );

    let fit = |recipe: Recipe| {
        let data = data().with_recipe(recipe).unwrap();
        Two::new(1).fit(&data, quiet()).unwrap_err().to_string()
    };
    assert_eq!(
        fit(Recipe::new().standardize(["imag"])),
        "`standardize` is `imag`, expected an input of the network, such as `image`"
    );
    let model = trained();
    let other = data().with_recipe(Recipe::new().standardize(["x"])).unwrap();
    assert_eq!(
        model.evaluate(&other).unwrap_err().to_string(),
        "`Two` is given a data set of another recipe, expected that of training, `preprocessing().recipe()`"
    );
    let table = Csv::default().parse("x\n1\n").unwrap();
    assert_eq!(
        model.predict(&table).unwrap_err().to_string(),
        "`Two` is given a table, expected arrays, as in training"
    );
    let untrained = Two::new(1);
    let message = untrained.evaluate(&data().with_recipe(recipe()).unwrap()).unwrap_err().to_string();
    assert_eq!(message, "`Two` is given arrays with a recipe, expected those that it was trained on");
}

#[test]
fn numbers_that_are_not_finite_teach_nothing() {
    let (image, y, file) = (images(), answers(), Scratch::new("repaired.safetensors", b""));
    for (value, shown) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
        let (mut x, repaired) = (numbers(), numbers());
        x[[29, 1]] = value;
        let data = |x| Dataset::new((x, Scaled::numbers(&image)), &y).unwrap().with_recipe(recipe()).unwrap();
        let mut model = Two::new(1);
        let scaled = data(&x).with_recipe(Recipe::new().scale(["x"], 0.0..=1.0)).unwrap();
        assert_eq!(
            model.fit(&scaled, quiet()).unwrap_err().to_string(),
            format!("row 29 of the input `x` holds {shown}, expected a finite number for `scale`")
        );
        // The row is that of the array, not of the part.
        assert_eq!(
            model.fit(&data(&x).rows(20..40).unwrap(), quiet()).unwrap_err().to_string(),
            format!("row 29 of the input `x` holds {shown}, expected a finite number for `standardize`")
        );
        assert_eq!(model.preprocessing(), None);

        model.fit(&data(&repaired), quiet().validation_split(0.25)).unwrap();
        assert_eq!(model.preprocessing(), trained().preprocessing());
        model.save(file.path()).unwrap();
        assert_eq!(Two::load(file.path()).unwrap().preprocessing(), model.preprocessing());
    }
}

#[test]
fn statistics_beyond_f64_are_refused() {
    let (image, y) = (images(), answers());
    let fit = |form: Recipe, low: f64, high: f64| {
        let mut x = Array2::from_elem((40, 3), low);
        x[[7, 2]] = high;
        let data = Dataset::new((&x, Scaled::numbers(&image)), &y).unwrap().with_recipe(form).unwrap();
        let mut model = Two::new(1);
        let fitted = model.fit(&data, quiet()).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(model.preprocessing().is_some(), fitted.is_ok());
        fitted
    };
    let standardize = || Recipe::new().standardize(["x"]);
    let scale = || Recipe::new().scale(["x"], 0.0..=1.0);
    let message = |row: usize, found: &str, form: &str| {
        let expected = "one whose size leaves its statistics finite in `f64`";
        Err(format!("row {row} of the input `x` holds {found}, expected {expected} for `{form}`"))
    };
    assert_eq!(fit(standardize(), 0.0, 1e156), message(7, "1e156", "standardize"));
    assert_eq!(fit(standardize(), 1e307, 1.0), message(0, "1e307", "standardize"));
    assert_eq!(fit(scale(), -1e308, 1e308), message(0, "-1e308", "scale"));
    assert_eq!(fit(scale(), 0.0, 1e-310), message(7, "1e-310", "scale"));
    assert_eq!(fit(standardize(), 0.0, 1e150), Ok(()));
    assert_eq!(fit(scale(), -1e300, 1e300), Ok(()));
}

#[test]
fn what_a_fit_without_a_step_has_learned_is_forgotten() {
    let (x, image) = (numbers(), images());
    let fit = |model: &mut Two, row: Option<usize>| {
        let mut y = answers();
        row.into_iter().for_each(|row| y[row] = f32::NAN);
        let data = Dataset::new((&x, Scaled::numbers(&image)), &y).unwrap().with_recipe(recipe()).unwrap();
        model.fit(&data, quiet().shuffle(false)).map(|_| ())
    };
    let mut model = Two::new(1);
    fit(&mut model, Some(0)).unwrap_err();
    assert_eq!(model.preprocessing(), None);
    // After the first of five steps.
    fit(&mut model, Some(8)).unwrap_err();
    let learned = model.preprocessing().cloned();
    assert!(learned.is_some());
    fit(&mut model, Some(0)).unwrap_err();
    assert_eq!(model.preprocessing(), learned.as_ref());
    fit(&mut model, None).unwrap();
}
