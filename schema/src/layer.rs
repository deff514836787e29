//! The rules of a layer, and the shorthand that declares one.

use std::fmt::Debug;
use std::sync::Arc;

use crate::{Activation, AttributeError, Dtype, EntryKind, Initializer, Regularizer, Shape, ShapeError, Value};

/// How many tensors a layer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// None: it is an input of the network.
    None,
    /// Exactly one.
    One,
    /// Exactly two.
    Two,
    /// Two or more.
    Several,
}

/// What a layer is to the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It computes: one call forward, one backward.
    Compute,
    /// It only gives its input another shape: no call, the same memory.
    View,
    /// It computes in training and hands its input through in prediction.
    Training,
}

/// Which tensors a layer's backward step reads again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saves {
    /// Its inputs.
    pub inputs: bool,
    /// Its output.
    pub output: bool,
}

impl Saves {
    /// Nothing of forward is read again.
    pub const NOTHING: Self = Self { inputs: false, output: false };
    /// The inputs are read again.
    pub const INPUTS: Self = Self { inputs: true, output: false };
    /// The output is read again.
    pub const OUTPUT: Self = Self { inputs: false, output: true };
    /// Inputs and output are read again.
    pub const BOTH: Self = Self { inputs: true, output: true };
}

/// Memory that a layer needs only while one of its calls runs, in elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// For each sample of the batch.
    pub per_sample: usize,
    /// Independent of the batch.
    pub fixed: usize,
}

impl Workspace {
    /// Elements of a cache line of 64 bytes, for layers whose copies begin on one.
    pub const CACHE_LINE: usize = 16;
}

/// The most weights of a layer that is compiled for its sizes; above it, a matrix product is faster.
pub const LARGEST_TINY: usize = 64;

/// The sizes of a layer that is compiled for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiny {
    /// Elements of the last axis of its input.
    pub inputs: usize,
    /// Elements of the last axis of its output.
    pub units: usize,
}

/// A layer as a link of a chain, which is computed sample by sample: a product and a bias. The weight is the first of its
/// parameters; the bias, if it has one, the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// Elements of its input.
    pub inputs: usize,
    /// Elements of its output.
    pub units: usize,
    /// Whether `relu` follows.
    pub relu: bool,
}

/// Multiply-adds that are worth a thread: in a matrix product, twice what handing them over costs (`cargo bench --bench
/// threads`). With 4,096 to 65,536 training an MLP takes the same time, with more it takes longer.
/// The parts of a loss or a metric follow from it, and so the last bits of what it comes to.
pub const WORTH_A_THREAD: usize = 1 << 15;

/// One tensor that a layer owns.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name within the layer: `weight`, `bias`.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// Its first values.
    pub initializer: Initializer,
    /// Values that flow into and out of one element, for the initializer's scale.
    pub fans: crate::Fans,
    /// A penalty on its size that is added to the loss.
    pub regularizer: Option<Regularizer>,
    /// Whether it is learned; running statistics are not.
    pub trainable: bool,
    /// Whether the layer can apply the optimizer's update itself, where it makes the gradient.
    pub fused: bool,
    /// For each axis the one that it is in PyTorch's shape of the same parameter; empty where these are in the same order.
    pub pytorch: &'static [usize],
}

/// Makes a layer from one value per option.
pub type Build = fn(&[Value]) -> Result<Arc<dyn Layer>, AttributeError>;

/// One layer of the catalogue.
#[derive(Debug)]
pub struct LayerKind {
    /// Its name and options.
    pub entry: EntryKind,
    /// How many tensors it takes.
    pub inputs: Inputs,
    /// Makes the layer from one value per option.
    pub build: Build,
}

/// The name and values of a layer; the `layer!` shorthand implements it.
pub trait Described {
    /// The layer's row in the catalogue.
    fn kind(&self) -> &'static LayerKind;

    /// One value per option.
    fn values(&self) -> Vec<Value>;
}

/// What is true of a layer before any number exists. Shapes are per sample.
pub trait Layer: Described + Debug + Send + Sync {
    /// Whether it is a product with weights, then an activation: without one, two in a row are no more than one.
    fn is_product(&self) -> bool {
        false
    }

    /// Checks the ranges of the options.
    ///
    /// # Errors
    /// Names the option that is out of its range.
    fn check(&self) -> Result<(), AttributeError> {
        Ok(())
    }

