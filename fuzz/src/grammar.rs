//! Declarations of any form that the grammar has. Layers, functions and options come from the catalogues, so that a new
//! one is tried without a word here; most are right, so that the later stages see them too.

use std::fmt::Write;

use monograd_schema::{Activation, Attribute, Catalogue, Inputs, Kind, Loss, Metric, Optimizer, layers};

use crate::choice::Choices;

/// How deep blocks, loops and conditions contain each other.
const DEPTH: usize = 3;

/// What has been declared so far.
struct Writer<'c, 'b> {
    choices: &'c mut Choices<'b>,
    text: String,
    tensors: Vec<String>,
    sizes: Vec<String>,
    /// Blocks and shared layers, with the arguments that they want.
    calls: Vec<(String, usize)>,
    names: usize,
}

/// A declaration made from bytes.
pub fn declaration(choices: &mut Choices) -> String {
    let text = "struct Net;\n".to_string();
    let mut writer = Writer { choices, text, tensors: vec![], sizes: vec![], calls: vec![], names: 0 };
    writer.constants();
    writer.blocks();
    writer.inputs();
    let count = 1 + writer.choices.below(8);
    writer.statements(count, 0);
    writer.settings();
    writer.text
}

impl Writer<'_, '_> {
    fn constants(&mut self) {
        for _ in 0..self.choices.below(3) {
            let (name, value) = (self.name("N"), self.size(0));
            let _ = writeln!(self.text, "const {name}: usize = {value};");
            self.sizes.push(name);
        }
    }

    fn blocks(&mut self) {
        for _ in 0..self.choices.below(3) {
            let name = self.name("B");
            let second = if self.choices.below(3) == 0 { "y: Tensor, " } else { "" };
            let default = self.choices.pick(&["", "#[default(4)] ", "#[default(N1)] "]);
            let output = self.choices.pick(&["", "", " -> Tensor", " -> Tensor<4>"]);
            let _ = writeln!(self.text, "fn {name}(x: Tensor, {second}{default}n: usize){output} {{");
            let outer = (self.tensors.clone(), self.sizes.clone());
            self.tensors = vec!["x".into()];
            if !second.is_empty() {
                self.tensors.push("y".into());
            }
            self.sizes.push("n".into());
            let count = 1 + self.choices.below(3);
            self.statements(count, 1);
            if self.choices.below(2) == 0 {
                let value = self.tensor(0);
                self.text += &value;
            }
            (self.tensors, self.sizes) = outer;
            self.text += "}\n";
            self.calls.push((name, 1));
        }
        if self.choices.below(4) == 0 {
            let (name, layer) = (self.name("S"), self.call());
            let _ = writeln!(self.text, "static {name}: _ = {layer};");
            self.calls.push((name, 0));
        }
    }

    fn inputs(&mut self) {
        for _ in 0..=self.choices.below(2) {
            let name = self.name("x");
            let shape = self.choices.pick(&["4", "4, 4", "2, 6", "3, 4, 2", "", "1", "8"]);
            let _ = writeln!(self.text, "let {name} = Input({shape});");
            self.tensors.push(name);
        }
    }

    fn statements(&mut self, count: usize, depth: usize) {
        for _ in 0..count {
            match self.choices.below(12) {
                0..=3 => {
                    let call = self.call();
                    let _ = writeln!(self.text, "{call};");
                }
                4..=6 => {
                    let (name, value) = (self.name("h"), self.tensor(0));
                    let _ = writeln!(self.text, "let {name} = {value};");
                    self.tensors.push(name);
                }
                7 => {
                    let value = self.tensor(0);
                    let _ = writeln!(self.text, "{value};");
                }
                8 => {
                    let (name, value) = (self.name("m"), self.tensor(0));
                    let _ = writeln!(self.text, "let mut {name} = {value};");
                    self.tensors.push(name.clone());
                    let value = self.tensor(0);
                    let _ = writeln!(self.text, "{name} = {value};");
                }
                9 if depth < DEPTH => {
                    let over = self.choices.pick(&["0..2", "0..=1", "[4, 2]", "0..N1", "2..2"]);
                    let name = self.name("i");
                    let _ = writeln!(self.text, "for {name} in {over} {{");
                    self.sizes.push(name);
                    self.nested(depth);
                    self.sizes.pop();
                    self.text += "}\n";
                }
                10 if depth < DEPTH => {
                    let condition = self.condition();
                    let _ = writeln!(self.text, "if {condition} {{");
                    self.nested(depth);
                    self.text += "} else {\n";
                    self.nested(depth);
                    self.text += "}\n";
                }
                _ => {
                    let name = self.name("h");
                    let (shape, value) = (self.size(0), self.tensor(0));
                    let _ = writeln!(self.text, "let {name}: Tensor<{{ {shape} }}> = {value};");
                    self.tensors.push(name);
                }
            }
        }
    }

