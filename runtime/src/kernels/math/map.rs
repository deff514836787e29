//! Each function over many values, for benches and tests: layers and losses have loops of their own.

use super::{erf, exp, exp_m1, ln, ln_1p, sigmoid, softplus, tanh};
use crate::kernels::{Kernel, Level};

macro_rules! functions {
    ($($name:ident $function:ident),*) => {
        /// A function of this module.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the names are those of the functions")]
        pub enum Function {
            $($name),*
        }

        impl Function {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What it is called.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($function)),*
                }
            }
        }

        impl Kernel for Map<'_> {
            type Element = f32;
            type Output = ();

            #[inline(always)]
            fn run<const FUSED: bool>(self) {
                match self.function {
                    $(Function::$name => {
                        for (y, &x) in self.y.iter_mut().zip(self.x) {
                            *y = $function::<FUSED>(x);
                        }
                    })*
                }
            }
        }
    };
}

functions!(Exp exp, ExpM1 exp_m1, Ln ln, Ln1p ln_1p, Tanh tanh, Sigmoid sigmoid, Softplus softplus, Erf erf);

/// `y = function(x)`, element by element.
pub fn map(function: Function, x: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    Level::of::<f32>().run(Map { function, x, y });
}

pub(super) struct Map<'a> {
    pub(super) function: Function,
    pub(super) x: &'a [f32],
    pub(super) y: &'a mut [f32],
}
