//! Products against the definition, and against themselves in other circumstances.

use super::*;
use crate::kernels::reference;
use crate::random::Random;

/// Rounding of sums of 33 products below 1, in another order.
const TOLERANCE: f64 = 1e-13;
/// The same for sums of 300 products.
const LONG_TOLERANCE: f64 = 1e-12;
/// The same for `f32`.
const SINGLE_TOLERANCE: f64 = 1e-4;

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
    for length in [product.least_workspace(), product.workspace()] {
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

/// On rows that are complete: it doubles what it sees and adds the number of the row.
#[test]
fn the_epilogue_finishes_each_row_once() {
    for (m, k, n) in [(0, 3, 5), (1, 7, 40), (5, 600, 9), (70, 600, 1), (150, 33, 70), (130, 600, 130)] {
        for (transposed_a, transposed_b) in [(false, false), (true, false), (false, true), (true, true)] {
            let product = Product { m, k, n, transposed_a, transposed_b, add: true };
            let (a, b, bias, start) = (numbers::<f32>(1, m * k), numbers(2, k * n), numbers(3, n), numbers(4, m * n));
            let mut workspace = vec![0.0; product.workspace()];
            let (mut plain, mut expected) = (Epilogue::bias(Some(&bias)), start.clone());
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
    let (m, k, n) = (101, 367, 93);
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

/// Every kind of instructions that this machine has, and the portable code, which rounds differently.
#[test]
fn every_level_agrees_with_the_definition() {
    let best = Level::of::<f32>();
    for level in [Level::Portable, Level::Avx2, Level::Avx512] {
        let exists = match level {
            Level::Portable => true,
            Level::Avx2 => best != Level::Portable,
            Level::Avx512 => best == Level::Avx512,
        };
        if !exists {
            println!("skipped: this machine has no {level:?}");
            continue;
        }
        let single: Vec<Vec<f32>> = LEVEL_EXTENTS.map(|extents| agrees(level, extents, SINGLE_TOLERANCE)).into();
        if level != Level::Avx512 {
            for extents in LEVEL_EXTENTS {
                agrees::<f64>(level, extents, LONG_TOLERANCE);
            }
        }
        if level != Level::Portable {
            let other: Vec<Vec<f32>> = LEVEL_EXTENTS.map(|extents| agrees(best, extents, SINGLE_TOLERANCE)).into();
            assert!(single == other, "{level:?} gives the bits of {best:?}");
        }
    }
}

const LEVEL_EXTENTS: [(usize, usize, usize); 5] = [(7, 19, 23), (33, 300, 40), (13, 257, 95), (25, 1, 33), (1, 5, 64)];

/// The packed and the strided loops of a level; gives what they computed.
fn agrees<T: Float>(level: Level, (m, k, n): (usize, usize, usize), tolerance: f64) -> Vec<T> {
    let (a, b): (Vec<T>, Vec<T>) = (numbers(1, m * k), numbers(2, k * n));
    let exact = |values: &[T]| values.iter().map(|value| value.to_f64()).collect::<Vec<f64>>();
    let mut expected = vec![0.0; m * n];
    let product = Product { m, k, n, transposed_a: false, transposed_b: false, add: false };
    reference::product(&product, &exact(&a), &exact(&b), None, &mut expected);
    let (mut strided_c, mut packed_c, bias, add) = (vec![T::ZERO; m * n], vec![T::ZERO; m * n], None, false);
    let strided = Strided { k, n, a: &a, a_row: k, a_column: 1, b: &b, packed: false, bias, add };
    strided.compute(level, 0..m, &mut strided_c);
    let (mut copy_a, mut copy_b) = (vec![T::ZERO; m * k], vec![T::ZERO; k * n]);
    pack::columns(k, n, &b, false, level.panel(), &mut copy_b, &Threads::default());
    let packed = Packed { k, n, a: &a, a_row: k, a_column: 1, b: &copy_b, bias, add };
    packed.compute(level, 0..m, &mut copy_a, &mut packed_c);
    for (found, expected) in strided_c.iter().zip(&expected) {
        assert!((found.to_f64() - expected).abs() <= tolerance, "{level:?}: {found} for {expected}");
    }
    assert!(strided_c == packed_c, "{level:?} {m} × {k} × {n}: packing changes no bit");
    packed_c
}

/// Packing changes where operands lie, not one bit of the result.
#[test]
fn packed_and_strided_operands_give_the_same_bits() {
    for (m, k, n) in [(16, 1, 32), (37, 600, 50), (130, 257, 33)] {
        for case in 0..8 {
            let flag = |bit: usize| case >> bit & 1 == 1;
            let product = Product { m, k, n, transposed_a: flag(0), transposed_b: flag(1), add: flag(2) };
            let (a, b, start) = (numbers::<f32>(1, m * k), numbers(2, k * n), numbers(3, m * n));
            let results = [product.least_workspace(), product.workspace()].map(|length| {
                let (mut c, mut workspace) = (start.clone(), vec![0.0; length]);
                product.compute(&a, &b, Epilogue::bias(Some(&b[..n])), &mut c, &mut workspace, &Threads::default());
                c
            });
            assert!(results[0] == results[1], "{product:?}");
        }
    }
}
