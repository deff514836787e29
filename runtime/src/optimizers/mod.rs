//! Optimizers: one update step of each, in one pass over all trainable parameters.
//!
//! Factors that are the same for all parameters are computed in `f64` and then rounded. The formulas, and where they
//! differ between frameworks, are with [`Optimizer`].

mod adagrad;
mod adam;
mod lion;
mod nadam;
mod rms_prop;
mod sgd;

use monograd_schema::Optimizer;

use crate::float::Float;
use crate::kernels::Threads;

/// About what the update of one parameter costs, in multiply-adds.
const COST: usize = 8;

/// Moves parameters along their gradients.
///
/// `state` holds the optimizer's slots one after another, each as long as `parameters`; `step` counts from 1.
/// `learning_rate` stands in for that of the declaration, so that schedules can change it.
pub fn update<T: Float>(
    optimizer: &Optimizer,
    learning_rate: f64,
    step: u64,
    parameters: &mut [T],
    gradients: &[T],
    state: &mut [T],
    threads: &Threads,
) {
    debug_assert_eq!(parameters.len(), gradients.len());
    debug_assert_eq!(state.len(), optimizer.slots().len() * parameters.len());
    debug_assert!(step >= 1);
    match *optimizer {
        Optimizer::Sgd { momentum, nesterov, weight_decay, .. } => {
            let sgd = sgd::Sgd { learning_rate, momentum, nesterov, weight_decay };
            sgd.update(parameters, gradients, state, threads);
        }
        Optimizer::Adam { beta_1, beta_2, epsilon, .. } => {
            let adam = adam::Adam { learning_rate, beta_1, beta_2, epsilon, weight_decay: 0.0 };
            adam.update(step, parameters, gradients, state, threads);
        }
        Optimizer::AdamW { beta_1, beta_2, epsilon, weight_decay, .. } => {
            let adam = adam::Adam { learning_rate, beta_1, beta_2, epsilon, weight_decay };
            adam.update(step, parameters, gradients, state, threads);
        }
        Optimizer::RmsProp { rho, momentum, epsilon, centered, .. } => {
            let rms_prop = rms_prop::RmsProp { learning_rate, rho, momentum, epsilon, centered };
            rms_prop.update(parameters, gradients, state, threads);
        }
        Optimizer::Adagrad { epsilon, .. } => {
            adagrad::Adagrad { learning_rate, epsilon }.update(parameters, gradients, state, threads);
        }
        Optimizer::Nadam { beta_1, beta_2, epsilon, .. } => {
            let nadam = nadam::Nadam { learning_rate, beta_1, beta_2, epsilon };
            nadam.update(step, parameters, gradients, state, threads);
        }
        Optimizer::Lion { beta_1, beta_2, weight_decay, .. } => {
            lion::Lion { learning_rate, beta_1, beta_2, weight_decay }.update(parameters, gradients, state, threads);
        }
    }
}
