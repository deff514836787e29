//! Training of a chain of tiny layers with a loss, as one loop over samples.
//!
//! Such a network fits into registers. Eight samples at a time, one in each lane of a register, go through all layers, the
//! loss and back before the next ones begin; what lies between the layers is never written to memory. In networks of few
//! weights each step of that waits for the last, so two such groups go side by side. The numbers are those of the layers one
//! by one, bit for bit.

use monograd_schema::layers::Dense;

use super::{Chain, NO_BIAS};
use crate::float::Float;
use crate::kernels::registers::{LANES, ManyRegisters, OnRegisters, total};
use crate::kernels::tiny::{Sums, Weights, before_floor};
use crate::losses::{self, TargetRows};
use crate::node::{LossNode, Node};
use crate::step::Step;

/// What comes after a value of a chain, up to the loss.
pub trait Tail<T: Float, const INPUTS: usize> {
    /// The parameters of all its layers.
    type Weights;

    /// Their gradients, summed up in registers.
    type Sums<V>;

    /// The number of values that the loss compares.
    const OUTPUTS: usize;

    /// The weights of all its layers.
    const WEIGHTS: usize;

    /// Copies the parameters.
    fn load(&self, parameters: &[T]) -> Self::Weights;

    /// Sums that are all the same.
    fn sums<V: Copy>(&self, value: V) -> Self::Sums<V>;

    /// Takes groups of eight samples through the rest of the chain and back: the gradient of `x`.
    fn pass<R: ManyRegisters<T>, const GROUPS: usize>(
        &self,
        on: R,
        weights: &Self::Weights,
        sums: &mut Self::Sums<R::Register>,
        x: &[[R::Register; INPUTS]; GROUPS],
        run: &mut Run<'_, T, R::Register>,
    ) -> [[R::Register; INPUTS]; GROUPS];

    /// Writes the gradients.
    fn store<R: ManyRegisters<T>>(&self, on: R, sums: &Self::Sums<R::Register>, gradients: &mut [T]);

    /// The loss at the end.
    fn loss(&self) -> &LossNode;
}

/// Samples on their way, and what those of a batch have in common.
pub struct Run<'a, T, V> {
    /// The targets of the samples.
    targets: &'a [T],
    /// 1 for each sample, 0 where there is none; nothing in a pair of groups, where there are all.
    present: Option<V>,
    /// The factor of errors in the slope of the loss.
    scale: V,
    /// The sum of the terms of the loss in this part of the batch.
    sum: [f64; LANES],
}

impl<
    T: Float,
    R: Tail<T, UNITS>,
    const INPUTS: usize,
    const UNITS: usize,
    const RELU: bool,
    const WEIGHT: usize,
    const BIAS: usize,
> Tail<T, INPUTS> for Chain<R, INPUTS, UNITS, RELU, WEIGHT, BIAS>
{
    type Weights = (Weights<T, INPUTS, UNITS>, R::Weights);
    type Sums<V> = (Sums<V, INPUTS, UNITS>, R::Sums<V>);

    const OUTPUTS: usize = R::OUTPUTS;
    const WEIGHTS: usize = INPUTS * UNITS + R::WEIGHTS;

    #[inline(always)]
    fn load(&self, parameters: &[T]) -> Self::Weights {
        let (weight, bias) = Self::parameters(parameters);
        (Weights::load(weight, bias), self.rest.load(parameters))
    }

    #[inline(always)]
    fn sums<V: Copy>(&self, value: V) -> Self::Sums<V> {
        (Sums::all(value), self.rest.sums(value))
    }

    #[inline(always)]
    fn pass<O: ManyRegisters<T>, const GROUPS: usize>(
        &self,
        on: O,
        (weights, rest): &Self::Weights,
        sums: &mut Self::Sums<O::Register>,
        x: &[[O::Register; INPUTS]; GROUPS],
        run: &mut Run<'_, T, O::Register>,
    ) -> [[O::Register; INPUTS]; GROUPS] {
        let (floor, zero) = (Self::floor(), on.splat(T::ZERO));
        let (mut y, mut d_x) = ([[zero; UNITS]; GROUPS], [[zero; INPUTS]; GROUPS]);
        for (y, x) in y.iter_mut().zip(x) {
            *y = weights.apply(on, x, floor);
        }
        let d_y = self.rest.pass(on, rest, &mut sums.1, &y, run);
        for (((x, y), d_y), d_x) in x.iter().zip(&y).zip(&d_y).zip(&mut d_x) {
            let d = before_floor(on, y, d_y, floor);
            sums.0.add(on, x, &d);
            *d_x = weights.d_x(on, &d, None);
        }
        d_x
    }

    #[inline(always)]
    fn store<O: ManyRegisters<T>>(&self, on: O, sums: &Self::Sums<O::Register>, gradients: &mut [T]) {
        on.totals(sums.0.weight.as_flattened(), &mut gradients[WEIGHT..][..INPUTS * UNITS]);
        if BIAS != NO_BIAS {
            on.totals(&sums.0.bias, &mut gradients[BIAS..][..UNITS]);
        }
        self.rest.store(on, &sums.1, gradients);
    }

    #[inline(always)]
    fn loss(&self) -> &LossNode {
        self.rest.loss()
    }
}

