//! Products whose results go on at once, while they are in the cache: through an activation, back through one, or into the
//! weights.

use std::ops::Range;

use monograd_schema::Activation;

use super::activation;
use super::pieces::Pieces;
use crate::float::Float;
use crate::kernels::{Epilogue, Product, Threads, Weight};
use crate::optimizers::{Slots, Update};

impl Product {
    /// `y = activation(a · weight + bias)`. Where backward needs them, `scores` keeps the values before the activation.
    #[allow(clippy::too_many_arguments, reason = "those of a product, and where its results go")]
    pub(crate) fn compute_activated<T: Float>(
        &self,
        a: &[T],
        weight: Weight<'_, T>,
        bias: Option<&[T]>,
        function: &Activation,
        scores: Option<&mut [T]>,
        y: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let n = self.n;
        match scores {
            None if let (floor, None) = activation::floor(function) => {
                let epilogue = Epilogue { bias, floor: Some(floor), ..Epilogue::NONE };
                self.compute_with(a, weight, epilogue, y, workspace, threads);
            }
            None => {
                let finish = |_: Range<usize>, y: &mut [T]| activation::forward_rows(function, n, y);
                let epilogue = Epilogue { bias, finish: Some(&finish), ..Epilogue::NONE };
                self.compute_with(a, weight, epilogue, y, workspace, threads);
            }
            Some(scores) => {
                assert_eq!(scores.len(), y.len(), "there is a score for each output");
                let outputs = Pieces::new(y);
                let finish = |rows: Range<usize>, scores: &mut [T]| {
                    // SAFETY: an epilogue is called once for each row.
                    let y = unsafe { outputs.range(rows.start * n..rows.end * n) };
                    y.copy_from_slice(scores);
                    activation::forward_rows(function, n, y);
                };
                let epilogue = Epilogue { bias, finish: Some(&finish), ..Epilogue::NONE };
                self.compute_with(a, weight, epilogue, scores, workspace, threads);
            }
        }
    }

    /// The gradient of a value `y`, taken through the elementwise function that made it: `(a · b) ⊙ function'`, where the slope
    /// follows from `y`.
    #[allow(clippy::too_many_arguments, reason = "those of a product, and where its results go")]
    pub(crate) fn compute_through<T: Float>(
        &self,
        a: &[T],
        b: &[T],
        function: &Activation,
        y: &[T],
        gradient: &mut [T],
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let n = self.n;
        assert_eq!(y.len(), gradient.len(), "there is a gradient for each value");
        let finish = |rows: Range<usize>, gradient: &mut [T]| {
            activation::backward_rows(function, n, &y[rows.start * n..rows.end * n], gradient);
        };
        let epilogue = Epilogue { finish: Some(&finish), ..Epilogue::NONE };
        self.compute(a, b, epilogue, gradient, workspace, threads);
    }

    /// Moves a weight, `m × n`, along its gradient, which passes through `gradient` a few rows at a time. The result is that of
    /// an update after the product: each weight depends on its own gradient alone.
    #[allow(clippy::too_many_arguments, reason = "those of a product, and what is updated")]
    pub(crate) fn compute_and_update<T: Float>(
        &self,
        a: &[T],
        b: &[T],
        gradient: &mut [T],
        (weight, slots, update): (&mut [T], Slots<'_, T>, &Update<T>),
        workspace: &mut [T],
        threads: &Threads,
    ) {
        let n = self.n;
        assert_eq!(weight.len(), gradient.len(), "there is a gradient for each weight");
        let (weight, slots) = (Pieces::new(weight), slots.map(Pieces::new));
        let finish = |rows: Range<usize>, gradient: &mut [T]| {
            let range = rows.start * n..rows.end * n;
            // SAFETY: an epilogue is called once for each row.
            let weight = unsafe { weight.range(range.clone()) };
            let slots = slots.each_ref().map(|slot| {
                let range = if slot.is_empty() { 0..0 } else { range.clone() };
                // SAFETY: as above.
                unsafe { slot.range(range) }
            });
            update.apply(weight, gradient, Slots::of(slots));
        };
        let epilogue = Epilogue { finish: Some(&finish), consumed: !self.add, ..Epilogue::NONE };
        self.compute(a, b, epilogue, gradient, workspace, threads);
    }
}

#[cfg(test)]
mod tests {
    use monograd_schema::Optimizer;

