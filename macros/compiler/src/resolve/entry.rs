//! Values that are entries of a catalogue, with their own options: `relu`, `l2(1e-4)`, `Adam()`.

use monograd_schema::{
    Activation, Catalogue, Dtype, Entry, Initializer, Loss, Metric, Optimizer, Regularizer, Value as Setting, alike,
    entry_of_number, layers,
};

use super::{Frame, Resolver, Value};
use crate::ast::{Argument, BinaryOperator, Call, Expr, ExprKind};
use crate::constant::Constant;
use crate::parse::number_type;
use crate::{text, translate};

impl Resolver<'_> {
    /// An entry of a catalogue as an option: `relu`, `l2(1e-4)`, a block's parameter, or an `if` of these.
    pub(super) fn entry_value(
        &mut self,
        frame: &mut Frame,
        option: &str,
        catalogue: &'static Catalogue,
        expr: &Expr,
    ) -> Option<Setting> {
        if self.refuse_foreign_value(frame, expr) {
            return None;
        }
        match &expr.kind {
            ExprKind::Name(name) => {
                match frame.variable(&name.to_string()).map(|variable| variable.value.clone()) {
                    Some(Value::Activation(function)) if catalogue.noun == Activation::CATALOGUE.noun => {
                        return Some(Setting::Entry(function.to_entry()));
                    }
                    Some(Value::Poison) => return None,
                    _ => {}
                }
                if self.environments[frame.environment].has_constant(&name.to_string())
                    && let Some(None) = self.global_constant(frame.environment, &name.to_string())
                {
                    return None; // Its mistake has been reported.
                }
                if matches!(name.to_string().as_str(), "None" | "none" | "null") && may_be_absent(catalogue) {
                    let (expects, found) = (catalogue.noun_with_article(), name);
                    let help = format!("leave `{option}` out");
                    let message = format!("`{option}` takes {expects}, found `{found}`\nhelp: {help}");
                    self.error(frame, expr.extent, message);
                    return None;
                }
                let call = Call { receiver: None, function: name.clone(), arguments: vec![], extent: expr.extent };
                self.entry(frame, catalogue, &call, vec![], false).map(|(entry, _)| Setting::Entry(entry))
            }
            ExprKind::Call(call) if call.receiver.is_none() => {
                let arguments = call.arguments.iter().collect();
                self.entry(frame, catalogue, call, arguments, false).map(|(entry, _)| Setting::Entry(entry))
            }
            ExprKind::If { condition, then, otherwise } => {
                let holds = self.condition(frame, condition);
                if holds.is_none() && frame.is_unused {
                    let values = std::iter::once(then).chain(otherwise).filter_map(text::sole_value);
                    values.for_each(|value| drop(self.entry_value(frame, option, catalogue, value)));
                }
                let holds = holds?;
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
                let help = number(expr)
                    .and_then(|value| entry_of_number(catalogue, value, &found))
                    .or_else(|| joined_penalties(expr).filter(|_| catalogue.noun == Regularizer::CATALOGUE.noun))
                    .map_or(String::new(), |meant| format!("\nhelp: write `{option} = {meant}`"));
                self.error(frame, expr.extent, format!("`{option}` takes {expects}, found `{found}`{help}"));
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
            self.unknown_entry(frame, catalogue, call);
            return None;
        };
        let check = |values: &[Setting]| (catalogue.check)(&Entry { catalogue, kind, values: values.to_vec() });
        let options = self.options(frame, call, kind.name, kind.attributes, arguments, (has_name, &check))?;
        let entry = Entry { catalogue, kind, values: options.values };
        if let Err(error) = (catalogue.check)(&entry) {
            self.option_error(frame, call, kind.attributes, &options.places, error);
            return None;
        }
        Some((entry, options.name))
    }

    fn unknown_entry(&mut self, frame: &Frame, catalogue: &'static Catalogue, call: &Call) {
        let (name, noun) = (call.function.to_string(), catalogue.noun);
        match frame.variable(&name).map(|variable| &variable.value) {
            Some(Value::Poison) => return, // Its mistake has been reported.
            Some(Value::Tensor(_)) => {
                let help = if noun == "loss" { format!("\nhelp: write `mse({name})`") } else { String::new() };
                let message = format!("`{name}` is a tensor, expected {}{help}", catalogue.noun_with_article());
                return self.error(frame, call.function.span(), message);
            }
            Some(Value::Constant(Constant::Text(written))) => {
                let names: Vec<&str> = catalogue.names().collect();
                let help = text::meant(written, names).map_or(String::new(), |ours| {
                    format!("\nhelp: write it without quotes where it is given: `{ours}`")
                });
                let message = format!("`{name}` is a string, expected {}{help}", catalogue.noun_with_article());
                return self.error(frame, call.function.span(), message);
            }
            Some(Value::Constant(_)) => {
                let message = format!("`{name}` is a constant, expected {}", catalogue.noun_with_article());
                return self.error(frame, call.function.span(), message);
            }
            _ => {}
        }
        let environment = &self.environments[frame.environment];
        let own = match (environment.blocks.contains_key(&name), environment.statics.contains_key(&name)) {
            (true, _) => Some("a block"),
            (_, true) => Some("a shared layer"),
            _ => None,
        };
        if let Some(own) = own.filter(|_| catalogue.find(&name).is_none()) {
            let note = if noun == "loss" { "\nnote: losses of one's own do not exist yet" } else { "" };
            let message = format!("`{name}` is {own}, expected {}{note}", catalogue.noun_with_article());
            return self.error(frame, call.function.span(), message);
        }
        let names: Vec<&str> = catalogue.names().collect();
        let ours = text::meant(&name, names.iter().copied());
        let is_renamed = ours.is_some() && ours == translate::name(&name) && !call.arguments.is_empty();
        let other = match noun {
            "loss" if Metric::CATALOGUE.find(&name).is_some() => Some("a metric, which nothing learns from"),
            "metric" if Loss::CATALOGUE.find(&name).is_some() => Some("a loss, which is reported anyway"),
            "metric" if name == "loss" => Some("reported anyway"),
            _ => None,
        };
        let types =
            || layers::LAYERS.iter().map(|kind| kind.entry.name).filter(|name| name.starts_with(char::is_uppercase));
        if let (Some(layer), "activation") = (alike(&name, types()), noun) {
            let message = format!("unknown activation `{name}`\nnote: `{layer}` is a layer, a statement of its own");
            return self.error(frame, call.function.span(), message);
        }
        if noun == "loss" && !call.arguments.is_empty() && Regularizer::CATALOGUE.find(&name).is_some() {
            let written = text::call(call);
            let help = format!("penalties are options of layers: `Dense(64, regularizer = {written})`");
            return self.error(frame, call.function.span(), format!("unknown loss `{name}`\nhelp: {help}"));
        }
        let message = match (other, translate::rewritten(call).filter(|_| is_renamed)) {
            (Some(other), _) => {
                let near = ours.map_or(String::new(), |ours| format!("\nhelp: did you mean `{ours}`?"));
                let near = if noun == "loss" { near } else { String::new() };
                format!("unknown {noun} `{name}`\nnote: `{name}` is {other}{near}")
            }
            (None, Some(help)) => format!("unknown {noun} `{name}`\nhelp: {help}"),
            (None, None) => match elsewhere(&name).filter(|_| ours.is_none()) {
                Some(what) if names.len() <= 8 => {
                    format!("unknown {noun} `{name}`\nnote: `{name}` is {what}; there are {}", names.join(", "))
                }
                Some(what) => format!("unknown {noun} `{name}`\nnote: `{name}` is {what}"),
                None => text::unknown(noun, &name, &names, &names),
            },
        };
        self.error(frame, call.function.span(), message);
    }

    pub(super) fn dtype(&mut self, frame: &Frame, expr: &Expr) -> Option<Setting> {
        let written = text::expression(expr);
        match written.as_str() {
            "f32" => Some(Setting::Dtype(Dtype::F32)),
            "u32" => Some(Setting::Dtype(Dtype::U32)),
            _ => {
                let help = match number_type(written.trim_matches('"')) {
                    Some(ours) => format!("write `dtype = {ours}`: data of other number types is converted"),
                    None => "f32 for numbers, u32 for tokens and categories".to_string(),
                };
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

/// What a name of ours is, with its article, wherever it belongs.
fn elsewhere(name: &str) -> Option<&'static str> {
    let catalogues: [(&Catalogue, &str); 6] = [
        (Activation::CATALOGUE, "an activation"),
        (Loss::CATALOGUE, "a loss"),
        (Metric::CATALOGUE, "a metric"),
        (Optimizer::CATALOGUE, "an optimizer"),
        (Initializer::CATALOGUE, "an initializer"),
        (Regularizer::CATALOGUE, "a regularizer"),
    ];
    let found = catalogues.into_iter().find(|(catalogue, _)| catalogue.find(name).is_some());
    let layer = || layers::find(name).filter(|_| !name.contains(' ')).map(|_| "a layer");
    found.map(|(_, what)| what).or_else(layer)
}

/// `l1_l2(…)` for `[l1(0.1), l2(0.1)]` and `l1(0.1) + l2(0.1)`.
fn joined_penalties(expr: &Expr) -> Option<String> {
    let (first, second) = match &expr.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) => match items.as_slice() {
            [first, second] => (first, second),
            _ => return None,
        },
        ExprKind::Binary { operator: BinaryOperator::Add, left, right, .. } => (&**left, &**right),
        _ => return None,
    };
    let strength = |name: &str| {
        [first, second].into_iter().find_map(|penalty| match &penalty.kind {
            ExprKind::Call(call) if call.function == name && call.receiver.is_none() => match call.arguments.as_slice()
            {
                [argument] => Some(text::expression(&argument.value)),
                _ => None,
            },
            _ => None,
        })
    };
    Some(format!("l1_l2(l1 = {}, l2 = {})", strength("l1")?, strength("l2")?))
}

/// The number that is written, if it is one.
fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value as f64),
        ExprKind::Float(value) => Some(*value),
        _ => None,
    }
}

/// Whether the option of a catalogue is left out for nothing at all.
fn may_be_absent(catalogue: &Catalogue) -> bool {
    matches!(catalogue.noun, "activation" | "regularizer")
}