    /// Statements of a scope of their own.
    fn nested(&mut self, depth: usize) {
        let tensors = self.tensors.len();
        let count = 1 + self.choices.below(2);
        self.statements(count, depth + 1);
        self.tensors.truncate(tensors);
    }

    fn settings(&mut self) {
        if self.choices.below(4) == 0 {
            return;
        }
        let named = self.choices.below(3) == 0 && self.tensors.len() > 1;
        let last = self.tensors.last().cloned().unwrap_or_default();
        let (loss, metric) = (self.entry(Loss::CATALOGUE), self.entry(Metric::CATALOGUE));
        let (optimizer, other) = (self.entry(Optimizer::CATALOGUE), self.entry(Loss::CATALOGUE));
        if named {
            let first = self.tensors[self.choices.below(self.tensors.len())].clone();
            let _ = writeln!(self.text, "output = ({first}, {last});");
            let of = |entry: &str| entry.split('(').next().unwrap_or("mse").to_string();
            let (loss, other, metric) = (of(&loss), of(&other), of(&metric));
            let _ = writeln!(self.text, "loss = {loss}({first}) + 0.5 * {other}({last});");
            let _ = writeln!(self.text, "metrics = [{metric}({last})];");
        } else {
            let _ = writeln!(self.text, "loss = {loss};\nmetrics = [{metric}];");
        }
        let _ = writeln!(self.text, "optimizer = {optimizer};");
    }

    /// An expression of tensors.
    fn tensor(&mut self, depth: usize) -> String {
        if depth > 3 || self.tensors.is_empty() {
            return self.call();
        }
        let some = self.tensors[self.choices.below(self.tensors.len())].clone();
        match self.choices.below(9) {
            0 => some,
            1 | 2 => format!("{some}.{}", self.call()),
            3 => {
                let operator = self.choices.pick(&["+", "-", "*", "/"]);
                let (left, right) = (self.tensor(depth + 1), self.tensor(depth + 1));
                format!("({left} {operator} {right})")
            }
            4 => {
                let (first, second) = (self.tensor(depth + 1), self.tensor(depth + 1));
                let joining = self.choices.pick(&["concat", "add", "maximum", "average", "multiply", "minimum"]);
                format!("{joining}({first}, {second})")
            }
            5 => format!("2.0 * {some} - {}", self.size(depth)),
            6 => {
                let (condition, other) = (self.condition(), self.tensor(depth + 1));
                format!("if {condition} {{ {some} }} else {{ {other} }}")
            }
            7 => {
                let calls: Vec<String> = (0..1 + self.choices.below(3)).map(|_| self.call()).collect();
                format!("{some}.{}", calls.join("."))
            }
            _ => self.call(),
        }
    }