    /// The shape of the output.
    ///
    /// # Errors
    /// Says what is wrong with the inputs' shapes.
    fn output_shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError>;

    /// The element type of every input.
    fn input_dtype(&self) -> Dtype {
        Dtype::F32
    }

    /// The element type of the output.
    fn output_dtype(&self) -> Dtype {
        Dtype::F32
    }

    /// The tensors that the layer owns; none by default.
    fn parameters(&self, _inputs: &[Shape]) -> Vec<Parameter> {
        Vec::new()
    }

    /// Which tensors of forward are read again by backward; the inputs by default.
    fn saves(&self) -> Saves {
        Saves::INPUTS
    }

    /// Further tensors that forward writes for backward, per sample: masks, values before an activation.
    fn saved(&self, _inputs: &[Shape]) -> Vec<Shape> {
        Vec::new()
    }

    /// Memory that forward and backward need while they run; none by default.
    fn workspace(&self, _inputs: &[Shape]) -> Workspace {
        Workspace::default()
    }

    /// Multiply-adds of one forward pass of one sample; cheap layers count as 0.
    fn multiply_adds(&self, _inputs: &[Shape]) -> u64 {
        0
    }

    /// For a layer so small that a call costs more than its work: it is compiled for its sizes, in the crate that declares
    /// the network. None by default.
    fn tiny(&self, _inputs: &[Shape]) -> Option<Tiny> {
        None
    }

    /// What the layer is in a chain, if it can be a link of one.
    fn link(&self, _inputs: &[Shape]) -> Option<ChainLink> {
        None
    }

    /// What the layer is to the compiler.
    fn role(&self) -> Role {
        Role::Compute
    }

    /// The function that the output has gone through, if one.
    fn final_activation(&self) -> Option<Activation> {
        self.as_activation()
    }

    /// The function that backward begins with, where another layer can take the gradient of the output through it instead:
    /// its slope follows from the output, element by element.
    fn last_slope(&self) -> Option<Activation> {
        None
    }

    /// Whether backward can take the gradient of its input through the function that made the input, as soon as it has it.
    fn takes_slopes(&self) -> bool {
        false
    }

    /// The same layer with an activation fused into it, where it can take one.
    fn with_activation(&self, _activation: Activation) -> Option<Arc<dyn Layer>> {
        None
    }

    /// The activation, where the layer is nothing but one.
    fn as_activation(&self) -> Option<Activation> {
        None
    }
}

/// Declares a layer: its struct, its row in the catalogue and the conversions between options and fields.
macro_rules! layer {
    (
        $(#[doc = $docs:literal])*
        pub struct $type:ident = $name:literal, $inputs:expr, {
            $( $(#[doc = $field_docs:literal])* $field:ident : $kind:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[doc = $docs])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $type {
            $( $(#[doc = $field_docs])* pub $field : $kind ),*
        }

        $(#[doc = $docs])*
        #[doc(hidden)]
        #[allow(non_snake_case, unused_variables, reason = "what an editor shows at a call: a function of tensors with shapes")]
        pub fn $type<Input, Output>($($field: $kind),*) -> std::marker::PhantomData<fn(Input) -> Output> {
            std::marker::PhantomData
        }

        impl $type {
            /// The layer's row in the catalogue.
            pub const KIND: &'static $crate::LayerKind = &$crate::LayerKind {
                entry: $crate::EntryKind {
                    name: $name,
                    variant: stringify!($type),
                    docs: &[$($docs),*],
                    attributes: $crate::catalogue::attributes!($( $(#[doc = $field_docs])* $field : $kind $(= $default)? ),*),
                },
                inputs: $inputs,
                build: |values| {
                    let mut _values = values.iter();
                    let layer = Self {
                        $( $field: _values.next().and_then($crate::AttributeType::from_value).ok_or_else(|| {
                            $crate::AttributeError::new(stringify!($field), concat!("`", stringify!($field), "` has a value of another kind"))
                        })? ),*
                    };
                    $crate::Layer::check(&layer)?;
                    Ok(std::sync::Arc::new(layer))
                },
            };
        }

        impl $crate::layer::Described for $type {
            fn kind(&self) -> &'static $crate::LayerKind {
                Self::KIND
            }

            fn values(&self) -> Vec<$crate::Value> {
                vec![$( $crate::AttributeType::to_value(&self.$field) ),*]
            }
        }
    };
}

pub(crate) use layer;
