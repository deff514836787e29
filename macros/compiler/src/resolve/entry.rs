//! Values that are entries of a catalogue, with their own options: `relu`, `l2(1e-4)`, `Adam()`.

use monograd_schema::{Activation, Catalogue, Dtype, Entry, Value as Setting};

use super::{Frame, Resolver, Value};
use crate::ast::{Argument, Call, Expr, ExprKind};
use crate::text;

impl Resolver<'_> {
    /// An entry of a catalogue as an option: `relu`, `l2(1e-4)`, a block's parameter, or an `if` of these.
    pub(super) fn entry_value(
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

    pub(super) fn dtype(&mut self, frame: &Frame, expr: &Expr) -> Option<Setting> {
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
}
