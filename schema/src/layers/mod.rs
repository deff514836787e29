//! The layers and functions of tensors, one file each with its rules.

mod activate;
mod average;
mod concat;
mod dense;
mod dropout;
mod elementwise;
mod flatten;
mod glu;
mod input;
mod prelu;
mod reshape;
mod scale_shift;

use std::sync::Arc;

use crate::{Activation, Layer, LayerKind};

/// The one list of layers: from it come the catalogue and the checks that every half of a layer exists.
macro_rules! layers {
    ($($module:ident :: $type:ident),* $(,)?) => {
        $(pub use $module::$type;)*

        /// Every layer and every function of several tensors, by name and with its options.
        pub static LAYERS: &[&LayerKind] = &[$($type::KIND),*];

        /// Calls a macro once with the list of all layer types.
        ///
        /// The runtime uses it to demand that each layer has arithmetic, the tests to demand a case for each.
        #[macro_export]
        macro_rules! for_each_layer {
            ($callback:path) => {
                $callback! { $($type),* }
            };
        }
    };
}

layers! {
    input::Input,
    dense::Dense,
    flatten::Flatten,
    prelu::PRelu,
    reshape::Reshape,
    dropout::Dropout,
    concat::Concat,
    elementwise::Add,
    elementwise::Subtract,
    elementwise::Multiply,
    elementwise::Maximum,
    elementwise::Minimum,
    average::Average,
    glu::Glu,
    activate::Activate,
    scale_shift::ScaleShift,
}

/// The layer of a name. Layers that only operators and activations become have names with a space, which nobody can write.
pub fn find(name: &str) -> Option<&'static LayerKind> {
    LAYERS.iter().copied().find(|kind| kind.entry.name == name)
}

/// An activation as a layer of its own: `relu();`
pub fn activation(function: Activation) -> Arc<dyn Layer> {
    Arc::new(Activate { function })
}

/// `scale * x + shift`, what operators with one constant become.
pub fn scale_shift(scale: f64, shift: f64) -> Arc<dyn Layer> {
    Arc::new(ScaleShift { scale, shift })
}

/// What `a + b` becomes.
pub fn add() -> Arc<dyn Layer> {
    Arc::new(Add {})
}

/// What `a - b` becomes.
pub fn subtract() -> Arc<dyn Layer> {
    Arc::new(Subtract {})
}

/// What `a * b` becomes.
pub fn multiply() -> Arc<dyn Layer> {
    Arc::new(Multiply {})
}
