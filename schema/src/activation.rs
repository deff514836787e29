//! Activation functions: the names, options and defaults of Keras 3.

use crate::catalogue::{Check, catalogue};
use crate::error::in_range;
use crate::{AttributeError, Shape, ShapeError};

catalogue! {
    /// A function of one tensor: elementwise, or over the last axis (`softmax`, `log_softmax`, `sparsemax`).
    ///
    /// Formulas and defaults are those of Keras 3 (`keras.activations`); NaN passes through all of them.
    pub enum Activation, "activation", ACTIVATIONS {
        /// `x`: no activation.
        Linear = "linear",
        /// `max(0, x)`. With options: `x` above `threshold`, `negative_slope · (x - threshold)` below it, never above `max_value`.
        Relu = "relu" {
            /// Slope below the threshold, a number of any sign.
            negative_slope: f64 = 0.0,
            /// The largest output, 0 or more; infinite by default.
            max_value: f64 = f64::INFINITY,
            /// Where the function starts.
            threshold: f64 = 0.0,
        },
        /// `min(max(0, x), 6)`.
        Relu6 = "relu6",
        /// `x` where `x > 0`, else `negative_slope · x`.
        LeakyRelu = "leaky_relu" {
            /// Slope below 0. (PyTorch's default is 0.01.)
            negative_slope: f64 = 0.2,
        },
        /// `x` where `x > 0`, else `alpha · (e^x - 1)` (Clevert et al. 2015).
        Elu = "elu" {
            /// The value approached at -∞, negated.
            alpha: f64 = 1.0,
        },
        /// `scale · elu(x, alpha)` with `alpha = 1.67326324`, `scale = 1.05070098` (Klambauer et al. 2017).
        Selu = "selu",
        /// `max(0, x) + min(0, alpha · (e^(x / alpha) - 1))` (Barron 2017).
        Celu = "celu" {
            /// The value approached at -∞, negated; not 0.
            alpha: f64 = 1.0,
        },
        /// `x · Φ(x)` with the normal distribution function; `approximate` takes the tanh form (Hendrycks and Gimpel 2016).
        Gelu = "gelu" {
            /// `0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))` instead of the error function.
            approximate: bool = false,
        },
        /// `x · sigmoid(x)`, also called swish (Ramachandran et al. 2017).
        Silu = "silu",
        /// `x · tanh(softplus(x))` (Misra 2019).
        Mish = "mish",
        /// `1 / (1 + e^-x)`.
        Sigmoid = "sigmoid",
        /// `tanh(x)`.
        Tanh = "tanh",
        /// `e^x / Σ e^x` over the last axis.
        Softmax = "softmax",
        /// `x - log Σ e^x` over the last axis.
        LogSoftmax = "log_softmax",
        /// `log(sigmoid(x))`.
        LogSigmoid = "log_sigmoid",
        /// `log(1 + e^x)`.
        Softplus = "softplus",
        /// `x / (1 + |x|)`.
        Softsign = "softsign",
        /// `e^x`.
        Exponential = "exponential",
        /// `min(max(0, x / 6 + 0.5), 1)`.
        HardSigmoid = "hard_sigmoid",
        /// `x · hard_sigmoid(x)`, also called hard swish (Howard et al. 2019).
        HardSilu = "hard_silu",
        /// `min(max(-1, x), 1)`.
        HardTanh = "hard_tanh",
        /// `x` where `|x| > threshold`, else 0.
        HardShrink = "hard_shrink" {
            /// How far from 0 values are kept, 0 or more.
            threshold: f64 = 0.5,
        },
        /// `x - threshold` above it, `x + threshold` below `-threshold`, else 0.
        SoftShrink = "soft_shrink" {
            /// How far values move towards 0, 0 or more.
            threshold: f64 = 0.5,
        },
        /// `x - tanh(x)`.
        TanhShrink = "tanh_shrink",
        /// `x` where `x > threshold`, else `default_value`.
        Threshold = "threshold" {
            /// Where the function lets values through.
            threshold: f64 = 0.0,
            /// The value elsewhere.
            default_value: f64 = 0.0,
        },
        /// `(x + √(x² + b)) / 2` (Barron 2021).
        Squareplus = "squareplus" {
            /// Smoothness, 0 or more.
            b: f64 = 4.0,
        },
        /// The Euclidean projection of `x` onto the simplex, over the last axis (Martins and Astudillo 2016).
        Sparsemax = "sparsemax",
        /// 0 for `x ≤ -1`, `(x + 1)² / 4` for `-1 < x < 1`, `x` for `x ≥ 1`.
        SparsePlus = "sparse_plus",
        /// 0 for `x ≤ -1`, `(x + 1) / 2` for `-1 < x < 1`, 1 for `x ≥ 1`.
        SparseSigmoid = "sparse_sigmoid",
    }
}

