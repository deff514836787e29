//! The networks of the examples: the same bits on any number of threads, with so many samples that work is split.

#[path = "support/bits.rs"]
mod bits;
#[path = "support/numbers.rs"]
mod numbers;

/// The examples as modules; their `main` is not called.
macro_rules! examples {
    ($($path:literal $module:ident;)*) => {
        $(
            #[path = $path]
            #[allow(dead_code, unused_imports, reason = "only the network of the example is used")]
            mod $module;
        )*
    };
}

examples! {
    "../examples/01_regression.rs" regression;
    "../examples/02_xor.rs" xor;
    "../examples/03_digits.rs" digits;
    "../examples/04_residual.rs" residual;
    "../examples/05_two_inputs.rs" two_inputs;
    "../examples/06_train_step.rs" train_step;
    "../examples/07_penguins.rs" penguins;
    "../examples/08_auto_mpg.rs" auto_mpg;
    "../examples/09_housing.rs" housing;
    "../examples/10_sms_spam.rs" sms_spam;
    "../examples/11_fashion_mnist.rs" fashion_mnist;
}

use bits::same_bits;
use monograd::prelude::*;
use ndarray::Array2;
use numbers::{classes, numbers, uniform};

#[test]
fn any_cuts_give_the_same_bits() {
    same_bits::<regression::Regression>();
    same_bits::<xor::Xor>();
    same_bits::<digits::Digits>();
    same_bits::<residual::Spirals>();
    same_bits::<two_inputs::Recommender>();
    same_bits::<train_step::Wave>();
    same_bits::<penguins::Penguins>();
    same_bits::<auto_mpg::AutoMpg>();
    same_bits::<housing::Housing>();
    same_bits::<sms_spam::SmsSpam>();
    same_bits::<fashion_mnist::Fashion>();
}

/// Trains and predicts on several numbers of threads, and compares bits.
macro_rules! learn_alike {
    ($network:ty, $x:expr, $y:expr, $inputs:expr) => {{
        let data = Dataset::new($x, $y).unwrap();
        let run = |threads| {
            let mut model = <$network>::new(3);
            let fit = Fit::default().epochs(2).batch_size(data.len() / 2 - 1).threads(threads);
            let history = model.fit(&data, fit.validation_split(0.1).progress(Progress::Off)).unwrap();
            let losses: Vec<[u64; 2]> = history
                .epochs()
                .iter()
                .map(|epoch| [epoch.loss.to_bits(), epoch.validation.as_ref().unwrap().loss.to_bits()])
                .collect();
            let bits: Vec<u32> =
                model.parameters().flat_map(|(_, _, values)| values.iter().map(|value| value.to_bits())).collect();
            model.set_threads(threads).unwrap();
            (losses, bits, model.predict($inputs).unwrap())
        };
        let first = run(1);
        for threads in [2, 3, 4, 7, 8] {
            assert!(run(threads) == first, "{threads} threads");
        }
    }};
}

fn yes_or_no(rows: usize, seed: u64) -> Array2<f32> {
    numbers(rows, 1, seed).mapv(|value| if value > 0.0 { 1.0 } else { 0.0 })
}

#[test]
fn regression() {
    let (x, y) = (numbers(40_000, 2, 1), numbers(40_000, 1, 2));
    learn_alike!(regression::Regression, &x, &y, &x);
}

#[test]
fn xor() {
    let (x, y) = (numbers(20_000, 2, 1), yes_or_no(20_000, 2));
    learn_alike!(xor::Xor, &x, &y, &x);
}

#[test]
fn digits() {
    let (x, y) = (uniform((700, 8, 8), 1), classes(700, 10, 2));
    learn_alike!(digits::Digits, &x, &y, &x);
}

#[test]
fn residual() {
    let (x, y) = (numbers(2_000, 2, 1), classes(2_000, 2, 2));
    learn_alike!(residual::Spirals, &x, &y, &x);
}

#[test]
fn two_inputs() {
    let (user, film) = (numbers(3_000, 8, 1), numbers(3_000, 12, 2));
    let (rating, finished) = (numbers(3_000, 1, 3), yes_or_no(3_000, 4));
    learn_alike!(two_inputs::Recommender, (&user, &film), (&rating, &finished), (&user, &film));
}

#[test]
fn train_step() {
    let (x, y) = (numbers(20_000, 1, 1), numbers(20_000, 1, 2));
    learn_alike!(train_step::Wave, &x, &y, &x);
}
