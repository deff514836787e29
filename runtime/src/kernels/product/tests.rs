//! Products against the definition, and against themselves in other circumstances.

use super::*;
use crate::kernels::{PORTABLE_FUSES, reference};
use crate::random::Random;

/// Rounding of sums of 33 products below 1, in another order.
const TOLERANCE: f64 = 1e-13;
/// Rounding of one such product to `f32`, as part of a sum: errors of a sum grow about as the root of its length.
const SINGLE_TOLERANCE: f64 = 1e-5;

fn numbers<T: Float>(stream: u32, count: usize) -> Vec<T> {
    let mut draw = Random::new(1, stream, 0).draw();
    (0..count).map(|_| T::from_f64(2.0 * draw.uniform() - 1.0)).collect()
}

#[test]
fn agrees_with_the_definition_on_odd_extents() {
    for m in [0, 1, 3, 4, 5, 15, 16, 17, 23] {
        for k in [0, 1, 2, 33] {
            for n in [0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 67] {
                for case in 0..16 {
                    let flag = |bit: usize| case >> bit & 1 == 1;
                    let product = Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: flag(2) };
                    agrees_with_the_definition(&product, flag(3));
                }
            }
        }
    }
}

/// With and without memory to pack.
fn agrees_with_the_definition(product: &Product, has_bias: bool) {
    let &Product { m, k, n, .. } = product;
    let (a, b, bias, start) = (numbers(1, m * k), numbers(2, k * n), numbers::<f64>(3, n), numbers(4, m * n));
    let bias = has_bias.then_some(&bias[..]);
    let mut expected = start.clone();
    reference::product(product, &a, &b, bias, &mut expected);
    for length in [0, product.k * product.n, product.workspace()] {
        let (mut c, mut workspace) = (start.clone(), vec![f64::NAN; length]);
        product.compute(&a, &b, Epilogue::bias(bias), &mut c, &mut workspace, &Threads::default());
        for (found, expected) in c.iter().zip(&expected) {
            assert!((found - expected).abs() <= TOLERANCE, "{product:?}: {found} for {expected}");
        }
    }
}

#[test]
fn a_row_does_not_depend_on_the_other_rows() {
    for transposed_b in [false, true] {
        for n in [1, 10, 37, 83] {
            let (m, k) = (50, 529);
            let product = Product { m, k, n, transposed_a: false, transposed_b, add: false };
            let (a, b) = (numbers::<f32>(1, m * k), numbers(2, k * n));
            let (mut all, mut workspace) = (vec![0.0; m * n], vec![0.0; product.workspace()]);
            product.compute(&a, &b, Epilogue::NONE, &mut all, &mut workspace, &Threads::default());
            for (a, expected) in a.chunks_exact(k).zip(all.chunks_exact(n)) {
                let mut row = vec![0.0; n];
                let product = Product { m: 1, ..product };
                product.compute(a, &b, Epilogue::NONE, &mut row, &mut workspace, &Threads::default());
                assert_eq!(row, expected);
            }
        }
    }
}

#[test]
fn a_row_of_its_own_has_the_same_bits() {
    fn check<T: Float>(level: Level, k: usize, n: usize) {
        let product = Product { m: 5, k, n, transposed_a: false, transposed_b: false, add: false };
        let (a, b, bias) = (numbers::<T>(1, 5 * k), numbers::<T>(2, k * n), numbers::<T>(3, n));
        for (bias, floor) in [(Some(&bias[..]), -T::INFINITY), (None, T::ZERO), (Some(&bias[..]), T::ZERO)] {
            let (mut all, mut row) = (vec![T::ZERO; 5 * n], vec![T::ONE; n]);
            let epilogue = Epilogue { bias, floor: Some(floor), ..Epilogue::NONE };
            product.compute_at(level, &a, Weight::passing(&b), epilogue, &mut all, &mut [], &Threads::default());
            for number in 0..5 {
                assert!(Product::row_at(level, &a[number * k..][..k], &b, bias, floor, &mut row));
                assert!(row == all[number * n..][..n], "{level:?}, 1 × {k} × {n}");
            }
        }
    }
    let columns: Vec<usize> = if cfg!(miri) { vec![1, 9, 33] } else { (1..42).chain([63, 64, 65, 97, 129]).collect() };
    for level in Level::available() {
        for &n in &columns {
            for k in [0, 1, 2, 3, 4, 7, 64, 101] {
                check::<f32>(level, k, n);
                check::<f64>(level, k, n);
            }
        }
    }
    assert!(
        !Product::row::<f32>(&[0.0; 2], &[0.0; 40_000], None, 0.0, &mut [0.0; 20_000]),
        "that is no small one"
    );
}

