//! `predict`, `predict_one`, `evaluate` and parameters by path.

use monograd::ndarray::{Array, Array1, Array2, Axis, s};

use super::*;

#[test]
fn chunks_change_no_bit() {
    let model = Model::new(&CLASSIFIER, 1);
    let x = noise(700, 4, 3);
    let [all] = model.predict(columns(&x)).unwrap();
    assert_eq!(all.shape(), [700, 3]);
    for (first, end) in [(0, 1), (3, 260), (255, 257), (699, 700)] {
        let [part] = model.predict(columns(x.slice(s![first..end, ..]))).unwrap();
        assert_eq!(part, all.slice_axis(Axis(0), (first..end).into()));
    }
}

#[test]
fn probabilities_are_linked_scores() {
    let model = Model::new(&CLASSIFIER, 1);
    let x = noise(5, 4, 3);
    let ([scores], [probabilities]) = (model.predict_raw(columns(&x)).unwrap(), model.predict(columns(&x)).unwrap());
    for (scores, probabilities) in scores.outer_iter().zip(probabilities.outer_iter()) {
        assert!((probabilities.sum() - 1.0).abs() < 1e-6);
        let sum: f32 = scores.iter().map(|score| score.exp()).sum();
        assert!((scores[0].exp() / sum - probabilities[0]).abs() < 1e-6);
    }
}

#[test]
fn one_sample_gives_the_bits_of_many() {
    let model = Model::new(&RECOMMENDER, 4);
    let (user, film) = (noise(3, 2, 1), noise(3, 3, 2));
    let [rating, finished] = model.predict(columns((&user, &film))).unwrap();
    for row in 0..3 {
        let user: [f32; 2] = std::array::from_fn(|i| user[[row, i]]);
        let film: [f32; 3] = std::array::from_fn(|i| film[[row, i]]);
        let mut outputs = ([0.0; 1], [0.0; 1]);
        model.predict_one(&RECOMMENDER, &[(&user).into(), (&film).into()], &mut [&mut outputs.0, &mut outputs.1]);
        assert_eq!((outputs.0[0], outputs.1[0]), (rating[[row, 0]], finished[[row, 0]]));
    }
}

#[test]
fn several_threads_predict_at_once() {
    let model = Model::new(&CLASSIFIER, 1);
    let x = noise(300, 4, 3);
    let [expected] = model.predict(columns(&x)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let [found] = model.predict(columns(&x)).unwrap();
                    assert_eq!(found, expected);
                }
            });
        }
    });
}

#[test]
fn layouts_and_types_of_arrays_do_not_matter() {
    let model = Model::new(&REGRESSION, 1);
    let x = noise(10, 2, 1);
    let [expected] = model.predict(columns(&x)).unwrap();
    let transposed = Array::from_shape_fn((2, 10), |(column, row)| x[[row, column]]);
    let wide = Array::from_shape_fn(
        (20, 4),
        |(row, column)| {
            if row % 2 == 0 && column < 2 { x[[row / 2, column]] } else { f32::NAN }
        },
    );
    let predictions = [
        model.predict(columns(transposed.t())).unwrap(),
        model.predict(columns(transposed.reversed_axes())).unwrap(),
        model.predict(columns(wide.slice(s![..;2, ..2]))).unwrap(),
        model.predict(columns(x.mapv(f64::from))).unwrap(),
        model.predict(columns(x.clone().into_dyn())).unwrap(),
        model.predict(columns(&Dataset::without_targets(&x).unwrap())).unwrap(),
        model.predict(columns((&x,))).unwrap(),
    ];
    assert!(predictions.iter().all(|[found]| *found == expected));
}

#[test]
fn evaluation_is_the_mean_over_all_samples() {
    let model = Model::new(&REGRESSION, 1);
    let (x, y) = line(600);
    let evaluation = model.evaluate(&Dataset::new(&x, &y).unwrap()).unwrap();
    let [found] = model.predict(columns(&x)).unwrap();
    let errors: Vec<f64> = found.iter().zip(&y).map(|(found, y)| f64::from(found - y)).collect();
    let mean = |of: fn(f64) -> f64| errors.iter().map(|&error| of(error)).sum::<f64>() / 600.0;
    assert!((evaluation.loss - mean(|error| error * error)).abs() < 1e-5);
    assert!((evaluation.get("mae").unwrap() - mean(f64::abs)).abs() < 1e-5);
}

#[test]
fn labels_may_come_in_many_types() {
    let model = Model::new(&CLASSIFIER, 1);
    let (x, y) = flowers(30);
    let y = Array1::from(y);
    let expected = model.evaluate(&Dataset::new(&x, &y).unwrap()).unwrap();
    let one_hot = Array2::from_shape_fn((30, 3), |(row, class)| f32::from(u8::from(y[row] as usize == class)));
    let others = [
        model.evaluate(&Dataset::new(&x, y.mapv(i64::from)).unwrap()).unwrap(),
        model.evaluate(&Dataset::new(&x, y.mapv(usize::from)).unwrap()).unwrap(),
        model.evaluate(&Dataset::new(&x, y.mapv(u32::from).insert_axis(Axis(1))).unwrap()).unwrap(),
        model.evaluate(&Dataset::new(&x, y.mapv(f32::from)).unwrap()).unwrap(),
    ];
    assert!(others.iter().all(|found| *found == expected));
    let found = model.evaluate(&Dataset::new(&x, &one_hot).unwrap()).unwrap();
    assert!((found.loss - expected.loss).abs() < 1e-6 && found.metrics == expected.metrics);
}

#[test]
fn parameters_are_read_and_written_by_path() {
    let mut model = Model::new(&REGRESSION, 1);
    let shapes: Vec<_> = model.parameters().map(|(path, shape, values)| (path, shape.to_vec(), values.len())).collect();
    assert_eq!(shapes[0], ("dense_1.weight", vec![2, 3], 6));
    assert_eq!(shapes[3], ("dense_2.bias", vec![1], 1));
    for (path, shape, values) in model.parameters_mut() {
        assert_eq!(shape.iter().product::<usize>(), values.len());
        values.fill(if path.ends_with("bias") { 1.0 } else { 0.0 });
    }
    let [found] = model.predict(columns(noise(2, 2, 1))).unwrap();
    assert!(found.iter().all(|&value| value == 1.0));
}
