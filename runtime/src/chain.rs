//! A network that is nothing but a chain of tiny layers and a loss, as one loop over samples.
//!
//! Such a network fits into registers. A sample goes through all layers, the loss and back before the next one begins; what
//! lies between the layers is never written to memory. The numbers are those of the layers one by one, bit for bit.

use monograd_schema::layers::Dense;

use crate::float::Float;
use crate::kernels::tiny::{Weights, before_floor};
use crate::layers::floor;
use crate::losses::TargetRows;
use crate::node::{LossNode, Node};
use crate::step::Step;

/// What comes after a value of a chain, up to the loss.
pub trait Tail<T: Float, const INPUTS: usize> {
    /// The parameters of all its layers, or their gradients.
    type Weights;

    /// The number of values that the loss compares.
    const OUTPUTS: usize;

    /// Copies the parameters.
    fn load(&self, parameters: &[T]) -> Self::Weights;

    /// Gradients to be summed up.
    fn zero(&self) -> Self::Weights;

    /// Takes one sample through the rest of the chain and back: the gradient of `x`.
    fn pass(
        &self,
        weights: &Self::Weights,
        sums: &mut Self::Weights,
        x: &[T; INPUTS],
        run: &mut Run<'_, T>,
    ) -> [T; INPUTS];

    /// Writes the gradients.
    fn store(&self, sums: &Self::Weights, gradients: &mut [T]);

    /// The loss at the end.
    fn loss(&self) -> &LossNode;
}

/// What a batch's samples have in common.
pub struct Run<'a, T> {
    /// The targets of the sample.
    target: &'a [T],
    /// The factor of each error in the slope of the loss.
    scale: T,
    /// The sum of the terms of the loss.
    sum: f64,
}

/// A layer and what comes after it.
pub struct Chain<'n, R, const INPUTS: usize, const UNITS: usize> {
    node: &'n Node<Dense>,
    rest: R,
}

impl<'n, R, const INPUTS: usize, const UNITS: usize> Chain<'n, R, INPUTS, UNITS> {
    /// A layer before `rest`.
    pub const fn new(node: &'n Node<Dense>, rest: R) -> Self {
        Self { node, rest }
    }
}

impl<T: Float, R: Tail<T, UNITS>, const INPUTS: usize, const UNITS: usize> Tail<T, INPUTS>
    for Chain<'_, R, INPUTS, UNITS>
{
    type Weights = (Weights<T, INPUTS, UNITS>, R::Weights);

    const OUTPUTS: usize = R::OUTPUTS;

    #[inline(always)]
    fn load(&self, parameters: &[T]) -> Self::Weights {
        let slots = self.node.wiring.parameters;
        let bias = self.node.layer.bias.then(|| &parameters[slots[1].range()]);
        (Weights::load(&parameters[slots[0].range()], bias), self.rest.load(parameters))
    }

    #[inline(always)]
    fn zero(&self) -> Self::Weights {
        (Weights::ZERO, self.rest.zero())
    }

    #[inline(always)]
    fn pass(
        &self,
        weights: &Self::Weights,
        sums: &mut Self::Weights,
        x: &[T; INPUTS],
        run: &mut Run<'_, T>,
    ) -> [T; INPUTS] {
        let (floor, _) = floor(&self.node.layer.activation);
        let y = weights.0.apply(x, floor);
        let d_y = self.rest.pass(&weights.1, &mut sums.1, &y, run);
        let d = before_floor(&y, &d_y, floor);
        sums.0.add(x, &d);
        weights.0.d_x(&d, [T::ZERO; INPUTS])
    }

    #[inline(always)]
    fn store(&self, sums: &Self::Weights, gradients: &mut [T]) {
        let slots = self.node.wiring.parameters;
        gradients[slots[0].range()].copy_from_slice(sums.0.weight.as_flattened());
        if self.node.layer.bias {
            gradients[slots[1].range()].copy_from_slice(&sums.0.bias);
        }
        self.rest.store(&sums.1, gradients);
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

    const OUTPUTS: usize = INPUTS;

    #[inline(always)]
    fn load(&self, _parameters: &[T]) {}

    #[inline(always)]
    fn zero(&self) {}

    #[inline(always)]
    fn pass(&self, (): &(), (): &mut (), x: &[T; INPUTS], run: &mut Run<'_, T>) -> [T; INPUTS] {
        std::array::from_fn(|i| {
            let error = x[i] - run.target[i];
            run.sum += (error * error).to_f64();
            run.scale * error
        })
    }

    #[inline(always)]
    fn store(&self, (): &(), _gradients: &mut [T]) {}

    #[inline(always)]
    fn loss(&self) -> &LossNode {
        self.0
    }
}

impl<T: Float> Step<'_, T> {
    /// Takes the whole batch forward and back; the gradients are written, the arena is not.
    #[inline]
    pub fn train<R: Tail<T, UNITS>, const INPUTS: usize, const UNITS: usize>(
        &mut self,
        chain: &Chain<'_, R, INPUTS, UNITS>,
    ) {
        let node = chain.loss();
        let TargetRows::Values(targets) = self.targets[node.target] else {
            unreachable!("the mean squared error takes values")
        };
        if self.rows == 0 {
            return chain.store(&chain.zero(), self.gradients);
        }
        let count = self.rows * R::OUTPUTS;
        let (mut run, mut sums) = (
            Run { target: &[], scale: (T::ONE + T::ONE) * T::from_f64(node.weight / count as f64), sum: 0.0 },
            chain.zero(),
        );
        let weights = chain.load(self.parameters.all());
        let x = self.buffers.floats_of(&chain.node.wiring.inputs[0], true, self.rows);
        for (x, target) in x.as_chunks::<INPUTS>().0.iter().zip(targets.chunks_exact(R::OUTPUTS)) {
            run.target = target;
            chain.pass(&weights, &mut sums, x, &mut run);
        }
        chain.store(&sums, self.gradients);
        self.loss += node.weight * (run.sum / count as f64);
    }
}
