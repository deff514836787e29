//! Optimizers: their options, defaults and the state that each keeps per parameter.

use crate::AttributeError;
use crate::catalogue::{Check, catalogue};
use crate::error::in_range;

catalogue! {
    /// How parameters follow their gradients. Defaults are those of Keras 3; `w` is a parameter, `g` its gradient, `t` the step from 1.
    pub enum Optimizer, "optimizer", OPTIMIZERS {
        /// Gradient descent, with momentum, Nesterov momentum or weight decay where asked for.
        ///
        /// `g += weight_decay · w; v = momentum · v - learning_rate · g; w += v`, with `nesterov`
        /// `w += momentum · v - learning_rate · g`. The weight decay is PyTorch's (in the gradient); Keras subtracts
        /// `learning_rate · weight_decay · w` from `w` instead, which differs once there is momentum.
        Sgd = "Sgd" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.01,
            /// Share of the last change that is kept, in `[0, 1)`.
            momentum: f64 = 0.0,
            /// Look ahead along the momentum (Nesterov 1983); needs a momentum.
            nesterov: bool = false,
            /// Strength of the pull towards 0, 0 or more.
            weight_decay: f64 = 0.0,
        },
        /// Steps along the mean gradient over the root of its mean square (Kingma and Ba 2014).
        ///
        /// `m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²; w -= learning_rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + epsilon)`.
        /// As in Keras, epsilon is added before the bias correction; PyTorch adds it after.
        Adam = "Adam" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.001,
            /// Decay of the mean, in `[0, 1)`.
            beta_1: f64 = 0.9,
            /// Decay of the mean square, in `[0, 1)`.
            beta_2: f64 = 0.999,
            /// Keeps the division finite, more than 0.
            epsilon: f64 = 1e-7,
        },
        /// Adam after `w -= learning_rate · weight_decay · w` (Loshchilov and Hutter 2017).
        AdamW = "AdamW" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.001,
            /// Decay of the mean, in `[0, 1)`.
            beta_1: f64 = 0.9,
            /// Decay of the mean square, in `[0, 1)`.
            beta_2: f64 = 0.999,
            /// Keeps the division finite, more than 0.
            epsilon: f64 = 1e-7,
            /// Strength of the pull towards 0, 0 or more. (PyTorch's default is 0.01.)
            weight_decay: f64 = 0.004,
        },
        /// Steps along the gradient over its root mean square (Hinton 2012).
        ///
        /// `s = rho · s + (1 - rho) g²; w -= learning_rate · g / √(s + epsilon)`. As in Keras, epsilon is inside the root;
        /// with `centered` the squared mean gradient is subtracted from `s`; with `momentum`
        /// `v = momentum · v + learning_rate · g / √(s + epsilon); w -= v`.
        RmsProp = "RmsProp" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.001,
            /// Decay of the mean square, in `[0, 1)`.
            rho: f64 = 0.9,
            /// Share of the last change that is kept, in `[0, 1)`.
            momentum: f64 = 0.0,
            /// Keeps the division finite, more than 0.
            epsilon: f64 = 1e-7,
            /// Divide by the standard deviation instead of the root mean square.
            centered: bool = false,
        },
        /// Steps along the gradient over the root of the sum of its squares so far (Duchi et al. 2011).
        ///
        /// `s += g²; w -= learning_rate · g / √(s + epsilon)`. As in Keras, epsilon is inside the root.
        Adagrad = "Adagrad" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.001,
            /// What `s` starts from, 0 or more.
            initial_accumulator_value: f64 = 0.1,
            /// Keeps the division finite, more than 0.
            epsilon: f64 = 1e-7,
        },
        /// Adam with Nesterov momentum (Dozat 2016).
        ///
        /// The momentum of step `t` is `μₜ = β₁ (1 - 0.5 · 0.96ᵗ)`, and `m` is corrected by `Π μ`.
        Nadam = "Nadam" {
            /// Step size, more than 0.
            learning_rate: f64 = 0.001,
            /// Decay of the mean, in `[0, 1)`.
            beta_1: f64 = 0.9,
            /// Decay of the mean square, in `[0, 1)`.
            beta_2: f64 = 0.999,
            /// Keeps the division finite, more than 0.
            epsilon: f64 = 1e-7,
        },
        /// Steps by the sign of a mean of gradients, all of one length (Chen et al. 2023).
        ///
        /// `w -= learning_rate · (sign(β₁ m + (1 - β₁) g) + weight_decay · w); m = β₂ m + (1 - β₂) g`.
        Lion = "Lion" {
            /// Step size, more than 0; 3 to 10 times smaller than for Adam.
            learning_rate: f64 = 0.001,
            /// Weight of the mean in the step, in `[0, 1)`.
            beta_1: f64 = 0.9,
            /// Decay of the mean, in `[0, 1)`.
            beta_2: f64 = 0.99,
            /// Strength of the pull towards 0, 0 or more.
            weight_decay: f64 = 0.0,
        },
    }
}

