//! Training steps and single predictions allocate nothing once they are warm.

mod networks;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use monograd::__private::{Model, Program};
use monograd::ndarray::{Array1, Array2};
use monograd::{Columns, Dataset, Fit, IntoColumns, Progress};

use networks::*;

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has no counter any more.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

#[allow(unsafe_code, reason = "an allocator is unsafe")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

fn steps_of<'a>(program: &'static dyn Program<f32>, x: impl Fn() -> Columns<'a>, y: impl Fn() -> Columns<'a>) -> usize {
    let mut model = Model::new(program, 1);
    model.train_step(x(), y()).unwrap();
    allocations(|| {
        for _ in 0..600 {
            model.train_step(x(), y()).unwrap();
        }
    })
}

fn columns<'a>(x: impl IntoColumns<'a>) -> Columns<'a> {
    x.into_columns().unwrap()
}

#[test]
fn train_step_of_one_input() {
    let (x, y) = line(32);
    assert_eq!(steps_of(&REGRESSION, || columns(&x), || columns(&y)), 0);
}

#[test]
fn train_step_with_classes_dropout_and_penalty() {
    let (x, y) = (noise(32, 4, 1), Array1::<u32>::zeros(32));
    assert_eq!(steps_of(&CLASSIFIER, || columns(&x), || columns(&y)), 0);
}

#[test]
fn train_step_of_two_inputs_and_targets() {
    let (user, film, finished) = (noise(32, 2, 1), noise(32, 3, 2), Array2::<f32>::zeros((32, 1)));
    let rating = noise(32, 1, 3);
    assert_eq!(steps_of(&RECOMMENDER, || columns((&user, &film)), || columns((&rating, &finished))), 0);
}

/// An epoch allocates for its numbers; its steps do not.
#[test]
fn fit_allocates_as_often_for_many_steps_as_for_few() {
    let (x, y) = line(4000);
    let data = Dataset::new(&x, &y).unwrap();
    let fit = |rows: usize| {
        let part = data.take(rows).unwrap();
        let mut model = Model::new(&REGRESSION, 1);
        model.fit(&part, Fit::default().progress(Progress::Off)).unwrap();
        allocations(|| drop(model.fit(&part, Fit::default().epochs(2).progress(Progress::Off)).unwrap()))
    };
    assert_eq!(fit(40), fit(4000));
}

#[test]
fn predict_one() {
    let model = Model::new(&RECOMMENDER, 1);
    let (user, film) = ([0.5; 2], [0.25; 3]);
    let predict = || {
        let mut outputs = ([0.0; 1], [0.0; 1]);
        model.predict_one(&[(&user).into(), (&film).into()], &mut [&mut outputs.0, &mut outputs.1]);
    };
    predict();
    assert_eq!(allocations(|| (0..100).for_each(|_| predict())), 0);
}
