//! A training step and a prediction of one sample allocate nothing after warm-up.
//!
//! One test in a process of its own: the counter sees every thread.

#[path = "support/numbers.rs"]
mod numbers;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use monograd::prelude::*;
use numbers::{classes, numbers};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

network!({
    struct Mlp;

    let x = Input(20);
    Dense(64, activation = relu, regularizer = l2(1e-4));
    Dropout(0.1);
    Dense(32, activation = gelu);
    Dense(5);

    loss = cross_entropy;
    optimizer = Adam();
    metrics = [accuracy, top_k(2)];
});

network!({
    struct Residual;

    fn Block(x: Tensor) -> Tensor {
        let y = x + x.Dense(20, activation = silu).Dense(20);
        (y * 0.5).tanh()
    }

    let x = Input(20);
    for _ in 0..4 {
        Block();
    }
    Dense(2);

    loss = mse;
    optimizer = RmsProp(momentum = 0.9, centered = true);
    metrics = [mae, r2];
});

network!({
    struct TwoInputs;

    let a = Input(20);
    let b = Input(4, 5);
    let h = concat(a.Dense(8, activation = softmax), b.Dense(2).Flatten(), a.Dense(8)).Dense(9, activation = mish);
    let number = h.Dense(2);
    let yes = maximum(h, a.Dense(9)).Dense(2);

    output = (number, yes);
    loss = huber(number) + 0.5 * binary_cross_entropy(yes);
    optimizer = Nadam();
    metrics = [rmse(number), accuracy(yes)];
});

network!({
    struct OverTime;

    let x = Input(30, 20);
    Dense(40, activation = tanh);
    Dense(3);
});

/// Allocations while `action` runs for the second time and more often.
fn allocations(mut action: impl FnMut()) -> usize {
    action();
    let before = COUNT.load(Ordering::Relaxed);
    for _ in 0..100 {
        action();
    }
    COUNT.load(Ordering::Relaxed) - before
}

#[test]
fn a_step_and_a_prediction_allocate_nothing() {
    let (x, y, labels) = (numbers(64, 20, 1), numbers(64, 2, 2), classes(64, 5, 3));
    let (sequence, yes) =
        (x.clone().into_shape_with_order((64, 4, 5)).unwrap(), y.mapv(|y| if y > 0.0 { 1f32 } else { 0.0 }));
    let (mut mlp, mut residual, mut two) = (Mlp::new(1), Residual::new(1), TwoInputs::new(1));

    assert_eq!(allocations(|| assert!(mlp.train_step(&x, &labels).unwrap().is_finite())), 0, "training of an MLP");
    assert_eq!(
        allocations(|| assert!(residual.train_step(&x, &y).unwrap().is_finite())),
        0,
        "training of a residual network"
    );
    let steps = allocations(|| assert!(two.train_step((&x, &sequence), (&y, &yes)).unwrap().is_finite()));
    assert_eq!(steps, 0, "training with two inputs");

    let (one, other) = (&[0.5; 20], &[0.1; 20]);
    assert_eq!(allocations(|| assert!(mlp.predict_one(one)[0].is_finite())), 0, "prediction of an MLP");
    assert_eq!(
        allocations(|| assert!(residual.predict_one(one)[0].is_finite())),
        0,
        "prediction of a residual network"
    );
    assert_eq!(
        allocations(|| assert!(two.predict_one(one, other).0[0].is_finite())),
        0,
        "prediction with two inputs"
    );

    // Thirty rows go through the weight each time: the third prediction makes a copy of it, in memory that the first allocated.
    let over_time = OverTime::new(1);
    let steps = &[[0.5; 20]; 30];
    let predictions =
        allocations(|| assert!(over_time.predict_one(steps.as_flattened().as_array().unwrap())[0].is_finite()));
    assert_eq!(predictions, 0, "prediction over time");

    // Longer epochs and more of them: only what an epoch reports may be allocated.
    let data = Dataset::new(&x, &labels).unwrap();
    let mut fit = |epochs, batch| {
        let settings = Fit::default().epochs(epochs).batch_size(batch).progress(Progress::Off);
        let before = COUNT.load(Ordering::Relaxed);
        mlp.fit(&data, settings).unwrap();
        COUNT.load(Ordering::Relaxed) - before
    };
    fit(1, 64);
    let (few, many) = (fit(3, 64), fit(3, 1));
    assert!(many <= few, "3 epochs of 1 step allocate {few} times, 3 epochs of 64 steps {many} times");
}
