//! What generated code calls. Not for people: anything here may change in any release.

pub use crate::chain::{Chain, End, NO_BIAS, Onward, Predicted, Run, Tail};
pub use crate::data::{Columns, IntoColumns};
pub use crate::float::Float;
pub use crate::kernels::Threads;
pub use crate::layer::{AnyNode, Gradients, Layer, Parameters, Pass, Place, Rest, Row, Tensors, Tiny};
pub use crate::metrics::MetricState;
pub use crate::model::{Model, Sample};
pub use crate::node::{
    Arena, Gradient, Input, Layout, LossNode, MetricNode, Node, Output, Parameter, Slot, Target, Tensor, Wiring,
};
pub use crate::random::{Draw, Random, streams};
pub use crate::step::{Buffers, NonFinite, Program, Step};
pub use crate::{Array, Dataset, Error, Evaluation, Fit, History, Mapping, Preprocessing};
pub use monograd_schema::layers;
pub use monograd_schema::{
    Activation, Dtype, Extents, Fans, Initializer, Link, Loss, Metric, Optimizer, Regularizer, Shape, TargetKind,
};

#[path = "editor.rs"]
pub mod editor;

/// A declared network, for tests that run its program with other numbers.
pub trait Network {
    /// The compiled network.
    fn program<T: Float>() -> &'static dyn Program<T>;

    /// Its numbers.
    fn model(&self) -> &Model;

    /// Its numbers, to be changed.
    fn model_mut(&mut self) -> &mut Model;
}

/// The arithmetic beside the layers, for tests against reference values.
pub mod arithmetic {
    pub use crate::kernels::elementwise::sum_rows;
    pub use crate::kernels::math::{Function, map};
    pub use crate::kernels::{Epilogue, Finish, Product};

    use std::ops::DerefMut;

    use crate::kernels::{Memory, Position};

    /// Workspace for a product, in memory as networks have it.
    pub fn workspace(product: &Product) -> impl DerefMut<Target = [f32]> + use<> {
        Memory::new(Position::Other, product.workspace(), 0.0)
    }

    /// Losses.
    pub mod losses {
        pub use crate::losses::*;
    }
    /// Optimizers.
    pub mod optimizers {
        pub use crate::optimizers::*;
    }
    /// Initializers.
    pub mod initializers {
        pub use crate::initializers::*;
    }
    /// Regularizers.
    pub mod regularizers {
        pub use crate::regularizers::*;
    }
}
