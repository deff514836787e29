//! Layers that only give their input another shape, or are one: the compiler gives them no step of their own.

use monograd_schema::layers::{Flatten, Input, Reshape};

use super::Arithmetic;
use crate::float::Float;
use crate::layer::Pass;

macro_rules! view {
    ($($layer:ident),*) => {
        $(
            impl Arithmetic for $layer {
                fn forward<T: Float>(&self, _pass: &mut Pass<'_, T>) {}

                fn backward<T: Float>(&self, _pass: &mut Pass<'_, T>) {}
            }
        )*
    };
}

view!(Input, Flatten, Reshape);