    /// A layer, a function, a block or a shared layer with its arguments.
    fn call(&mut self) -> String {
        match self.choices.below(8) {
            0 | 1 if !self.calls.is_empty() => {
                let (name, arguments) = self.calls[self.choices.below(self.calls.len())].clone();
                let arguments: Vec<String> = (0..arguments).map(|_| self.size(2)).collect();
                format!("{name}({})", arguments.join(", "))
            }
            2 | 3 => self.entry_call(Activation::CATALOGUE),
            4 => format!("Dense({})", self.size(2)),
            _ => {
                let kinds: Vec<_> =
                    layers::LAYERS.iter().filter(|kind| kind.inputs != Inputs::None && !kind.entry.name.contains(' ')).collect();
                let kind = kinds[self.choices.below(kinds.len())];
                let mut arguments = self.options(kind.entry.attributes);
                if self.choices.below(12) == 0 {
                    arguments.push("name = same".into());
                }
                format!("{}({})", kind.entry.name, arguments.join(", "))
            }
        }
    }

    /// `relu` or `relu(…)`.
    fn entry(&mut self, catalogue: &'static Catalogue) -> String {
        if self.choices.below(2) == 0 || catalogue.noun == "optimizer" {
            return self.entry_call(catalogue);
        }
        catalogue.entries[self.choices.below(catalogue.entries.len())].name.to_string()
    }

    fn entry_call(&mut self, catalogue: &'static Catalogue) -> String {
        let entry = &catalogue.entries[self.choices.below(catalogue.entries.len())];
        let arguments = self.options(entry.attributes);
        format!("{}({})", entry.name, arguments.join(", "))
    }

    /// What has to be given, and some of what may be.
    fn options(&mut self, attributes: &'static [Attribute]) -> Vec<String> {
        let mut options = Vec::new();
        for attribute in attributes {
            let is_needed = attribute.default.is_none();
            if !is_needed && self.choices.below(4) > 0 {
                continue;
            }
            let value = match attribute.kind {
                Kind::Size => self.size(2),
                Kind::Integer => self.choices.pick(&["-1", "0", "1", "7"]).to_string(),
                Kind::Float => self.choices.pick(&["0.5", "0.1", "0", "1.0", "-2.5", "1e-3"]).to_string(),
                Kind::Bool => self.choices.pick(&["true", "false", "1 < 2"]).to_string(),
                Kind::Extents => self.choices.pick(&["4", "2, 2", "-1", "1, 4", "-1, 2", "8", "24"]).to_string(),
                Kind::Dtype => self.choices.pick(&["f32", "u32"]).to_string(),
                Kind::Entry(catalogue) => self.entry(catalogue),
            };
            let by_place = is_needed && self.choices.below(3) > 0 || matches!(attribute.kind, Kind::Extents);
            options.push(if by_place { value } else { format!("{} = {value}", attribute.name) });
        }
        options
    }

    /// An expression of whole numbers.
    fn size(&mut self, depth: usize) -> String {
        match self.choices.below(10) {
            0 if !self.sizes.is_empty() => self.sizes[self.choices.below(self.sizes.len())].clone(),
            1 if depth < 3 => {
                let (left, right) = (self.size(depth + 1), self.size(depth + 1));
                let operator = self.choices.pick(&["+", "-", "*", "/", "%", "<<", ">>"]);
                format!("({left} {operator} {right})")
            }
            2 if depth < 3 => {
                let (condition, one, other) = (self.condition(), self.size(depth + 1), self.size(depth + 1));
                format!("if {condition} {{ {one} }} else {{ {other} }}")
            }
            3 => self.choices.pick(&["0", "1", "100000", "99999999999", "2.5"]).to_string(),
            4..=6 => "4".into(),
            _ => self.choices.pick(&["1", "2", "3", "8", "16", "64"]).to_string(),
        }
    }

    fn condition(&mut self) -> String {
        let (left, right) = (self.size(3), self.size(3));
        let operator = self.choices.pick(&["==", "!=", "<", "<=", ">", ">="]);
        let not = self.choices.pick(&["", "", "!"]);
        match not {
            "!" => format!("!({left} {operator} {right})"),
            _ => format!("{left} {operator} {right}"),
        }
    }

    /// A new name; seldom one that exists.
    fn name(&mut self, stem: &str) -> String {
        if self.choices.below(16) > 0 {
            self.names += 1;
        }
        format!("{stem}{}", self.names)
    }
}
