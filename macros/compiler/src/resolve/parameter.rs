//! Parameters of blocks: what a use gives them.

use std::rc::Rc;

use monograd_schema::{Activation, Kind, Value as Setting};

use super::call::Receiver;
use super::node::line_of;
use super::option_value::meant;
use super::{Frame, Resolver, Value};
use crate::ast::{Block, Call, Expr, Extent, Parameter, ParameterKind};
use crate::constant::Constant;
use crate::graph::{BlockUse, Site};
use crate::text;

impl Resolver<'_> {
    /// The values of a block's parameters in order, and the name given to this use.
    pub(super) fn block_arguments(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        block: &Block,
        environment: usize,
        receiver: Option<Receiver>,
    ) -> Option<(Vec<Value>, Option<String>)> {
        let mut values: Vec<Option<Value>> = vec![None; block.parameters.len()];
        let is_tensor = |position: usize| matches!(block.parameters[position].kind, ParameterKind::Tensor(_));
        let (mut path, mut complete) = (None, true);
        if let Some(node) = receiver {
            match (0..values.len()).find(|&position| is_tensor(position)) {
                Some(position) => values[position] = Some(node.map_or(Value::Poison, Value::Tensor)),
                None => {
                    let name = &block.name;
                    self.error(frame, call.function.span(), format!("the block `{name}` takes no tensor"));
                    return None;
                }
            }
        }
        let mut has_unknown = false;
        for argument in &call.arguments {
            let place = argument.value.extent;
            if argument.name.is_none() && self.is_unknown(frame, &argument.value) {
                (has_unknown, complete) = (true, false);
                self.expression(frame, &argument.value, None);
                continue;
            }
            let position = match &argument.name {
                Some(name) => block.parameters.iter().position(|parameter| parameter.name == *name),
                None => {
                    let tensor = self.is_tensor(frame, &argument.value);
                    (0..values.len()).find(|&position| values[position].is_none() && is_tensor(position) == tensor)
                }
            };
            match (position, &argument.name) {
                (None, Some(name)) if name == "name" => {
                    path = self.path_name(frame, &argument.value);
                    complete &= path.is_some();
                }
                (None, Some(name)) => {
                    let known: Vec<String> =
                        block.parameters.iter().map(|parameter| parameter.name.to_string()).collect();
                    let help = text::suggestion(&name.to_string(), known.iter().map(String::as_str))
                        .map_or(String::new(), |suggestion| format!("\nhelp: {suggestion}"));
                    let note = format!("note: it is declared as `{}`", signature(block));
                    self.error(
                        frame,
                        name.span(),
                        format!("block `{}` has no option `{name}`\n{note}{help}", block.name),
                    );
                    (has_unknown, complete) = (true, false);
                }
                (None, None) if self.is_unknown_name(frame, &argument.value) => {
                    self.expression(frame, &argument.value, None);
                    complete = false;
                }
                (None, None) => {
                    let (name, signature) = (&block.name, signature(block));
                    let text = text::expression(&argument.value);
                    self.error(frame, place, format!("block `{name}` has no place for `{text}`: `{signature}`"));
                    complete = false;
                }
                (Some(position), _) => {
                    let parameter = &block.parameters[position];
                    if values[position].is_some() {
                        self.error(frame, place, format!("`{}` is given twice", parameter.name));
                        complete = false;
                        continue;
                    }
                    let value =
                        self.parameter_value(frame, &parameter.name.to_string(), &parameter.kind, &argument.value);
                    complete &= value.is_some();
                    values[position] = Some(value.unwrap_or(Value::Poison));
                }
            }
        }
        for (position, parameter) in block.parameters.iter().enumerate() {
            if values[position].is_some() {
                continue;
            }
            let first_tensor = (0..values.len()).find(|&position| is_tensor(position));
            let value = match &parameter.default {
                Some(default) => {
                    let name = parameter.name.to_string();
                    let mut frame = self.default_frame(frame, call, block, environment);
                    self.parameter_value(&mut frame, &name, &parameter.kind, default)
                }
                None if has_unknown => None, // It may be that.
                None if first_tensor == Some(position) => match frame.current {
                    Value::Tensor(node) => Some(Value::Tensor(node)),
                    Value::Poison => Some(Value::Poison),
                    _ => self.missing(frame, call, block, parameter),
                },
                None => self.missing(frame, call, block, parameter),
            };
            complete &= value.is_some();
            values[position] = Some(value.unwrap_or(Value::Poison));
        }
        complete.then(|| (values.into_iter().flatten().collect(), path))
    }

    /// What a default sees: the definitions beside its block, nothing of the use.
    fn default_frame(&self, frame: &Frame, call: &Call, block: &Block, environment: usize) -> Frame {
        let extent: Extent = call.function.span().into();
        let used = block.imported.then(|| {
            let line = Some(line_of(Site::place(extent, &frame.block)));
            Rc::new(BlockUse {
                text: format!("{}()", block.name),
                extent,
                line,
                imported: true,
                outer: frame.block.clone(),
            })
        });
        Frame::new(environment, String::new(), used)
    }

    fn missing(&mut self, frame: &Frame, call: &Call, block: &Block, parameter: &Parameter) -> Option<Value> {
        let (signature, name) = (signature(block), &parameter.name);
        let example = match parameter.kind {
            ParameterKind::Size => Some("64"),
            ParameterKind::Float => Some("0.1"),
            ParameterKind::Bool => Some("true"),
            ParameterKind::Activation => Some("relu"),
            ParameterKind::Tensor(_) => None,
        };
        let tensor = Some(name.to_string()).filter(|_| call.arguments.is_empty() && call.receiver.is_none());
        let help = example.map_or_else(
            || {
                let tensors =
                    block.parameters.iter().filter(|parameter| matches!(parameter.kind, ParameterKind::Tensor(_)));
                let names: Vec<String> = tensors.map(|parameter| parameter.name.to_string()).collect();
                tensor.map_or(String::new(), |_| {
                    format!("\nhelp: name its tensors: `{}({})`", block.name, names.join(", "))
                })
            },
            |example| {
                let given = call.arguments.iter().map(text::argument);
                let arguments: Vec<String> = given.chain([format!("{name} = {example}")]).collect();
                format!("\nhelp: write `{}({})`", block.name, arguments.join(", "))
            },
        );
        let message =
            format!("block `{}` needs a value for `{name}`\nnote: it is declared as `{signature}`{help}", block.name);
        self.error(frame, call.function.span(), message);
        None
    }

    pub(super) fn parameter_value(
        &mut self,
        frame: &mut Frame,
        name: &str,
        kind: &ParameterKind,
        expr: &Expr,
    ) -> Option<Value> {
        let (expects, value) = match kind {
            ParameterKind::Tensor(_) => match self.expression(frame, expr, None) {
                Value::Tensor(node) => return Some(Value::Tensor(node)),
                Value::Poison => return None,
                _ => {
                    let found = text::expression(expr);
                    self.error(frame, expr.extent, format!("`{name}` takes a tensor, found `{found}`"));
                    return None;
                }
            },
            ParameterKind::Activation => {
                let setting = self.entry_value(frame, name, Activation::CATALOGUE, expr)?;
                let Setting::Entry(entry) = setting else { return None };
                return Activation::from_entry(&entry).map(Value::Activation);
            }
            ParameterKind::Size => ("a whole number", self.constant(frame, expr)?),
            ParameterKind::Float => ("a number", self.real(frame, expr)?),
            ParameterKind::Bool => ("`true` or `false`", self.constant(frame, expr)?),
        };
        match (kind, &value) {
            (ParameterKind::Size, Constant::Int(number)) if *number >= 0 => Some(Value::Constant(value)),
            (ParameterKind::Float, Constant::Int(number)) => Some(Value::Constant(Constant::Float(*number as f64))),
            (ParameterKind::Float, Constant::Float(_)) | (ParameterKind::Bool, Constant::Bool(_)) => {
                Some(Value::Constant(value))
            }
            _ => {
                let found = value.described();
                let expects = match (kind, &value) {
                    (ParameterKind::Size, Constant::Int(_)) => "a whole number, 0 or more",
                    _ => expects,
                };
                let asked = match kind {
                    ParameterKind::Bool => Kind::Bool,
                    ParameterKind::Float => Kind::Float,
                    _ => Kind::Size,
                };
                let help = meant(name, asked, &value)
                    .map_or(String::new(), |meant| format!("\nhelp: write `{name} = {meant}`"));
                self.error(frame, expr.extent, format!("`{name}` takes {expects}, found {found}{help}"));
                None
            }
        }
    }
}

/// `fn Residual(x: Tensor, filters: usize, #[default(1)] stride: usize)`
fn signature(block: &Block) -> String {
    let parameters: Vec<String> = block
        .parameters
        .iter()
        .map(|parameter| {
            let kind = match parameter.kind {
                ParameterKind::Tensor(_) => "Tensor",
                ParameterKind::Size => "usize",
                ParameterKind::Float => "f32",
                ParameterKind::Bool => "bool",
                ParameterKind::Activation => "Activation",
            };
            let default = parameter.default.as_ref().map(|expr| format!("#[default({})] ", text::expression(expr)));
            format!("{}{}: {kind}", default.unwrap_or_default(), parameter.name)
        })
        .collect();
    format!("fn {}({})", block.name, parameters.join(", "))
}
