//! Options of layers and of entries of catalogues: arguments matched with a table.

use monograd_schema::{Attribute, AttributeError, Kind, Value as Setting};
use proc_macro2::Ident;

use super::{Frame, Resolver};
use crate::ast::{Argument, Call, Expr, ExprKind, Extent};
use crate::constant::Constant;
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
    pub(super) fn path_name(&mut self, frame: &Frame, expr: &Expr) -> Option<String> {
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
            let (name, found) = (attribute.name, value.described());
            let expects = match (attribute.kind, &value) {
                (Kind::Size, Constant::Int(_)) => "a whole number, 0 or more".to_string(),
                (kind, _) => kind.expects(),
            };
            let help = match (attribute.kind, &value) {
                (Kind::Bool, Constant::Int(value @ (0 | 1))) => format!("\nhelp: write `{name} = {}`", *value == 1),
                _ => String::new(),
            };
            self.error(frame, expr.extent, format!("`{name}` takes {expects}, found {found}{help}"));
        }
        setting
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
