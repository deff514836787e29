//! Calls: layers, functions, blocks and shared layers become nodes.

use monograd_schema::{Activation, Attribute, Inputs, Kind, LayerKind, Value as Setting, layers};
use proc_macro2::Ident;

use super::attribute::Options;
use super::{Frame, Resolver, Value, Variable};
use crate::ast::{Argument, Call, Expr, ExprKind, ParameterKind};
use crate::graph::NodeId;
use crate::{text, translate};

/// What a call applies to; nothing inside where that is unknown because of an earlier mistake.
pub(super) type Receiver = Option<NodeId>;

impl Resolver<'_> {
    /// A chain of method calls, from its first receiver on; chains may be long, so there is no recursion.
    pub(super) fn chain(&mut self, frame: &mut Frame, last: &Call, name: Option<&Ident>) -> Value {
        let mut calls = vec![last];
        let mut first = None;
        while let Some(receiver) = calls[calls.len() - 1].receiver.as_deref() {
            match &receiver.kind {
                ExprKind::Call(call) => calls.push(call),
                _ => {
                    first = Some(receiver);
                    break;
                }
            }
        }
        if let (Some(base), Some(call)) = (first, calls.last())
            && self.refuse_foreign(frame, base, call)
        {
            return Value::Poison;
        }
        let mut receiver = match first {
            None => None,
            Some(expr) if self.refuse_tensors(frame, expr, calls[calls.len() - 1]) => return Value::Poison,
            Some(expr) if self.inputs.is_empty() && frame.block.is_none() && self.is_unknown_name(frame, expr) => {
                let name = text::expression(expr);
                let message = format!("unknown name `{name}`\nhelp: begin with an input: `let {name} = Input(…);`");
                self.error(frame, expr.extent, message);
                Some(None)
            }
            Some(expr) => match self.expression(frame, expr, None) {
                Value::Tensor(node) => Some(Some(node)),
                Value::Poison => Some(None),
                value => {
                    let called = &calls[calls.len() - 1].function;
                    let note = match value {
                        Value::Constant(_) => {
                            "\nnote: constants are computed by `+`, `-`, `*`, `/`, `%`, `<<`, `>>` and `if`"
                        }
                        _ => "",
                    };
                    let message = format!("`{called}` applies to a tensor, found `{}`{note}", text::expression(expr));
                    self.error(frame, expr.extent, message);
                    Some(None)
                }
            },
        };
        while let Some(call) = calls.pop() {
            let name = if calls.is_empty() { name } else { None };
            receiver = match self.call(frame, call, receiver, name) {
                Value::Tensor(node) => Some(Some(node)),
                _ => Some(None),
            };
        }
        receiver.flatten().map_or(Value::Poison, Value::Tensor)
    }

    pub(super) fn call(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        receiver: Option<Receiver>,
        name: Option<&Ident>,
    ) -> Value {
        let function = call.function.to_string();
        let environment = &self.environments[frame.environment];
        if frame.environment == 0 && environment.calls(&function) {
            self.used.insert(function.clone());
        }
        let environment = &self.environments[frame.environment];
        if environment.ambiguous.contains(&function) {
            return Value::Poison;
        }
        if let Some(shared) = environment.statics.get(&function).copied() {
            return self.shared(frame, call, shared, receiver);
        }
        if let Some((block, own)) = environment.blocks.get(&function).copied() {
            return self.block(frame, call, block, own, receiver, name);
        }
        if let Some(kind) = layers::find(&function) {
            return self.layer(frame, call, kind, receiver, name);
        }
        let is_parameter =
            frame.variable(&function).is_some_and(|variable| matches!(variable.value, Value::Activation(_)));
        if is_parameter || Activation::CATALOGUE.find(&function).is_some() {
            return self.activation(frame, call, receiver, name);
        }
        if receiver != Some(None) || self.is_after_known(frame, call) {
            self.unknown_call(frame, call);
        }
        Value::Poison
    }

    /// Whether a call hangs on what is known, or nearly: what an unknown name has is unknown too.
    fn is_after_known(&self, frame: &Frame, call: &Call) -> bool {
        let before = match call.receiver.as_ref().map(|receiver| &receiver.kind) {
            Some(ExprKind::Call(before)) => before,
            Some(ExprKind::Name(name)) => return frame.is_unused && !frame.unknown.contains(&name.to_string()),
            _ => return frame.is_unused,
        };
        let name = before.function.to_string();
        if let Some(Value::Activation(_)) = frame.variable(&name).map(|variable| &variable.value) {
            return true;
        }
        let layers = layers::LAYERS.iter().map(|kind| kind.entry.name);
        let known: Vec<&str> = layers.chain(self.environments[frame.environment].callables()).collect();
        self.is_callable(frame, &name) || translate::name(&name).is_some() || text::meant(&name, known).is_some()
    }

    /// Whether a name could be called: to tell a forgotten `()` from an unknown name.
    pub(super) fn is_callable(&self, frame: &Frame, name: &str) -> bool {
        layers::find(name).is_some()
            || Activation::CATALOGUE.find(name).is_some()
            || self.environments[frame.environment].calls(name)
    }

    /// How a layer, function, block or shared layer is called.
    pub(super) fn example(&self, frame: &Frame, name: &str) -> String {
        let needs_options = match (self.environments[frame.environment].blocks.get(name), layers::find(name)) {
            (Some((block, _)), _) => block
                .parameters
                .iter()
                .any(|parameter| parameter.default.is_none() && !matches!(parameter.kind, ParameterKind::Tensor(_))),
            (None, Some(kind)) => {
                let needed =
                    |attribute: &Attribute| attribute.default.is_none() || matches!(attribute.kind, Kind::Extents);
                kind.entry.attributes.iter().any(needed)
            }
            (None, None) => false,
        };
        format!("{name}({})", if needs_options { "…" } else { "" })
    }

    fn layer(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        kind: &'static LayerKind,
        receiver: Option<Receiver>,
        name: Option<&Ident>,
    ) -> Value {
        let (inputs, rest) = self.inputs(frame, call, receiver, kind.inputs == Inputs::None);
        // Something else in the place of a tensor is said once, and a tensor in the place of an option.
        let has_stray = rest.first().is_some_and(|argument| argument.name.is_none());
        let is_told = match kind.inputs {
            Inputs::None => false,
            Inputs::One => rest.is_empty(),
            Inputs::Two | Inputs::Several => has_stray,
        };
        if is_told
            && let Some(inputs) = &inputs
            && !self.check_inputs(frame, call, kind, inputs.len())
        {
            return Value::Poison;
        }
        let check = |values: &[Setting]| (kind.build)(values).map(drop);
        let options = self.options(frame, call, kind.entry.name, kind.entry.attributes, rest, (true, &check));
        let inputs = inputs.filter(|inputs| self.check_inputs(frame, call, kind, inputs.len()));
        let Some(Options { values, places, name: path }) = options else { return Value::Poison };
        let layer = match (kind.build)(&values) {
            Ok(layer) => layer,
            Err(error) => {
                self.option_error(frame, call, kind.entry.attributes, &places, error);
                return Value::Poison;
            }
        };
        let Some(inputs) = inputs else { return Value::Poison };
        if path.as_ref().is_some_and(|path| !self.is_new_name(frame, call, path)) {
            return Value::Poison;
        }
        let path = path.or(name.map(ToString::to_string));
        let node = self.node(frame, layer, inputs, call.function.span().into(), text::call(call), path);
        let activation = kind.entry.attributes.iter().position(|attribute| attribute.name == "activation");
        if let Some(place) = activation.and_then(|row| places[row]) {
            let is_it = |argument: &&Argument| place.is(argument.value.extent);
            let written = call.arguments.iter().find(is_it).map(text::argument).unwrap_or_default();
            let site = &mut self.graph.nodes[node].site;
            (site.activation, site.without) = (Some(place), format!("remove `{written}`"));
        }
        if kind.inputs == Inputs::None {
            self.inputs.push(node);
        }
        Value::Tensor(node)
    }

    fn check_inputs(&mut self, frame: &Frame, call: &Call, kind: &LayerKind, found: usize) -> bool {
        let function = &call.function;
        let (fits, expected) = match kind.inputs {
            Inputs::None => (found == 0, "no tensor"),
            Inputs::One => (found == 1, "one tensor"),
            Inputs::Two => (found == 2, "two tensors"),
            Inputs::Several => (found >= 2, "two tensors or more"),
        };
        if !fits {
            let others = frame.variables.iter().filter(|variable| matches!(variable.value, Value::Tensor(_)));
            let last: Vec<&str> = others.map(|variable| variable.name.as_str()).rev().take(2).collect();
            let names_none = call.arguments.is_empty() || found == 1 && call.arguments.len() == 1;
            let help = match (kind.inputs, call.receiver.is_none() && names_none, last.as_slice()) {
                (Inputs::Two | Inputs::Several, true, [last, first]) => {
                    format!("\nhelp: name them: `{function}({first}, {last})`")
                }
                _ => String::new(),
            };
            self.error(frame, function.span(), format!("`{function}` takes {expected}, found {found}{help}"));
        } else if kind.inputs == Inputs::None && frame.block.is_some() {
            let message = format!("`{function}` stands in a block, expected a parameter: inputs are declared outside");
            self.error(frame, function.span(), message);
            return false;
        }
        fits
    }

    fn activation(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        receiver: Option<Receiver>,
        name: Option<&Ident>,
    ) -> Value {
        let (inputs, rest) = self.inputs(frame, call, receiver, false);
        let entry = match frame.variable(&call.function.to_string()).map(|variable| variable.value.clone()) {
            Some(Value::Activation(function)) => {
                // A block's parameter comes with its options.
                let options = self.options(frame, call, &call.function.to_string(), &[], rest, (true, &|_| Ok(())));
                options.map(|options| (function.to_entry(), options.name))
            }
            _ => self.entry(frame, Activation::CATALOGUE, call, rest, true),
        };
        let (Some(inputs), Some((entry, path))) = (inputs, entry) else { return Value::Poison };
        if inputs.len() != 1 {
            let (function, found) = (&call.function, inputs.len());
            self.error(frame, function.span(), format!("`{function}` takes one tensor, found {found}"));
            return Value::Poison;
        }
        let Some(function) = Activation::from_entry(&entry) else { return Value::Poison };
        if path.as_ref().is_some_and(|path| !self.is_new_name(frame, call, path)) {
            return Value::Poison;
        }
        let path = path.or(name.map(ToString::to_string));
        let layer = layers::activation(function);
        let without = self.without(call, inputs[0], name);
        let node = self.node(frame, layer, inputs, call.function.span().into(), text::call(call), path);
        self.graph.nodes[node].site.without = without;
        Value::Tensor(node)
    }

    /// How to leave out a function of one tensor, by the way in which it is written.
    fn without(&self, call: &Call, input: NodeId, name: Option<&Ident>) -> String {
        let written = text::call(call);
        match (&call.receiver, call.arguments.first(), name) {
            (Some(_), ..) => format!("remove `.{written}`"),
            (None, Some(argument), _) if argument.name.is_none() => {
                format!("write `{}` instead of `{written}`", text::argument(argument))
            }
            (None, _, None) => format!("remove `{written};`"),
            (None, _, Some(name)) => match self.names.get(&input) {
                Some(before) => format!("write `let {name} = {before};`"),
                None => format!("name the layer before it: `let {name} = {};`", self.graph.nodes[input].site.text),
            },
        }
    }

    /// The tensors that a call applies to: its receiver, then leading tensor arguments, else the current value; nothing
    /// where one of them is unknown. Also gives the arguments that are left.
    pub(super) fn inputs<'c>(
        &mut self,
        frame: &mut Frame,
        call: &'c Call,
        receiver: Option<Receiver>,
        is_source: bool,
    ) -> (Option<Vec<NodeId>>, Vec<&'c Argument>) {
        let mut inputs: Vec<Receiver> = receiver.into_iter().collect();
        let mut rest: Vec<&Argument> = call.arguments.iter().collect();
        while let Some(argument) = rest.first().filter(|argument| argument.name.is_none()) {
            if self.refuse_list(frame, call, &argument.value) {
                return (None, rest.split_off(1));
            }
            // After a tensor, an unknown name is one more, most likely.
            let is_unknown = !inputs.is_empty() && self.is_unknown_name(frame, &argument.value);
            if !is_unknown && !self.is_tensor(frame, &argument.value) {
                break;
            }
            inputs.push(match self.expression(frame, &argument.value, None) {
                Value::Tensor(node) => Some(node),
                _ => None,
            });
            rest.remove(0);
        }
        if inputs.is_empty() && !is_source {
            match frame.current {
                Value::Tensor(node) => {
                    inputs.push(Some(node));
                    self.implicit.push((self.graph.nodes.len(), node));
                }
                Value::Poison => inputs.push(None),
                _ => {
                    let function = &call.function;
                    let help = match (self.inputs.is_empty(), frame.variables.is_empty()) {
                        _ if frame.block.is_some() => "give the block a parameter: `x: Tensor`",
                        (true, _) => "declare an input before it: `let x = Input(…);`",
                        _ => "write the tensor before it: `x.Dense(…)`",
                    };
                    let message = format!("`{function}` has no tensor to apply to\nhelp: {help}");
                    self.error(frame, function.span(), message);
                    inputs.push(None);
                }
            }
        }
        (inputs.into_iter().collect(), rest)
    }

    /// Whether an argument is a tensor, without computing it.
    pub(super) fn is_tensor(&self, frame: &Frame, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => {
                let variable = frame.variable(&name.to_string()).map(|variable| &variable.value);
                matches!(variable, Some(Value::Tensor(_) | Value::Poison))
            }
            ExprKind::Call(call) if call.receiver.is_some() => {
                match text::first_receiver(call).map(|first| &first.kind) {
                    Some(ExprKind::Int(_) | ExprKind::Float(_)) => false,
                    Some(ExprKind::Name(name)) => {
                        let name = name.to_string();
                        match frame.variable(&name).map(|variable| &variable.value) {
                            Some(value) => !matches!(value, Value::Constant(_)),
                            None => !self.environments[frame.environment].has_constant(&name),
                        }
                    }
                    _ => true,
                }
            }
            ExprKind::Call(call) => {
                let name = call.function.to_string();
                let environment = &self.environments[frame.environment];
                let with_tensor = call
                    .arguments
                    .first()
                    .is_some_and(|argument| argument.name.is_none() && self.is_tensor(frame, &argument.value));
                with_tensor
                    || environment.statics.contains_key(&name)
                    || environment.blocks.contains_key(&name)
                    || layers::find(&name).is_some()
            }
            ExprKind::Unary { operand, .. } => self.is_tensor(frame, operand),
            ExprKind::Binary { left, right, .. } => self.is_tensor(frame, left) || self.is_tensor(frame, right),
            ExprKind::If { then, otherwise, .. } => {
                let branch = |body| text::sole_value(body).is_some_and(|expr| self.is_tensor(frame, expr));
                branch(then) || otherwise.as_ref().is_some_and(branch)
            }
            _ => false,
        }
    }

    /// Whether this is a tensor for sure, without computing it.
    pub(super) fn is_known_tensor(&self, frame: &Frame, expr: &Expr) -> bool {
        self.is_tensor(frame, expr) && !self.is_unknown(frame, expr)
    }

    /// Whether an expression is a name that nobody declares.
    pub(super) fn is_unknown_name(&mut self, frame: &Frame, expr: &Expr) -> bool {
        let ExprKind::Name(name) = &expr.kind else { return false };
        self.lookup(frame, &name.to_string()).is_none() && !self.is_callable(frame, &name.to_string())
    }

    /// Whether an argument is unknown because of an earlier mistake, so that it may be a tensor or a constant.
    pub(super) fn is_unknown(&self, frame: &Frame, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => {
                matches!(frame.variable(&name.to_string()), Some(Variable { value: Value::Poison, .. }))
            }
            ExprKind::Unary { operand, .. } => self.is_unknown(frame, operand),
            ExprKind::Binary { left, right, .. } => self.is_unknown(frame, left) || self.is_unknown(frame, right),
            ExprKind::If { then, otherwise, .. } => {
                let branch = |body| text::sole_value(body).is_some_and(|expr| self.is_unknown(frame, expr));
                branch(then) || otherwise.as_ref().is_some_and(branch)
            }
            ExprKind::Broken => true,
            ExprKind::Call(call) if call.receiver.is_none() => {
                let function = call.function.to_string();
                !self.is_callable(frame, &function) && frame.variable(&function).is_none()
            }
            ExprKind::Call(call) => match text::first_receiver(call).map(|first| &first.kind) {
                Some(ExprKind::Name(name)) => {
                    let name = name.to_string();
                    let known = frame.variable(&name).map(|variable| &variable.value);
                    let is_constant = || self.environments[frame.environment].has_constant(&name);
                    matches!(known, Some(Value::Poison)) || known.is_none() && !is_constant()
                }
                _ => false,
            },
            _ => false,
        }
    }
}
