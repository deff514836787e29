//! Matrix products of the shapes that training an MLP needs, against matrixmultiply: `cargo bench --bench products`.
//!
//! GFLOP/s on one thread, the best of many runs. Both get the same operands; ours includes packing.

use std::time::Instant;

use monograd::__private::Threads;
use monograd::__private::arithmetic::{Epilogue, Product};

const SECONDS: f64 = 0.25;

fn main() {
    println!("| product | m × k × n | monograd | matrixmultiply | ratio |");
    println!("|---|---|---:|---:|---:|");
    let shapes = [
        ("x · w", 128, 784, 512, false, false),
        ("x · w", 128, 512, 256, false, false),
        ("x · w", 128, 256, 10, false, false),
        ("xᵀ · d", 784, 128, 512, true, false),
        ("xᵀ · d", 512, 128, 256, true, false),
        ("xᵀ · d", 256, 128, 10, true, false),
        ("d · wᵀ", 128, 256, 512, false, true),
        ("d · wᵀ", 128, 10, 256, false, true),
        ("x · w", 32, 784, 512, false, false),
        ("xᵀ · d", 784, 32, 512, true, false),
        ("d · wᵀ", 32, 256, 512, false, true),
        ("x · w", 1, 784, 512, false, false),
        ("x · w", 2, 784, 512, false, false),
        ("x · w", 5, 784, 512, false, false),
        ("square", 512, 512, 512, false, false),
        ("square", 2048, 2048, 2048, false, false),
    ];
    for (name, m, k, n, transposed_a, transposed_b) in shapes {
        let a: Vec<f32> = (0..m * k).map(|i| (i % 17) as f32 - 8.0).collect();
        let b: Vec<f32> = (0..k * n).map(|i| (i % 13) as f32 - 6.0).collect();
        let (mut ours, mut theirs) = (vec![0f32; m * n], vec![0f32; m * n]);
        let product = Product { m, k, n, transposed_a, transposed_b, add: false };
        let mut workspace = vec![0f32; product.workspace()];
        let threads = Threads::new(1);
        let mut monograd = || product.compute(&a, &b, Epilogue::NONE, &mut ours, &mut workspace, &threads);
        let (row_a, column_a) = if transposed_a { (1, m as isize) } else { (k as isize, 1) };
        let (row_b, column_b) = if transposed_b { (1, k as isize) } else { (n as isize, 1) };
        let mut matrixmultiply = || {
            // SAFETY: the operands have the extents that the strides reach.
            unsafe {
                let (a, b, c) = (a.as_ptr(), b.as_ptr(), theirs.as_mut_ptr());
                matrixmultiply::sgemm(m, k, n, 1.0, a, row_a, column_a, b, row_b, column_b, 0.0, c, n as isize, 1);
            }
        };
        // Alternate, so that both see the same machine.
        let mut best = [f64::INFINITY; 2];
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < 2.0 * SECONDS {
            best[0] = best[0].min(time(&mut monograd));
            best[1] = best[1].min(time(&mut matrixmultiply));
        }
        assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= 1e-3 * (1.0 + b.abs())), "{name}");
        let speed = best.map(|seconds| 2e-9 * (m * k * n) as f64 / seconds);
        println!("| {name} | {m} × {k} × {n} | {:.1} | {:.1} | {:.2} |", speed[0], speed[1], speed[0] / speed[1]);
    }
}

fn time(action: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    action();
    start.elapsed().as_secs_f64()
}
