//! Calls of other frameworks in our words: `nn.Linear(784, 128)` is `Dense(128)`.

use monograd_schema::{
    Activation, Attribute, Catalogue, EntryKind, Initializer, Kind, Loss, Metric, Optimizer, Regularizer, alike,
    counts_inputs, difference, layers, option_remark, translated,
};
use proc_macro2::Ident;

use crate::ast::{Argument, Call, Expr, ExprKind};
use crate::text;

/// Modules of other frameworks, which stand before a name there.
#[rustfmt::skip]
const MODULES: [&str; 35] = [
    "F", "K", "activations", "burn", "candle", "candle_nn", "dfdx", "eqx", "equinox", "flax", "functional", "haiku", "hk",
    "jax", "jnp", "keras", "keras_core", "layers", "linen", "losses", "metrics", "nn", "nnx", "np", "numpy", "optax", "optim",
    "optimizers", "regularizers", "tch", "tensorflow", "tf", "tfk", "tfkl", "torch",
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

/// A call of another framework in our words.
pub struct Translation {
    /// What to write.
    pub ours: String,
    /// Options that have no meaning here and are left out.
    pub left_out: Vec<String>,
}

/// A call of another framework in our words; nothing where a value of it has no meaning here.
pub fn call(foreign: &Call) -> Option<Translation> {
    let written = foreign.function.to_string();
    let (mut name, mut table) = find(&written)?;
    let (named, positional): (Vec<&Argument>, Vec<&Argument>) =
        foreign.arguments.iter().partition(|argument| argument.name.is_some());
    let names = named.iter().filter_map(|argument| argument.name.as_ref());
    if let Some(entry) = names.filter_map(|option| with_option(name, &option.to_string())).next() {
        (name, table) = (entry.name, entry.attributes);
    }
    let mut positional: Vec<&Expr> = positional.into_iter().map(|argument| &argument.value).collect();
    positional.retain(|argument| !is_parameters(argument));
    let receiver = match positional.first() {
        Some(first) if is_function_of_tensor(foreign, name) && tensor(first).is_some() => {
            format!("{}.", text::expression(positional.remove(0)))
        }
        _ => String::new(),
    };
    if !receiver.is_empty() && table.is_empty() {
        positional.clear(); // How the axes are counted.
    }
    match positional.as_slice() {
        [_, units, ..] if name != written && counts_inputs(&written) => positional = vec![units],
        // Which shape is wanted is not known here.
        [_, ..] if ["expand_dims", "squeeze", "unsqueeze"].contains(&written.as_str()) => return None,
        _ => {}
    }
    let (mut arguments, mut left_out) = (Vec::new(), Vec::new());
    if let Some(ExprKind::List(items) | ExprKind::Tuple(items)) = positional.first().map(|first| &first.kind)
        && name == "Reshape"
    {
        positional = items.iter().collect();
    }
    if let ("Reshape", [first, _, ..], true) = (name, positional.as_slice(), written != name)
        && is_any_extent(first)
    {
        positional.remove(0); // The batch.
    }
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
        if let Some((first, second)) = pair_of_betas(&written, &argument.value, table) {
            arguments.extend([format!("beta_1 = {first}"), format!("beta_2 = {second}")]);
            continue;
        }
        let own = (written == "name").then_some("name");
        let names = table.iter().map(|attribute| attribute.name).chain(own);
        let found = names.clone().find(|name| *name == written).or_else(|| translated(&written, names));
        match (found, table.iter().find(|attribute| Some(attribute.name) == found)) {
            (Some(name), Some(attribute)) => arguments.push(format!("{name} = {}", value(&argument.value, attribute)?)),
            (Some(_), None) => arguments.push(text::argument(argument)),
            (None, _) if option_remark(&written).is_some_and(|(_, is_needless)| is_needless) => {}
            (None, _) => left_out.push(written),
        }
    }
    Some(Translation { ours: format!("{receiver}{name}({})", arguments.join(", ")), left_out })
}

