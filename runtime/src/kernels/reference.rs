//! The naive twins of the kernels: a definition each, one element at a time.

use monograd_schema::Shape;

use super::{Epilogue, Product};

/// `C = op(A) · op(B)` and what `Product` adds to it.
pub(super) fn product(product: &Product, a: &[f64], b: &[f64], bias: Option<&[f64]>, c: &mut [f64]) {
    product_to(product, a, b, Epilogue::bias(bias), c);
}

/// The same with all that an epilogue adds.
pub(super) fn product_to(product: &Product, a: &[f64], b: &[f64], epilogue: Epilogue<'_, f64>, c: &mut [f64]) {
    let &Product { m, k, n, transposed_a, transposed_b, add } = product;
    for i in 0..m {
        for j in 0..n {
            let mut sum = if add { c[i * n + j] } else { 0.0 };
            for p in 0..k {
                let a = if transposed_a { a[p * m + i] } else { a[i * k + p] };
                let b = if transposed_b { b[j * k + p] } else { b[p * n + j] };
                sum += a * b;
            }
            let added = epilogue.bias.map_or(0.0, |bias| bias[j]) + epilogue.residual.map_or(0.0, |r| r[i * n + j]);
            let floor = epilogue.floor.unwrap_or(f64::NEG_INFINITY);
            c[i * n + j] = (sum * epilogue.scale.unwrap_or(1.0) + added).max(floor);
        }
    }
}

/// The sum of rows.
pub(super) fn sum_rows(values: &[f64], width: usize) -> Vec<f64> {
    (0..width).map(|j| values.iter().skip(j).step_by(width).sum()).collect()
}

/// For each element of the large tensor, the one of the small tensor beside it.
pub(super) fn broadcast(small: Shape, large: Shape, rows: usize) -> Vec<usize> {
    let (small_extents, large_extents) = (small.extents(), large.extents());
    let beside = |element: usize| {
        let (mut rest, mut index, mut step) = (element, 0, 1);
        for axis in (0..large.rank()).rev() {
            let position = rest % large_extents[axis];
            rest /= large_extents[axis];
            index += if small_extents[axis] == 1 { 0 } else { position * step };
            step *= small_extents[axis];
        }
        rest * small.elements() + index
    };
    (0..rows * large.elements()).map(beside).collect()
}

/// The Euclidean projection onto the simplex by sorting (Held et al. 1974).
pub(super) fn sparsemax(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut threshold) = (0.0, 0.0);
    for (i, &value) in sorted.iter().enumerate() {
        sum += value;
        if 1.0 + (i + 1) as f64 * value > sum {
            threshold = (sum - 1.0) / (i + 1) as f64;
        }
    }
    x.iter().map(|x| (x - threshold).max(0.0)).collect()
}