/// On rows that are complete: it doubles what it sees and adds the number of the row.
#[test]
fn the_epilogue_finishes_each_row_once() {
    let extents = [
        (0, 3, 5),
        (1, 7, 40),
        (5, 600, 9),
        (70, 600, 1),
        (150, 33, 70),
        (130, 600, 130),
        (40, 530, 150),
        (101, 530, 700),
        (301, 600, 1),
    ];
    for (m, k, n) in extents {
        for case in 0..8 {
            let flag = |bit: usize| case >> bit & 1 == 1;
            let product = Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: true };
            let (a, b, bias, start) = (numbers::<f32>(1, m * k), numbers(2, k * n), numbers(3, n), numbers(4, m * n));
            let mut workspace = vec![0.0; product.workspace()];
            let (mut plain, mut expected) = (Epilogue::bias(flag(2).then_some(&bias[..])), start.clone());
            product.compute(&a, &b, plain, &mut expected, &mut workspace, &Threads::default());
            for (i, row) in expected.chunks_exact_mut(n).enumerate() {
                row.iter_mut().for_each(|value| *value = 2.0 * *value + i as f32);
            }
            let finish = |rows: Range<usize>, c: &mut [f32]| {
                assert_eq!(c.len(), rows.len() * n);
                for (i, row) in rows.zip(c.chunks_exact_mut(n)) {
                    row.iter_mut().for_each(|value| *value = 2.0 * *value + i as f32);
                }
            };
            plain.finish = Some(&finish);
            for count in [1, 2, 3] {
                let mut c = start.clone();
                product.compute(&a, &b, plain, &mut c, &mut workspace, &Threads::new(count));
                assert!(c == expected, "{product:?}, {count} threads");
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_the_threads() {
    for (m, k, n) in [(101, 367, 93), (53, 1100, 131), (301, 700, 1)] {
        for (transposed_a, transposed_b) in [(false, false), (true, false), (false, true)] {
            let product = Product { m, k, n, transposed_a, transposed_b, add: false };
            let (a, b) = (numbers::<f32>(1, m * k), numbers(2, k * n));
            let results = [1, 2, 3, 7].map(|count| {
                let (mut c, mut workspace) = (vec![0.0; m * n], vec![0.0; product.workspace()]);
                product.compute(&a, &b, Epilogue::NONE, &mut c, &mut workspace, &Threads::new(count));
                c
            });
            assert!(results.iter().all(|result| result == &results[0]));
        }
    }
}

/// Rows that nobody reads again may lie anywhere, but each is finished, and right.
#[test]
fn consumed_rows_pass_through_few_places() {
    for (m, k, n) in [(1, 3, 2), (300, 8, 129), (1000, 20, 70), (1, 33, 1), (70, 600, 1), (4000, 20, 1)] {
        let product = Product { m, k, n, transposed_a: true, transposed_b: false, add: false };
        let (a, b) = (numbers::<f32>(1, m * k), numbers(2, k * n));
        let (mut expected, mut workspace) = (vec![0.0; m * n], vec![0.0; product.workspace()]);
        product.compute(&a, &b, Epilogue::NONE, &mut expected, &mut workspace, &Threads::default());
        for count in [1, 2, 3] {
            let (mut c, finished) = (vec![f32::NAN; m * n], std::sync::Mutex::new(vec![f32::NAN; m * n]));
            let finish = |rows: Range<usize>, c: &mut [f32]| {
                finished.lock().unwrap()[rows.start * n..rows.end * n].copy_from_slice(c)
            };
            let epilogue = Epilogue { finish: Some(&finish), consumed: true, ..Epilogue::NONE };
            product.compute(&a, &b, epilogue, &mut c, &mut workspace, &Threads::new(count));
            assert!(*finished.lock().unwrap() == expected, "{product:?}, {count} threads");
        }
    }
}

/// Every tile and its neighbours, with every kind of instructions that this machine has.
#[test]
fn every_level_agrees_with_the_definition() {
    let extents =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 63, 64, 65, 127, 130];
    for (number, &m) in extents.iter().enumerate() {
        for (other, &n) in extents.iter().enumerate() {
            let k = [0, 1, 2, 3, 4, 5, 16, 31, 64, 97][(number + 3 * other) % 10];
            for case in 0..4 {
                let (transposed_a, transposed_b) = (case & 1 == 1, case & 2 == 2);
                levels_agree(&Product { m, k, n, transposed_a, transposed_b, add: (m + n) % 2 == 0 });
            }
        }
    }
}

/// More than one block of every extent.
#[test]
fn every_level_agrees_with_the_definition_on_long_extents() {
    // With more than one row, only a `b` of more than 2¹⁷ values streams by.
    let streamed =
        [(1, 130, 301), (1, 14, 2501), (2, 437, 302), (3, 438, 303), (4, 439, 304), (4, 438, 303), (4, 53, 2504)];
    let narrow = [1, 3, 7, 8].map(|n| (101, 1030 + n, n));
    for (m, k, n) in streamed.into_iter().chain(narrow).chain([
        (1, 1500, 70),
        (5, 1030, 130),
        (13, 1031, 140),
        (100, 513, 129),
        (211, 530, 330),
        (61, 40, 1100),
        (103, 530, 1100),
        (203, 530, 1100),
    ]) {
        for case in 0..8 {
            let flag = |bit: usize| case >> bit & 1 == 1;
            levels_agree(&Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: flag(2) });
        }
    }
}

/// Up to four rows beside a `b` that streams by on one thread, and one row more.
#[test]
fn few_rows_of_doubles_agree_with_the_definition() {
    for (m, k, n) in [(1, 130, 301), (2, 437, 302), (3, 438, 303), (4, 439, 304), (4, 53, 2504), (5, 439, 304)] {
        let product = Product { m, k, n, transposed_a: false, transposed_b: false, add: m % 2 == 0 };
        let (a, b, bias, start) = (numbers(1, m * k), numbers(2, k * n), numbers::<f64>(3, n), numbers(4, m * n));
        let mut expected = start.clone();
        reference::product(&product, &a, &b, Some(&bias), &mut expected);
        for level in Level::available() {
            for count in [1, 2] {
                let (mut c, mut workspace) = (start.clone(), vec![f64::NAN; product.workspace()]);
                let (weight, epilogue, threads) =
                    (Weight::passing(&b), Epilogue::bias(Some(&bias)), Threads::new(count));
                product.compute_at(level, &a, weight, epilogue, &mut c, &mut workspace, &threads);
                for (found, expected) in c.iter().zip(&expected) {
                    let error = (found - expected).abs();
                    assert!(
                        error <= TOLERANCE * (k as f64 / 33.0).min(4.0),
                        "{level:?} {product:?}: {found} for {expected}"
                    );
                }
            }
        }
    }
}

/// With as much workspace as is asked for, less and none, on one thread and two: near the definition, and the same bits of
/// all levels that round once.
fn levels_agree(product: &Product) {
    levels_agree_on(product, true);
    // The gradient of a column has a way of its own where there is no bias.
    if product.n == 1 {
        levels_agree_on(product, false);
    }
}

fn levels_agree_on(product: &Product, has_bias: bool) {
    let &Product { m, k, n, .. } = product;
    let (a, b, bias, start) = (numbers::<f32>(1, m * k), numbers(2, k * n), numbers(3, n), numbers(4, m * n));
    let exact = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect::<Vec<f64>>();
    let mut expected = exact(&start);
    // Every other one with all that an epilogue knows.
    let scale = (!product.add && (m + n) % 4 == 1).then_some(0.3);
    let residual = ((m + n) % 3 == 0).then(|| numbers::<f32>(5, m * n));
    let (exact_bias, exact_residual) = (exact(&bias), residual.as_deref().map(exact));
    let (bias, residual) = (has_bias.then_some(&bias[..]), residual.as_deref());
    let floor = ((m + 2 * n) % 5 == 0).then_some(-0.1);
    let epilogue = Epilogue { scale, bias, residual, floor, ..Epilogue::NONE };
    let exactly = Epilogue {
        scale: scale.map(f64::from),
        bias: has_bias.then_some(&exact_bias[..]),
        residual: exact_residual.as_deref(),
        floor: floor.map(f64::from),
        ..Epilogue::NONE
    };
    reference::product_to(product, &exact(&a), &exact(&b), exactly, &mut expected);
    let tolerance = SINGLE_TOLERANCE * (k as f64 + 1.0).sqrt();
    let mut fused: Option<Vec<f32>> = None;
    for level in Level::available() {
        let mut unfused: Option<Vec<f32>> = None;
        for (length, count) in [(product.workspace(), 1), (product.workspace(), 2), (k * n, 1), (0, 2)] {
            let (mut c, mut workspace) = (start.clone(), vec![f32::NAN; length]);
            let threads = Threads::new(count);
            product.compute_at(level, &a, Weight::passing(&b), epilogue, &mut c, &mut workspace, &threads);
            for (found, expected) in c.iter().zip(&expected) {
                assert!(
                    (f64::from(*found) - expected).abs() <= tolerance,
                    "{level:?} {product:?}: {found} for {expected}"
                );
            }
            let same = if level == Level::Portable && !PORTABLE_FUSES { &mut unfused } else { &mut fused };
            let same = same.get_or_insert_with(|| c.clone());
            assert!(*same == c, "{level:?} {product:?}, {length} of workspace, {count} threads: the same bits");
        }
    }
}

#[test]
fn nan_passes_the_floor() {
    for n in [1, 8, 17, 70] {
        let product = Product { m: 3, k: 2, n, transposed_a: false, transposed_b: false, add: false };
        let (a, b) = (numbers::<f32>(1, 6), vec![f32::NAN; 2 * n]);
        for level in Level::available() {
            let mut c = vec![0.0; 3 * n];
            let epilogue = Epilogue { floor: Some(0.0), ..Epilogue::NONE };
            product.compute_at(level, &a, Weight::passing(&b), epilogue, &mut c, &mut [], &Threads::default());
            assert!(c.iter().all(|value| value.is_nan()), "{level:?}, {n} columns");
        }
    }
}

/// Another implementation, with extents that are not odd.
#[test]
fn agrees_with_matrixmultiply() {
    for (m, k, n) in [(128, 784, 512), (128, 256, 10), (32, 512, 256), (1, 784, 512), (784, 32, 512)] {
        for (transposed_a, transposed_b) in [(false, false), (true, false), (false, true)] {
            let product = Product { m, k, n, transposed_a, transposed_b, add: false };
            let (a, b) = (numbers::<f32>(1, m * k), numbers::<f32>(2, k * n));
            let (mut c, mut expected, mut workspace) =
                (vec![0.0; m * n], vec![0.0; m * n], vec![0.0; product.workspace()]);
            product.compute(&a, &b, Epilogue::NONE, &mut c, &mut workspace, &Threads::default());
            let (a_row, a_column) = if transposed_a { (1, m as isize) } else { (k as isize, 1) };
            let (b_row, b_column) = if transposed_b { (1, k as isize) } else { (n as isize, 1) };
            let (a, b, to) = (a.as_ptr(), b.as_ptr(), expected.as_mut_ptr());
            // SAFETY: the operands have the extents that the strides reach.
            unsafe {
                matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, 0.0, to, n as isize, 1)
            };
            assert!(
                c.iter().zip(&expected).all(|(c, expected)| f64::from((c - expected).abs()) <= 10.0 * SINGLE_TOLERANCE),
                "{product:?}"
            );
        }
    }
}

