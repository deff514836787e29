//! Options of layers and of entries of catalogues: arguments matched with a table.

use monograd_schema::{Attribute, AttributeError, Kind, Value as Setting, counts_inputs, option_remark};
use proc_macro2::Ident;

use super::option_value::option_for;
use super::{Frame, Resolver, Value};
use crate::ast::{Argument, BinaryOperator, Call, Expr, ExprKind, Extent};
use crate::{text, translate};

/// The rule that knows the ranges of options.
pub(super) type Check<'c> = &'c dyn Fn(&[Setting]) -> Result<(), AttributeError>;

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
        (has_name, check): (bool, Check<'_>),
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
                            self.unknown_option(frame, call, owner, (name, &argument.value), table, has_name);
                            (complete, misnamed) = (false, true);
                            continue;
                        }
                    }
                }
                None if self.refuse_stray(frame, call, table, argument) => return None,
                None if self.refuse_comparison(frame, table, &argument.value) => return None,
                None if named => {
                    self.misplaced(frame, call, argument, table);
                    return None;
                }
                None => position,
            };
            let Some(attribute) = table.get(row) else {
                let (most, text) = (table.len(), text::expression(&argument.value));
                let message = match most {
                    0 => {
                        let layer = translate::call(call).map(|layer| layer.ours).filter(|_| counts_inputs(owner));
                        let help = match (layer, call.arguments.len()) {
                            (Some(layer), _) => format!("\nhelp: for the layer write `{layer}`"),
                            (None, 1) => format!("\nhelp: write `{}()`", call.function),
                            _ => String::new(),
                        };
                        format!("`{owner}` takes no arguments, found `{text}`{help}")
                    }
                    _ => {
                        format!("`{owner}` takes at most {}, found one more: `{text}`", text::plural(most, "argument"))
                    }
                };
                self.error(frame, place, message);
                return None;
            };
            let is_second = row == 1 && argument.name.is_none() && matches!(argument.value.kind, ExprKind::Int(_));
            if is_second && matches!(attribute.kind, Kind::Entry(_)) {
                let (name, found) = (attribute.name, text::expression(&argument.value));
                let message = format!("`{name}` takes {}, found `{found}`", attribute.kind.expects());
                let help = format!("write `{owner}({found})`: the number of inputs is inferred");
                self.error(frame, place, format!("{message}\nhelp: {help}"));
                return None;
            }
            let value = self.option_value(frame, table, attribute, argument);
            complete &= value.is_some();
            match (&mut values[row], value, attribute.kind) {
                (Some(Setting::Extents(list)), Some(Setting::Extents(more)), Kind::Extents)
                    if argument.name.is_none() =>
                {
                    list.extend(more); // Extents come one after the other.
                    places[row] = places[row].map(|first| first.to(argument.value.extent));
                    continue;
                }
                (Some(Setting::Nothing), _, Kind::Extents) if argument.name.is_none() => continue, // Broken already.
                (Some(list), None, Kind::Extents) if argument.name.is_none() => {
                    *list = Setting::Nothing;
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
            let (tensors, rest): (Vec<&Argument>, Vec<&Argument>) = call
                .arguments
                .iter()
                .partition(|argument| argument.name.is_none() && self.is_tensor(frame, &argument.value));
            let (tensors, rest) = (tensors.into_iter().map(text::argument), rest.into_iter().map(text::argument));
            let arguments: Vec<String> = tensors.chain([example(attribute).to_string()]).chain(rest).collect();
            let written = format!("{}({})", call.function, arguments.join(", "));
            self.error(
                frame,
                call.function.span(),
                format!("`{owner}` needs `{name}`, {what}\nhelp: write `{written}`"),
            );
            complete = false;
        }
        if !complete {
            self.check_each(frame, call, table, (&values, &places), check);
            return None;
        }
        let values = table.iter().zip(values).map(|(attribute, value)| {
            value.or_else(|| attribute.default.map(|default| default())).unwrap_or(Setting::Nothing)
        });
        Some(Options { values: values.collect(), places, name: path })
    }

    /// Reports options that are out of their range by themselves, where others are wrong in another way.
    fn check_each(
        &mut self,
        frame: &Frame,
        call: &Call,
        table: &[Attribute],
        (values, places): (&[Option<Setting>], &[Option<Extent>]),
        check: Check<'_>,
    ) {
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value.as_ref().filter(|value| !matches!(value, Setting::Nothing)) else { continue };
            let others =
                table.iter().map(|attribute| attribute.default.map_or(harmless(attribute.kind), |value| value()));
            let mut alone: Vec<Setting> = others.collect();
            alone[row] = value.clone();
            match check(&alone) {
                Err(error) if error.attribute == table[row].name => {
                    self.option_error(frame, call, table, places, error);
                }
                _ => {}
            }
        }
    }

    fn unknown_option(
        &mut self,
        frame: &Frame,
        call: &Call,
        owner: &str,
        option: (&Ident, &Expr),
        table: &[Attribute],
        has_name: bool,
    ) {
        let (name, value) = option;
        if owner == "Input" && is_axis(name) {
            return self.named_extents(frame, call, name);
        }
        let (written, text) = (name.to_string(), text::expression(value));
        let own = has_name.then_some("name");
        let known: Vec<&str> = table.iter().map(|attribute| attribute.name).chain(own).collect();
        let list = if known.is_empty() {
            format!("`{owner}` has no options")
        } else {
            format!("options are {}", known.join(", "))
        };
        let pair = translate::pair_of_betas(&written, value, table);
        let (suggestion, remark) = (text::suggestion(&written, known.iter().copied()), option_remark(&written));
        let help = match (pair, suggestion, translate::with_option(owner, &written), remark) {
            (Some((first, second)), ..) => format!("note: {list}\nhelp: write `beta_1 = {first}, beta_2 = {second}`"),
            (_, None, Some(other), _) => {
                let other = other.name;
                let written = translate::call(call).map(|translation| translation.ours);
                let written = written.unwrap_or_else(|| format!("{other}(…)"));
                format!("note: {list}\nhelp: `{other}` has it: write `{written}`")
            }
            (_, None, None, Some((remark, true))) => format!("note: {remark}\nhelp: remove `{written} = {text}`"),
            (_, None, None, Some((remark, false))) => format!("note: {remark}; {list}"),
            (_, Some(suggestion), ..) => format!("note: {list}\nhelp: {suggestion}"),
            (_, None, None, None) => format!("note: {list}"),
        };
        self.error(frame, name.span(), format!("`{owner}` has no option `{name}`\n{help}"));
    }

    /// Reports `Input(height = 28, width = 28)` at its first name.
    fn named_extents(&mut self, frame: &Frame, call: &Call, name: &Ident) {
        let is_extent = |argument: &Argument| argument.name.as_ref().is_some_and(is_axis);
        let first = call.arguments.iter().find(|argument| is_extent(argument)).and_then(|first| first.name.as_ref());
        if first.is_some_and(|first| !std::ptr::eq(first, name)) {
            return;
        }
        let written = |argument: &Argument| match is_extent(argument) {
            true => text::expression(&argument.value),
            false => text::argument(argument),
        };
        let (extents, others): (Vec<&Argument>, Vec<&Argument>) =
            call.arguments.iter().partition(|argument| argument.name.is_none() || is_extent(argument));
        let arguments: Vec<String> = extents.into_iter().chain(others).map(written).collect();
        let message = format!("`Input` takes extents without names, found `{name}`");
        let help = format!("write `Input({})`", arguments.join(", "));
        self.error(frame, name.span(), format!("{message}\nhelp: {help}"));
    }

    /// Reports a tensor after the options, and an unknown name where nothing more can stand; whether it did.
    fn refuse_stray(&mut self, frame: &mut Frame, call: &Call, table: &[Attribute], argument: &Argument) -> bool {
        let ExprKind::Name(name) = &argument.value.kind else { return false };
        if let Some(Value::Tensor(_)) = self.lookup(frame, &name.to_string()) {
            let others = call.arguments.iter().filter(|other| !std::ptr::eq(*other, argument)).map(text::argument);
            let written = format!("{name}.{}({})", call.function, others.collect::<Vec<_>>().join(", "));
            let message = format!("the tensor `{name}` stands after an option\nhelp: write `{written}`");
            self.error(frame, argument.value.extent, message);
            return true;
        }
        let is_unknown = table.is_empty() && self.is_unknown_name(frame, &argument.value);
        if is_unknown {
            self.unknown_name(frame, name);
        }
        is_unknown
    }

    /// Reports `activation == relu`; whether it did.
    fn refuse_comparison(&mut self, frame: &mut Frame, table: &[Attribute], expr: &Expr) -> bool {
        let ExprKind::Binary { operator: BinaryOperator::Equal, operator_span, left, right } = &expr.kind else {
            return false;
        };
        let ExprKind::Name(name) = &left.kind else { return false };
        let is_option = table.iter().any(|attribute| *name == attribute.name);
        let is_meant = is_option && self.lookup(frame, &name.to_string()).is_none();
        if is_meant {
            let help = format!("write `{name} = {}`", text::expression(right));
            self.error(frame, *operator_span, format!("expected `=` after `{name}`, found `==`\nhelp: {help}"));
        }
        is_meant
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

    /// Reports a positional argument after named ones.
    fn misplaced(&mut self, frame: &Frame, call: &Call, argument: &Argument, table: &[Attribute]) {
        let mut taken: Vec<&str> = Vec::new();
        let (mut positional, mut named) = (Vec::new(), Vec::new());
        for argument in &call.arguments {
            match (&argument.name, option_for(&argument.value, table, &taken)) {
                (Some(name), _) => {
                    let own = table.iter().find(|attribute| *name == attribute.name);
                    taken.extend(own.map(|attribute| attribute.name));
                    named.push(text::argument(argument));
                }
                (None, Some(attribute)) if attribute.default.is_some() => {
                    taken.push(attribute.name);
                    named.push(format!("{} = {}", attribute.name, text::argument(argument)));
                }
                (None, attribute) => {
                    taken.extend(attribute.map(|attribute| attribute.name));
                    positional.push(text::argument(argument));
                }
            }
        }
        let arguments = [positional, named].concat().join(", ");
        let (found, function) = (text::argument(argument), &call.function);
        let message = format!(
            "the positional argument `{found}` stands after a named one\nhelp: write `{function}({arguments})`"
        );
        self.error(frame, argument.value.extent, message);
    }
}

/// Whether this is what an axis is called.
fn is_axis(name: &Ident) -> bool {
    const AXES: [&str; 12] = [
        "channels",
        "cols",
        "columns",
        "depth",
        "features",
        "height",
        "in_channels",
        "in_features",
        "length",
        "rows",
        "time",
        "width",
    ];
    AXES.iter().any(|axis| name == axis)
}

/// A value that is in the range of any option of its kind.
fn harmless(kind: Kind) -> Setting {
    match kind {
        Kind::Size => Setting::Size(1),
        Kind::Integer => Setting::Integer(1),
        Kind::Float => Setting::Float(0.5),
        Kind::Bool => Setting::Bool(true),
        Kind::Extents => Setting::Extents(vec![1]),
        Kind::Entry(_) | Kind::Dtype => Setting::Nothing,
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
