//! The element types that the runtime computes with.

use crate::kernels::registers::{self, OnRegisters};
use crate::kernels::{OnRows, Threads, activation, math, on_rows};
use crate::layer::{AnyNode, Layer};
use crate::node::{LossNode, Node, Wiring};
use crate::step::Step;
use monograd_schema::Activation;
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// `f32`, which networks train with, or `f64`, which gradients are checked with.
///
/// The trait is sealed: kernels exist for these two types.
pub trait Float:
    Copy
    + Default
    + PartialOrd
    + Debug
    + Display
    + Send
    + Sync
    + Sum
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + sealed::Sealed
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// +∞.
    const INFINITY: Self;
    /// The least number above 0 with all its digits; those between are subnormal.
    const MIN_POSITIVE: Self;

    /// The nearest value.
    fn from_f64(value: f64) -> Self;
    /// The same value with more digits.
    fn to_f64(self) -> f64;
    /// The nearest value.
    fn from_f32(value: f32) -> Self;
    /// The nearest value.
    fn to_f32(self) -> f32;
    /// `e^x`. Here and below, `FUSED` is whether multiply-adds round once; see `kernels::math`.
    fn exp<const FUSED: bool>(self) -> Self;
    /// `e^x - 1`, exact near 0.
    fn exp_m1<const FUSED: bool>(self) -> Self;
    /// `log x`.
    fn ln<const FUSED: bool>(self) -> Self;
    /// `log(1 + x)`, exact near 0.
    fn ln_1p<const FUSED: bool>(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh<const FUSED: bool>(self) -> Self;
    /// `x - tanh x`.
    fn tanh_shrink<const FUSED: bool>(self) -> Self;
    /// `1 / (1 + e^-x)`.
    fn sigmoid<const FUSED: bool>(self) -> Self;
    /// `log(1 + e^x)`.
    fn softplus<const FUSED: bool>(self) -> Self;
    /// The error function.
    fn erf<const FUSED: bool>(self) -> Self;
    /// `√x`.
    fn sqrt(self) -> Self;
    /// `|x|`.
    fn abs(self) -> Self;
    /// `x^power`.
    fn powf(self, power: Self) -> Self;
    /// `x · factor + addend`, rounded once. Slow where the processor has no such instruction.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Not a number.
    fn is_nan(self) -> bool;

    /// -1, 0 or 1; NaN of NaN.
    #[inline(always)]
    fn sign(self) -> Self {
        if self > Self::ZERO {
            Self::ONE
        } else if self < Self::ZERO {
            -Self::ONE
        } else {
            self
        }
    }

    /// A layer's node without the layer's type, for these numbers.
    #[doc(hidden)]
    fn erase<L: Layer<f32> + Layer<f64> + 'static>(node: &Node<L>) -> &AnyNode<Self>;

    /// [`Step::forward`], compiled here once and not again in every crate that declares a network.
    #[doc(hidden)]
    fn forward(step: &mut Step<'_, Self>, node: &AnyNode<Self>);

    /// [`Step::backward`], compiled here once.
    #[doc(hidden)]
    fn backward(step: &mut Step<'_, Self>, node: &AnyNode<Self>);

    /// [`Step::loss`], compiled here once.
    #[doc(hidden)]
    fn loss(step: &mut Step<'_, Self>, node: &LossNode);

    /// Notes the first layer whose output is not finite, compiled here once.
    #[doc(hidden)]
    fn look_at(step: &mut Step<'_, Self>, wiring: &Wiring);

    /// Applies an activation in place, compiled here once.
    #[doc(hidden)]
    fn activate(activation: &Activation, width: usize, values: &mut [Self]);

    /// Replaces the gradient of an activation's output by that of its input, compiled here once.
    #[doc(hidden)]
    fn deactivate(activation: &Activation, width: usize, source: &[Self], gradient: &mut [Self]);

    /// Runs code if this processor has registers of eight values.
    #[doc(hidden)]
    fn on_registers<K: OnRegisters<Self>>(code: K) -> Option<K::Output>;

    /// Runs code with rows in this processor's registers; false where it is not run, as for `f64`.
    #[doc(hidden)]
    fn on_rows<K: OnRows<Self>>(code: K) -> bool;

    /// The larger of two; NaN if either is, as in PyTorch (`f32::max` drops it).
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        if self.is_nan() || self > other { self } else { other }
    }

    /// The lesser of two; NaN if either is.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        if self.is_nan() || self < other { self } else { other }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

macro_rules! float {
    ($type:ident, $functions:ident, $on_registers:expr, $on_rows:expr) => {
        impl Float for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $type::INFINITY;
            const MIN_POSITIVE: Self = $type::MIN_POSITIVE;

            fn erase<L: Layer<f32> + Layer<f64> + 'static>(node: &Node<L>) -> &AnyNode<Self> {
                node
            }

            #[track_caller]
            fn forward(step: &mut Step<'_, Self>, node: &AnyNode<Self>) {
                step.compute(node);
            }

            #[track_caller]
            fn backward(step: &mut Step<'_, Self>, node: &AnyNode<Self>) {
                step.compute_gradients(node);
            }

            #[track_caller]
            fn loss(step: &mut Step<'_, Self>, node: &LossNode) {
                step.compute_loss(node);
            }

            fn look_at(step: &mut Step<'_, Self>, wiring: &Wiring) {
                step.look_at(wiring);
            }

            fn activate(activation: &Activation, width: usize, values: &mut [Self]) {
                activation::forward_in_place(activation, width, values, &Threads::default());
            }

            fn deactivate(activation: &Activation, width: usize, source: &[Self], gradient: &mut [Self]) {
                activation::backward_in_place(activation, width, source, gradient, &Threads::default());
            }

            #[inline(always)]
            fn on_registers<K: OnRegisters<Self>>(code: K) -> Option<K::Output> {
                ($on_registers)(code)
            }

            #[inline(always)]
            fn on_rows<K: OnRows<Self>>(code: K) -> bool {
                ($on_rows)(code)
            }

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $type
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn from_f32(value: f32) -> Self {
                value as $type
            }
            #[inline(always)]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn exp<const FUSED: bool>(self) -> Self {
                $functions::exp::<FUSED>(self)
            }
            #[inline(always)]
            fn exp_m1<const FUSED: bool>(self) -> Self {
                $functions::exp_m1::<FUSED>(self)
            }
            #[inline(always)]
            fn ln<const FUSED: bool>(self) -> Self {
                $functions::ln::<FUSED>(self)
            }
            #[inline(always)]
            fn ln_1p<const FUSED: bool>(self) -> Self {
                $functions::ln_1p::<FUSED>(self)
            }
            #[inline(always)]
            fn tanh<const FUSED: bool>(self) -> Self {
                $functions::tanh::<FUSED>(self)
            }
            #[inline(always)]
            fn tanh_shrink<const FUSED: bool>(self) -> Self {
                $functions::tanh_shrink::<FUSED>(self)
            }
            #[inline(always)]
            fn sigmoid<const FUSED: bool>(self) -> Self {
                $functions::sigmoid::<FUSED>(self)
            }
            #[inline(always)]
            fn softplus<const FUSED: bool>(self) -> Self {
                $functions::softplus::<FUSED>(self)
            }
            #[inline(always)]
            fn erf<const FUSED: bool>(self) -> Self {
                $functions::erf::<FUSED>(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $type::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $type::abs(self)
            }
            #[inline(always)]
            fn powf(self, power: Self) -> Self {
                $type::powf(self, power)
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                $type::mul_add(self, factor, addend)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $type::is_finite(self)
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                $type::is_nan(self)
            }
        }
    };
}

float!(f32, math, registers::run, on_rows);
// Nobody waits for these.
float!(f64, double, |_| None, |_| false);

/// The functions of `f64`: those of the platform, which know no `FUSED`.
mod double {
    macro_rules! platform {
        ($($name:ident: $function:expr;)*) => {
            $(
                #[inline(always)]
                pub(super) fn $name<const FUSED: bool>(x: f64) -> f64 {
                    $function(x)
                }
            )*
        };
    }

    platform! {
        exp: f64::exp;
        exp_m1: f64::exp_m1;
        ln: f64::ln;
        ln_1p: f64::ln_1p;
        tanh: f64::tanh;
        tanh_shrink: |x: f64| x - x.tanh();
        erf: libm::erf;
        // Far below 0 the exponential becomes infinite and the quotient 0, which is right.
        sigmoid: |x: f64| 1.0 / (1.0 + (-x).exp());
        // The exponent is never positive, so nothing overflows.
        softplus: |x: f64| (if x < 0.0 { 0.0 } else { x }) + (-x.abs()).exp().ln_1p();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maximum_and_minimum_keep_nan() {
        for (a, b) in [(f32::NAN, 1.0), (1.0, f32::NAN)] {
            assert!(Float::maximum(a, b).is_nan());
            assert!(Float::minimum(a, b).is_nan());
        }
        assert_eq!(Float::maximum(1f32, 2.0), 2.0);
        assert_eq!(Float::minimum(1f32, 2.0), 1.0);
    }
}
