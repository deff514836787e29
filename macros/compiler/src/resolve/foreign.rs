//! What other frameworks write around layers: modules before a name, lists of tensors, methods of a model.

use monograd_schema::{Activation, Inputs, layers};
use proc_macro2::Ident;

use super::environment::METHODS;
use super::settings::SETTINGS;
use super::{Frame, Resolver, Value};
use crate::ast::{Call, Expr, ExprKind, Let};
use crate::{text, translate};

/// What a network is called elsewhere.
const OBJECTS: [&str; 5] = ["classifier", "model", "module", "net", "network"];

/// What is done with a network elsewhere, besides the methods that ours have.
const ACTIONS: [&str; 11] =
    ["backward", "compile", "cpu", "cuda", "eval", "forward", "step", "summary", "to", "train", "zero_grad"];

impl Resolver<'_> {
    /// Reports `nn.ReLU()` and `model.add(…)`, whose first name nobody declares; whether it did.
    pub(super) fn refuse_foreign(&mut self, frame: &Frame, base: &Expr, call: &Call) -> bool {
        let ExprKind::Name(name) = &base.kind else { return false };
        let base_text = name.to_string();
        if frame.variable(&base_text).is_some() || self.environments[frame.environment].has_constant(&base_text) {
            return false;
        }
        let place = base.extent.to(call.function.span().into());
        let function = call.function.to_string();
        if translate::is_module(&base_text) {
            if translate::name(&function).is_none() && !self.is_callable(frame, &function) {
                self.unknown_call(frame, call);
                return true;
            }
            let help = translate::help(call).unwrap_or_else(|| format!("write `{}`", text::call(call)));
            self.error(frame, place, format!("paths do not exist here, found `{base_text}.{function}`\nhelp: {help}"));
            return true;
        }
        if !OBJECTS.contains(&base_text.as_str()) {
            return false;
        }
        let help = match (function.as_str(), call.arguments.first()) {
            ("add", Some(layer)) => format!("help: write the layer as a statement: `{};`", text::argument(layer)),
            ("parameters", _) => "note: an optimizer trains all parameters of the network".to_string(),
            _ => action(&function),
        };
        self.error(frame, place, format!("`{base_text}` is not known here: a network has no name for itself\n{help}"));
        true
    }

    /// Reports a value of another framework's module, `nn.ReLU()`, as an option or setting; whether it did.
    pub(super) fn refuse_foreign_value(&mut self, frame: &Frame, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(call) => match call.receiver.as_deref() {
                Some(base) => self.refuse_foreign(frame, base, call),
                None => false,
            },
            _ => false,
        }
    }

    /// Reports `concat([a, b])`; whether it did.
    pub(super) fn refuse_list(&mut self, frame: &Frame, function: &Ident, expr: &Expr) -> bool {
        let (ExprKind::List(items) | ExprKind::Tuple(items)) = &expr.kind else { return false };
        if !items.iter().any(|item| self.is_tensor(frame, item)) {
            return false;
        }
        let list: Vec<String> = items.iter().map(text::expression).collect();
        let message = format!("`{function}` takes tensors one after the other, found a list");
        self.error(frame, expr.extent, format!("{message}\nhelp: write `{function}({})`", list.join(", ")));
        true
    }

    /// Reports `let loss = mse;` and a tensor of such a name; whether it did.
    pub(super) fn refuse_setting(&mut self, frame: &Frame, statement: &Let) -> bool {
        let name = statement.name.to_string();
        if frame.block.is_some() || name == "output" || !SETTINGS.contains(&name.as_str()) {
            return false;
        }
        let help = match self.is_tensor(frame, &statement.value) {
            true => format!("give the tensor another name: `let {name}_1 = …;`"),
            false => format!("write `{name} = {};`", text::expression(&statement.value)),
        };
        let message = format!("`{name}` is a setting, found a `let` of its name");
        self.error(frame, statement.name.span(), format!("{message}\nhelp: {help}"));
        self.has_misplaced_setting = true;
        true
    }

    /// Reports `let Embed = Dense(3);` before any input: a layer that is kept for later; whether it did.
    pub(super) fn refuse_unapplied(&mut self, frame: &Frame, statement: &Let) -> bool {
        let (name, ExprKind::Call(call)) = (&statement.name, &statement.value.kind) else { return false };
        let is_kept = name.to_string().starts_with(char::is_uppercase)
            && call.receiver.is_none()
            && matches!(frame.current, Value::Nothing)
            && layers::find(&call.function.to_string()).is_some_and(|kind| kind.inputs != Inputs::None);
        if is_kept {
            let layer = text::expression(&statement.value);
            let message = format!("`{}` has no tensor to apply to", call.function);
            let help = format!("for a layer that is applied later write `static {name}: _ = {layer};`");
            self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
        }
        is_kept
    }

    pub(super) fn unknown_call(&mut self, frame: &Frame, call: &Call) {
        let name = call.function.to_string();
        match frame.variable(&name).map(|variable| &variable.value) {
            Some(Value::Poison) => return, // Its mistake has been reported.
            Some(Value::Tensor(_)) => {
                let message = format!("`{name}` is a tensor, expected a layer, a block or a function");
                let help = format!("a layer is applied with a dot: `{name}.Dense(…)`");
                return self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
            }
            _ => {}
        }
        let noun = if name.starts_with(char::is_uppercase) { "layer" } else { "function" };
        let message = match self.instead(frame, call) {
            Some(help) => format!("unknown {noun} `{name}`\n{help}"),
            None => {
                let layers = layers::LAYERS.iter().map(|kind| kind.entry.name).filter(|name| !name.contains(' '));
                let (types, functions): (Vec<&str>, Vec<&str>) =
                    layers.partition(|name| name.starts_with(char::is_uppercase));
                let listed = if noun == "layer" { types.clone() } else { functions.clone() };
                let own = self.environments[frame.environment].callables();
                let known = [own, types, functions, Activation::CATALOGUE.names().collect()].concat();
                text::unknown(noun, &name, &known, &listed)
            }
        };
        self.error(frame, call.function.span(), message);
    }

    /// What to write instead of a whole call, where a name alone would not say it.
    fn instead(&self, frame: &Frame, call: &Call) -> Option<String> {
        let name = call.function.to_string();
        let argument = call.arguments.first();
        match (name.as_str(), argument.map(|argument| &argument.value.kind)) {
            ("Activation", Some(kind)) => {
                let written = match kind {
                    ExprKind::Text(text) => text.clone(),
                    ExprKind::Name(name) => name.to_string(),
                    _ => return None,
                };
                let ours = text::meant(&written, Activation::CATALOGUE.names().collect::<Vec<_>>())?;
                Some(format!("help: write `{ours}()`"))
            }
            ("Sequential" | "SequentialConfig" | "ModuleList" | "Model", _) => {
                Some("note: a network is its statements, one layer after the other".to_string())
            }
            _ if let Some(help) = option_of_receiver(call) => Some(help),
            ("clone", _) => Some("help: remove `.clone()`: a tensor may be read many times".to_string()),
            _ if SETTINGS.contains(&name.as_str()) => {
                let value = argument.map_or("…".to_string(), |_| text::argument(&call.arguments[0]));
                Some(format!("help: write `{name} = {value};`"))
            }
            _ if ACTIONS.contains(&name.as_str()) || METHODS.contains(&name.as_str()) => Some(action(&name)),
            _ if self.environments[frame.environment].callables().iter().any(|known| alike(known, &name)) => None,
            (_, Some(_)) => translate::rewritten(call).map(|help| format!("help: {help}")),
            _ => None,
        }
    }
}