/// The mean squared error at the end of a chain.
pub struct End<'n>(&'n LossNode);

impl<'n> End<'n> {
    /// A loss that is [`Loss::Mse`](monograd_schema::Loss::Mse).
    pub const fn new(node: &'n LossNode) -> Self {
        Self(node)
    }
}

impl<T: Float, const INPUTS: usize> Tail<T, INPUTS> for End<'_> {
    type Weights = ();
    type Sums<V> = ();

    const OUTPUTS: usize = INPUTS;
    const WEIGHTS: usize = 0;

    #[inline(always)]
    fn load(&self, _parameters: &[T]) {}

    #[inline(always)]
    fn sums<V: Copy>(&self, _value: V) {}

    #[inline(always)]
    fn pass<R: ManyRegisters<T>, const GROUPS: usize>(
        &self,
        on: R,
        (): &(),
        (): &mut (),
        x: &[[R::Register; INPUTS]; GROUPS],
        run: &mut Run<'_, T, R::Register>,
    ) -> [[R::Register; INPUTS]; GROUPS] {
        let mut errors = *x;
        let mut targets = run.targets.as_chunks::<INPUTS>().0;
        for errors in &mut errors {
            let (group, later) = targets.split_at(LANES.min(targets.len()));
            targets = later;
            compare(on, errors, group, run);
        }
        errors
    }

    #[inline(always)]
    fn store<R: ManyRegisters<T>>(&self, _on: R, (): &(), _gradients: &mut [T]) {}

    #[inline(always)]
    fn loss(&self) -> &LossNode {
        self.0
    }
}

/// Makes the errors of a group of samples of their values, and adds the squares to the sum.
#[inline(always)]
fn compare<T: Float, R: ManyRegisters<T>, const VALUES: usize>(
    on: R,
    values: &mut [R::Register; VALUES],
    targets: &[[T; VALUES]],
    run: &mut Run<'_, T, R::Register>,
) {
    let mut terms = [[T::ZERO; VALUES]; LANES];
    for (number, (value, target)) in values.iter_mut().zip(in_registers(on, targets)).enumerate() {
        let mut error = on.subtract(*value, target);
        if let Some(present) = run.present {
            error = on.where_above(on.splat(T::ZERO), present, error);
        }
        let squares = on.multiply(error, error);
        *value = on.multiply(run.scale, error);
        if VALUES == 1 {
            // A value of each sample is already in the order of memory.
            return on.add_wide(&mut run.sum, squares);
        }
        for (terms, square) in terms.iter_mut().zip(on.store(squares)) {
            terms[number] = square;
        }
    }
    // In the order of memory, as the loss by itself adds them: one to each of its chains in turn.
    for terms in terms.as_flattened().as_chunks().0 {
        on.add_wide(&mut run.sum, on.load(terms));
    }
}

/// The values of one to eight samples, and those of the last one again where there is no sample.
#[inline(always)]
fn in_registers<T: Float, R: ManyRegisters<T>, const VALUES: usize>(
    on: R,
    samples: &[[T; VALUES]],
) -> [R::Register; VALUES] {
    match samples.first_chunk() {
        Some(samples) => on.columns(samples),
        None => on.columns(&padded(samples)),
    }
}

