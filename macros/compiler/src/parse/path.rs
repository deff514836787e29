//! Paths and fields: `nn::Linear(4, 3)`, `torch.relu`, `self.fc1`, `config.width`.

use monograd_schema::{Activation, Attribute, Kind, Optimizer, exists_elsewhere, layers, option_remark};
use proc_macro2::{Delimiter, Group, Ident};

use super::cursor::{Cursor, text_of};
use super::parser::{Parser, Reported, is_camel_case, is_upper_case};
use crate::ast::{Call, Expr, ExprKind, Extent};
use crate::diagnostics::Diagnostics;
use crate::{text, translate};

/// The first words of paths to Rust's own functions.
const RUST: [&str; 12] = ["alloc", "core", "f32", "f64", "i32", "i64", "isize", "std", "u32", "u64", "u8", "usize"];

/// Types of Rust's that hold one value.
const WRAPPERS: [&str; 8] = ["Arc", "Box", "Cell", "Cow", "Mutex", "Option", "Rc", "RefCell"];

/// What a tensor has in other languages.
const VALUES: [&str; 10] = ["T", "bias", "data", "device", "dtype", "grad", "shape", "size", "state", "weight"];

impl Parser<'_> {
    /// Reports a path from its first token to its last name.
    pub(super) fn path(&mut self) -> Reported {
        let first = self.cursor.here();
        let mut segments = Vec::new();
        let root = if self.cursor.eat("::") { "::" } else { "" };
        while let Some(segment) = self.cursor.ident_ahead(0).cloned() {
            segments.push(segment);
            self.cursor.at += 1;
            if !self.cursor.eat("::") {
                break;
            }
        }
        let arguments = self.cursor.group_ahead(0, Delimiter::Parenthesis);
        let text: Vec<String> = segments.iter().map(Ident::to_string).collect();
        let (Some(last), Some(named)) = (segments.last(), translate::named_by(&segments)) else {
            return self.error(first, "paths do not exist here: names stand alone");
        };
        if self.cursor.is_punct("<") {
            let message = "type arguments do not exist here: arguments stand in parentheses";
            let extent = Extent::new(first, self.cursor.here());
            return self.error_with_help(extent, message, format!("write `{last}(…)`"));
        }
        let path = format!("{root}{}", text.join("::"));
        let message = format!("paths do not exist here, found `{path}`");
        if RUST.contains(&text[0].as_str()) {
            let instead = self.instead_of_function(&last.to_string(), arguments.as_ref());
            return self.error(Extent::new(first, last.span()), format!("{message}\n{instead}"));
        }
        if let Some(instead) = instead_of_rust(&text, arguments.as_ref()) {
            return self.error(Extent::new(first, last.span()), format!("{message}\n{instead}"));
        }
        let instead = self.instead_of_path(named, arguments.as_ref());
        let is_foreign =
            translate::is_module(&text[0]) || named != last || translate::name(&named.to_string()).is_some();
        let import = match is_foreign {
            true => String::new(),
            false => format!("; what a `blocks!` exports comes in by `use {path};`"),
        };
        self.error(Extent::new(first, last.span()), format!("{message}\n{instead}{import}"))
    }

    /// What to write instead of a function of Rust's. Gives a whole line.
    fn instead_of_function(&self, name: &str, group: Option<&Group>) -> String {
        let arguments = group.map(|group| text_of(&group.stream())).unwrap_or_default();
        let sign = if name == "max" { '>' } else { '<' };
        match (name, arguments.split_once(", ")) {
            ("max" | "min", Some((a, b))) if !b.contains(',') => {
                format!("help: write `if {a} {sign} {b} {{ {a} }} else {{ {b} }}`")
            }
            _ => "note: constants are computed by `+`, `-`, `*`, `/`, `%`, `<<`, `>>` and `if`".to_owned(),
        }
    }

    /// What to write instead of a path, with its arguments where these can be read: ``write `Dense(128)` `` for
    /// `nn::Linear(784, 128)`. Gives a whole line.
    pub(super) fn instead_of_path(&self, function: &Ident, group: Option<&Group>) -> String {
        let name = function.to_string();
        let tensor = self.applied_to(1);
        let ours = translate::name(&name);
        if ours.is_none() && exists_elsewhere(&name) {
            return format!("note: `{name}` does not exist here yet");
        }
        let Some(group) = group else {
            let written = ours.unwrap_or(&name);
            let call = match Optimizer::CATALOGUE.find(written) {
                Some(_) => "()",
                None if written.starts_with(char::is_uppercase) => "(…)",
                None => "",
            };
            return match number_type(written) {
                Some(ours) => format!("help: write `{ours}`: data of other number types is converted"),
                None => format!("help: write `{written}{call}`"),
            };
        };
        let mut unsaid = Diagnostics::default();
        let mut inner = Parser::new(Cursor::of(group), &mut unsaid);
        let arguments = inner.separated("an argument", Parser::argument).ok().filter(|_| unsaid.is_empty());
        let Some(arguments) = arguments else { return format!("help: write `{}(…)`", ours.unwrap_or(&name)) };
        let call = Call { receiver: None, function: function.clone(), arguments, extent: function.span().into() };
        let help = translate::help(&call, &tensor);
        format!("help: {}", help.unwrap_or_else(|| format!("write `{tensor}{}`", text::call(&call))))
    }

    /// Reports a name after a dot that is not called: a field, or a path in Python's way.
    pub(super) fn field(&mut self, receiver: &Expr, name: Ident) -> Reported {
        let ExprKind::Name(base) = &receiver.kind else {
            let message = format!("fields do not exist here, found `.{name}`");
            let is_function = Activation::CATALOGUE.find(&name.to_string()).is_some();
            let arguments = if is_function { "" } else { "…" };
            let help = format!("a layer or function is called: `.{name}({arguments})`");
            return self.error_with_help(name.span(), message, help);
        };
        let mut segments = vec![base.clone(), name];
        while self.cursor.is_punct(".")
            && let Some(segment) = self.cursor.ident_ahead(1).cloned()
        {
            segments.push(segment);
            self.cursor.at += 2;
        }
        let texts: Vec<String> = segments.iter().map(Ident::to_string).collect();
        let group = self.cursor.group_ahead(0, Delimiter::Parenthesis);
        let last = &segments[segments.len() - 1];
        let place = Extent::new(base.span(), last.span());
        let is_declared = [&self.declared, &self.parameters].iter().any(|names| names.contains(&texts[0]));
        let is_path = translate::is_module(&texts[0]) || segments.len() > 2 && is_camel_case(last) && !is_declared;
        if let (true, Some(named)) = (is_path, translate::named_by(&segments)) {
            let message = format!("paths do not exist here, found `{}`", texts.join("."));
            let instead = self.instead_of_path(named, group.as_ref());
            return self.error(place, format!("{message}\n{instead}"));
        }
        let message = format!("fields do not exist here, found `{}`", texts[..2].join("."));
        if let Some((remark, _)) = option_remark(&texts[1]).filter(|_| self.cursor.is_equals_ahead(0)) {
            return self.error(place, format!("{message}\nnote: {remark}"));
        }
        if texts[1] == "T" && is_declared {
            let place = Extent::new(base.span(), segments[1].span());
            return self.error(place, format!("{message}\nnote: the axes of a tensor cannot be exchanged yet"));
        }
        if self.in_call && group.is_none() && !is_declared {
            return self.outer_value(place, &message, &segments[segments.len() - 1]);
        }
        if VALUES.contains(&texts[1].as_str()) {
            let note = "note: a declaration describes layers, it has no values to read";
            return self.error(place, format!("{message}\n{note}"));
        }
        let called = &texts[1];
        let layer = layers::find(called);
        let is_known = layer.is_some() || Activation::CATALOGUE.find(called).is_some();
        let needs_options = layer.is_some_and(|layer| {
            let is_needed = |option: &Attribute| option.default.is_none() || matches!(option.kind, Kind::Extents);
            layer.entry.attributes.iter().any(is_needed)
        });
        let arguments = if is_known && !needs_options { "" } else { "…" };
        let place = if is_known { segments[1].span().into() } else { place };
        let help = format!("a layer or function is called: `{}({arguments})`", texts[..2].join("."));
        self.error_with_help(place, message, help)
    }

    /// Reports `self.fc1`, as a class has it.
    pub(super) fn own_field(&mut self) -> Reported {
        let Some(field) = self.cursor.ident_ahead(2).cloned() else { return self.unexpected("a value") };
        let place = Extent::new(self.cursor.here(), field.span());
        let message = format!("fields do not exist here, found `self.{field}`");
        if self.in_call && self.cursor.group_ahead(3, Delimiter::Parenthesis).is_none() {
            return self.outer_value(place, &message, &field);
        }
        match self.cursor.is_equals_ahead(3) {
            true => {
                self.error_with_help(place, message, format!("layers stand where they are applied: `let {field} = …;`"))
            }
            false => self.error_with_help(place, message, "write the layer itself where it is applied: `Dense(64);`"),
        }
    }

    /// Reports a field of something outside the declaration: `config.width`.
    fn outer_value(&mut self, place: Extent, message: &str, field: &Ident) -> Reported {
        let constant = field.to_string().to_uppercase();
        let help = format!("a macro cannot read values outside it: declare it inside, `const {constant}: usize = …;`");
        self.error_with_help(place, message, help)
    }
}

