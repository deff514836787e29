//! Optimizers: one update step of each, in one pass over all trainable parameters or over any piece of them.
//!
//! An [`Update`] is made once for each step and applied to pieces: here to one for each thread, and elsewhere to the rows
//! of a weight whose gradient was just made. Factors that are the same for all parameters are computed in `f64` and then
//! rounded. The formulas, and where they differ between frameworks, are with [`Optimizer`].

mod adagrad;
mod adam;
mod lion;
mod nadam;
mod rms_prop;
mod sgd;
mod slots;
mod update;

use monograd_schema::Optimizer;

pub use slots::Slots;
pub use update::Update;

use crate::float::Float;
use crate::kernels::Threads;

/// About what the update of one parameter costs, in multiply-adds.
const COST: usize = 8;

/// A decayed average that is 0 once it has lost its digits. Where a gradient is 0 for good, as behind a unit that is never
/// active, averages fade until they are subnormal, with which a processor takes many times as long.
#[inline(always)]
fn settled<T: Float>(value: T) -> T {
    if value.abs() < T::MIN_POSITIVE { T::ZERO } else { value }
}

/// `baseᵗ` for a base from 0 to 1, as a difference from 1 needs it: 0 where that is 1 in any case. To compute it takes longer than
/// the update of a few parameters.
fn fading_power(base: f64, step: u64) -> f64 {
    // baseᵗ ≤ exp(-t (1 - base)), and 1 - exp(-40) is 1.
    const FADED: f64 = 40.0;
    let step = step as f64;
    if step * (1.0 - base) < FADED { base.powf(step) } else { 0.0 }
}

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
    let slots = Slots::new(state, parameters.len());
    Update::new(optimizer, learning_rate, step).apply_split(parameters, gradients, slots, threads);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Level;

    /// Rounding of a few operations; the expected values were computed from Keras' formulas in another order.
    const TOLERANCE: f64 = 1e-13;

    #[test]
    fn a_faded_power_makes_no_difference() {
        for base in [0.0, 1e-3, 0.5, 0.9, 0.96, 0.99, 0.999, 0.9999, 1.0] {
            for step in (1..2000).chain([4999, 5000, 39_999, 40_000, 40_001, 400_000, u64::MAX]) {
                let difference = 1.0 - base.powf(step as f64);
                assert_eq!((1.0 - fading_power(base, step)).to_bits(), difference.to_bits(), "{base} to the {step}");
            }
        }
        assert!(fading_power(0.9, 399) > 0.0 && fading_power(0.9, 401) == 0.0);
    }

    /// All optimizers with some options, and the parameter 1 after gradients of 0.5 and -0.25 at a rate of 0.1.
    fn cases() -> Vec<(Optimizer, [f64; 2])> {
        let learning_rate = 1.0; // not what the update is told
        let sgd = |momentum, nesterov, weight_decay| Optimizer::Sgd { learning_rate, momentum, nesterov, weight_decay };
        let (beta_1, beta_2, epsilon) = (0.9, 0.999, 1e-7);
        let rms_prop = |momentum, centered| Optimizer::RmsProp { learning_rate, rho: 0.9, momentum, epsilon, centered };
        let lion = |weight_decay| Optimizer::Lion { learning_rate, beta_1, beta_2: 0.99, weight_decay };
        let adam_w = Optimizer::AdamW { learning_rate, beta_1, beta_2, epsilon, weight_decay: 0.5 };
        let adagrad = Optimizer::Adagrad { learning_rate, initial_accumulator_value: 0.1, epsilon };
        vec![
            (sgd(0.0, false, 0.0), [0.95, 0.975]),
            (sgd(0.0, false, 0.5), [0.9, 0.88]),
            (sgd(0.9, false, 0.0), [0.95, 0.93]),
            (sgd(0.9, true, 0.5), [0.81, 0.69955]),
            (Optimizer::Adam { learning_rate, beta_1, beta_2, epsilon }, [0.9000006324515321, 0.8733670792079219]),
            (adam_w, [0.850000632451532, 0.7808670475853452]),
            (rms_prop(0.0, false), [0.6837728664367966, 0.8312145661715693]),
            (rms_prop(0.9, false), [0.6837728664367966, 0.5466101459646863]),
            (rms_prop(0.0, true), [0.6666674074049382, 0.8151456132679695]),
            (rms_prop(0.9, true), [0.6666674074049382, 0.5151462799324139]),
            (adagrad, [0.9154845866007779, 0.9544095290906796]),
            (
                Optimizer::Nadam { learning_rate, beta_1, beta_2, epsilon },
                [0.8937212409248747, 0.9329807570201845],
            ),
            (lion(0.0), [0.9, 1.0]),
            (lion(0.5), [0.85, 0.9075]),
        ]
    }

    #[test]
    fn two_steps_by_hand() {
        for (optimizer, expected) in cases() {
            let mut parameters = [1.0, 1.0, 1.0];
            let mut state = vec![optimizer.initial_state(); optimizer.slots().len() * 3];
            for (step, (gradient, expected)) in [0.5, -0.25].into_iter().zip(expected).enumerate() {
                let gradients = [gradient; 3];
                let (step, threads) = (step as u64 + 1, Threads::default());
                update(&optimizer, 0.1, step, &mut parameters, &gradients, &mut state, &threads);
                for w in parameters {
                    assert!((w - expected).abs() < TOLERANCE, "{optimizer:?}, step {step}: {w} for {expected}");
                }
            }
        }
    }

    #[test]
    fn threads_do_not_change_bits() {
        const COUNT: usize = 70_001;
        let gradients: Vec<f32> = (0..COUNT).map(|i| (i as f32).sin()).collect();
        for (optimizer, _) in cases() {
            let results = [1, 2, 3, 7].map(|count| {
                let threads = Threads::new(count);
                let mut parameters = vec![0.5; COUNT];
                let mut state = vec![optimizer.initial_state() as f32; optimizer.slots().len() * COUNT];
                for step in 1..=2 {
                    update(&optimizer, 0.1, step, &mut parameters, &gradients, &mut state, &threads);
                }
                (parameters, state)
            });
            assert!(results.iter().all(|result| result == &results[0]), "{optimizer:?}");
        }
    }

    #[test]
    fn pieces_and_levels_do_not_change_bits() {
        const COUNT: usize = 1000;
        let gradients: Vec<f32> = (0..COUNT).map(|i| (i as f32).sin()).collect();
        for (optimizer, _) in cases() {
            let results = [&[COUNT][..], &[1, 2, 300, 17, 0, 15], &[16, 31, 64]].map(|pieces| {
                let mut parameters = vec![0.5; COUNT];
                let mut state = vec![optimizer.initial_state() as f32; optimizer.slots().len() * COUNT];
                for step in 1..=2 {
                    let update = Update::new(&optimizer, 0.1, step);
                    let mut slots = Slots::new(&mut state, COUNT);
                    let mut start = 0;
                    for piece in pieces.iter().cycle() {
                        let range = start..COUNT.min(start + piece);
                        start = range.end;
                        let gradients = &gradients[range.clone()];
                        update.apply(&mut parameters[range.clone()], gradients, slots.range(range));
                        if start == COUNT {
                            break;
                        }
                    }
                }
                (parameters, state)
            });
            assert!(results.iter().all(|result| result == &results[0]), "{optimizer:?}");
            for level in Level::available() {
                let mut parameters = vec![0.5; COUNT];
                let mut state = vec![optimizer.initial_state() as f32; optimizer.slots().len() * COUNT];
                for step in 1..=2 {
                    let update = Update::new(&optimizer, 0.1, step).at(level);
                    update.apply(&mut parameters, &gradients, Slots::new(&mut state, COUNT));
                }
                assert!((parameters, state) == results[0], "{optimizer:?}, {level:?}");
            }
        }
    }

    #[test]
    fn nothing_to_learn_is_allowed() {
        for (optimizer, _) in cases() {
            update::<f32>(&optimizer, 0.1, 1, &mut [], &[], &mut [], &Threads::default());
        }
    }

    #[test]
    fn late_steps_stay_finite() {
        for (optimizer, _) in cases() {
            let mut parameters = [1f32];
            let mut state = vec![optimizer.initial_state() as f32; optimizer.slots().len()];
            update(&optimizer, 0.1, 1 << 40, &mut parameters, &[0.5], &mut state, &Threads::default());
            assert!(parameters[0].is_finite(), "{optimizer:?}");
        }
    }

    #[test]
    fn averages_fade_to_zero_and_not_to_subnormal_numbers() {
        for (optimizer, _) in cases() {
            let mut parameters = [1f32];
            let mut state = vec![optimizer.initial_state() as f32; optimizer.slots().len()];
            for step in 1..=2000 {
                let gradient = if step == 1 { 1e-10 } else { 0.0 };
                update(&optimizer, 1e-3, step, &mut parameters, &[gradient], &mut state, &Threads::default());
                assert!(state.iter().all(|value| !value.is_subnormal()), "{optimizer:?}, step {step}: {state:?}");
            }
        }
    }
}