impl Optimizer {
    /// The values kept for each parameter, by name; all start from [`Optimizer::initial_state`].
    pub fn slots(&self) -> &'static [&'static str] {
        match *self {
            Optimizer::Sgd { momentum: 0.0, .. } => &[],
            Optimizer::Sgd { .. } => &["momentum"],
            Optimizer::Adam { .. } | Optimizer::AdamW { .. } | Optimizer::Nadam { .. } => &["mean", "mean_square"],
            Optimizer::RmsProp { momentum, centered, .. } => match (momentum != 0.0, centered) {
                (false, false) => &["mean_square"],
                (true, false) => &["mean_square", "momentum"],
                (false, true) => &["mean_square", "mean"],
                (true, true) => &["mean_square", "mean", "momentum"],
            },
            Optimizer::Adagrad { .. } => &["accumulator"],
            Optimizer::Lion { .. } => &["mean"],
        }
    }

    /// The value that every slot starts from.
    pub fn initial_state(&self) -> f64 {
        match *self {
            Optimizer::Adagrad { initial_accumulator_value, .. } => initial_accumulator_value,
            _ => 0.0,
        }
    }

    /// The step sizes that are met in practice; far outside of them, training diverges or stands still.
    pub fn usual_learning_rates(&self) -> std::ops::RangeInclusive<f64> {
        match *self {
            Optimizer::Sgd { .. } | Optimizer::Adagrad { .. } => 1e-6..=5.0,
            Optimizer::Adam { .. } | Optimizer::AdamW { .. } | Optimizer::Nadam { .. } | Optimizer::RmsProp { .. } => {
                1e-7..=0.2
            }
            Optimizer::Lion { .. } => 1e-8..=0.05,
        }
    }

    /// The step size.
    pub fn learning_rate(&self) -> f64 {
        match *self {
            Optimizer::Sgd { learning_rate, .. }
            | Optimizer::Adam { learning_rate, .. }
            | Optimizer::AdamW { learning_rate, .. }
            | Optimizer::RmsProp { learning_rate, .. }
            | Optimizer::Adagrad { learning_rate, .. }
            | Optimizer::Nadam { learning_rate, .. }
            | Optimizer::Lion { learning_rate, .. } => learning_rate,
        }
    }
}

fn above_zero(attribute: &'static str, value: f64) -> Result<(), AttributeError> {
    use std::ops::Bound::{Excluded, Unbounded};
    in_range(attribute, value, (Excluded(0.0), Unbounded))
}

impl Check for Optimizer {
    fn check(&self) -> Result<(), AttributeError> {
        above_zero("learning_rate", self.learning_rate())?;
        match *self {
            Optimizer::Sgd { momentum, nesterov, weight_decay, .. } => {
                in_range("momentum", momentum, 0.0..1.0)?;
                in_range("weight_decay", weight_decay, 0.0..)?;
                if nesterov && momentum == 0.0 {
                    return Err(AttributeError::new("nesterov", "`nesterov` needs a momentum, found 0")
                        .help("add `momentum = 0.9`"));
                }
                Ok(())
            }
            Optimizer::Adam { beta_1, beta_2, epsilon, .. } | Optimizer::Nadam { beta_1, beta_2, epsilon, .. } => {
                in_range("beta_1", beta_1, 0.0..1.0)?;
                in_range("beta_2", beta_2, 0.0..1.0)?;
                above_zero("epsilon", epsilon)
            }
            Optimizer::AdamW { beta_1, beta_2, epsilon, weight_decay, .. } => {
                in_range("beta_1", beta_1, 0.0..1.0)?;
                in_range("beta_2", beta_2, 0.0..1.0)?;
                above_zero("epsilon", epsilon)?;
                in_range("weight_decay", weight_decay, 0.0..)
            }
            Optimizer::RmsProp { rho, momentum, epsilon, .. } => {
                in_range("rho", rho, 0.0..1.0)?;
                in_range("momentum", momentum, 0.0..1.0)?;
                above_zero("epsilon", epsilon)
            }
            Optimizer::Adagrad { initial_accumulator_value, epsilon, .. } => {
                in_range("initial_accumulator_value", initial_accumulator_value, 0.0..)?;
                above_zero("epsilon", epsilon)
            }
            Optimizer::Lion { beta_1, beta_2, weight_decay, .. } => {
                in_range("beta_1", beta_1, 0.0..1.0)?;
                in_range("beta_2", beta_2, 0.0..1.0)?;
                in_range("weight_decay", weight_decay, 0.0..)
            }
        }
    }
}