/// Fewer than eight samples, and the last one again: what is infinite for none of them is nowhere infinite.
#[inline(always)]
fn padded<T: Float, const VALUES: usize>(samples: &[[T; VALUES]]) -> [[T; VALUES]; LANES] {
    // Without a call: around one, the sums of the loop would lie in memory.
    std::array::from_fn(|lane| samples[lane.min(samples.len() - 1)])
}

/// Weights up to which a group of samples keeps the processor waiting, which a second one does not make longer then. An epoch of
/// `fit` in batches of 32 took 0.94 to 0.96 of its time with two at once for 8 to 56 weights, and 1.03 for 64.
const FEW: usize = 56;

/// A whole batch, forward and back.
struct Train<'a, C, T, const INPUTS: usize> {
    chain: &'a C,
    parameters: &'a [T],
    gradients: &'a mut [T],
    x: &'a [T],
    targets: &'a [T],
    /// The factor of errors in the slope of the loss.
    scale: T,
    /// Samples whose terms are summed up by themselves.
    part: usize,
}

impl<T: Float, C: Tail<T, INPUTS>, const INPUTS: usize> OnRegisters<T> for Train<'_, C, T, INPUTS> {
    /// The sum of the terms of the loss.
    type Output = f64;

    #[inline(always)]
    fn run<R: ManyRegisters<T>>(self, on: R) -> f64 {
        let Self { chain, parameters, gradients, x, targets, scale, part } = self;
        let (weights, mut sums) = (chain.load(parameters), chain.sums(on.splat(T::ZERO)));
        let mut run = Run { targets: &[], present: None, scale: on.splat(scale), sum: [0.0; LANES] };
        let mut sum = 0.0;
        let (mut samples, mut their_targets) = (x.as_chunks::<INPUTS>().0, targets);
        while !samples.is_empty() {
            let (x, later) = samples.split_at(part.min(samples.len()));
            let (targets, later_targets) = their_targets.split_at(x.len() * C::OUTPUTS);
            (samples, their_targets) = (later, later_targets);
            run.sum = [0.0; LANES];
            let (mut rest, mut rest_targets) = (x, targets);
            if const { C::WEIGHTS <= FEW } {
                let (pairs, last) = x.as_chunks::<{ 2 * LANES }>();
                let (pairs_targets, last_targets) = targets.split_at(2 * LANES * C::OUTPUTS * pairs.len());
                (rest, rest_targets) = (last, last_targets);
                run.present = None;
                for (x, targets) in pairs.iter().zip(pairs_targets.chunks_exact(2 * LANES * C::OUTPUTS)) {
                    run.targets = targets;
                    let (first, second) = x.split_at(LANES);
                    let x = [in_registers(on, first), in_registers(on, second)];
                    chain.pass(on, &weights, &mut sums, &x, &mut run);
                }
            }
            for (x, targets) in rest.chunks(LANES).zip(rest_targets.chunks(LANES * C::OUTPUTS)) {
                run.targets = targets;
                run.present = Some(on.load(&std::array::from_fn(|lane| if lane < x.len() { T::ONE } else { T::ZERO })));
                chain.pass(on, &weights, &mut sums, &[in_registers(on, x)], &mut run);
            }
            sum += total(run.sum);
        }
        chain.store(on, &sums, gradients);
        sum
    }
}

impl<T: Float> Step<'_, T> {
    /// Takes the whole batch forward and back, if this processor has registers for that; the gradients are written, the arena
    /// is not. `first`, the first layer of the chain, says where the input lies.
    #[inline]
    pub fn train<C: Tail<T, INPUTS>, const INPUTS: usize>(&mut self, first: &Node<Dense>, chain: &C) -> bool {
        let node = chain.loss();
        let TargetRows::Values(targets) = self.targets[node.target].rows() else {
            unreachable!("the mean squared error takes values")
        };
        let count = (self.rows * C::OUTPUTS).max(1);
        let sum = T::on_registers(Train {
            chain,
            parameters: self.parameters.all(),
            gradients: self.gradients,
            x: self.buffers.floats_of(&first.wiring.inputs[0], true, self.rows),
            targets,
            scale: (T::ONE + T::ONE) * T::from_f64(node.weight / count as f64),
            part: losses::parts(&node.loss, C::OUTPUTS, count).size() / C::OUTPUTS,
        });
        if let Some(sum) = sum {
            self.loss += node.weight * (sum / count as f64);
        }
        sum.is_some()
    }
}
