//! Names that nobody declares, and settings that are made elsewhere.

use monograd_schema::{nearest, option_remark};
use proc_macro2::Ident;

use super::settings::is_setting;
use super::{Frame, Resolver, Value};
use crate::ast::{Assign, SETTINGS};
use crate::text;

impl Resolver<'_> {
    /// Reports a name that stands for nothing, once.
    pub(super) fn unknown_name(&mut self, frame: &mut Frame, ident: &Ident) {
        let name = ident.to_string();
        if self.is_callable(frame, &name) {
            let message = format!("`{name}` is not applied to anything\nhelp: write `{}`", self.example(frame, &name));
            return self.error(frame, ident.span(), message);
        }
        if let Some(is_tensor) = self.later.get(&name) {
            let message = match is_tensor {
                true => format!(
                    "expected a constant, found the tensor `{name}`, which has no value before the network runs"
                ),
                false => {
                    format!("expected a constant, found `{name}`, which `let` declares\nhelp: declare it by `const`")
                }
            };
            return self.error(frame, ident.span(), message);
        }
        let environment = &self.environments[frame.environment];
        let variables = frame.variables.iter().map(|variable| variable.name.as_str());
        let known: Vec<&str> = variables.chain(environment.constants()).collect();
        let near = nearest(&name, known).map(|near| format!("\nhelp: did you mean `{near}`?"));
        let constant = name.chars().all(|letter| !letter.is_lowercase());
        if constant && near.is_none() && self.imports_all {
            return frame.declare(ident, Value::Poison, true); // It may come from there.
        }
        let kind = match (self.wants_bool, self.wants_real) {
            (true, _) => "bool",
            (false, true) => "f32",
            (false, false) => "usize",
        };
        let message = match near {
            Some(help) => format!("unknown name `{name}`{help}"),
            None if constant => format!(
                "`{name}` is not known here: a macro cannot read constants outside it\nhelp: declare it inside, \
                 `const {name}: {kind} = …;`, or export it with `blocks!` and write `use path::{name};`"
            ),
            None if frame.gone.contains(&name) => format!(
                "unknown name `{name}`\nnote: it ends with the braces that it is declared in; `let mut {name}` before them lasts"
            ),
            None if ["training", "is_training", "train"].contains(&name.as_str()) => {
                format!("unknown name `{name}`\nnote: layers such as `Dropout` know whether the network is trained")
            }
            None => format!("unknown name `{name}`\nnote: a macro cannot read names outside it"),
        };
        self.error(frame, ident.span(), message);
        frame.unknown.push(name.clone());
        if !is_setting(&name) {
            frame.declare(ident, Value::Poison, true); // Said once is enough.
        }
    }

    /// Reports an assignment to what is neither a setting nor a variable.
    pub(super) fn unknown_setting(&mut self, frame: &Frame, statement: &Assign) {
        let name = &statement.name;
        let written = name.to_string();
        if frame.block.is_some() && is_setting(&written) {
            self.error(frame, name.span(), format!("`{written}` stands in a block, expected in the network itself"));
            self.has_misplaced_setting = true;
            return;
        }
        let value = text::expression(&statement.value);
        let help = match (elsewhere(&written, &value), text::suggestion(&written, SETTINGS)) {
            (Some(remark), _) => remark,
            (None, Some(suggestion)) => format!("help: {suggestion}"),
            (None, None) => match option_remark(&written) {
                Some((remark, _)) => format!("note: {remark}"),
                None => format!("note: there are {}", SETTINGS.join(", ")),
            },
        };
        self.error(frame, name.span(), format!("unknown setting `{written}`\n{help}"));
    }
}

/// Where something is set that is no setting of a declaration.
fn elsewhere(name: &str, value: &str) -> Option<String> {
    let fit = |call: String| Some(format!("help: it is set where training starts: `Fit::default().{call}`"));
    match name {
        "epochs" | "batch_size" | "shuffle" | "threads" | "validation_split" => fit(format!("{name}({value})")),
        "batch" => fit(format!("batch_size({value})")),
        "num_epochs" | "n_epochs" | "epoch" => fit(format!("epochs({value})")),
        "callbacks" | "callback" => fit("callback(|epoch| …)".to_string()),
        "validation" | "validation_data" => fit("validation(&data)".to_string()),
        "seed" | "random_seed" | "random_state" => {
            Some(format!("help: it is given where the network is made: `Net::new({value})`"))
        }
        "regularizer" | "kernel_regularizer" | "init" | "initializer" | "activation" => {
            let option = match name {
                "kernel_regularizer" => "regularizer",
                "initializer" => "init",
                name => name,
            };
            Some(format!("help: it is an option of a layer: `Dense(64, {option} = {value});`"))
        }
        "loss_weights" | "loss_weight" => {
            Some("note: a loss is weighted by a factor: `mse(a) + 0.5 * mse(b)`".to_string())
        }
        "weight_decay" => {
            Some(format!("help: it is an option of the optimizer: `optimizer = AdamW(weight_decay = {value});`"))
        }
        "momentum" => Some(format!("help: it is an option of the optimizer: `optimizer = Sgd(momentum = {value});`")),
        "lr" | "learning_rate" => {
            Some(format!("help: it is an option of the optimizer: `optimizer = Adam(learning_rate = {value});`"))
        }
        "scheduler" | "lr_scheduler" | "schedule" => {
            Some("note: a learning rate that changes while training does not exist yet".to_string())
        }
        "early_stopping" | "patience" => Some("note: a callback can end training: it gives `Next::Stop`".to_string()),
        "device" | "backend" => Some("note: networks run on the processor".to_string()),
        "input" | "inputs" | "input_shape" => Some("help: an input is a statement: `let x = Input(…);`".to_string()),
        "model" | "net" | "network" | "layers" => {
            Some("note: a network is its statements, one layer after the other".to_string())
        }
        _ => None,
    }
}