/// Copies change where operands lie, not one bit of the result.
#[test]
fn copied_operands_give_the_same_bits() {
    for (m, k, n) in [(16, 1, 32), (37, 600, 50), (130, 257, 33)] {
        for case in 0..8 {
            let flag = |bit: usize| case >> bit & 1 == 1;
            let product = Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: flag(2) };
            let (a, b, start) = (numbers::<f32>(1, m * k), numbers(2, k * n), numbers(3, m * n));
            let results = [0, k * n, product.workspace()].map(|length| {
                let (mut c, mut workspace) = (start.clone(), vec![0.0; length]);
                product.compute(&a, &b, Epilogue::bias(Some(&b[..n])), &mut c, &mut workspace, &Threads::default());
                c
            });
            assert!(results[0] == results[1] && results[0] == results[2], "{product:?}");
        }
    }
}

/// Before a copy of a weight is kept, when it is made, from it, and after its values have changed.
#[test]
fn a_kept_copy_gives_the_same_bits() {
    for level in Level::available() {
        for (k, n) in [(1, 9), (33, 65), (600, 130), (529, 1100)] {
            let weights = [2, 3].map(|stream| numbers::<f32>(stream, k * n));
            let mut kept = Kept::nothing();
            for b in &weights {
                kept.forget();
                for (m, count) in
                    [(5, 1), (23, 2), (49, 1), (49, 2), (5, 1), (7, 2), (48, 3), (131, 2), (2, 1), (301, 1)]
                {
                    let product = Product { m, k, n, transposed_a: false, transposed_b: false, add: m == 7 };
                    let (a, start) = (numbers(1, m * k), numbers::<f32>(4, m * n));
                    let (scale, residual) = ((m == 49).then_some(0.7), (m == 131 || m == 23).then_some(&start[..]));
                    let finish = |_: Range<usize>, c: &mut [f32]| c.iter_mut().for_each(|value| *value *= 1.5);
                    let finish = (m != 48).then_some(&finish as &Finish<'_, f32>);
                    let (bias, floor) = (Some(&b[..n]), Some(-0.5));
                    let epilogue = Epilogue { scale, bias, residual, floor, finish, ..Epilogue::NONE };
                    let [passing, lasting] = [Weight::passing(b), Weight::lasting(b, &kept)].map(|weight| {
                        let (mut c, mut workspace) = (start.clone(), vec![f32::NAN; product.workspace()]);
                        let threads = Threads::new(count);
                        product.compute_at(level, &a, weight, epilogue, &mut c, &mut workspace, &threads);
                        c
                    });
                    assert!(passing == lasting, "{level:?} {product:?}, {count} threads");
                }
                assert!(kept.is_there() || n <= Kernel::<f32>::of(level).columns, "{level:?} {k} × {n}");
            }
        }
    }
}
