//! Calls: layers, functions, blocks and shared layers become nodes.

use std::rc::Rc;
use std::sync::Arc;

use monograd_schema::{Activation, Inputs, Layer, LayerKind, Role, layers, snake_case};
use proc_macro2::Ident;

use super::attribute::Options;
use super::{Frame, Resolver, Value, Variable};
use crate::ast::{Argument, Block, Call, Expr, ExprKind, Extent, ParameterKind};
use crate::graph::{BlockUse, Node, NodeId, Owner, OwnerId, Site};
use crate::text;

/// What a call applies to; nothing inside where that is unknown because of an earlier mistake.
pub(super) type Receiver = Option<NodeId>;

/// The deepest nesting of blocks within blocks.
const MAX_BLOCKS: usize = 64;

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
        let mut receiver = match first {
            None => None,
            Some(expr) => match self.expression(frame, expr, None) {
                Value::Tensor(node) => Some(Some(node)),
                Value::Poison => Some(None),
                _ => {
                    let called = &calls[calls.len() - 1].function;
                    let message = format!("`{called}` applies to a tensor, found `{}`", text::expression(expr));
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

    fn call(&mut self, frame: &mut Frame, call: &Call, receiver: Option<Receiver>, name: Option<&Ident>) -> Value {
        let function = call.function.to_string();
        let environment = &self.environments[frame.environment];
        if let Some(shared) = environment.statics.get(&function).copied() {
            return self.shared(frame, call, shared, receiver);
        }
        if let Some((block, own)) = environment.blocks.get(&function).copied() {
            return self.block(frame, call, block, own, receiver, name);
        }
        if let Some(kind) = layers::find(&function) {
            return self.layer(frame, call, kind, receiver, name);
        }
        if Activation::CATALOGUE.find(&function).is_some() {
            return self.activation(frame, call, receiver, name);
        }
        self.unknown_call(frame, call);
        Value::Poison
    }

    fn unknown_call(&mut self, frame: &Frame, call: &Call) {
        let name = call.function.to_string();
        let what = if name.starts_with(char::is_uppercase) { "layer" } else { "function" };
        let layers = layers::LAYERS.iter().map(|kind| kind.entry.name).filter(|name| !name.contains(' '));
        let mut known: Vec<String> =
            self.environments[frame.environment].callables().into_iter().map(str::to_string).collect();
        known.extend(layers.chain(Activation::CATALOGUE.names()).map(str::to_string));
        let suggestion = match (name.as_str(), call.arguments.as_slice()) {
            ("Linear", [first, units, ..]) if first.name.is_none() && units.name.is_none() => {
                let rest: Vec<String> = call.arguments[1..].iter().map(text::argument).collect();
                Some(format!("write `Dense({})`: the number of inputs is inferred", rest.join(", ")))
            }
            _ => text::suggestion(&name, known.iter().map(String::as_str)),
        };
        let help = suggestion.map_or(String::new(), |suggestion| format!("\nhelp: {suggestion}"));
        self.error(frame, call.function.span(), format!("unknown {what} `{name}`{help}"));
    }

    /// Whether a name could be called: to tell a forgotten `()` from an unknown name.
    pub(super) fn is_callable(&self, frame: &Frame, name: &str) -> bool {
        layers::find(name).is_some()
            || Activation::CATALOGUE.find(name).is_some()
            || self.environments[frame.environment].calls(name)
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
        let options = self.options(frame, call, kind.entry.name, kind.entry.attributes, rest, true);
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
        let path = path.or(name.map(ToString::to_string));
        let node = self.node(frame, layer, inputs, call.function.span().into(), text::call(call), path);
        let activation = kind.entry.attributes.iter().position(|attribute| attribute.name == "activation");
        self.graph.nodes[node].site.activation = activation.and_then(|row| places[row]);
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
            self.error(frame, function.span(), format!("`{function}` takes {expected}, found {found}"));
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
        let entry = self.entry(frame, Activation::CATALOGUE, call, rest, true);
        let (Some(inputs), Some((entry, path))) = (inputs, entry) else { return Value::Poison };
        if inputs.len() != 1 {
            let (function, found) = (&call.function, inputs.len());
            self.error(frame, function.span(), format!("`{function}` takes one tensor, found {found}"));
            return Value::Poison;
        }
        let Some(function) = Activation::from_entry(&entry) else { return Value::Poison };
        let path = path.or(name.map(ToString::to_string));
        let layer = layers::activation(function);
        Value::Tensor(self.node(frame, layer, inputs, call.function.span().into(), text::call(call), path))
    }

    /// The tensors that a call applies to: its receiver, then leading tensor arguments, else the current value; nothing
    /// where one of them is unknown. Also gives the arguments that are left.
    fn inputs<'c>(
        &mut self,
        frame: &mut Frame,
        call: &'c Call,
        receiver: Option<Receiver>,
        is_source: bool,
    ) -> (Option<Vec<NodeId>>, Vec<&'c Argument>) {
        let mut inputs: Vec<Receiver> = receiver.into_iter().collect();
        let mut rest: Vec<&Argument> = call.arguments.iter().collect();
        while let Some(argument) = rest.first().filter(|argument| argument.name.is_none()) {
            if !self.is_tensor(frame, &argument.value) {
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
                    let help = "declare an input before it: `let x = Input(…);`";
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
            ExprKind::Call(call) if call.receiver.is_some() => true,
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
            _ => false,
        }
    }

    /// One use of a `static`: the same layer with the same parameters.
    fn shared(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        shared: &crate::ast::Shared,
        receiver: Option<Receiver>,
    ) -> Value {
        let name = call.function.to_string();
        let (inputs, rest) = self.inputs(frame, call, receiver, false);
        let Some(mut inputs) = inputs else { return Value::Poison };
        if let Some(argument) = rest.first() {
            let message = format!("`{name}` is a shared layer, its options stand where it is declared");
            self.error(frame, argument.value.extent, message);
            return Value::Poison;
        }
        let layer = match &shared.layer.kind {
            ExprKind::Call(layer) if layer.receiver.is_none() => Some(layer),
            _ => None,
        };
        let Some(layer) = layer else {
            if !matches!(shared.layer.kind, ExprKind::Broken) {
                self.error(
                    frame,
                    shared.layer.extent,
                    format!("`static {name}` is given a layer: `{name}: _ = Dense(3);`"),
                );
            }
            return Value::Poison;
        };
        if frame.shared.is_some() {
            self.error(frame, call.function.span(), format!("the shared layer `{name}` stands inside another one"));
            return Value::Poison;
        }
        // The layer's own arguments are constants, so the use gives all tensors.
        frame.shared = Some((name, 0));
        let first = inputs.remove(0);
        let mut layer = layer.clone();
        layer.function.set_span(call.function.span());
        let restored = std::mem::take(&mut frame.variables);
        let prefix = std::mem::take(&mut frame.prefix);
        for (position, &node) in inputs.iter().enumerate() {
            let ident = Ident::new(&format!("__input_{position}"), call.function.span());
            frame.declare(&ident, Value::Tensor(node), false);
            let kind = ExprKind::Name(ident);
            let value = Expr { kind, extent: call.function.span().into() };
            layer.arguments.insert(position, Argument { name: None, value });
        }
        let value = self.call(frame, &layer, Some(Some(first)), Some(&shared.name));
        (frame.variables, frame.prefix) = (restored, prefix);
        frame.shared = None;
        value
    }

    fn block(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        block: &Block,
        environment: usize,
        receiver: Option<Receiver>,
        name: Option<&Ident>,
    ) -> Value {
        let broken = block.body.statements.is_empty()
            && block.body.tail.as_ref().is_some_and(|tail| matches!(tail.kind, ExprKind::Broken));
        if broken {
            return Value::Poison; // Its signature may be unknown.
        }
        let function = call.function.to_string();
        if self.blocks.contains(&(environment, function.clone())) {
            self.error(frame, call.function.span(), format!("the block `{function}` uses itself"));
            return Value::Poison;
        }
        if self.blocks.len() >= MAX_BLOCKS {
            let message = format!("blocks are nested more than {MAX_BLOCKS} deep");
            self.error(frame, call.function.span(), message);
            return Value::Poison;
        }
        if !self.unrolls(frame, call.function.span().into()) {
            return Value::Poison;
        }
        let Some((values, path)) = self.block_arguments(frame, call, block, environment, receiver) else {
            return Value::Poison;
        };
        let options: Vec<String> = block
            .parameters
            .iter()
            .zip(&values)
            .filter_map(|(parameter, value)| match value {
                Value::Constant(constant) => Some(format!("{} = {}", parameter.name, constant.text())),
                Value::Activation(function) => Some(format!("{} = {}", parameter.name, function.name())),
                _ => None,
            })
            .collect();
        let path = match path.or(name.map(ToString::to_string)) {
            Some(path) => format!("{}{}", frame.prefix, segment(&path)),
            None => self.numbered(frame, &segment(&function)),
        };
        // A further use of a shared block has its paths already.
        let again = frame.shared.as_ref().is_some_and(|(shared, _)| self.statics.contains_key(shared));
        let path = if again { path } else { self.unique(path) };
        let mut inner = Frame::new(
            environment,
            format!("{path}."),
            Some(Rc::new(BlockUse {
                text: format!("{function}({})", options.join(", ")),
                extent: call.function.span().into(),
                line: line_of(Site::place(call.function.span().into(), &frame.block)),
                imported: block.imported,
                outer: frame.block.clone(),
            })),
        );
        inner.shared = frame.shared.clone();
        for (parameter, value) in block.parameters.iter().zip(&values) {
            if let (ParameterKind::Tensor(_), Value::Nothing) = (&parameter.kind, &inner.current) {
                inner.current = value.clone();
            }
            inner.declare(&parameter.name, value.clone(), false);
        }
        for (parameter, value) in block.parameters.iter().zip(&values) {
            if let (ParameterKind::Tensor(kind), Value::Tensor(node)) = (&parameter.kind, value) {
                self.claim(&mut inner, *node, &parameter.name.to_string(), kind);
            }
        }
        self.blocks.push((environment, function.clone()));
        let value = self.body(&mut inner, &block.body);
        self.blocks.pop();
        frame.shared = inner.shared.take();
        match value {
            Value::Tensor(node) => {
                if let Some(kind) = &block.output {
                    self.claim(&mut inner, node, &function, kind);
                }
                Value::Tensor(node)
            }
            Value::Poison => Value::Poison,
            _ => {
                self.error(&inner, block.name.span(), format!("the block `{function}` gives no tensor"));
                Value::Poison
            }
        }
    }

    /// Adds a layer to the graph.
    pub(super) fn node(
        &mut self,
        frame: &mut Frame,
        layer: Arc<dyn Layer>,
        inputs: Vec<NodeId>,
        extent: Extent,
        text: String,
        name: Option<String>,
    ) -> NodeId {
        let place = Site::place(extent, &frame.block);
        let owner = self.owner(frame, layer.as_ref(), name.as_deref());
        let (text, block) = (text::shortened(text), frame.block.clone());
        let site = Site { extent, line: line_of(place), text, name, activation: None, block };
        self.graph.nodes.push(Node { layer, inputs, owner, site });
        self.graph.nodes.len() - 1
    }

    /// The owner of a layer's parameters: a new one, or within a `static` that of its first use.
    fn owner(&mut self, frame: &mut Frame, layer: &dyn Layer, name: Option<&str>) -> OwnerId {
        let shared = frame.shared.as_mut().map(|(name, taken)| {
            *taken += 1;
            (name.clone(), *taken - 1)
        });
        if let Some((name, position)) = &shared
            && let Some(&owner) = self.statics.get(name).and_then(|owners| owners.get(*position))
        {
            return owner;
        }
        let kind = match layer.as_activation() {
            Some(function) => function.name(),
            None => layer.kind().entry.name,
        };
        let path = match name {
            Some(name) => format!("{}{}", frame.prefix, segment(name)),
            _ if layer.role() == Role::View && layer.kind().inputs == Inputs::None => "input".to_string(),
            _ => self.numbered(frame, &segment(&kind.replace(' ', "_"))),
        };
        let path = self.unique(path);
        self.graph.owners.push(Owner { path });
        let owner = self.graph.owners.len() - 1;
        if let Some((name, _)) = shared {
            self.statics.entry(name).or_default().push(owner);
        }
        owner
    }

    /// The next path of a type within a block: `dense_2`.
    fn numbered(&mut self, frame: &mut Frame, kind: &str) -> String {
        let counter = frame.counters.entry(kind.to_string()).or_default();
        *counter += 1;
        format!("{}{kind}_{counter}", frame.prefix)
    }

    /// A path that no one else has: a second `h` is `h_2`.
    fn unique(&mut self, path: String) -> String {
        let mut candidate = path.clone();
        while self.paths.contains_key(&candidate) {
            let number = self.paths.get_mut(&path).map_or(2, |next| {
                *next += 1;
                *next - 1
            });
            candidate = format!("{path}_{number}");
        }
        self.paths.insert(candidate.clone(), 2);
        candidate
    }
}

/// A name as a part of a path: `r#Type` is `type`.
fn segment(name: &str) -> String {
    snake_case(name.trim_start_matches("r#"))
}

pub(super) fn line_of(extent: Extent) -> usize {
    extent.first.start().line
}
