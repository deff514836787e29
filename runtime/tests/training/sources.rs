//! Samples of a source of one's own.

use std::error::Error as StdError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use monograd::ndarray::Array2;
use monograd::{Column, Ended, Samples, Scaled, Source};

use super::*;

type Written = Result<(), Box<dyn StdError + Send + Sync>>;

/// Samples for `RECOMMENDER`: computed from their numbers, any number of them.
struct Films {
    len: usize,
}

impl Films {
    fn user(number: usize) -> [u8; 2] {
        [(number * 7 % 256) as u8, (number / 3 % 256) as u8]
    }

    fn film(number: usize) -> [f32; 3] {
        [(number % 11) as f32 / 11.0, (number % 5) as f32 - 2.0, (number % 3) as f32]
    }

    fn rating(number: usize) -> f64 {
        (number % 17) as f64 / 4.0
    }

    fn finished(number: usize) -> i64 {
        (number % 2) as i64
    }

    /// The same samples as arrays.
    fn in_memory(&self) -> Dataset<'static> {
        let user = Array2::from_shape_fn((self.len, 2), |(number, element)| Self::user(number)[element]);
        let film = Array2::from_shape_fn((self.len, 3), |(number, element)| Self::film(number)[element]);
        let rating: Vec<f64> = (0..self.len).map(Self::rating).collect();
        let finished: Vec<i64> = (0..self.len).map(Self::finished).collect();
        let targets = (monograd::ndarray::Array1::from(rating), monograd::ndarray::Array1::from(finished));
        Dataset::new((Scaled::pixels(user), film), targets).unwrap()
    }
}

impl Source for Films {
    fn len(&self) -> usize {
        self.len
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        let film = Column::declared::<f32>([3])?.named("film");
        let user = Scaled::pixels(Column::declared::<u8>([2])?.named("user"));
        (film, user).into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        (("finished", Column::declared::<i64>([])?), ("rating", Column::declared::<f64>([1])?)).into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Written {
        assert_eq!(samples.rows(), numbers.len());
        for (row, &number) in numbers.iter().enumerate() {
            samples.input(row, 0)?.copy_from_slice(&Self::film(number));
            samples.input(row, 1)?.copy_from_slice(&Self::user(number));
            samples.target(row, 0)?[0] = Self::finished(number);
            samples.target(row, 1)?[0] = Self::rating(number);
        }
        Ok(())
    }
}

/// Trains on data, and gives the bits of the parameters and everything that was measured.
fn trained(data: &Dataset<'_>, fit: Fit<'_>) -> (Vec<u32>, Vec<String>) {
    let mut model = Model::new(&RECOMMENDER, 1);
    let history = model.fit(data, fit.epochs(3).batch_size(32).validation_split(0.25)).unwrap();
    let evaluation = format!("{:?}", model.evaluate(data).unwrap());
    let predictions = format!("{:?}", model.predict::<2>(columns(data)).unwrap());
    let epoch = |epoch: &monograd::Epoch| format!("{} {:?} {:?}", epoch.loss, epoch.metrics, epoch.validation);
    (bits(&model), history.epochs().iter().map(epoch).chain([evaluation, predictions]).collect())
}

#[test]
fn results_are_those_of_the_same_samples_in_memory() {
    let source = Films { len: 333 };
    let (arrays, data) = (source.in_memory(), Dataset::from_source(&source).unwrap());
    for shuffle in [true, false] {
        let expected = trained(&arrays, quiet().shuffle(shuffle).threads(1));
        for threads in [1, 2, 3, 7] {
            assert_eq!(trained(&data, quiet().shuffle(shuffle).threads(threads)), expected, "{threads} threads");
        }
    }
    let mut model = Model::new(&RECOMMENDER, 1);
    let mut other = Model::new(&RECOMMENDER, 1);
    let x = columns(&data.take(40).unwrap());
    let y = columns((("rating", noise(40, 1, 1)), ("finished", noise(40, 1, 1).mapv(|value| f32::from(value > 0.0)))));
    let found = model.train_step(x, y.clone()).unwrap();
    assert_eq!(found, other.train_step(columns(&arrays.take(40).unwrap()), y).unwrap());
}

#[test]
fn parts_of_a_source_are_those_of_the_same_samples_in_memory() {
    let source = Films { len: 200 };
    let (arrays, data) = (source.in_memory(), Dataset::from_source(source).unwrap());
    let same = |found: &Dataset<'_>, expected: &Dataset<'_>| {
        assert_eq!(found.len(), expected.len());
        assert_eq!(trained(found, quiet()), trained(expected, quiet()));
        // The source declares its columns in another order.
        let found = found.in_memory().unwrap();
        for (number, place) in [1, 0].into_iter().enumerate() {
            assert_eq!(found.inputs().array(place), expected.inputs().array(number));
        }
    };
    same(&data.take(50).unwrap(), &arrays.take(50).unwrap());
    same(&data.rows(60..170).unwrap(), &arrays.rows(60..170).unwrap());
    let (found, expected) = (data.split(0.3, 5).unwrap(), arrays.split(0.3, 5).unwrap());
    same(&found.0, &expected.0);
    same(&found.1.rows(10..40).unwrap(), &expected.1.rows(10..40).unwrap());
    for (found, expected) in data.k_fold(3, 2).unwrap().zip(arrays.k_fold(3, 2).unwrap()) {
        same(&found.0, &expected.0);
        same(&found.1, &expected.1);
    }
}

/// Flowers without arrays.
struct Flowers(Vec<[f32; 4]>, Vec<u8>);

impl Flowers {
    fn new(rows: usize) -> Self {
        let (x, y) = flowers(rows);
        Self(x.outer_iter().map(|row| std::array::from_fn(|element| row[element])).collect(), y)
    }
}

impl Source for Flowers {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([4])?.into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<u8>([])?.into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Written {
        for (row, &number) in numbers.iter().enumerate() {
            samples.input(row, 0)?.copy_from_slice(&self.0[number]);
            samples.target(row, 0)?[0] = self.1[number];
        }
        Ok(())
    }
}

#[test]
fn classes_of_a_source_are_read_for_stratified_parts() {
    let source = Flowers::new(700);
    let labels = monograd::ndarray::Array1::from(source.1.clone());
    let data = Dataset::from_source(&source).unwrap();
    let x = Array2::<f32>::zeros((700, 4));
    let arrays = Dataset::new(&x, &labels).unwrap();
    let labels = |data: &Dataset<'_>| data.in_memory().unwrap().targets().array(0).unwrap();
    let (found, expected) = (data.split_stratified(0.3, 1).unwrap(), arrays.split_stratified(0.3, 1).unwrap());
    assert_eq!((labels(&found.0), labels(&found.1)), (labels(&expected.0), labels(&expected.1)));
    let found: Vec<_> = data.k_fold_stratified(4, 1).unwrap().map(|(_, part)| labels(&part)).collect();
    let expected: Vec<_> = arrays.k_fold_stratified(4, 1).unwrap().map(|(_, part)| labels(&part)).collect();
    assert_eq!(found, expected);
}

/// More samples than any memory holds; raises a flag after some of them.
struct Endless<'a> {
    read: AtomicUsize,
    enough: usize,
    stop: &'a AtomicBool,
    largest: AtomicUsize,
}

