//! Every loss: values by hand, gradients against central differences.

use monograd_schema::{Link, Loss, Shape, WORTH_A_THREAD};

use super::{Sink, Sum, TargetRows, apply_link, cost, value, value_and_gradient};
use crate::float::Float;
use crate::kernels::{Level, Threads};
use crate::random::Random;

/// Rounding of a few operations on numbers near 1; Poisson's and KL's expected values have epsilon in other places.
const TOLERANCE: f64 = 1e-7;
/// Of sums of many terms in different orders.
const SUMMED: f64 = 1e-12;
/// How far a central difference is moved: its error is about `STEP²` by truncation and `1e-16 / STEP` by rounding.
const STEP: f64 = 1e-5;

const SCORES: [f64; 3] = [1.0, -2.0, 0.5];

/// [`value_and_gradient`] on this thread.
fn gradient_alone<T: Float>(
    loss: &Loss,
    shape: Shape,
    prediction: &[T],
    target: &TargetRows<'_, T>,
    weight: f64,
    gradient: (&mut [T], bool),
) -> f64 {
    value_and_gradient(loss, shape, prediction, target, weight, gradient, Threads::ALONE)
}

fn check_value(loss: Loss, prediction: &[f64], target: TargetRows<'_, f64>, expected: f64) {
    let found = value(&loss, Shape::new([3]), prediction, &target, Threads::ALONE);
    assert!((found - expected).abs() < TOLERANCE * (1.0 + expected), "{loss:?} is {found}, expected {expected}");
}

