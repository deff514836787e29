//! Training steps and single predictions allocate nothing once they are warm, on no thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error as StdError;
use std::sync::atomic::{AtomicUsize, Ordering};

use monograd::ndarray::{Array1, Array2};
use monograd::prelude::*;
use monograd::{Columns, IntoColumns, Samples, Source};

network!({
    struct Perceptron;

    let x = Input(16);
    Dense(12, activation = gelu, regularizer = l2);
    Dropout(0.25);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 1e-3);
    metrics = [accuracy];
});

network!({
    struct Residual;

    fn Block(x: Tensor) -> Tensor {
        let main = x.Dense(16, activation = tanh).Dense(16);
        (main + x).relu()
    }

    let x = Input(16);
    for _ in 0..3 {
        Block();
    }
    Dense(3);

    loss = mse;
    optimizer = Sgd(momentum = 0.9);
    metrics = [mae, r2];
});

network!({
    struct TwoInputs;

    let user = Input(16);
    let film = Input(8);
    let u = user.Dense(8, activation = relu);
    let h = concat(u, film, u * film).Dense(16, activation = relu);
    let rating = h.Dense(1);
    let finished = h.Dense(1);

    output = (rating, finished);
    loss = mse(rating) + 0.5 * binary_cross_entropy(finished);
    optimizer = Adam();
    metrics = [mae(rating), accuracy(finished)];
});

network!({
    /// Large enough for its work to be split over threads.
    struct Wide;

    let x = Input(16);
    Dense(128, activation = relu);
    Dense(128, activation = relu);
    Dense(3);

    loss = mse;
    optimizer = Sgd();
});

network!({
    /// So many outputs that the loss, its metrics and probabilities are split over threads.
    struct ManyOutputs;

    let x = Input(16);
    let class = x.Dense(200);
    let side = x.Dense(200);

    output = (class, side);
    loss = cross_entropy(class) + binary_cross_entropy(side);
    optimizer = Sgd();
    metrics = [accuracy(class), mae(side)];
});

/// Counts the allocations of all threads.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator is unsafe")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn noise(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| ((row * 7 + column * 13) as f32).sin())
}

fn quiet() -> Fit<'static> {
    Fit::default().progress(Progress::Off)
}

const STEPS: usize = 600;

/// Allocations in a number of training steps, and in a `fit` of few and of many steps.
macro_rules! allocations_of {
    ($network:ident, $x:expr, $y:expr) => {{
        let mut model = $network::new(1);
        model.train_step($x, $y).unwrap();
        let steps = allocations(|| {
            for _ in 0..STEPS {
                model.train_step($x, $y).unwrap();
            }
        });
        let many = Dataset::new($x, $y).unwrap();
        let few = many.take(32).unwrap();
        model.fit(&many, quiet()).unwrap();
        let few = allocations(|| drop(model.fit(&few, quiet().epochs(2)).unwrap()));
        let many = allocations(|| drop(model.fit(&many, quiet().epochs(2)).unwrap()));
        (steps, few, many)
    }};
}

/// Computed samples, which take no memory.
struct Waves(usize);

impl Source for Waves {
    fn len(&self) -> usize {
        self.0
    }

    fn inputs(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<f32>([16])?.into_columns()
    }

    fn targets(&self) -> Result<Columns<'static>, Error> {
        Column::declared::<u8>([])?.into_columns()
    }

    fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>> {
        for (row, &number) in numbers.iter().enumerate() {
            let wave = samples.input(row, 0)?.iter_mut().enumerate();
            wave.for_each(|(element, value)| *value = ((number * 7 + element * 13) as f32).sin());
            samples.target(row, 0)?[0] = (number % 3) as u8;
        }
        Ok(())
    }
}

/// Allocations in a `fit` and an `evaluate` of some computed samples.
fn allocations_of_source(samples: usize) -> usize {
    let data = Dataset::from_source(Waves(samples)).unwrap();
    let mut model = Perceptron::new(1);
    let mut work = || {
        model.fit(&data, quiet()).unwrap();
        model.evaluate(&data).unwrap();
    };
    work();
    allocations(work)
}

/// One test alone: the counter is that of the whole process.
#[test]
fn nothing_is_allocated_in_steps_and_single_predictions() {
    let (x, film, targets) = (noise(256, 16), noise(256, 8), noise(256, 3));
    let classes = Array1::from_shape_fn(256, |row| row as u32 % 3);
    let (rating, finished) = (noise(256, 1), noise(256, 1).mapv(|value| f32::from(value > 0.0)));

    // This one first: its work reaches all threads, which then have what they need.
    let (steps, few, many) = allocations_of!(Wide, &x, &targets);
    assert_eq!((steps, few), (0, many), "an epoch allocates for its numbers, its steps do not");
    let sides = Array2::from_shape_fn((256, 200), |(row, side)| ((row + side) % 2) as f32);
    let (steps, few, many) = allocations_of!(ManyOutputs, &x, (&classes, &sides));
    assert_eq!((steps, few), (0, many));
    let (steps, few, many) = allocations_of!(Perceptron, &x, &classes);
    assert_eq!((steps, few), (0, many));
    let (steps, few, many) = allocations_of!(Residual, &x, &targets);
    assert_eq!((steps, few), (0, many));
    let (steps, few, many) = allocations_of!(TwoInputs, (&x, &film), (&rating, &finished));
    assert_eq!((steps, few), (0, many));

    // Both more than an order of samples lists.
    let (few, many) = (allocations_of_source(10_000), allocations_of_source(100_000));
    assert_eq!(few, many, "batches of a source are read into memory that is there");

    let model = TwoInputs::new(1);
    let predict = || model.predict_one(&[0.5; 16], &[0.25; 8]);
    predict();
    let found = allocations(|| {
        for _ in 0..100 {
            std::hint::black_box(predict());
        }
    });
    assert_eq!(found, 0);
}
