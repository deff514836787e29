//! The arithmetic of each layer, in a file of the same name as its rules in `schema`.

mod activate;
mod average;
mod concat;
mod dense;
mod dropout;
mod elementwise;
mod glu;
mod prelu;
mod scale_shift;
mod view;

#[cfg(test)]
mod check;

use crate::float::Float;
use crate::layer::{Layer, Pass, Row};

/// The arithmetic of a layer, written once for all element types.
trait Arithmetic: monograd_schema::Layer {
    /// Writes the output.
    fn forward<T: Float>(&self, pass: &mut Pass<'_, T>);

    /// See [`Layer::forward_row`].
    fn forward_row<T: Float>(&self, _row: Row<'_, T>) -> bool {
        false
    }

    /// Writes the gradients of the inputs and of the parameters.
    fn backward<T: Float>(&self, pass: &mut Pass<'_, T>);
}

/// Implements [`Layer`] for each element type by itself: that is compiled once, here, and not again in every crate
/// that declares a network, as an implementation for all `T` would be.
macro_rules! implement_for {
    ($float:ty: $($layer:ident),*) => {
        $(
            impl Layer<$float> for monograd_schema::layers::$layer {
                fn forward(&self, pass: &mut Pass<'_, $float>) {
                    Arithmetic::forward(self, pass);
                }

                fn forward_row(&self, row: Row<'_, $float>) -> bool {
                    Arithmetic::forward_row(self, row)
                }

                fn backward(&self, pass: &mut Pass<'_, $float>) {
                    Arithmetic::backward(self, pass);
                }
            }
        )*
    };
}

macro_rules! implement {
    ($($layer:ident),*) => {
        implement_for!(f32: $($layer),*);
        implement_for!(f64: $($layer),*);
    };
}

monograd_schema::for_each_layer!(implement);
