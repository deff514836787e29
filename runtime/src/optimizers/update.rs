//! One step of an optimizer.

use monograd_schema::Optimizer;

use super::adagrad::Adagrad;
use super::adam::Adam;
use super::lion::Lion;
use super::nadam::Nadam;
use super::rms_prop::RmsProp;
use super::sgd::Sgd;
use super::{COST, Slots};
use crate::float::Float;
use crate::kernels::{Kernel, Level, Threads};

/// One step of an optimizer: its factors, computed in `f64` and rounded, for any piece of the parameters.
///
/// Nothing that happens to a parameter depends on another, and nothing is fused, so every cut into pieces and every
/// processor give the same bits.
#[derive(Clone, Copy, Debug)]
pub struct Update<T> {
    rule: Rule<T>,
    level: Level,
}

#[derive(Clone, Copy, Debug)]
enum Rule<T> {
    Sgd(Sgd<T>),
    Adam(Adam<T>),
    RmsProp(RmsProp<T>),
    Adagrad(Adagrad<T>),
    Nadam(Nadam<T>),
    Lion(Lion<T>),
}

impl<T: Float> Update<T> {
    /// The update of a step, counted from 1. `learning_rate` stands in for that of the declaration, so that schedules can
    /// change it.
    pub fn new(optimizer: &Optimizer, learning_rate: f64, step: u64) -> Self {
        debug_assert!(step >= 1);
        let now = (learning_rate, step);
        let rule = match *optimizer {
            Optimizer::Sgd { momentum, nesterov, weight_decay, .. } => {
                Rule::Sgd(Sgd::new(learning_rate, momentum, nesterov, weight_decay))
            }
            Optimizer::Adam { beta_1, beta_2, epsilon, .. } => {
                Rule::Adam(Adam::new(now, (beta_1, beta_2), epsilon, 0.0))
            }
            Optimizer::AdamW { beta_1, beta_2, epsilon, weight_decay, .. } => {
                Rule::Adam(Adam::new(now, (beta_1, beta_2), epsilon, weight_decay))
            }
            Optimizer::RmsProp { rho, momentum, epsilon, centered, .. } => {
                Rule::RmsProp(RmsProp::new(learning_rate, rho, momentum, epsilon, centered))
            }
            Optimizer::Adagrad { epsilon, .. } => Rule::Adagrad(Adagrad::new(learning_rate, epsilon)),
            Optimizer::Nadam { beta_1, beta_2, epsilon, .. } => Rule::Nadam(Nadam::new(now, beta_1, beta_2, epsilon)),
            Optimizer::Lion { beta_1, beta_2, weight_decay, .. } => {
                Rule::Lion(Lion::new(learning_rate, beta_1, beta_2, weight_decay))
            }
        };
        Self { rule, level: Level::of::<T>() }
    }

    /// The same update with other instructions.
    #[cfg(test)]
    pub(super) fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Moves a piece of the parameters along its gradients. The slots are those of the same piece.
    pub fn apply(&self, parameters: &mut [T], gradients: &[T], slots: Slots<'_, T>) {
        debug_assert_eq!(parameters.len(), gradients.len());
        debug_assert!(slots.0.iter().all(|slot| slot.is_empty() || slot.len() == parameters.len()));
        // For a few, calling a function that has the registers takes longer than they save.
        let level = if parameters.len() < FEW { Level::Portable } else { self.level };
        level.run(Apply { rule: &self.rule, parameters, gradients, slots });
    }
}

impl<T: Float> Update<T> {
    /// [`Update::apply`] on several threads.
    #[inline]
    pub(crate) fn apply_split(&self, parameters: &mut [T], gradients: &[T], slots: Slots<'_, T>, threads: &Threads) {
        if threads.parts(parameters.len(), COST) <= 1 {
            return self.apply(parameters, gradients, slots);
        }
        threads.split(parameters.len(), COST, (parameters, gradients, slots), |(parameters, gradients, slots)| {
            self.apply(parameters, gradients, slots);
        });
    }
}

/// Parameters that are updated as fast without wide registers.
const FEW: usize = 32;

struct Apply<'a, T> {
    rule: &'a Rule<T>,
    parameters: &'a mut [T],
    gradients: &'a [T],
    slots: Slots<'a, T>,
}

impl<T: Float> Kernel for Apply<'_, T> {
    type Element = T;
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { rule, parameters, gradients, slots } = self;
        match rule {
            Rule::Sgd(sgd) => sgd.apply(parameters, gradients, slots),
            Rule::Adam(adam) => adam.apply(parameters, gradients, slots),
            Rule::RmsProp(rms_prop) => rms_prop.apply(parameters, gradients, slots),
            Rule::Adagrad(adagrad) => adagrad.apply(parameters, gradients, slots),
            Rule::Nadam(nadam) => nadam.apply(parameters, gradients, slots),
            Rule::Lion(lion) => lion.apply(parameters, gradients, slots),
        }
    }
}
