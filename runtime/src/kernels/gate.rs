//! The gated linear unit: `a · sigmoid(b)` of rows that hold `a` and then `b`.

use crate::float::Float;
use crate::kernels::{Kernel, Level};

/// `y = a · sigmoid(b)` with rows of `width` in `y` and twice that in `x`.
pub(crate) fn gate<T: Float>(width: usize, x: &[T], y: &mut [T]) {
    Level::of::<T>().run(Gate { width, x, y });
}

/// The gradient of `x`, written or added.
pub(crate) fn gate_backward<T: Float>(width: usize, x: &[T], d_y: &[T], d_x: &mut [T], add: bool) {
    Level::of::<T>().run(GateBackward { width, x, d_y, d_x, add });
}

struct Gate<'a, T> {
    width: usize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Float> Kernel for Gate<'_, T> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (y, x) in self.y.chunks_exact_mut(self.width).zip(self.x.chunks_exact(2 * self.width)) {
            let (a, b) = x.split_at(self.width);
            for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                *y = a * b.sigmoid::<FUSED>();
            }
        }
    }
}

struct GateBackward<'a, T> {
    width: usize,
    x: &'a [T],
    d_y: &'a [T],
    d_x: &'a mut [T],
    add: bool,
}

impl<T: Float> Kernel for GateBackward<'_, T> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { width, x, d_y, d_x, add } = self;
        let rows = d_x.chunks_exact_mut(2 * width).zip(x.chunks_exact(2 * width)).zip(d_y.chunks_exact(width));
        for ((d_x, x), d_y) in rows {
            let (a, b) = x.split_at(width);
            let (d_a, d_b) = d_x.split_at_mut(width);
            for ((((d_a, d_b), &a), &b), &d_y) in d_a.iter_mut().zip(d_b).zip(a).zip(b).zip(d_y) {
                let gate = b.sigmoid::<FUSED>();
                let (to_a, to_b) = (d_y * gate, d_y * a * gate * (T::ONE - gate));
                *d_a = if add { *d_a + to_a } else { to_a };
                *d_b = if add { *d_b + to_b } else { to_b };
            }
        }
    }
}