    use super::*;

    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|i| (i as f32 * 0.7).sin()).collect()
    }

    #[test]
    fn as_one_after_the_other() {
        for (m, k, n) in [(1, 3, 2), (33, 20, 40), (150, 70, 65), (300, 8, 129)] {
            let product = Product { m, k, n, transposed_a: false, transposed_b: false, add: false };
            let (a, b, bias) = (values(m * k), values(k * n), values(n));
            let weight = Weight::passing(&b);
            let mut workspace = vec![0.0; product.workspace()];
            for threads in [1, 3].map(Threads::new) {
                let mut scores = vec![0.0; m * n];
                product.compute(&a, &b, Epilogue::bias(Some(&bias)), &mut scores, &mut workspace, &threads);
                let mut expected = vec![0.0; m * n];
                activation::forward(&Activation::Silu, n, &scores, &mut expected, &threads);
                let (mut kept, mut y) = (vec![0.0; m * n], vec![0.0; m * n]);
                let (function, bias) = (&Activation::Silu, Some(&bias[..]));
                product.compute_activated(
                    &a,
                    weight,
                    bias,
                    function,
                    Some(&mut kept),
                    &mut y,
                    &mut workspace,
                    &threads,
                );
                assert_eq!((&kept, &y), (&scores, &expected), "{m} × {k} × {n}");
                y.fill(0.0);
                product.compute_activated(&a, weight, bias, function, None, &mut y, &mut workspace, &threads);
                assert_eq!(y, expected, "{m} × {k} × {n}");
            }
        }
    }

    #[test]
    fn as_a_slope_after_the_product() {
        for (m, k, n) in [(1, 3, 2), (33, 20, 40), (150, 70, 65), (40, 8, 1029)] {
            let product = Product { m, k, n, transposed_a: false, transposed_b: true, add: false };
            let (a, b, y) = (values(m * k), values(k * n), values(m * n));
            let mut workspace = vec![0.0; product.workspace()];
            for function in [Activation::Relu6, Activation::Tanh] {
                for threads in [1, 3].map(Threads::new) {
                    let mut expected = vec![0.0; m * n];
                    product.compute(&a, &b, Epilogue::NONE, &mut expected, &mut workspace, &threads);
                    activation::backward_in_place(&function, n, &y, &mut expected, &threads);
                    let mut gradient = vec![0.0; m * n];
                    product.compute_through(&a, &b, &function, &y, &mut gradient, &mut workspace, &threads);
                    assert_eq!(gradient, expected, "{m} × {k} × {n}");
                }
            }
        }
    }

    #[test]
    fn as_an_update_after_the_product() {
        let (beta_1, beta_2) = (0.9, 0.999);
        let optimizers = [
            Optimizer::Sgd { learning_rate: 0.1, momentum: 0.0, nesterov: false, weight_decay: 0.0 },
            Optimizer::Adam { learning_rate: 0.1, beta_1, beta_2, epsilon: 1e-7 },
        ];
        for (m, k, n) in
            [(1, 3, 2), (33, 20, 40), (150, 70, 65), (300, 8, 129), (5, 20, 1), (300, 70, 1), (2000, 64, 1)]
        {
            let product = Product { m, k, n, transposed_a: true, transposed_b: false, add: false };
            let (a, b) = (values(m * k), values(k * n));
            let mut workspace = vec![0.0; product.workspace()];
            for optimizer in optimizers {
                let update = Update::new(&optimizer, 0.1, 3);
                for threads in [1, 3].map(Threads::new) {
                    let mut gradient = vec![0.0; m * n];
                    let mut weight = values(m * n);
                    let mut state = vec![0.5; optimizer.slots().len() * m * n];
                    let (mut fused_weight, mut fused_state) = (weight.clone(), state.clone());
                    product.compute(&a, &b, Epilogue::NONE, &mut gradient, &mut workspace, &threads);
                    update.apply(&mut weight, &gradient, Slots::new(&mut state, m * n));
                    let mut fused_gradient = vec![0.0; m * n];
                    let learned = (&mut fused_weight[..], Slots::new(&mut fused_state, m * n), &update);
                    product.compute_and_update(&a, &b, &mut fused_gradient, learned, &mut workspace, &threads);
                    assert_eq!((fused_weight, fused_state), (weight, state));
                }
            }
        }
    }
}