/// Whether a function takes its tensor first where ours is a layer: `torch.flatten(x, 1)`, `F.dropout(x, 0.5)`.
fn is_function_of_tensor(foreign: &Call, ours: &str) -> bool {
    let is_method = foreign.receiver.as_ref().is_some_and(|receiver| match &receiver.kind {
        ExprKind::Name(name) => !is_module(&name.to_string()),
        _ => true,
    });
    let name = foreign.function.to_string();
    let is_layer = ours.starts_with(char::is_uppercase) && layers::find(ours).is_some() && ours != "Input";
    !is_method && is_layer && name.starts_with(char::is_lowercase) && !counts_inputs(&name)
}

/// The two numbers of `betas = (0.9, 0.99)`, where an optimizer has them as two options.
pub fn pair_of_betas(option: &str, value: &Expr, table: &[Attribute]) -> Option<(String, String)> {
    let (ExprKind::Tuple(items) | ExprKind::List(items)) = &value.kind else { return None };
    let [first, second] = items.as_slice() else { return None };
    let has_two = option == "betas" && table.iter().any(|attribute| attribute.name == "beta_2");
    has_two.then(|| (text::expression(first), text::expression(second)))
}

/// The optimizer that is the `owner` with this option: `AdamW` for `Adam` with `weight_decay`.
pub fn with_option(owner: &str, option: &str) -> Option<&'static EntryKind> {
    let has = |attributes: &[Attribute]| attributes.iter().any(|attribute| attribute.name == option);
    Optimizer::CATALOGUE.find(owner).filter(|entry| !has(entry.attributes))?;
    let mut others = Optimizer::CATALOGUE.entries.iter();
    others.find(|other| other.name.starts_with(owner) && has(other.attributes))
}

/// `-1`, or `x.size(0)`, which is the batch elsewhere.
fn is_any_extent(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary { .. } => true,
        ExprKind::Call(call) => call.receiver.is_some(),
        ExprKind::Name(name) => name.to_string().starts_with("batch"),
        _ => false,
    }
}

/// What to write instead of a call of another framework, behind its `receiver`, with how ours differs.
pub fn help(foreign: &Call, receiver: &str) -> Option<String> {
    let Translation { ours, left_out } = call(foreign)?;
    let written = foreign.function.to_string();
    let difference = difference(&written).filter(|_| !ours.starts_with(&written)).unwrap_or_default();
    let left_out: Vec<String> = left_out.iter().map(|option| format!("`{option}`")).collect();
    let options = match left_out.as_slice() {
        [] => String::new(),
        [option] => format!("; an option {option} does not exist here"),
        options => format!("; options {} do not exist here", options.join(", ")),
    };
    Some(format!("write `{receiver}{ours}`{difference}{options}"))
}

/// The same, where more than the case of its name differs: a help that names ours says enough of the others.
pub fn rewritten(foreign: &Call) -> Option<String> {
    let (ours, written) = (call(foreign)?.ours, text::call(foreign));
    let arguments = |text: &str| text.split_once('(').map(|(_, arguments)| arguments.to_string());
    let name = foreign.function.to_string();
    let is_alike = ours.split('(').next().is_some_and(|ours| alike(&name, [ours]).is_some());
    if is_alike && arguments(&ours) == arguments(&written) { None } else { help(foreign, "") }
}

/// An argument as a value for an option: names in quotes lose these, axes the batch.
fn value(argument: &Expr, attribute: &Attribute) -> Option<String> {
    match (&argument.kind, attribute.kind) {
        (ExprKind::Text(written), Kind::Entry(catalogue)) => {
            text::meant(written, catalogue.names().collect::<Vec<_>>()).map(str::to_string)
        }
        (ExprKind::Int(axis @ 1..), _) if attribute.name == "axis" => Some((axis - 1).to_string()),
        (ExprKind::Name(name), _) if name == "True" || name == "False" => Some(name.to_string().to_lowercase()),
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
