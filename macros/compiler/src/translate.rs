//! Calls of other frameworks in our words: `nn.Linear(784, 128)` is `Dense(128)`.

use monograd_schema::{
    Activation, Attribute, Catalogue, Initializer, Kind, Loss, Metric, Optimizer, Regularizer, alike, counts_inputs,
    difference, layers, option_remark, translated,
};
use proc_macro2::Ident;

use crate::ast::{Argument, Call, Expr, ExprKind};
use crate::text;

/// Modules of other frameworks, which stand before a name there.
const MODULES: [&str; 26] = [
    "F",
    "K",
    "activations",
    "burn",
    "candle",
    "candle_nn",
    "dfdx",
    "flax",
    "functional",
    "jax",
    "jnp",
    "keras",
    "layers",
    "linen",
    "losses",
    "metrics",
    "nn",
    "np",
    "nnx",
    "optim",
    "optimizers",
    "regularizers",
    "tch",
    "tensorflow",
    "tf",
    "torch",
];

/// The functions that make something of a path's type in Rust.
const CONSTRUCTORS: [&str; 5] = ["new", "default", "init", "build", "with"];

/// Whether a name is a module of another framework.
pub fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}

/// What a path stands for: its last name, or the type that a constructor belongs to.
pub fn named_by(segments: &[Ident]) -> Option<&Ident> {
    match segments {
        [.., kind, last] if CONSTRUCTORS.iter().any(|name| last == name) => Some(kind),
        [.., last] => Some(last),
        [] => None,
    }
}

/// A name of another framework in our words; nothing where there is no such thing.
pub fn name(foreign: &str) -> Option<&'static str> {
    find(foreign).map(|(name, _)| name)
}

/// A call of another framework in our words; nothing where some of it has no meaning here.
pub fn call(foreign: &Call) -> Option<String> {
    let written = foreign.function.to_string();
    let (name, table) = find(&written)?;
    let (named, positional): (Vec<&Argument>, Vec<&Argument>) =
        foreign.arguments.iter().partition(|argument| argument.name.is_some());
    let mut positional: Vec<&Expr> = positional.into_iter().map(|argument| &argument.value).collect();
    positional.retain(|argument| !is_parameters(argument));
    match positional.as_slice() {
        [_, units, ..] if name != written && counts_inputs(&written) => positional = vec![units],
        [_, _, ..] if written == "view" => drop(positional.remove(0)), // The batch.
        _ => {}
    }
    let mut arguments = Vec::new();
    if let Some(ExprKind::List(items) | ExprKind::Tuple(items)) = positional.first().map(|first| &first.kind)
        && table.first().is_none_or(|attribute| !matches!(attribute.kind, Kind::Extents))
    {
        arguments.extend(items.iter().map(text::expression)); // Tensors.
        positional.remove(0);
    }
    let extents = table.first().filter(|attribute| matches!(attribute.kind, Kind::Extents));
    for (position, argument) in positional.into_iter().enumerate() {
        match extents.or(table.get(position)) {
            Some(attribute) => arguments.push(value(argument, attribute)?),
            None => arguments.push(tensor(argument)?),
        }
    }
    for argument in named {
        let written = argument.name.as_ref().map(Ident::to_string)?;
        let own = (written == "name").then_some("name");
        let names = table.iter().map(|attribute| attribute.name).chain(own);
        let found = names.clone().find(|name| *name == written).or_else(|| translated(&written, names));
        match (found, table.iter().find(|attribute| Some(attribute.name) == found)) {
            (Some(name), Some(attribute)) => arguments.push(format!("{name} = {}", value(&argument.value, attribute)?)),
            (Some(_), None) => arguments.push(text::argument(argument)),
            (None, _) => {
                option_remark(&written).filter(|(_, is_needless)| *is_needless)?;
            }
        }
    }
    Some(format!("{name}({})", arguments.join(", ")))
}

/// What to write instead of a call of another framework, with how ours differs.
pub fn help(foreign: &Call) -> Option<String> {
    let ours = call(foreign)?;
    let written = foreign.function.to_string();
    let difference = difference(&written).filter(|_| !ours.starts_with(&written));
    Some(difference.map_or(format!("write `{ours}`"), |difference| format!("write `{ours}`{difference}")))
}

/// The same, where more than the case of its name differs: a help that names ours says enough of the others.
pub fn rewritten(foreign: &Call) -> Option<String> {
    let (ours, written) = (call(foreign)?, text::call(foreign));
    let arguments = |text: &str| text.split_once('(').map(|(_, arguments)| arguments.to_string());
    let name = foreign.function.to_string();
    let is_alike = ours.split('(').next().is_some_and(|ours| alike(&name, [ours]).is_some());
    if is_alike && arguments(&ours) == arguments(&written) { None } else { help(foreign) }
}

/// An argument as a value for an option: names in quotes lose these, axes the batch.
fn value(argument: &Expr, attribute: &Attribute) -> Option<String> {
    match (&argument.kind, attribute.kind) {
        (ExprKind::Text(written), Kind::Entry(catalogue)) => {
            text::meant(written, catalogue.names().collect::<Vec<_>>()).map(str::to_string)
        }
        (ExprKind::Int(axis @ 1..), _) if attribute.name == "axis" => Some((axis - 1).to_string()),
        (ExprKind::Call(call), _) if call.receiver.is_some() => None,
        (ExprKind::Broken | ExprKind::Text(_), _) => None,
        _ => Some(text::expression(argument)),
    }
}

/// An argument of something without options, which may be a tensor.
fn tensor(argument: &Expr) -> Option<String> {
    match &argument.kind {
        ExprKind::Name(_) | ExprKind::Call(_) => Some(text::expression(argument)),
        _ => None,
    }
}

/// `net.parameters()`, which PyTorch gives to an optimizer.
fn is_parameters(argument: &Expr) -> bool {
    match &argument.kind {
        ExprKind::Call(call) => call.function == "parameters",
        ExprKind::Name(name) => name == "params" || name == "parameters",
        _ => false,
    }
}

/// Our name, and the options that it has.
fn find(foreign: &str) -> Option<(&'static str, &'static [Attribute])> {
    const CATALOGUES: [&Catalogue; 6] = [
        Activation::CATALOGUE,
        Loss::CATALOGUE,
        Optimizer::CATALOGUE,
        Metric::CATALOGUE,
        Initializer::CATALOGUE,
        Regularizer::CATALOGUE,
    ];
    let layers = layers::LAYERS.iter().map(|kind| &kind.entry).filter(|entry| !entry.name.contains(' '));
    let entries: Vec<_> = layers.chain(CATALOGUES.iter().flat_map(|catalogue| catalogue.entries)).collect();
    let names = || entries.iter().map(|entry| entry.name);
    let name = names()
        .find(|name| *name == foreign && !counts_inputs(foreign))
        .or_else(|| translated(foreign, names()))
        .or_else(|| alike(foreign, names()))?;
    entries.iter().find(|entry| entry.name == name).map(|entry| (entry.name, entry.attributes))
}