fn check_gradient(loss: Loss, shape: Shape, prediction: &[f64], target: TargetRows<'_, f64>) {
    const WEIGHT: f64 = 0.3;
    let expected_value = value(&loss, shape, prediction, &target, Threads::ALONE);
    let mut gradient = vec![f64::NAN; prediction.len()];
    let found = gradient_alone(&loss, shape, prediction, &target, WEIGHT, (&mut gradient, false));
    assert_eq!(found, expected_value, "{loss:?}");
    for (i, &found) in gradient.iter().enumerate() {
        let moved = |by| {
            let mut prediction = prediction.to_vec();
            prediction[i] += by;
            value(&loss, shape, &prediction, &target, Threads::ALONE)
        };
        let expected = WEIGHT * (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
        let close = (found - expected).abs() <= TOLERANCE * (1.0 + expected.abs());
        assert!(close, "{loss:?}: element {i} has the gradient {found}, expected {expected}");
    }
    let mut added = vec![1.0; prediction.len()];
    gradient_alone(&loss, shape, prediction, &target, WEIGHT, (&mut added, true));
    for (added, written) in added.iter().zip(&gradient) {
        assert!((added - 1.0 - written).abs() < TOLERANCE, "{loss:?}");
    }
}

#[test]
fn values_of_errors_by_hand() {
    let (p, t) = ([1.0, 3.0, 0.5], TargetRows::Values(&[2.0, 1.0, 0.25]));
    check_value(Loss::Mse, &p, t, (1.0 + 4.0 + 0.0625) / 3.0);
    check_value(Loss::Mae, &p, t, (1.0 + 2.0 + 0.25) / 3.0);
    check_value(Loss::Huber { delta: 1.0 }, &p, t, (0.5 + 1.5 + 0.03125) / 3.0);
    check_value(Loss::Msle, &p, t, 0.22603203929437934);
    check_value(Loss::Poisson, &p, t, 1.1915580743795198);
    let t = TargetRows::Values(&[0.5, -1.5, 2.0]);
    check_value(Loss::LogCosh, &SCORES, t, 0.3652230616434505);
    check_value(Loss::Mape, &SCORES, t, 69.44444444444444);
    check_value(Loss::CosineSimilarity, &SCORES, t, -0.7703288865196434);
    check_value(Loss::KlDivergence, &[0.2, 0.3, 0.5], TargetRows::Values(&[0.1, 0.6, 0.3]), 0.19332590315017542);
}

#[test]
fn values_of_decisions_by_hand() {
    let one_hot = TargetRows::Values(&[0.0, 0.0, 1.0]);
    check_value(Loss::Hinge, &SCORES, TargetRows::Values(&[1.0, -1.0, 1.0]), 0.5 / 3.0);
    check_value(Loss::Hinge, &SCORES, TargetRows::Values(&[0.0, 1.0, 1.0]), (2.0 + 3.0 + 0.5) / 3.0);
    check_value(Loss::SquaredHinge, &SCORES, TargetRows::Values(&[0.0, 1.0, 1.0]), (4.0 + 9.0 + 0.25) / 3.0);
    check_value(Loss::CategoricalHinge, &SCORES, one_hot, 1.5);
    let cross_entropy = |label_smoothing| Loss::CrossEntropy { label_smoothing };
    check_value(cross_entropy(0.0), &SCORES, one_hot, 1.0045969023422834);
    check_value(cross_entropy(0.0), &SCORES, TargetRows::Classes(&[2]), 1.0045969023422834);
    check_value(cross_entropy(0.1), &SCORES, one_hot, 1.07126356900895);
    check_value(cross_entropy(0.1), &SCORES, TargetRows::Classes(&[2]), 1.07126356900895);
    check_value(cross_entropy(0.0), &SCORES, TargetRows::Values(&[0.2, 0.3, 0.5]), 1.6545969023422834);
    let focal = Loss::Focal { alpha: 0.25, gamma: 2.0 };
    check_value(focal, &SCORES, TargetRows::Classes(&[2]), 0.10088973473634444);
    check_value(focal, &SCORES, one_hot, 0.10088973473634444);
    let binary = |label_smoothing| Loss::BinaryCrossEntropy { label_smoothing };
    let sides = TargetRows::Values(&[1.0, 0.0, 1.0]);
    check_value(binary(0.0), &SCORES, sides, 0.3047555609137673);
    check_value(binary(0.1), &SCORES, sides, 0.36308889424710067);
    check_value(Loss::BinaryFocal { gamma: 2.0 }, &SCORES, sides, 0.030678370287070437);
}

#[test]
fn gradients_for_numbers() {
    let p = [0.9, 0.3, 1.6, 2.5, 0.1, 0.7, -0.4, -1.2, 0.6, 1.1, 2.2, 0.8];
    let t = [0.2, 0.4, 1.5, 0.3, 0.6, 2.9, 0.5, 0.1, 1.4, 0.05, 1.0, 0.35];
    let losses = [Loss::Mse, Loss::Mae, Loss::Huber { delta: 0.7 }, Loss::LogCosh, Loss::Mape, Loss::CosineSimilarity];
    for loss in losses {
        for shape in [Shape::new([3]), Shape::new([2, 3]), Shape::new([1])] {
            check_gradient(loss, shape, &p, TargetRows::Values(&t));
        }
    }
    let positive = p.map(f64::abs);
    for loss in [Loss::Msle, Loss::Poisson] {
        check_gradient(loss, Shape::new([3]), &positive, TargetRows::Values(&t));
    }
    check_gradient(Loss::Msle, Shape::new([3]), &p, TargetRows::Values(&t));
    let below_one = positive.map(|p| 0.3 * p);
    check_gradient(Loss::KlDivergence, Shape::new([3]), &below_one, TargetRows::Values(&t));
}

#[test]
fn gradients_for_sides() {
    let p = [0.9, 0.3, -1.6, 2.5, 0.1, -0.7];
    let losses = [
        Loss::Hinge,
        Loss::SquaredHinge,
        Loss::BinaryCrossEntropy { label_smoothing: 0.0 },
        Loss::BinaryCrossEntropy { label_smoothing: 0.2 },
        Loss::BinaryFocal { gamma: 0.0 },
        Loss::BinaryFocal { gamma: 0.5 },
        Loss::BinaryFocal { gamma: 2.0 },
    ];
    for loss in losses {
        check_gradient(loss, Shape::new([2]), &p, TargetRows::Values(&[1.0, 0.0, 0.0, 0.0, 1.0, 1.0]));
        check_gradient(loss, Shape::new([]), &p, TargetRows::Values(&[1.0, 0.0, 0.0, 0.0, 1.0, 1.0]));
    }
    for loss in &losses[2..] {
        check_gradient(*loss, Shape::new([3]), &p, TargetRows::Values(&[0.9, 0.1, 0.5, 0.2, 1.0, 0.7]));
    }
}

#[test]
fn gradients_for_classes() {
    let p = [0.9, 0.3, -1.6, 2.5, 0.1, -0.7, 0.2, 0.4, 1.5, -0.3, 0.6, 2.9];
    let one_hot = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let probabilities = [0.1, 0.2, 0.7, 0.3, 0.3, 0.4, 0.0, 0.5, 0.5, 1.0, 0.0, 0.0];
    let losses = [
        Loss::CrossEntropy { label_smoothing: 0.0 },
        Loss::CrossEntropy { label_smoothing: 0.15 },
        Loss::Focal { alpha: 0.25, gamma: 2.0 },
        Loss::Focal { alpha: 0.7, gamma: 0.0 },
        Loss::Focal { alpha: 1.0, gamma: 0.5 },
    ];
    for shape in [Shape::new([3]), Shape::new([2, 3])] {
        for loss in losses {
            check_gradient(loss, shape, &p, TargetRows::Classes(&[0, 2, 1, 2]));
            check_gradient(loss, shape, &p, TargetRows::Values(&one_hot));
            check_gradient(loss, shape, &p, TargetRows::Values(&probabilities));
        }
        check_gradient(Loss::CategoricalHinge, shape, &p, TargetRows::Values(&one_hot));
    }
}

#[test]
fn classes_and_their_one_hot_rows_agree() {
    let one_hot = TargetRows::Values(&[0.0, 0.0, 1.0]);
    for loss in [Loss::CrossEntropy { label_smoothing: 0.1 }, Loss::Focal { alpha: 0.25, gamma: 2.0 }] {
        let [by_class, by_row] = [TargetRows::Classes(&[2]), one_hot].map(|target| {
            let mut gradient = [0.0; 3];
            let value = gradient_alone(&loss, Shape::new([3]), &SCORES, &target, 1.0, (&mut gradient, false));
            (value, gradient)
        });
        assert_eq!(by_class, by_row, "{loss:?}");
    }
}

#[test]
fn large_scores_have_finite_losses_and_gradients() {
    let scores = [1e4f32, -1e4, 90.0];
    let losses = [
        Loss::CrossEntropy { label_smoothing: 0.0 },
        Loss::Focal { alpha: 0.25, gamma: 2.0 },
        Loss::Focal { alpha: 0.25, gamma: 0.5 },
        Loss::BinaryCrossEntropy { label_smoothing: 0.1 },
        Loss::BinaryFocal { gamma: 2.0 },
        Loss::BinaryFocal { gamma: 0.5 },
        Loss::LogCosh,
    ];
    for loss in losses {
        for target in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] {
            let mut gradient = [0.0; 3];
            let target = TargetRows::Values(&target);
            let value = gradient_alone(&loss, Shape::new([3]), &scores, &target, 1.0, (&mut gradient, false));
            assert!(value.is_finite() && gradient.iter().all(|x| x.is_finite()), "{loss:?}: {value}, {gradient:?}");
        }
    }
}

