//! What other frameworks write around layers: modules before a name, lists of tensors, methods of a model.

use monograd_schema::{Activation, Initializer, Inputs, Loss, Metric, Optimizer, Regularizer, layers};

use super::environment::METHODS;
use super::{Frame, Resolver, Value};
use crate::ast::{Call, Expr, ExprKind, Let, SETTINGS};
use crate::{text, translate};

/// What a network is called elsewhere.
const OBJECTS: [&str; 5] = ["classifier", "model", "module", "net", "network"];

/// Types of numbers.
const ELEMENTS: [&str; 12] = ["bf16", "bool", "f16", "f32", "f64", "i16", "i32", "i64", "u16", "u32", "u64", "u8"];

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
            let help = translate::help(call, "").unwrap_or_else(|| format!("write `{}`", text::call(call)));
            self.error(frame, place, format!("paths do not exist here, found `{base_text}.{function}`\nhelp: {help}"));
            return true;
        }
        if !OBJECTS.contains(&base_text.as_str()) {
            return false;
        }
        let help = match (function.as_str(), call.arguments.first()) {
            ("add", Some(layer)) => {
                let ours = match &layer.value.kind {
                    ExprKind::Call(call) => translate::call(call).map(|translation| translation.ours),
                    _ => None,
                };
                let written = ours.unwrap_or_else(|| text::argument(layer));
                format!("help: write the layer as a statement: `{written};`")
            }
            ("parameters", _) => "note: an optimizer trains all parameters of the network".to_string(),
            _ => action(&function),
        };
        self.error(frame, place, format!("`{base_text}` is not known here: a network has no name for itself\n{help}"));
        true
    }

    /// Reports a value of another framework's module, `nn.ReLU()`, as an option or setting; whether it did.
    pub(super) fn refuse_foreign_value(&mut self, frame: &Frame, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(call) => match (call.receiver.as_deref(), call.arguments.as_slice()) {
                (Some(base), _) => self.refuse_foreign(frame, base, call),
                (None, [value]) if call.function == "Some" => {
                    let help = format!("write `{}`", text::argument(value));
                    self.error(frame, call.function.span(), format!("`Some` does not exist here\nhelp: {help}"));
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Reports `concat([a, b])`; whether it did.
    pub(super) fn refuse_list(&mut self, frame: &Frame, call: &Call, expr: &Expr) -> bool {
        let (ExprKind::List(items) | ExprKind::Tuple(items)) = &expr.kind else { return false };
        if !items.iter().any(|item| self.is_tensor(frame, item)) {
            return false;
        }
        let function = &call.function;
        let others = call.arguments.iter().filter(|argument| !std::ptr::eq(&argument.value, expr));
        let list: Vec<String> = items.iter().map(text::expression).chain(others.map(text::argument)).collect();
        let receiver =
            call.receiver.as_ref().map_or(String::new(), |receiver| format!("{}.", text::expression(receiver)));
        let message = format!("`{function}` takes tensors one after the other, found a list");
        let help = translate::help(call, &receiver);
        let help = help.unwrap_or_else(|| format!("write `{receiver}{function}({})`", list.join(", ")));
        self.error(frame, expr.extent, format!("{message}\nhelp: {help}"));
        true
    }

    /// Reports `(a, b).Dense(3)` and `[a, b].concat()`; whether it did.
    pub(super) fn refuse_tensors(&mut self, frame: &Frame, base: &Expr, call: &Call) -> bool {
        let (ExprKind::List(items) | ExprKind::Tuple(items)) = &base.kind else { return false };
        if !items.iter().any(|item| self.is_tensor(frame, item)) {
            return false;
        }
        let (function, tensors) = (&call.function, items.iter().map(text::expression).collect::<Vec<_>>().join(", "));
        let joins = layers::find(&function.to_string()).is_some_and(|kind| kind.inputs == Inputs::Several);
        let help = match joins {
            true => format!("write `{function}({tensors})`"),
            false => format!("write `concat({tensors}).{}`", text::call(call)),
        };
        let message = format!("`{function}` applies to a tensor, found {}", text::plural(items.len(), "tensor"));
        self.error(frame, base.extent, format!("{message}\nhelp: {help}"));
        true
    }

    /// Reports `Tensor<f32, 4>` and burn's `Tensor<B, 2>`; whether it did.
    pub(super) fn refuse_element_type(&mut self, frame: &Frame, extents: &[Expr]) -> bool {
        let [first, rest @ ..] = extents else { return false };
        let ExprKind::Name(name) = &first.kind else { return false };
        let word = name.to_string();
        let is_known = frame.variable(&word).is_some() || self.environments[frame.environment].has_constant(&word);
        let help = match (ELEMENTS.contains(&word.as_str()), word.as_str(), rest) {
            (true, _, []) => "write `Tensor`".to_string(),
            (true, ..) => {
                let rest: Vec<String> = rest.iter().map(text::expression).collect();
                format!("write `Tensor<{}>`", rest.join(", "))
            }
            (false, "B" | "Backend" | "D" | "T", _) => "write `Tensor`, or the shape of one sample".to_string(),
            _ => return false,
        };
        if !is_known {
            let message = format!("`Tensor<…>` holds the extents of a shape, found `{word}`");
            self.error(frame, first.extent, format!("{message}\nhelp: {help}"));
        }
        !is_known
    }

    /// Reports `let loss = mse;` and a tensor of such a name; whether it did.
    pub(super) fn refuse_setting(&mut self, frame: &Frame, statement: &Let) -> bool {
        let name = statement.name.to_string();
        if frame.block.is_some() || name == "output" || !SETTINGS.contains(&name.as_str()) {
            return false;
        }
        let help = match self.is_tensor(frame, &statement.value) {
            _ if let Some(meant) = meant_setting(&name, &statement.value) => format!("write `{name} = {meant};`"),
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
        let is_kept = call.receiver.is_none()
            && frame.block.is_none()
            && self.inputs.is_empty()
            && matches!(frame.current, Value::Nothing)
            && !call.arguments.iter().any(|argument| self.is_tensor(frame, &argument.value))
            && layers::find(&call.function.to_string()).is_some_and(|kind| kind.inputs != Inputs::None);
        if is_kept {
            let layer = text::expression(&statement.value);
            let message = format!("`{}` has no tensor to apply to", call.function);
            let help = match name.to_string().starts_with(char::is_uppercase) {
                true => format!("for a layer that is applied later write `static {name}: _ = {layer};`"),
                false => {
                    format!("begin with an input, and write where the layer is applied: `let {name} = x.{layer};`")
                }
            };
            self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
        }
        is_kept
    }

    /// Reports `let function = relu;`; whether it did.
    pub(super) fn refuse_named_function(&mut self, frame: &Frame, statement: &Let) -> bool {
        let ExprKind::Name(name) = &statement.value.kind else { return false };
        let word = name.to_string();
        let is_function = frame.variable(&word).is_none() && Activation::CATALOGUE.find(&word).is_some();
        if is_function {
            let message = format!("`{word}` is not applied to anything");
            let help = format!("write `{word}()`; as an option it stands where it is used: `activation = {word}`");
            self.error(frame, statement.value.extent, format!("{message}\nhelp: {help}"));
        }
        is_function
    }

    pub(super) fn unknown_call(&mut self, frame: &Frame, call: &Call) {
        let name = call.function.to_string();
        match frame.variable(&name).map(|variable| &variable.value) {
            Some(Value::Poison) => return, // Its mistake has been reported.
            Some(Value::Tensor(node)) => {
                let message = format!("`{name}` is a tensor, expected a layer, a block or a function");
                if let Some(ExprKind::Call(layer)) = call.arguments.first().map(|argument| &argument.value.kind)
                    && layer.receiver.is_none()
                {
                    let help = format!("a layer is applied with a dot: `{name}.{}`", text::call(layer));
                    return self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
                }
                let applied = call.arguments.first().filter(|argument| self.is_tensor(frame, &argument.value));
                let layer = &self.graph.nodes[*node].site.text;
                let help = match applied {
                    Some(tensor) => {
                        format!("write the layer where it is applied: `{}.{layer}`", text::argument(tensor))
                    }
                    None => format!("a layer is applied with a dot: `{name}.Dense(…)`"),
                };
                return self.error(frame, call.function.span(), format!("{message}\nhelp: {help}"));
            }
            _ => {}
        }
        if let Some((kind, help)) = self.setting_of(frame, call) {
            let message = format!("`{name}` is {kind}, expected a layer, a block or a function\nhelp: {help}");
            return self.error(frame, call.function.span(), message);
        }
        if self.imports_all && name.starts_with(char::is_uppercase) {
            return; // It may come from there.
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

    /// What a loss, metric, optimizer or initializer is that stands where a layer is expected, and where it belongs.
    fn setting_of(&self, frame: &Frame, call: &Call) -> Option<(&'static str, String)> {
        let name = call.function.to_string();
        let first = call.arguments.first().map(|argument| &argument.value).or(call.receiver.as_deref());
        let output = match first.map(|first| &first.kind) {
            Some(ExprKind::Name(tensor)) if self.is_tensor(frame, first?) => format!("({tensor})"),
            _ => String::new(),
        };
        let written = text::call(call);
        if Loss::CATALOGUE.find(&name).is_some() {
            Some(("a loss", format!("write `loss = {name}{output};`")))
        } else if Metric::CATALOGUE.find(&name).is_some() {
            Some(("a metric", format!("write `metrics = [{name}{output}];`")))
        } else if Optimizer::CATALOGUE.find(&name).is_some() {
            Some(("an optimizer", format!("write `optimizer = {written};`")))
        } else if Initializer::CATALOGUE.find(&name).is_some() {
            let written = if call.arguments.is_empty() { &name } else { &written };
            Some(("an initializer", format!("write it as an option: `Dense(64, init = {written})`")))
        } else if Regularizer::CATALOGUE.find(&name).is_some() {
            Some(("a regularizer", format!("write it as an option: `Dense(64, regularizer = {written})`")))
        } else {
            None
        }
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
            ("max" | "min", Some(_))
                if call.receiver.is_none()
                    && let [a, b] = call.arguments.as_slice()
                    && !self.is_tensor(frame, &a.value)
                    && !self.is_tensor(frame, &b.value) =>
            {
                let (a, b, sign) = (text::argument(a), text::argument(b), if name == "max" { '>' } else { '<' });
                Some(format!("help: write `if {a} {sign} {b} {{ {a} }} else {{ {b} }}`"))
            }
            ("Sequential" | "SequentialConfig" | "ModuleList" | "Model", _) => {
                Some("note: a network is its statements, one layer after the other".to_string())
            }
            ("Label" | "Labels" | "Target" | "Targets", _) => {
                Some("note: targets come with the data, `Dataset::new(&x, &y)`, and have no name here".to_string())
            }
            _ if let Some(help) = option_of_receiver(call) => Some(help),
            ("pow" | "powi" | "square", kind)
                if kind.is_none_or(|kind| matches!(kind, ExprKind::Int(2)))
                    && let Some(ExprKind::Name(base)) = call.receiver.as_ref().map(|receiver| &receiver.kind) =>
            {
                Some(format!("help: write `{base} * {base}`"))
            }
            ("forward" | "apply" | "call", Some(ExprKind::Name(tensor)))
                if let Some(ExprKind::Call(layer)) = call.receiver.as_ref().map(|receiver| &receiver.kind)
                    && layer.receiver.is_none() =>
            {
                Some(format!("help: write `{tensor}.{}`", text::call(layer)))
            }
            ("argmax", _) => {
                Some("note: a network gives scores; the program takes the largest of what `predict` gives".to_string())
            }
            ("unwrap" | "expect" | "contiguous", _) => Some(format!("help: remove `.{}`", text::call(call))),
            ("shape" | "size" | "dim" | "ndim" | "numel" | "len", _) => {
                Some("note: a declaration describes layers, it has no values to read".to_string())
            }
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
pub(super) fn option_of_receiver(call: &Call) -> Option<String> {
    let ExprKind::Call(layer) = &call.receiver.as_deref()?.kind else { return None };
    let name = call.function.to_string();
    let option = name.strip_prefix("with_").unwrap_or(&name);
    let owner = layer.function.to_string();
    let optimizer = || Optimizer::CATALOGUE.find(&owner).map(|kind| kind.attributes);
    let attributes = layers::find(&owner).map(|kind| kind.entry.attributes).or_else(optimizer)?;
    let known = attributes.iter().map(|attribute| attribute.name).chain(["name"]);
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

/// The loss or optimizer that a call of another framework means as a setting: `F.cross_entropy(x, y)`.
fn meant_setting(setting: &str, value: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &value.kind else { return None };
    let name = call.function.to_string();
    match setting {
        "loss" => text::meant(&name, Loss::CATALOGUE.names().collect::<Vec<_>>()).map(str::to_string),
        "optimizer" => {
            text::meant(&name, Optimizer::CATALOGUE.names().collect::<Vec<_>>())?;
            translate::call(call).map(|translation| translation.ours)
        }
        _ => None,
    }
}
