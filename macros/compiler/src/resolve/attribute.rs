//! Arguments: options of layers and entries, and parameters of blocks.

use monograd_schema::{Activation, Attribute, AttributeError, Catalogue, Dtype, Entry, Kind, Value as Setting};

use super::call::{Receiver, line_of};
use super::{Frame, Resolver, Value};
use proc_macro2::Ident;
use std::rc::Rc;

use crate::ast::{Argument, Block, Call, Expr, ExprKind, Extent, Parameter, ParameterKind};
use crate::constant::Constant;
use crate::graph::{BlockUse, Site};
use crate::text;

/// The options of a layer: one value each, where it is written, and the layer's own name.
pub(super) struct Options {
    pub(super) values: Vec<Setting>,
    pub(super) places: Vec<Option<Extent>>,
    pub(super) name: Option<String>,
}

impl Resolver<'_> {
    /// Matches arguments with a table of options; nothing if one of them is wrong.
    pub(super) fn options(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        owner: &str,
        table: &'static [Attribute],
        arguments: Vec<&Argument>,
        has_name: bool,
    ) -> Option<Options> {
        let mut values: Vec<Option<Setting>> = vec![None; table.len()];
        let mut places: Vec<Option<Extent>> = vec![None; table.len()];
        let (mut path, mut complete, mut position) = (None, true, 0);
        let (mut named, mut misnamed) = (false, false);
        for argument in arguments {
            let place = argument.name.as_ref().map_or(argument.value.extent, |name| name.span().into());
            let row = match &argument.name {
                Some(name) if has_name && name == "name" => {
                    path = self.path_name(frame, &argument.value);
                    complete &= path.is_some();
                    continue;
                }
                Some(name) => {
                    named = true;
                    match table.iter().position(|attribute| *name == attribute.name) {
                        Some(row) => row,
                        None => {
                            self.unknown_option(frame, owner, name, &argument.value, table, has_name);
                            (complete, misnamed) = (false, true);
                            continue;
                        }
                    }
                }
                None if named => {
                    self.misplaced(frame, call, argument);
                    return None;
                }
                None => position,
            };
            let Some(attribute) = table.get(row) else {
                let (most, text) = (table.len(), text::expression(&argument.value));
                let message = match most {
                    0 => format!("`{owner}` takes no arguments, found `{text}`"),
                    _ => {
                        format!("`{owner}` takes at most {}, found one more: `{text}`", text::plural(most, "argument"))
                    }
                };
                self.error(frame, place, message);
                return None;
            };
            let value = self.option_value(frame, attribute, &argument.value);
            complete &= value.is_some();
            match (&mut values[row], value, attribute.kind) {
                (Some(Setting::Extents(list)), Some(Setting::Extents(more)), Kind::Extents)
                    if argument.name.is_none() =>
                {
                    list.extend(more); // Extents come one after the other.
                    places[row] = places[row].map(|first| first.to(argument.value.extent));
                    continue;
                }
                (Some(_), _, _) => {
                    self.error(frame, place, format!("`{}` is given twice", attribute.name));
                    complete = false;
                }
                (slot, value, _) => *slot = value.or(Some(Setting::Nothing)),
            }
            places[row] = Some(argument.value.extent);
            position += usize::from(argument.name.is_none() && !matches!(attribute.kind, Kind::Extents));
        }
        let missing =
            table.iter().zip(&mut values).find(|(attribute, value)| value.is_none() && attribute.default.is_none());
        let is_unknown = |argument: &Argument| argument.name.is_none() && self.is_unknown(frame, &argument.value);
        if missing.is_some() && (misnamed || call.arguments.iter().any(is_unknown)) {
            complete = false; // What is missing may be that.
        } else if let Some((attribute, _)) = missing {
            let (name, docs) = (attribute.name, attribute.docs.trim().trim_end_matches('.'));
            let what = docs.split([',', ';']).next().unwrap_or(docs);
            let mut what = what.to_string();
            if let Some(first) = what.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            let rest = call.arguments.iter().map(text::argument);
            let arguments: Vec<String> = std::iter::once(example(attribute).to_string()).chain(rest).collect();
            let written = format!("{}({})", call.function, arguments.join(", "));
            self.error(
                frame,
                call.function.span(),
                format!("`{owner}` needs `{name}`, {what}\nhelp: write `{written}`"),
            );
            complete = false;
        }
        if !complete {
            return None;
        }
        let values = table.iter().zip(values).map(|(attribute, value)| {
            value.or_else(|| attribute.default.map(|default| default())).unwrap_or(Setting::Nothing)
        });
        Some(Options { values: values.collect(), places, name: path })
    }

    fn unknown_option(
        &mut self,
        frame: &Frame,
        owner: &str,
        name: &Ident,
        value: &Expr,
        table: &[Attribute],
        has_name: bool,
    ) {
        let own = has_name.then_some("name");
        let known: Vec<&str> = table.iter().map(|attribute| attribute.name).chain(own).collect();
        let list = known.join(", ");
        let pair = match &value.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) if name == "betas" && known.contains(&"beta_2") => items,
            _ => &vec![],
        };
        let suggestion = match pair.as_slice() {
            [first, second] => {
                Some(format!("write `beta_1 = {}, beta_2 = {}`", text::expression(first), text::expression(second)))
            }
            _ => text::suggestion(&name.to_string(), known.iter().copied()),
        };
        let help = match suggestion {
            Some(suggestion) => format!("\nnote: options are {list}\nhelp: {suggestion}"),
            None if known.is_empty() => format!("\nnote: `{owner}` has no options"),
            None => format!("\nnote: options are {list}"),
        };
        self.error(frame, name.span(), format!("`{owner}` has no option `{name}`{help}"));
    }

    /// `name = hidden` or `name = "hidden"`.
    fn path_name(&mut self, frame: &Frame, expr: &Expr) -> Option<String> {
        let written = match &expr.kind {
            ExprKind::Name(name) => name.to_string().trim_start_matches("r#").to_string(),
            ExprKind::Text(text) => text.clone(),
            _ => String::new(),
        };
        let fits = written.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && written.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !fits {
            let found = text::expression(expr);
            self.error(
                frame,
                expr.extent,
                format!("a layer's name is a word of letters, digits and `_`, found `{found}`"),
            );
        }
        fits.then_some(written)
    }

    /// The value of an option of a known kind.
    fn option_value(&mut self, frame: &mut Frame, attribute: &Attribute, expr: &Expr) -> Option<Setting> {
        match attribute.kind {
            Kind::Entry(catalogue) => return self.entry_value(frame, attribute.name, catalogue, expr),
            Kind::Dtype => return self.dtype(frame, expr),
            _ => {}
        }
        let value = self.constant(frame, expr)?;
        let setting = match (attribute.kind, &value) {
            (Kind::Size, Constant::Int(value)) => usize::try_from(*value).ok().map(Setting::Size),
            (Kind::Integer, Constant::Int(value)) => i64::try_from(*value).ok().map(Setting::Integer),
            (Kind::Float, Constant::Int(value)) => Some(Setting::Float(*value as f64)),
            (Kind::Float, Constant::Float(value)) => Some(Setting::Float(*value)),
            (Kind::Bool, Constant::Bool(value)) => Some(Setting::Bool(*value)),
            (Kind::Extents, Constant::Int(value)) => {
                i64::try_from(*value).ok().map(|value| Setting::Extents(vec![value]))
            }
            (Kind::Extents, Constant::List(items)) => {
                let whole = |item: &Constant| match item {
                    Constant::Int(value) => i64::try_from(*value).ok(),
                    _ => None,
                };
                items.iter().map(whole).collect::<Option<Vec<i64>>>().map(Setting::Extents)
            }
            _ => None,
        };
        if setting.is_none() {
            let (name, expects, found) = (attribute.name, attribute.kind.expects(), value.described());
            let help = match (attribute.kind, &value) {
                (Kind::Bool, Constant::Int(value @ (0 | 1))) => format!("\nhelp: write `{name} = {}`", *value == 1),
                _ => String::new(),
            };
            self.error(frame, expr.extent, format!("`{name}` takes {expects}, found {found}{help}"));
        }
        setting
    }

    fn dtype(&mut self, frame: &Frame, expr: &Expr) -> Option<Setting> {
        let written = text::expression(expr);
        match written.as_str() {
            "f32" => Some(Setting::Dtype(Dtype::F32)),
            "u32" => Some(Setting::Dtype(Dtype::U32)),
            _ => {
                let help = "f32 for numbers, u32 for tokens and categories";
                self.error(
                    frame,
                    expr.extent,
                    format!("`dtype` takes `f32` or `u32`, found `{written}`\nhelp: {help}"),
                );
                None
            }
        }
    }

    /// An entry of a catalogue as an option: `relu`, `l2(1e-4)`, a block's parameter, or an `if` of these.
    fn entry_value(
        &mut self,
        frame: &mut Frame,
        option: &str,
        catalogue: &'static Catalogue,
        expr: &Expr,
    ) -> Option<Setting> {
        match &expr.kind {
            ExprKind::Name(name) => {
                match frame.variable(&name.to_string()).map(|variable| variable.value.clone()) {
                    Some(Value::Activation(function)) if catalogue.noun == Activation::CATALOGUE.noun => {
                        return Some(Setting::Entry(function.to_entry()));
                    }
                    Some(Value::Poison) => return None,
                    _ => {}
                }
                let call = Call { receiver: None, function: name.clone(), arguments: vec![], extent: expr.extent };
                self.entry(frame, catalogue, &call, vec![], false).map(|(entry, _)| Setting::Entry(entry))
            }
            ExprKind::Call(call) if call.receiver.is_none() => {
                let arguments = call.arguments.iter().collect();
                self.entry(frame, catalogue, call, arguments, false).map(|(entry, _)| Setting::Entry(entry))
            }
            ExprKind::If { condition, then, otherwise } => {
                let holds = self.condition(frame, condition)?;
                let branch = if holds { Some(then) } else { otherwise.as_ref() };
                match branch.and_then(text::sole_value) {
                    Some(expr) => self.entry_value(frame, option, catalogue, expr),
                    None => {
                        let expects = catalogue.noun_with_article();
                        self.error(frame, expr.extent, format!("`{option}` takes {expects} in both branches"));
                        None
                    }
                }
            }
            ExprKind::Text(written) => {
                let expects = catalogue.noun_with_article();
                let names: Vec<&str> = catalogue.names().collect();
                let help = text::meant(written, names.iter().copied())
                    .map_or(String::new(), |name| format!("\nhelp: write it without quotes: `{option} = {name}`"));
                self.error(frame, expr.extent, format!("`{option}` takes {expects}, found a string{help}"));
                None
            }
            ExprKind::Broken => None,
            _ => {
                let (expects, found) = (catalogue.noun_with_article(), text::expression(expr));
                self.error(frame, expr.extent, format!("`{option}` takes {expects}, found `{found}`"));
                None
            }
        }
    }

    /// An entry with its options; also gives the name that a layer made from it has.
    pub(super) fn entry(
        &mut self,
        frame: &mut Frame,
        catalogue: &'static Catalogue,
        call: &Call,
        arguments: Vec<&Argument>,
        has_name: bool,
    ) -> Option<(Entry, Option<String>)> {
        let name = call.function.to_string();
        let Some(kind) = catalogue.find(&name) else {
            let noun = catalogue.noun;
            let names: Vec<&str> = catalogue.names().collect();
            let help = match text::suggestion(&name, names.iter().copied()) {
                Some(suggestion) => format!("\nhelp: {suggestion}"),
                None if names.len() <= 8 => format!("\nnote: there are {}", names.join(", ")),
                None => String::new(),
            };
            self.error(frame, call.function.span(), format!("unknown {noun} `{name}`{help}"));
            return None;
        };
        let options = self.options(frame, call, kind.name, kind.attributes, arguments, has_name)?;
        let entry = Entry { catalogue, kind, values: options.values };
        if let Err(error) = (catalogue.check)(&entry) {
            self.option_error(frame, call, kind.attributes, &options.places, error);
            return None;
        }
        Some((entry, options.name))
    }

    /// Reports an option out of its range, at its value if it is written.
    pub(super) fn option_error(
        &mut self,
        frame: &Frame,
        call: &Call,
        table: &[Attribute],
        places: &[Option<Extent>],
        error: AttributeError,
    ) {
        let row = table.iter().position(|attribute| attribute.name == error.attribute);
        let place = row.and_then(|row| places[row]).unwrap_or(call.function.span().into());
        let help = error.help.map_or(String::new(), |help| format!("\nhelp: {help}"));
        self.error(frame, place, format!("{}{help}", error.message));
    }

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
                    self.error(frame, name.span(), format!("block `{}` has no option `{name}`{help}", block.name));
                    (has_unknown, complete) = (true, false);
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
            let line = line_of(Site::place(extent, &frame.block));
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
        let help = example.map_or(String::new(), |example| {
            let given = call.arguments.iter().map(text::argument);
            let arguments: Vec<String> = given.chain([format!("{name} = {example}")]).collect();
            format!("\nhelp: write `{}({})`", block.name, arguments.join(", "))
        });
        let message =
            format!("block `{}` needs a value for `{name}`\nnote: it is declared as `{signature}`{help}", block.name);
        self.error(frame, call.function.span(), message);
        None
    }

    /// Reports a positional argument after named ones.
    fn misplaced(&mut self, frame: &Frame, call: &Call, argument: &Argument) {
        let (named, positional): (Vec<&Argument>, Vec<&Argument>) =
            call.arguments.iter().partition(|argument| argument.name.is_some());
        let arguments: Vec<String> = positional.into_iter().chain(named).map(text::argument).collect();
        let found = text::argument(argument);
        let message = format!(
            "the positional argument `{found}` stands after a named one\nhelp: write `{}({})`",
            call.function,
            arguments.join(", "),
        );
        self.error(frame, argument.value.extent, message);
    }

    fn parameter_value(&mut self, frame: &mut Frame, name: &str, kind: &ParameterKind, expr: &Expr) -> Option<Value> {
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
            ParameterKind::Float => ("a number", self.constant(frame, expr)?),
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
                self.error(frame, expr.extent, format!("`{name}` takes {expects}, found {found}"));
                None
            }
        }
    }
}

/// A value that shows how an option is written.
fn example(attribute: &Attribute) -> &'static str {
    match (attribute.name, attribute.kind) {
        (_, Kind::Size) => "64",
        ("rate", Kind::Float) => "0.5",
        (_, Kind::Float) => "0.1",
        (_, Kind::Extents) => "7, 7, 64",
        _ => "…",
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