#[test]
fn an_impossible_class_costs_nothing_where_the_target_is_0() {
    let scores = [0.0, f64::NEG_INFINITY, 0.0];
    let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
    for target in [TargetRows::Classes(&[2]), TargetRows::Values(&[0.0, 0.0, 1.0])] {
        let mut gradient = [0.0; 3];
        let value = gradient_alone(&loss, Shape::new([3]), &scores, &target, 1.0, (&mut gradient, false));
        assert!((value - 2f64.ln()).abs() < TOLERANCE, "{value}");
        assert_eq!(gradient, [0.5, 0.0, -0.5]);
    }
}

#[test]
fn no_samples_cost_nothing() {
    assert_eq!(value::<f32>(&Loss::Mse, Shape::new([3]), &[], &TargetRows::Values(&[]), Threads::ALONE), 0.0);
    let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
    let target = TargetRows::Classes(&[]);
    assert_eq!(gradient_alone::<f32>(&loss, Shape::new([3]), &[], &target, 1.0, (&mut [], false)), 0.0);
}

#[test]
fn links_give_what_scores_mean() {
    let link = |link| {
        let mut scores = SCORES;
        apply_link(link, Shape::new([3]), &mut scores, Threads::ALONE);
        scores
    };
    assert_eq!(link(Link::Identity), SCORES);
    assert!((link(Link::Softmax)[0] - 0.6037488961486257).abs() < TOLERANCE);
    assert!((link(Link::Sigmoid)[2] - 0.6224593312018546).abs() < TOLERANCE);
}