/// What the derivative of an activation is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivative {
    /// From the output: the input need not be kept.
    FromOutput,
    /// From the input.
    FromInput,
}

impl Activation {
    /// Whether it gives 0 for all values below 0, with no slope: `relu`, `relu6`.
    pub fn cuts_below_zero(&self) -> bool {
        matches!(self, Activation::Relu { negative_slope: 0.0, .. } | Activation::Relu6)
    }

    /// Whether it gives no value beyond -1 and 1: `tanh`, `sigmoid`.
    pub fn is_bounded(&self) -> bool {
        use Activation::*;
        matches!(self, Tanh | HardTanh | Softsign | Sigmoid | HardSigmoid | SparseSigmoid)
    }

    /// What backward reads again.
    pub fn derivative(&self) -> Derivative {
        use Activation::*;
        match self {
            Linear | Relu6 | Sigmoid | Tanh | Softmax | LogSoftmax | Exponential | HardTanh | Sparsemax
            | HardSigmoid | SparseSigmoid => Derivative::FromOutput,
            Relu { negative_slope: 0.0, threshold: 0.0, .. } => Derivative::FromOutput,
            _ => Derivative::FromInput,
        }
    }

    /// Whether each output depends on one input alone.
    pub fn is_elementwise(&self) -> bool {
        !matches!(self, Activation::Softmax | Activation::LogSoftmax | Activation::Sparsemax)
    }

    /// Checks the input of the function.
    ///
    /// # Errors
    /// A function over the last axis needs one.
    pub fn check_shape(&self, input: Shape) -> Result<(), ShapeError> {
        if self.is_elementwise() || input.rank() > 0 {
            return Ok(());
        }
        Err(ShapeError::new(format!("`{}` runs over the last axis, found a single number: []", self.name()))
            .needs("[features]"))
    }
}

impl Check for Activation {
    fn check(&self) -> Result<(), AttributeError> {
        use Activation::*;
        match *self {
            Relu { negative_slope, max_value, threshold } => {
                in_range("negative_slope", negative_slope, ..)?;
                in_range("threshold", threshold, ..)?;
                if max_value == f64::INFINITY { Ok(()) } else { in_range("max_value", max_value, 0.0..) }
            }
            LeakyRelu { negative_slope } => in_range("negative_slope", negative_slope, ..),
            Elu { alpha } => in_range("alpha", alpha, ..),
            Celu { alpha } => {
                in_range("alpha", alpha, ..)?;
                let zero =
                    || AttributeError::new("alpha", "`alpha` is 0, expected another number: `celu` divides by it");
                if alpha == 0.0 { Err(zero()) } else { Ok(()) }
            }
            HardShrink { threshold } | SoftShrink { threshold } => in_range("threshold", threshold, 0.0..),
            Threshold { threshold, default_value } => {
                in_range("threshold", threshold, ..)?;
                in_range("default_value", default_value, ..)
            }
            Squareplus { b } => in_range("b", b, 0.0..),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_both_ways() {
        let activation = Activation::LeakyRelu { negative_slope: 0.1 };
        let entry = activation.to_entry();
        assert_eq!(entry.kind.name, "leaky_relu");
        assert_eq!(Activation::from_entry(&entry), Some(activation));
        assert_eq!(Activation::from_entry(&Activation::Tanh.to_entry()), Some(Activation::Tanh));
    }

    #[test]
    fn every_entry_builds_from_its_defaults() {
        for kind in ACTIVATIONS.entries {
            let values = kind.attributes.iter().map(|attribute| (attribute.default.unwrap())()).collect();
            let entry = crate::Entry { catalogue: &ACTIVATIONS, kind, values };
            let activation = Activation::from_entry(&entry).expect(kind.name);
            assert_eq!(activation.to_entry(), entry);
            assert_eq!((ACTIVATIONS.check)(&entry), Ok(()), "{}", kind.name);
        }
    }

    #[test]
    fn options_out_of_range_are_named() {
        let error = Activation::SoftShrink { threshold: -1.0 }.check().unwrap_err();
        assert_eq!(error.attribute, "threshold");
        assert_eq!(error.message, "`threshold` is -1, expected 0 or more");
    }
}