/// What to write instead of a path to a wrapper, a default or a constant. Gives a whole line.
fn instead_of_rust(path: &[String], group: Option<&Group>) -> Option<String> {
    let [.., kind, last] = path else { return None };
    match (kind.as_str(), group) {
        (kind, Some(_)) if kind.starts_with("Array") => {
            Some("note: values come with the data; an input has a shape alone: `let x = Input(…);`".to_owned())
        }
        ("Default", _) => Some("help: leave it out: an option that is not written has its default".to_owned()),
        (kind, Some(group)) if WRAPPERS.contains(&kind) => Some(format!("help: write `{}`", text_of(&group.stream()))),
        (_, None) if is_upper_case(last) && kind.starts_with(char::is_uppercase) => {
            Some(format!("help: write `{last}`"))
        }
        (_, None) if is_upper_case(last) && !translate::is_module(&path[0]) => Some(format!(
            "help: declare it inside, `const {last}: usize = …;`, or export it with `blocks!` and write `use {};`",
            path.join("::")
        )),
        _ => None,
    }
}

/// Our type of numbers for another framework's.
pub(crate) fn number_type(name: &str) -> Option<&'static str> {
    match name {
        "f16" | "bf16" | "f64" | "float" | "float16" | "float32" | "float64" | "double" | "half" => Some("f32"),
        "i32" | "i64" | "u8" | "u64" | "usize" | "int" | "int32" | "int64" | "long" | "uint8" => Some("u32"),
        _ => None,
    }
}