/// The help after an option that is written as a method: `Dense(3).activation(relu)`.
fn option_of_receiver(call: &Call) -> Option<String> {
    let ExprKind::Call(layer) = &call.receiver.as_deref()?.kind else { return None };
    let name = call.function.to_string();
    let option = name.strip_prefix("with_").unwrap_or(&name);
    let kind = layers::find(&layer.function.to_string())?;
    let known = kind.entry.attributes.iter().map(|attribute| attribute.name).chain(["name"]);
    let option = text::meant(option, known.collect::<Vec<_>>())?;
    let [value] = call.arguments.as_slice() else { return None };
    let given = layer.arguments.iter().map(text::argument);
    let arguments: Vec<String> = given.chain([format!("{option} = {}", text::argument(value))]).collect();
    Some(format!("help: options stand in the parentheses: `{}({})`", layer.function, arguments.join(", ")))
}

/// Where something is done with a network.
fn action(function: &str) -> String {
    match function {
        "compile" => "help: write `loss = …;`, `optimizer = …;` and `metrics = […];`".to_string(),
        _ if METHODS.contains(&function) => {
            format!("note: `{function}` is a method of the struct, for the program that uses the network")
        }
        _ => "note: a declaration describes layers; what is done with them stands in the program".to_string(),
    }
}

fn alike(known: &str, name: &str) -> bool {
    monograd_schema::alike(name, [known]).is_some()
}