#[test]
fn levels_that_fuse_agree_on_every_bit() {
    let prediction: Vec<f32> = (0..600).map(|i| 0.1 * ((i * 37 % 101) as f32 - 50.0)).collect();
    let values: Vec<f32> = (0..600).map(|i| (i % 2) as f32).collect();
    let classes: Vec<u32> = (0..60).map(|i| i % 10).collect();
    let (values, classes) = (TargetRows::Values(&values), TargetRows::Classes(&classes));
    for (loss, target) in [
        (Loss::BinaryCrossEntropy { label_smoothing: 0.1 }, &values),
        (Loss::LogCosh, &values),
        (Loss::CrossEntropy { label_smoothing: 0.0 }, &classes),
        (Loss::CrossEntropy { label_smoothing: 0.1 }, &classes),
        (Loss::CrossEntropy { label_smoothing: 0.0 }, &values),
    ] {
        let levels = Level::available().filter(|&level| level != Level::Portable);
        let results = levels.map(|level| {
            let mut gradient = vec![0.0; 600];
            let sink = Some(Sink { gradient: &mut gradient, scale: 1.0, add: false });
            let value = level.run(Sum { loss: &loss, width: 10, prediction: &prediction, target, sink });
            let without = level.run(Sum { loss: &loss, width: 10, prediction: &prediction, target, sink: None });
            assert_eq!(value, without, "the value does not depend on the gradient");
            (value, gradient)
        });
        let results: Vec<_> = results.collect();
        assert!(results.iter().all(|result| result == &results[0]), "{loss:?}");
    }
}

/// One loss of each kind of loop and of target.
fn every_kind() -> [(Loss, bool); 9] {
    [
        (Loss::Mse, false),
        (Loss::LogCosh, false),
        (Loss::BinaryCrossEntropy { label_smoothing: 0.1 }, false),
        (Loss::KlDivergence, false),
        (Loss::CosineSimilarity, false),
        (Loss::CategoricalHinge, false),
        (Loss::CrossEntropy { label_smoothing: 0.1 }, true),
        (Loss::CrossEntropy { label_smoothing: 0.0 }, false),
        (Loss::Focal { alpha: 0.25, gamma: 2.0 }, true),
    ]
}

/// Predictions on both sides of 0, targets above it, and classes.
fn batch(rows: usize, width: usize) -> (Vec<f32>, Vec<f32>, Vec<u32>) {
    let mut draw = Random::new(7, 0, 0).draw();
    let prediction = (0..rows * width).map(|_| draw.uniform() as f32 - 0.5).collect();
    let values = (0..rows * width).map(|_| draw.uniform() as f32).collect();
    let classes = (0..rows).map(|_| draw.below(width as u64) as u32).collect();
    (prediction, values, classes)
}