impl Source for Endless<'_> {
    fn len(&self) -> usize {
        usize::MAX / 2
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([2])?.into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([1])?.into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Written {
        for (row, &number) in numbers.iter().enumerate() {
            let x = [(number % 101) as f32 / 101.0, (number % 103) as f32 / 103.0];
            samples.input(row, 0)?.copy_from_slice(&x);
            samples.target(row, 0)?[0] = x[0] - 2.0 * x[1] + 1.0;
            self.largest.fetch_max(number, Ordering::Relaxed);
        }
        let before = self.read.fetch_add(numbers.len(), Ordering::Relaxed);
        self.stop.store(before + numbers.len() >= self.enough, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn more_samples_than_memory_holds() {
    let stop = AtomicBool::new(false);
    let source = Endless { read: 0.into(), enough: 20_000, stop: &stop, largest: 0.into() };
    let data = Dataset::from_source(&source).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&data, quiet().stop_flag(&stop)).unwrap();
    assert_eq!(history.ended(), Ended::Interrupted);
    assert!(
        history.epochs()[0].samples < 21_000 && history.epochs()[0].samples >= 19_900,
        "{}",
        history.epochs()[0].samples
    );
    assert!(source.largest.load(Ordering::Relaxed) > usize::MAX / 4, "samples come from everywhere");
    let last = data.rows(data.len() - 1_000..data.len()).unwrap();
    assert!(model.evaluate(&last).unwrap().loss < 0.05);
    let message = message(data.split(0.5, 1));
    assert!(message.ends_with("which is more than there is memory"), "{message}");
}

/// Rows of numbers in a file, the last one of each the target.
struct Rows {
    file: Mutex<File>,
    len: usize,
}

impl Source for Rows {
    fn len(&self) -> usize {
        self.len
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([2])?.into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([1])?.into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Written {
        let mut file = self.file.lock().map_err(|_| "the file is in use")?;
        for (row, &number) in numbers.iter().enumerate() {
            let mut bytes = [0; 12];
            samples.input::<f32>(row, 0)?;
            file.seek(SeekFrom::Start(12 * number as u64))?;
            file.read_exact(&mut bytes)?;
            let mut values = bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
            samples.input(row, 0)?.iter_mut().zip(&mut values).for_each(|(to, value)| *to = value);
            samples.target(row, 0)?.iter_mut().zip(&mut values).for_each(|(to, value)| *to = value);
        }
        Ok(())
    }
}

#[test]
fn samples_of_a_file() {
    let path = std::env::temp_dir().join(format!("monograd-{}-rows", std::process::id()));
    let (x, y) = line(300);
    let mut file = File::create(&path).unwrap();
    for (x, y) in x.outer_iter().zip(&y) {
        x.iter().chain([y]).for_each(|value| file.write_all(&value.to_le_bytes()).unwrap());
    }
    let open = || Mutex::new(File::open(&path).unwrap());
    let arrays = line_data(300);
    let mut expected = Model::new(&REGRESSION, 1);
    expected.fit(&arrays, quiet()).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    model.fit(&Dataset::from_source(Rows { file: open(), len: 300 }).unwrap(), quiet()).unwrap();
    assert_eq!(bits(&model), bits(&expected));

    // A file that ends too early.
    let longer = Dataset::from_source(Rows { file: open(), len: 301 }).unwrap();
    let error = model.evaluate(&longer).unwrap_err();
    assert_eq!(format!("{error:?}"), "the source cannot read sample 300\ncaused by: failed to fill whole buffer");
    std::fs::remove_file(&path).unwrap();
}

/// Flowers, and what becomes of one of them.
struct Broken(Flowers, fn(&mut Samples, usize) -> Written);

const BROKEN: usize = 137;

impl Source for Broken {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        self.0.inputs()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        self.0.targets()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Written {
        self.0.read(numbers, samples)?;
        match numbers.iter().position(|&number| number == BROKEN) {
            Some(row) => self.1(samples, row),
            None => Ok(()),
        }
    }
}

#[test]
fn errors_and_panics_of_a_source_name_the_sample() {
    let found = |change: fn(&mut Samples, usize) -> Written| {
        let source = Broken(Flowers::new(200), change);
        let data = Dataset::from_source(&source).unwrap();
        let mut model = Model::new(&CLASSIFIER, 1);
        let fit = model.fit(&data, quiet().batch_size(8)).unwrap_err();
        assert!(bits(&model).iter().all(|&bits| f32::from_bits(bits).is_finite()));
        let evaluate = model.evaluate(&data).err();
        model.evaluate(&data.take(100).unwrap()).expect("the model can be used");
        (format!("{fit:?}"), evaluate.map(|error| format!("{error:?}")))
    };
    let both = |message: &str| (message.to_string(), Some(message.to_string()));
    assert_eq!(
        found(|samples, row| samples.input::<f32>(row, 0).map(drop).and(Err("it is torn".into()))),
        both("the source cannot read sample 137\ncaused by: it is torn")
    );
    assert_eq!(
        found(|samples, row| {
            samples.input::<f32>(row, 0)?;
            panic!("row {}", 1 + 1)
        }),
        both("the source cannot read sample 137\ncaused by: it panicked: row 2")
    );
    assert_eq!(
        found(|samples, row| {
            samples.target(row, 0)?[0] = 3u8;
            Ok(())
        }),
        both("row 137 of the target `kind` holds class 3, expected 0 to 2: the network has 3 classes")
    );
    let (fit, evaluate) = found(|samples, row| {
        samples.input(row, 0)?[1] = f32::NAN;
        Ok(())
    });
    assert!(fit.contains("row 137 of the input `flower` holds NaN"), "{fit}");
    assert_eq!(evaluate, None);
    assert_eq!(
        found(|samples, row| samples.input::<u8>(row, 0).map(drop)),
        both("the source cannot read sample 137\ncaused by: the input 0 was declared as `f32`, found `u8`")
    );
    assert_eq!(
        found(|samples, row| samples.target::<u8>(row, 1).map(drop)),
        both("the source cannot read sample 137\ncaused by: there is no target 1, expected 0 to 0")
    );
    let (fit, _) = found(|samples, _| samples.target::<u8>(1000, 0).map(drop));
    assert!(fit.ends_with("caused by: there is no row 1000, expected 0 to 7"), "{fit}");
}

#[test]
fn what_a_source_declares_is_checked_before_training() {
    let source = Flowers::new(10);
    let data = Dataset::from_source(&source).unwrap();
    assert_eq!(
        message(Model::new(&REGRESSION, 1).fit(&data, quiet())),
        "the input `x` has samples of shape [4], expected [2]"
    );
    assert_eq!(
        message(Model::new(&RECOMMENDER, 1).evaluate(&data)),
        "`Recommender` takes 2 inputs (`user`, `film`), found 1"
    );
    assert_eq!(
        message(Dataset::new(&data, noise(10, 1, 1))),
        "inputs and targets are not from one source, expected arrays or one data set of a source"
    );
    assert_eq!(
        message(Dataset::from_source(Flowers(Vec::new(), Vec::new()))),
        "an array of shape [0] has no samples, expected 1 or more"
    );
    assert_eq!(
        message(Column::declared::<f32>([2, 0])),
        "an array of shape [1, 2, 0] has no elements, expected axes of 1 or more"
    );
    let declared = Column::declared::<f32>([4]).unwrap();
    assert_eq!(
        message(Model::new(&CLASSIFIER, 1).predict::<1>(columns(declared))),
        "an array of shape [0, 4] has no samples, expected 1 or more"
    );
    assert_eq!(data.inputs().array(0), None);
    let without_targets = Dataset::without_targets(&data).unwrap();
    let model = Model::new(&CLASSIFIER, 1);
    assert_eq!(
        model.predict::<1>(columns(&without_targets)).unwrap(),
        model.predict::<1>(columns(&data.in_memory().unwrap())).unwrap()
    );
}
