//! Uses of blocks and of shared layers.

use std::rc::Rc;

use proc_macro2::Ident;

use super::call::Receiver;
use super::node::{line_of, segment};
use super::{Frame, Resolver, Value};
use crate::ast::{Argument, Block, Call, Expr, ExprKind, ParameterKind, Shared};
use crate::graph::{BlockUse, Site};

/// The deepest nesting of blocks within blocks.
const MAX_BLOCKS: usize = 64;

impl Resolver<'_> {
    /// One use of a `static`: the same layer with the same parameters.
    pub(super) fn shared(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        shared: &Shared,
        receiver: Option<Receiver>,
    ) -> Value {
        let name = call.function.to_string();
        let (inputs, rest) = self.inputs(frame, call, receiver, false);
        let Some(mut inputs) = inputs else { return Value::Poison };
        if let Some(argument) = rest.first() {
            let help =
                if rest.len() == call.arguments.len() { format!("\nhelp: write `{name}()`") } else { String::new() };
            let message = format!("`{name}` is a shared layer, its options stand where it is declared{help}");
            self.error(frame, argument.value.extent, message);
            return Value::Poison;
        }
        let Some(layer) = self.shared_layer(frame, shared) else { return Value::Poison };
        if self.open_statics.contains(&name) {
            self.error(frame, call.function.span(), format!("the shared layer `{name}` uses itself"));
            return Value::Poison;
        }
        self.open_statics.push(name.clone());
        // The layer's own arguments are constants, so the use gives all tensors.
        let outer = frame.shared.replace((name, 0));
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
        frame.shared = outer;
        self.open_statics.pop();
        value
    }

    /// The layer that a `static` is given.
    pub(super) fn shared_layer<'s>(&mut self, frame: &Frame, shared: &'s Shared) -> Option<&'s Call> {
        match &shared.layer.kind {
            ExprKind::Call(layer) if layer.receiver.is_none() => return Some(layer),
            ExprKind::Broken => {}
            _ => {
                let name = &shared.name;
                let message = format!("`static {name}` is given a layer: `{name}: _ = Dense(3);`");
                self.error(frame, shared.layer.extent, message);
            }
        }
        None
    }

    pub(super) fn block(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        block: &Block,
        environment: usize,
        receiver: Option<Receiver>,
        name: Option<&Ident>,
    ) -> Value {
        if is_broken(block) {
            return Value::Poison;
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
        if frame.is_unused {
            return Value::Poison; // Its body is read by itself.
        }
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
        if path.as_ref().is_some_and(|path| !self.is_new_name(frame, call, path)) {
            return Value::Poison;
        }
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
                line: Some(line_of(Site::place(call.function.span().into(), &frame.block))),
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
            if let Value::Tensor(node) = value {
                self.mention(&parameter.name, vec![], *node);
            }
        }
        for (parameter, value) in block.parameters.iter().zip(&values) {
            if let (ParameterKind::Tensor(kind), Value::Tensor(node)) = (&parameter.kind, value) {
                self.claim(&mut inner, *node, &parameter.name.to_string(), kind);
            }
        }
        if environment == 0 {
            self.entered.insert(function.clone());
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
                let inputs = values.iter().filter_map(|value| match value {
                    Value::Tensor(node) => Some(*node),
                    _ => None,
                });
                self.mention(&call.function, inputs.collect(), node);
                Value::Tensor(node)
            }
            Value::Poison => Value::Poison,
            _ => {
                self.error(&inner, block.name.span(), format!("the block `{function}` gives no tensor"));
                Value::Poison
            }
        }
    }
}

/// Whether nothing of a block could be read: its signature may be unknown.
pub(super) fn is_broken(block: &Block) -> bool {
    block.body.statements.is_empty()
        && block.body.tail.as_ref().is_some_and(|tail| matches!(tail.kind, ExprKind::Broken))
}
