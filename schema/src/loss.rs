//! Losses: what they compare, and what the output then means.

use crate::catalogue::{Check, catalogue};
use crate::error::in_range;
use crate::{AttributeError, Shape, ShapeError};

catalogue! {
    /// How far predictions `p` are from targets `t`: the mean over the batch, and over the features where each has its own term.
    /// Formulas and defaults are those of Keras 3; `cross_entropy`, `binary_cross_entropy`, `focal` and `binary_focal` take raw scores.
    pub enum Loss, "loss", LOSSES {
        /// Mean squared error: `mean (p - t)²`.
        Mse = "mse",
        /// Mean absolute error: `mean |p - t|`.
        Mae = "mae",
        /// `mean` of `e² / 2` where `|e| ≤ delta`, else `delta · |e| - delta² / 2`, with `e = p - t` (Huber 1964).
        Huber = "huber" {
            /// Where the square turns into a line, more than 0.
            delta: f64 = 1.0,
        },
        /// `mean log cosh(p - t)`.
        LogCosh = "log_cosh",
        /// Mean absolute percentage error: `100 · mean |t - p| / max(|t|, 1e-7)`.
        Mape = "mape",
        /// Mean squared logarithmic error: `mean (log(1 + max(p, 1e-7)) - log(1 + max(t, 1e-7)))²`.
        Msle = "msle",
        /// `mean (p - t · log(p + 1e-7))`: `p` is a rate, not its logarithm (PyTorch's default takes the logarithm).
        Poisson = "poisson",
        /// `Σ t · log(t / p)` over the last axis, both clipped to `[1e-7, 1]`: `p` are probabilities (PyTorch's takes their logarithms).
        KlDivergence = "kl_divergence",
        /// `mean max(0, 1 - t · p)`, targets -1 and 1; 0 counts as -1.
        Hinge = "hinge",
        /// `mean max(0, 1 - t · p)²`, targets -1 and 1; 0 counts as -1.
        SquaredHinge = "squared_hinge",
        /// `max(0, 1 + max((1 - t) · p) - Σ t · p)` over the last axis, targets are one-hot rows.
        CategoricalHinge = "categorical_hinge",
        /// `-Σ p · t / (|p| · |t|)` over the last axis: -1 where both point the same way. Norms are at least 1e-7.
        CosineSimilarity = "cosine_similarity",
        /// Softmax and cross entropy over the last axis, on raw scores: `-Σ t · log softmax(p)`. Targets are class indices or one-hot rows.
        CrossEntropy = "cross_entropy" {
            /// Share of each target that is spread evenly over all classes, in `[0, 1)`.
            label_smoothing: f64 = 0.0,
        },
        /// Sigmoid and cross entropy for each element, on raw scores. Targets are in `[0, 1]`.
        BinaryCrossEntropy = "binary_cross_entropy" {
            /// Moves targets towards ½ by this share, in `[0, 1)`.
            label_smoothing: f64 = 0.0,
        },
        /// `-Σ t · alpha · (1 - q)^gamma · log q` with `q = softmax(p)`, on raw scores (Lin et al. 2017). Targets as for `cross_entropy`.
        Focal = "focal" {
            /// A factor on the loss, more than 0.
            alpha: f64 = 0.25,
            /// How much easy samples count less, 0 or more.
            gamma: f64 = 2.0,
        },
        /// `(1 - q)^gamma · -log q` for each element, `q` the probability of the target by sigmoid, on raw scores (Lin et al. 2017).
        ///
        /// For targets between 0 and 1, `q = t · sigmoid(p) + (1 - t) · sigmoid(-p)`, and binary cross entropy stands for `-log q`.
        BinaryFocal = "binary_focal" {
            /// How much easy samples count less, 0 or more.
            gamma: f64 = 2.0,
        },
    }
}

/// What a loss compares the prediction with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The shape of one sample's target.
    pub shape: Shape,
    /// What its elements are.
    pub kind: TargetKind,
}

/// What the elements of a target are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Numbers.
    Values,
    /// Class indices below this number, or one-hot rows with one more axis of this extent.
    Classes(usize),
}

/// What `predict` applies to the raw scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing: the scores are the values.
    Identity,
    /// Softmax over the last axis: probabilities of classes.
    Softmax,
    /// Sigmoid of each element: probabilities of yes.
    Sigmoid,
}

impl Loss {
    /// What the loss compares a prediction of this shape with.
    ///
    /// # Errors
    /// Says what the loss needs, where the prediction does not fit.
    pub fn target(&self, prediction: Shape) -> Result<Target, ShapeError> {
        let name = self.name();
        if self.reduces_last_axis() && prediction.rank() == 0 {
            return Err(ShapeError::new(format!("`{name}` runs over the last axis, found a single number: []"))
                .needs("[features]"));
        }
        if !self.takes_classes() {
            return Ok(Target { shape: prediction, kind: TargetKind::Values });
        }
        if prediction.last() < 2 {
            return Err(ShapeError::new(format!("`{name}` needs at least 2 classes, the output is {prediction}"))
                .needs("[2 or more]")
                .help("for one yes/no output use `binary_cross_entropy`, for a number `mse`"));
        }
        Ok(Target { shape: prediction.without_last(), kind: TargetKind::Classes(prediction.last()) })
    }

    /// What `predict` applies to the raw scores.
    pub fn link(&self) -> Link {
        match self {
            Loss::CrossEntropy { .. } | Loss::Focal { .. } => Link::Softmax,
            Loss::BinaryCrossEntropy { .. } | Loss::BinaryFocal { .. } => Link::Sigmoid,
            _ => Link::Identity,
        }
    }

    /// Whether targets are classes.
    pub fn takes_classes(&self) -> bool {
        self.link() == Link::Softmax
    }

    /// Whether one term of the mean runs over the last axis.
    pub fn reduces_last_axis(&self) -> bool {
        let over_rows = matches!(self, Loss::KlDivergence | Loss::CategoricalHinge | Loss::CosineSimilarity);
        over_rows || self.takes_classes()
    }
}

impl Check for Loss {
    fn check(&self) -> Result<(), AttributeError> {
        use std::ops::Bound::{Excluded, Unbounded};
        match *self {
            Loss::Huber { delta } => in_range("delta", delta, (Excluded(0.0), Unbounded)),
            Loss::CrossEntropy { label_smoothing } | Loss::BinaryCrossEntropy { label_smoothing } => {
                in_range("label_smoothing", label_smoothing, 0.0..1.0)
            }
            Loss::Focal { alpha, gamma } => {
                in_range("alpha", alpha, (Excluded(0.0), Unbounded))?;
                in_range("gamma", gamma, 0.0..)
            }
            Loss::BinaryFocal { gamma } => in_range("gamma", gamma, 0.0..),
            _ => Ok(()),
        }
    }
}
