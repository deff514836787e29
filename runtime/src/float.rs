//! The element types that the runtime computes with.

use crate::kernels::{Threads, activation};
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

    /// The nearest value.
    fn from_f64(value: f64) -> Self;
    /// The same value with more digits.
    fn to_f64(self) -> f64;
    /// The nearest value.
    fn from_f32(value: f32) -> Self;
    /// The nearest value.
    fn to_f32(self) -> f32;
    /// `e^x`.
    fn exp(self) -> Self;
    /// `e^x - 1`, exact near 0.
    fn exp_m1(self) -> Self;
    /// `log x`.
    fn ln(self) -> Self;
    /// `log(1 + x)`, exact near 0.
    fn ln_1p(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// `√x`.
    fn sqrt(self) -> Self;
    /// `|x|`.
    fn abs(self) -> Self;
    /// `x^power`.
    fn powf(self, power: Self) -> Self;
    /// `x · factor + addend`, rounded once. Slow where the processor has no such instruction.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
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
    ($type:ident, $erf:path) => {
        impl Float for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $type::INFINITY;

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
            fn exp(self) -> Self {
                $type::exp(self)
            }
            #[inline(always)]
            fn exp_m1(self) -> Self {
                $type::exp_m1(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                $type::ln(self)
            }
            #[inline(always)]
            fn ln_1p(self) -> Self {
                $type::ln_1p(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $type::tanh(self)
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
            fn erf(self) -> Self {
                $erf(self)
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

float!(f32, libm::erff);
float!(f64, libm::erf);

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
