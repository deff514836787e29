//! What an editor shows for the names of a declaration that are no layers, functions or options. Never compiled into a
//! program: `network!` uses it under `cfg(rust_analyzer)` alone.

/// A tensor of `f32`: the shape of one sample, without the batch axis. `Tensor` alone is a single number.
/// An extent is never 0, so 0 stands for an axis that is not there.
#[derive(Debug)]
pub struct Tensor<
    const A: usize = 0,
    const B: usize = 0,
    const C: usize = 0,
    const D: usize = 0,
    const E: usize = 0,
    const F: usize = 0,
>;

/// Tokens or categories, `u32`: the shape of one sample, as for [`Tensor`].
#[derive(Debug)]
pub struct Indices<
    const A: usize = 0,
    const B: usize = 0,
    const C: usize = 0,
    const D: usize = 0,
    const E: usize = 0,
    const F: usize = 0,
>;

/// A tensor whose shape differs from use to use: all of them, in order.
#[derive(Debug)]
pub struct Various<Tensors>(std::marker::PhantomData<Tensors>);

/// A tensor whose shape is not known because of a mistake, or because nothing uses it.
#[derive(Debug)]
pub struct Unknown;

/// Stands for a value of any type; nothing ever runs it.
pub fn value<T>() -> T {
    unreachable!("it is there for editors, and no compiler sees it")
}

/// The settings of a network.
#[allow(non_camel_case_types, reason = "their names in a declaration")]
pub mod setting {
    /// What training makes small: `loss = mse;`, or a sum over the outputs, `loss = mse(a) + 0.5 * cross_entropy(b);`.
    /// A network without one can only predict.
    #[derive(Debug)]
    pub struct loss;

    /// How training moves the parameters: `optimizer = Adam(learning_rate = 1e-3);`. Needed where there is a loss.
    #[derive(Debug)]
    pub struct optimizer;

    /// What `fit` and `evaluate` report beside the loss: `metrics = [accuracy];`, with several outputs `accuracy(a)`.
    #[derive(Debug)]
    pub struct metrics;

    /// What the network gives: `output = (a, b);`. By default the value of the last statement.
    #[derive(Debug)]
    pub struct output;
}

/// What every layer and block takes.
#[allow(non_camel_case_types, reason = "their names in a declaration")]
pub mod option {
    /// The name under which the parameters are saved: `name = scores` gives `scores.weight`.
    #[derive(Debug)]
    pub struct name;
}
