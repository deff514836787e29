//! The macros that users write. They hand over the path of this crate, so that a renamed dependency works.

/// Declares a network: the layers, what it learns from and how.
///
/// What comes out is a struct with `new`, `fit`, `evaluate`, `predict`, `save`, `load` and more, documented at the struct.
/// All shapes are checked while compiling. `network!({ … });` is formatted by rustfmt; `network! { … }` means the same.
///
/// ```
/// use monograd::prelude::*;
///
/// network!({
///     /// 2 → 3 → 1 regression.
///     pub struct Regression;
///
///     let x = Input(2);
///     Dense(3, activation = relu);
///     Dense(1);
///
///     loss = mse;
///     optimizer = Sgd(learning_rate = 0.01);
/// });
///
/// # fn main() -> Result<(), Error> {
/// let x = ndarray::array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
/// let y = ndarray::array![[0.0], [1.0], [1.0], [2.0]];
/// let mut model = Regression::new(1);
/// model.fit(&Dataset::new(&x, &y)?, Fit::default().epochs(10).progress(Progress::Off))?;
/// assert_eq!(model.predict(&x)?.shape(), [4, 1]);
/// # Ok(())
/// # }
/// ```
///
/// # The declaration
///
/// First comes the struct, with its docs and its visibility, then these statements in any sensible order.
///
/// | statement | meaning |
/// |---|---|
/// | `use path::Name;` | a block or a constant from [`blocks!`](crate::blocks) |
/// | `const N: usize = 3;` | a constant: `usize`, `f32` or `bool`; also one of the struct. Constants of the surrounding program cannot be seen |
/// | `let x = Input(28, 28, 1);` | an input and the shape of one sample; `dtype = u32` for tokens and categories |
/// | `Dense(3, activation = relu);` | a layer on the value of the statement before |
/// | `let h = x.Dense(3).tanh();` | layers and functions on a named value, and a name for the result, which is also that of the last layer's parameters |
/// | `let h: Tensor<3> = …;` | the same, with a shape that is checked |
/// | `concat(a, b)`, `a + b`, `a - b`, `a * b`, `0.5 * a` | several tensors; axes agree, or are 1 in one of the two |
/// | `fn Block(x: Tensor, width: usize) -> Tensor { … }` | a block, used like a layer: `Block(3);`. Parameters are `Tensor`, `usize`, `f32`, `bool` and `Activation`; `#[default(3)]` before one gives its default |
/// | `static Same: _ = Dense(3);` | a layer whose uses share their parameters |
/// | `let mut h = …;`, `h = …;` | a name that gets another value |
/// | `for i in 0..3 { … }`, `for n in [3, 5] { … }` | repeated while compiling |
/// | `if N > 2 { … } else { … }` | a condition of constants |
/// | `output = (a, b);` | what the network gives; by default the value of the last statement |
/// | `loss = mse;`, `loss = mse(a) + 0.5 * cross_entropy(b);` | what training makes small. Without one the network can only predict |
/// | `optimizer = Adam(learning_rate = 1e-3);` | how; needed where there is a loss |
/// | `metrics = [accuracy];` | what `fit` and `evaluate` report beside the loss |
///
/// Losses take raw scores: `cross_entropy` is softmax and cross entropy over the last axis, `binary_cross_entropy` sigmoid
/// and cross entropy, and `predict` gives probabilities then. Parameters are named by path, `block_1.dense_2.weight`.
#[macro_export]
macro_rules! network {
    ($($declaration:tt)*) => {
        // Under rust-analyzer, which sets the condition, the declaration once more, as paths, fields and variables.
        #[allow(unexpected_cfgs, reason = "it is an editor's")]
        const _: () = {
            #[cfg(rust_analyzer)]
            $crate::__network! { ($crate) [editor] $($declaration)* }
        };
        $crate::__network! { ($crate) $($declaration)* }
    };
}

/// Declares blocks and constants that networks in other modules and crates fetch by `use path::Name;`.
///
/// ```
/// mod towers {
///     monograd::blocks!({
///         /// Two layers and a skip connection.
///         pub fn Tower(x: Tensor, width: usize) -> Tensor {
///             x + x.Dense(width, activation = relu).Dense(width)
///         }
///         pub const WIDTH: usize = 64;
///     });
/// }
///
/// monograd::network!({
///     struct Net;
///
///     use crate::towers::Tower;
///     use crate::towers::WIDTH;
///
///     let x = Input(WIDTH);
///     Tower(WIDTH);
///     Dense(1);
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! blocks {
    ($($definitions:tt)*) => {
        $crate::__blocks! { ($crate) $($definitions)* }
    };
}
