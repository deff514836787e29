//! Metrics: what `fit` and `evaluate` report beside the loss.

use crate::catalogue::{Check, catalogue};
use crate::{AttributeError, Loss, Shape, ShapeError};

catalogue! {
    /// A number that tells a person how good predictions are.
    pub enum Metric, "metric", METRICS {
        /// Share of right decisions, from 0 to 1.
        ///
        /// What is right depends on the loss: the largest score is the target's class (classes and one-hot rows), or the
        /// probability is on the target's side of ½ (`binary_cross_entropy`, `binary_focal`), or the signs agree (`hinge`,
        /// `squared_hinge`).
        Accuracy = "accuracy",
        /// Share of samples whose class is among the `k` largest scores; ties count as in PyTorch, the lower index first.
        TopK = "top_k" {
            /// How many scores count, from 1 to the number of classes.
            k: usize = 5,
        },
        /// Mean absolute error: `mean |p - t|`.
        Mae = "mae",
        /// Mean squared error: `mean (p - t)²`.
        Mse = "mse",
        /// Root mean squared error: `√ mean (p - t)²`.
        Rmse = "rmse",
        /// Coefficient of determination: `1 - Σ (p - t)² / Σ (t - mean t)²`, the mean over the features.
        R2 = "r2",
    }
}

impl Metric {
    /// Checks that the metric means something for a loss and an output of this shape.
    ///
    /// # Errors
    /// Says what it needs.
    pub fn fits(&self, loss: &Loss, prediction: Shape) -> Result<(), ShapeError> {
        let name = self.name();
        let loss_name = loss.name();
        let one_hot = matches!(loss, Loss::CategoricalHinge | Loss::KlDivergence);
        let decides = loss.takes_classes()
            || one_hot
            || matches!(
                loss,
                Loss::BinaryCrossEntropy { .. } | Loss::BinaryFocal { .. } | Loss::Hinge | Loss::SquaredHinge
            );
        match *self {
            Metric::Accuracy if !decides => {
                Err(ShapeError::new(format!("`accuracy` counts right classes, the loss `{loss_name}` has none"))
                    .help("for numbers use `mae`, `rmse` or `r2`"))
            }
            Metric::TopK { .. } if !(loss.takes_classes() || one_hot) => {
                Err(ShapeError::new(format!("`top_k` needs classes, the loss `{loss_name}` has none")))
            }
            Metric::TopK { k } if k > prediction.last() => {
                let classes = prediction.last();
                Err(ShapeError::new(format!("`top_k` looks at {k} classes, the output {prediction} has {classes}"))
                    .help(format!("write `top_k({})`", classes - 1)))
            }
            Metric::Mae | Metric::Mse | Metric::Rmse | Metric::R2 if loss.takes_classes() => {
                Err(ShapeError::new(format!("`{name}` compares numbers, the targets of `{loss_name}` are classes"))
                    .help("use `accuracy` or `top_k(k)`"))
            }
            _ => Ok(()),
        }
    }
}

impl Check for Metric {
    fn check(&self) -> Result<(), AttributeError> {
        match *self {
            Metric::TopK { k: 0 } => Err(AttributeError::new("k", "`k` is 0, expected 1 or more")),
            _ => Ok(()),
        }
    }
}
