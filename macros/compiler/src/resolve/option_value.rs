//! The value of one option: of the kind that its table asks for, or an error that says how it is written.

use monograd_schema::{Attribute, Kind, Value as Setting, truth_of_text};

use super::{Frame, Resolver};
use crate::ast::{Argument, Expr, ExprKind};
use crate::constant::Constant;
use crate::text;

impl Resolver<'_> {
    /// `name = hidden` or `name = "hidden"`.
    pub(super) fn path_name(&mut self, frame: &Frame, expr: &Expr) -> Option<String> {
        let written = match &expr.kind {
            ExprKind::Name(name) => name.to_string().trim_start_matches("r#").to_string(),
            ExprKind::Text(text) => text.clone(),
            _ => String::new(),
        };
        if !text::is_name(&written) {
            let found = text::expression(expr);
            let words: Vec<&str> = written
                .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let word: String = words.join("_").chars().take(40).collect();
            let help = match word.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                true => format!("\nhelp: write `name = {word}`"),
                false => String::new(),
            };
            let message = format!("a layer's name is a word of letters, digits and `_`, found `{found}`{help}");
            self.error(frame, expr.extent, message);
            return None;
        }
        Some(written)
    }

    /// The value of an option of a known kind.
    pub(super) fn option_value(
        &mut self,
        frame: &mut Frame,
        table: &[Attribute],
        attribute: &Attribute,
        argument: &Argument,
    ) -> Option<Setting> {
        let expr = &argument.value;
        match attribute.kind {
            Kind::Entry(catalogue) => return self.entry_value(frame, attribute.name, catalogue, expr),
            Kind::Dtype => return self.dtype(frame, expr),
            _ => {}
        }
        if let Some(message) = self.no_value(frame, table, attribute, argument) {
            self.error(frame, expr.extent, message);
            return None;
        }
        let value = match attribute.kind {
            Kind::Float => self.real(frame, expr)?,
            Kind::Bool => self.truth(frame, expr)?,
            _ => self.constant(frame, expr)?,
        };
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
                (Kind::Size, Constant::Int(_)) => "a positive whole number".to_string(),
                (kind, _) => kind.expects(),
            };
            let help = match (&expr.kind, &value) {
                (ExprKind::Name(word), Constant::Float(number)) if number.fract() == 0.0 => {
                    format!("\nhelp: declare it as a whole number: `{word}: usize`")
                }
                _ => meant(name, attribute.kind, &value)
                    .map_or(String::new(), |meant| format!("\nhelp: write `{name} = {meant}`")),
            };
            self.error(frame, expr.extent, format!("`{name}` takes {expects}, found {found}{help}"));
        }
        setting
    }

    /// The message about a word or a call that stands where a number or a truth value is expected.
    fn no_value(
        &mut self,
        frame: &Frame,
        table: &[Attribute],
        attribute: &Attribute,
        argument: &Argument,
    ) -> Option<String> {
        let expr = &argument.value;
        let (name, expects, found) = (attribute.name, attribute.kind.expects(), text::expression(expr));
        // `bias = zeros` means `bias_init` rather than any other option that takes an initializer.
        let is_near = |other: &&Attribute| argument.name.is_some() && other.name.starts_with(name);
        let near: Vec<Attribute> = table.iter().filter(is_near).copied().collect();
        let is_word = matches!(expr.kind, ExprKind::Name(_) | ExprKind::Call(_));
        let other = option_for(expr, &near, &[name]).or_else(|| option_for(expr, table, &[name]));
        if let Some(other) = other.filter(|_| is_word) {
            let help = format!("write `{} = {found}`", other.name);
            return Some(format!("`{name}` takes {expects}, found `{found}`\nhelp: {help}"));
        }
        let word = match &expr.kind {
            ExprKind::Name(word) => word,
            ExprKind::Call(call) if call.function == "Some" && call.arguments.len() == 1 => {
                let help = format!("write `{}`", text::argument(&call.arguments[0]));
                return Some(format!("`{name}` takes {expects}, found `{found}`\nhelp: {help}"));
            }
            ExprKind::Call(_) => {
                let note = match name {
                    "learning_rate" => "\nnote: a learning rate that changes while training does not exist yet",
                    _ => "\nnote: numbers have operators and `if`, no functions",
                };
                return Some(format!("`{name}` takes {expects}, found `{found}`{note}"));
            }
            _ => return None,
        };
        let word = word.to_string();
        // Those of Python are understood wherever they stand.
        let truth = truth_of_text(name, &word).filter(|_| !word.starts_with(char::is_uppercase));
        if let (Kind::Bool, Some(truth), None) = (attribute.kind, truth, self.lookup(frame, &word)) {
            return Some(format!("`{name}` takes {expects}, found `{word}`\nhelp: write `{name} = {truth}`"));
        }
        let is_free = word != "None" && (self.lookup(frame, &word).is_some() || self.is_callable(frame, &word));
        if is_free || !word.starts_with(char::is_lowercase) && word != "None" {
            return None;
        }
        let help = match (attribute.kind, word.as_str()) {
            (Kind::Extents, "None") => "\nhelp: leave it out: the batch axis is added at run time".to_string(),
            (Kind::Bool, "yes" | "on") => format!("\nhelp: write `{name} = true`"),
            (Kind::Bool, "no" | "off" | "None" | "none") => format!("\nhelp: write `{name} = false`"),
            (_, "None" | "none") if attribute.default.is_some() => format!("\nhelp: leave `{name}` out"),
            (Kind::Bool, _) => String::new(),
            _ => return None, // A misspelt constant, most likely.
        };
        Some(format!("`{name}` takes {expects}, found `{word}`{help}"))
    }
}

/// The first option besides those `taken` that a value is written for, by the look of it.
pub(super) fn option_for<'a>(value: &Expr, table: &'a [Attribute], taken: &[&str]) -> Option<&'a Attribute> {
    table.iter().find(|attribute| {
        let fits = match (attribute.kind, &value.kind) {
            (Kind::Entry(catalogue), ExprKind::Name(name)) => catalogue.find(&name.to_string()).is_some(),
            (Kind::Entry(catalogue), ExprKind::Call(call)) => catalogue.find(&call.function.to_string()).is_some(),
            (Kind::Size | Kind::Integer | Kind::Extents, ExprKind::Int(_) | ExprKind::Binary { .. }) => true,
            (Kind::Float, ExprKind::Float(_)) => true,
            (Kind::Bool, ExprKind::Bool(_)) => true,
            _ => false,
        };
        fits && !taken.contains(&attribute.name)
    })
}

/// What a value of another kind means, as it is written here.
pub(super) fn meant(option: &str, kind: Kind, value: &Constant) -> Option<String> {
    match (kind, value) {
        (Kind::Bool, Constant::Int(value @ (0 | 1))) => Some((*value == 1).to_string()),
        (Kind::Bool, Constant::Text(text)) => truth_of_text(option, text).map(|truth| truth.to_string()),
        (Kind::Size | Kind::Extents, Constant::Float(value)) if value.fract() == 0.0 && (1.0..1e9).contains(value) => {
            Some(format!("{value:.0}"))
        }
        (Kind::Size, Constant::List(items)) => match items.as_slice() {
            [Constant::Int(value @ 1..)] => Some(value.to_string()),
            _ => None,
        },
        (Kind::Size | Kind::Extents, Constant::Text(text)) => text.parse::<u32>().ok().map(|value| value.to_string()),
        (Kind::Float, Constant::Text(text)) => {
            text.parse::<f64>().ok().filter(|value| value.is_finite()).map(text::number)
        }
        _ => None,
    }
}
