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
#[macro_export]
macro_rules! network {
    ($($declaration:tt)*) => {
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
