//! Blocks and shared layers that nothing uses, and blocks whose every use has a mistake: names and options in them are checked, and no value in them is known.
//!
//! Tensors are poison, constants are `Constant::Unknown`, both branches of an `if` and one repetition of a `for` are read. No
//! node is made, so that the network is the same without them.

use std::rc::Rc;

use monograd_schema::Activation;
use proc_macro2::Ident;

use super::block::is_broken;
use super::{Frame, Resolver, Value};
use crate::ast::{Ast, Block, Body, For, ParameterKind, Shared, Statement};
use crate::constant::Constant;
use crate::graph::BlockUse;

impl Frame {
    /// A value as it is seen in this frame: that of a constant counts only in what is used.
    pub(super) fn hidden(&self, value: Value) -> Value {
        match value {
            Value::Constant(_) if self.is_unused => Value::Constant(Constant::Unknown),
            value => value,
        }
    }

    /// What stands for a constant that could not be computed.
    pub(super) fn unknown_constant(&self) -> Value {
        if self.is_unused { Value::Constant(Constant::Unknown) } else { Value::Poison }
    }
}

impl Resolver<'_> {
    /// Reports the mistakes in definitions of the declaration that nothing uses, or only by mistake.
    pub(super) fn read_unused_definitions(&mut self, ast: &Ast) {
        let unused: Vec<String> = self.graph.unused.iter().map(|(name, _)| name.to_string()).collect();
        let entered = self.entered.clone();
        for statement in &ast.body.statements {
            match statement {
                Statement::Block(block) if !entered.contains(&block.name.to_string()) && !is_broken(block) => {
                    self.read_block(block);
                }
                Statement::Shared(shared) if unused.contains(&shared.name.to_string()) => self.read_shared(shared),
                _ => {}
            }
        }
    }

    fn read_block(&mut self, block: &Block) {
        let mut frame = unused_frame(&block.name);
        for parameter in &block.parameters {
            let name = parameter.name.to_string();
            if let Some(default) = &parameter.default {
                self.parameter_value(&mut frame, &name, &parameter.kind, default);
            }
        }
        for parameter in &block.parameters {
            let value = match &parameter.kind {
                ParameterKind::Tensor(_) => Value::Poison,
                ParameterKind::Activation => Value::Activation(Activation::Linear),
                ParameterKind::Size | ParameterKind::Float | ParameterKind::Bool => frame.unknown_constant(),
            };
            frame.declare(&parameter.name, value, false);
        }
        for parameter in &block.parameters {
            if let ParameterKind::Tensor(kind) = &parameter.kind {
                frame.current = Value::Poison;
                self.extents(&mut frame, kind);
            }
        }
        self.blocks.push((0, block.name.to_string()));
        let value = self.body(&mut frame, &block.body);
        self.blocks.pop();
        if let Some(kind) = &block.output {
            self.extents(&mut frame, kind);
        }
        if let Value::Constant(_) | Value::Activation(_) = value {
            let message = format!("the block `{}` gives no tensor", block.name);
            self.error(&frame, block.name.span(), message);
        }
    }

    fn read_shared(&mut self, shared: &Shared) {
        let mut frame = unused_frame(&shared.name);
        frame.current = Value::Poison;
        if let Some(layer) = self.shared_layer(&frame, shared) {
            self.call(&mut frame, layer, Some(None), None);
        }
    }

    /// Reads both branches, and gives what is known of the value of either.
    pub(super) fn either(
        &mut self,
        frame: &mut Frame,
        then: &Body,
        otherwise: Option<&Body>,
        name: Option<&Ident>,
    ) -> Value {
        let first = self.branch(frame, then, name);
        let second = otherwise.map(|body| self.branch(frame, body, name));
        match (first, second) {
            (Value::Constant(_), _) | (_, Some(Value::Constant(_))) => frame.unknown_constant(),
            (Value::Activation(function), _) | (_, Some(Value::Activation(function))) => Value::Activation(function),
            _ => Value::Poison,
        }
    }

    /// Reads the body of a loop once.
    pub(super) fn repeat_unknown(&mut self, frame: &mut Frame, statement: &For) {
        let mistakes = self.diagnostics.len();
        let rounds = self.rounds(frame, statement);
        let known = rounds.and_then(|rounds| rounds.into_iter().next());
        let unknown = if self.diagnostics.len() > mistakes { Value::Poison } else { frame.unknown_constant() };
        let outer = frame.variables.len();
        for (position, name) in statement.names.iter().enumerate() {
            let value = known.as_ref().and_then(|values| values.get(position)).unwrap_or(&unknown).clone();
            frame.declare(name, value, false);
        }
        self.body(frame, &statement.body);
        self.end_scope(frame, outer);
    }
}

/// The frame of a definition that nothing uses.
fn unused_frame(name: &Ident) -> Frame {
    let extent = name.span().into();
    let block = BlockUse { text: name.to_string(), extent, line: None, imported: false, outer: None };
    let mut frame = Frame::new(0, String::new(), Some(Rc::new(block)));
    frame.is_unused = true;
    frame
}