/// Each row by itself is a batch of one part: the gradients of many are theirs, and the value is the mean of theirs.
#[test]
fn batches_of_any_size_are_the_sum_of_their_rows() {
    for (loss, by_class) in every_kind() {
        let part = WORTH_A_THREAD / cost(&loss);
        for width in [1, 3, 17, 300] {
            let (most, shape) = (64 * part / width + 9, Shape::new([width]));
            let (prediction, values, classes) = batch(most, width);
            let target = match by_class {
                true => TargetRows::Classes(&classes),
                false => TargetRows::Values(&values),
            };
            // With a weight of the number of terms, slopes are not scaled.
            let weight = |rows: usize| if loss.reduces_last_axis() { rows } else { rows * width } as f64;
            let mut of_rows = vec![f32::NAN; most * width];
            let mut sums = vec![0.0];
            for (row, gradient) in of_rows.chunks_exact_mut(width).enumerate() {
                let range = row * width..(row + 1) * width;
                let (prediction, target) = (&prediction[range.clone()], target.of(range, width));
                let value = gradient_alone(&loss, shape, prediction, &target, weight(1), (gradient, false));
                sums.push(sums[row] + value);
            }
            let near = |elements: usize| (elements / width).max(2) - 1..elements / width + 2;
            for rows in [near(2 * part), near(3 * part), near(11 * part), near(64 * part)].into_iter().flatten() {
                let elements = 0..rows * width;
                let (prediction, target) = (&prediction[elements.clone()], target.of(elements.clone(), width));
                let mut gradient = vec![f32::NAN; rows * width];
                let out = (&mut gradient[..], false);
                let found = value_and_gradient(&loss, shape, prediction, &target, weight(rows), out, &Threads::new(3));
                let expected = sums[rows] / rows as f64;
                let message = format!("{loss:?} of {rows} × {width}");
                assert!((found - expected).abs() <= SUMMED * expected.abs(), "{message}: {found}, not {expected}");
                assert!(gradient == of_rows[elements], "{message}");
            }
        }
    }
}

#[test]
fn wide_outputs_have_the_same_bits_on_any_number_of_threads() {
    for (loss, by_class) in every_kind() {
        for (rows, width) in [(3, 10_007), (37, 1_001), (9_001, 5)] {
            let (shape, (prediction, values, classes)) = (Shape::new([width]), batch(rows, width));
            let target = if by_class { TargetRows::Classes(&classes) } else { TargetRows::Values(&values) };
            let results = [1, 2, 3, 4, 7, 8].map(|count| {
                let threads = &Threads::new(count);
                let mut gradients = vec![0.5; 2 * prediction.len()];
                let (written, added) = gradients.split_at_mut(prediction.len());
                let values = [
                    value(&loss, shape, &prediction, &target, threads),
                    value_and_gradient(&loss, shape, &prediction, &target, 100.0, (written, false), threads),
                    value_and_gradient(&loss, shape, &prediction, &target, 100.0, (added, true), threads),
                ];
                assert!(values.iter().all(|value| *value == values[0]), "{loss:?}: {values:?}");
                (values[0], gradients)
            });
            assert!(results.iter().all(|result| result == &results[0]), "{loss:?} of {rows} × {width}");
        }
    }
}

#[test]
fn links_have_the_same_bits_on_any_number_of_threads() {
    let (scores, ..) = batch(37, 1_001);
    for link in [Link::Softmax, Link::Sigmoid] {
        let results = [1, 2, 3, 4, 7, 8].map(|count| {
            let mut scores = scores.clone();
            apply_link(link, Shape::new([1_001]), &mut scores, &Threads::new(count));
            scores
        });
        assert!(results.iter().all(|result| result == &results[0]), "{link:?}");
    }
}
