//! The definitions that names are looked up in: those of the network, and of each imported library.

use std::collections::{BTreeMap, BTreeSet};

use monograd_schema::{Activation, layers};
use proc_macro2::Ident;

use super::{Frame, Resolver, Value};
use crate::ast::{Ast, Block, Const, ConstKind, Extent, Let, Library, Shared, Statement};
use crate::constant::Constant;
use crate::diagnostics::Diagnostics;
use crate::{graph, text};

/// The constants of every generated struct.
pub(crate) const CONSTANTS: [&str; 5] = ["INPUT_SHAPE", "OUTPUT_SHAPE", "PARAMETERS", "MULTIPLY_ADDS", "SUMMARY"];

/// The methods of every generated struct.
pub(crate) const METHODS: [&str; 15] = [
    "new",
    "load",
    "load_weights",
    "save",
    "fit",
    "evaluate",
    "train_step",
    "predict",
    "predict_raw",
    "predict_one",
    "preprocessing",
    "classes",
    "set_threads",
    "parameters",
    "parameters_mut",
];

/// One `use path::Name;` and the `blocks!` declaration that it came from.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The name.
    pub name: String,
    /// Everything that is declared beside it, which it may use.
    pub library: Library,
}

/// The definitions that names are looked up in.
#[derive(Default)]
pub(super) struct Environment<'a> {
    /// Blocks, with the environment that their own names are looked up in.
    pub(super) blocks: BTreeMap<String, (&'a Block, usize)>,
    pub(super) statics: BTreeMap<String, &'a Shared>,
    /// Blocks and statics that have the name of a layer: which one is meant by it is not known.
    pub(super) ambiguous: BTreeSet<String>,
    constants: BTreeMap<String, (&'a Const, usize, State)>,
    /// Where a library is imported: mistakes of its own are reported there.
    pub(super) import: Option<Extent>,
}

/// How far a constant is computed; constants may use later ones.
#[derive(Clone)]
enum State {
    Unknown,
    Computing,
    Known(Option<Constant>),
}

impl<'a> Environment<'a> {
    /// Environment 0 is the network; the others are the libraries in the order of `imported`.
    pub(super) fn collect(ast: &'a Ast, imported: &'a [Imported], diagnostics: &mut Diagnostics) -> Vec<Self> {
        let mut environments = vec![Self::default()];
        for import in imported {
            let place = ast.imports.iter().find(|written| written.name == import.name);
            let place = place.map(|written| written.name.span().into());
            let mut library = Self { import: place, ..Self::default() };
            let own = environments.len();
            for item in &import.library.items {
                library.add(&item.definition, own, place, diagnostics);
                if name_of(&item.definition).is_some_and(|name| *name == import.name) {
                    environments[0].add(&item.definition, own, place, diagnostics);
                }
            }
            environments.push(library);
        }
        for (position, import) in ast.imports.iter().enumerate() {
            if ast.imports[..position].iter().any(|first| first.name == import.name) {
                diagnostics.error(import.name.span(), format!("`{}` is imported twice", import.name));
            }
        }
        for statement in &ast.body.statements {
            environments[0].add(statement, 0, None, diagnostics);
        }
        environments
    }

    fn add(&mut self, statement: &'a Statement, own: usize, place: Option<Extent>, diagnostics: &mut Diagnostics) {
        let Some(name) = name_of(statement) else { return };
        let place = place.unwrap_or(name.span().into());
        let text = name.to_string();
        let known =
            self.blocks.contains_key(&text) || self.statics.contains_key(&text) || self.constants.contains_key(&text);
        if known {
            diagnostics.error(place, format!("`{text}` is defined twice"));
            return;
        }
        let built_in = match (layers::find(&text), Activation::CATALOGUE.find(&text)) {
            (Some(_), _) if text.starts_with(char::is_uppercase) => Some("layer"),
            (None, None) => None,
            _ => Some("function"),
        };
        let own_kind = match statement {
            Statement::Block(_) => Some("a block"),
            Statement::Shared(_) => Some("a shared layer"),
            _ => None,
        };
        if let (Some(built_in), Some(own_kind)) = (built_in, own_kind) {
            diagnostics.error(place, format!("`{text}` is a {built_in}, {own_kind} needs another name"));
            self.ambiguous.insert(text);
            return;
        }
        match statement {
            Statement::Block(block) => {
                for (position, parameter) in block.parameters.iter().enumerate() {
                    if block.parameters[..position].iter().any(|other| other.name == parameter.name) {
                        let place = if block.imported { place } else { parameter.name.span().into() };
                        diagnostics.error(place, format!("the parameter `{}` is declared twice", parameter.name));
                    }
                }
                self.blocks.insert(text, (block, own));
            }
            Statement::Shared(shared) => {
                self.statics.insert(text, shared);
            }
            Statement::Const(constant) => {
                self.constants.insert(text, (constant, own, State::Unknown));
            }
            _ => {}
        }
    }

    /// The names of all blocks and statics, in order: the first of several that are near is proposed.
    pub(super) fn callables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.blocks.keys().chain(self.statics.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The names of all constants, in order.
    pub(super) fn constants(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.constants.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Whether a constant has the name.
    pub(super) fn has_constant(&self, name: &str) -> bool {
        self.constants.contains_key(name)
    }

    /// Whether a block or a static has the name.
    pub(super) fn calls(&self, name: &str) -> bool {
        self.blocks.contains_key(name) || self.statics.contains_key(name)
    }
}

fn name_of(statement: &Statement) -> Option<&Ident> {
    match statement {
        Statement::Const(constant) => Some(&constant.name),
        Statement::Block(block) => Some(&block.name),
        Statement::Shared(shared) => Some(&shared.name),
        _ => None,
    }
}

impl Resolver<'_> {
    /// Computes all constants of the declaration, in order; they become constants of the struct.
    pub(super) fn network_constants(&mut self, ast: &Ast) {
        let frame = Frame::new(0, String::new(), None);
        for statement in &ast.body.statements {
            if let Statement::Let(Let { name, value, .. }) = statement {
                self.later.insert(name.to_string(), self.is_tensor(&frame, value));
            }
        }
        for statement in &ast.body.statements {
            let Statement::Const(constant) = statement else { continue };
            let name = constant.name.to_string();
            let kind = match (CONSTANTS.contains(&name.as_str()), METHODS.contains(&name.as_str())) {
                (true, _) => Some("constant"),
                (_, true) => Some("method"),
                _ => None,
            };
            if let Some(kind) = kind {
                let message = format!("`{name}` is a {kind} that every network has, this one needs another name");
                self.diagnostics.error(constant.name.span(), message);
            }
            if let Some(Some(value)) = self.global_constant(0, &name) {
                let (name, docs, kind) = (constant.name.clone(), constant.docs.clone(), constant.kind);
                self.graph.constants.push(graph::Constant { name, docs, kind, value });
            }
        }
        self.later.clear();
    }

    /// Whether a `const` statement is one of the network's own, which are computed in any order.
    pub(super) fn is_network_constant(&self, frame: &Frame, constant: &Const) -> bool {
        let known = self.environments[0].constants.get(&constant.name.to_string());
        frame.block.is_none() && known.is_some_and(|(known, _, _)| std::ptr::eq(*known, constant))
    }

    /// The constant of a name; nothing if there is none, nothing inside if it is broken.
    pub(super) fn global_constant(&mut self, environment: usize, name: &str) -> Option<Option<Constant>> {
        let (constant, own, state) = self.environments[environment].constants.get(name)?.clone();
        if own != environment {
            return self.global_constant(own, name);
        }
        match state {
            State::Known(value) => Some(value),
            State::Computing => {
                let place = self.environments[environment].import.unwrap_or(constant.name.span().into());
                self.diagnostics.error(place, format!("the constant `{name}` depends on itself"));
                Some(None)
            }
            State::Unknown => {
                let set = |resolver: &mut Self, state| {
                    if let Some(entry) = resolver.environments[environment].constants.get_mut(name) {
                        entry.2 = state;
                    }
                };
                set(self, State::Computing);
                let mut frame = Frame::new(environment, String::new(), None);
                let value = self.constant_of(&mut frame, constant);
                set(self, State::Known(value.clone()));
                Some(value)
            }
        }
    }

    /// The value of a `const`, of its declared type.
    pub(super) fn constant_of(&mut self, frame: &mut Frame, constant: &Const) -> Option<Constant> {
        let value = match constant.kind {
            ConstKind::Float => self.real(frame, &constant.value)?,
            ConstKind::Bool => self.truth(frame, &constant.value)?,
            ConstKind::Size => self.constant_where(frame, &constant.value, false)?,
        };
        let (kind, value) = match (constant.kind, value) {
            (ConstKind::Size, Constant::Int(value)) if value >= 0 => return Some(Constant::Int(value)),
            (ConstKind::Float, Constant::Int(value)) => return Some(Constant::Float(value as f64)),
            (ConstKind::Float, Constant::Float(value)) if (value as f32).is_finite() => {
                return Some(Constant::Float(value));
            }
            (ConstKind::Bool, Constant::Bool(value)) => return Some(Constant::Bool(value)),
            (ConstKind::Size, value) => ("usize", value),
            (ConstKind::Float, value) => ("f32", value),
            (ConstKind::Bool, value) => ("bool", value),
        };
        let (name, found) = (&constant.name, value.described());
        let help = match value {
            Constant::List(_) => {
                let list = text::expression(&constant.value);
                format!("\nhelp: a list stands where it is used: `for i in {list} {{ … }}`")
            }
            Constant::Float(value) if constant.kind == ConstKind::Size && value.fract() == 0.0 && value >= 0.0 => {
                format!("\nhelp: write `const {name}: usize = {value};`")
            }
            Constant::Float(value) if constant.kind == ConstKind::Size => {
                format!("\nhelp: write `const {name}: f32 = {};`", text::number(value))
            }
            Constant::Int(value @ (0 | 1)) if constant.kind == ConstKind::Bool => {
                format!("\nhelp: write `const {name}: bool = {};`", value == 1)
            }
            Constant::Text(text) if Activation::CATALOGUE.find(&text).is_some() => {
                format!("\nnote: a constant is a number, `true` or `false`; write `{text}` where it is used")
            }
            _ => String::new(),
        };
        self.error(frame, constant.value.extent, format!("`{name}` is declared as `{kind}`, found {found}{help}"));
        None
    }

    /// What a name stands for: a variable, an option of the block, or a constant.
    pub(super) fn lookup(&mut self, frame: &Frame, name: &str) -> Option<Value> {
        if let Some(variable) = frame.variable(name) {
            return Some(variable.value.clone());
        }
        let constant = self.global_constant(frame.environment, name)?;
        Some(frame.hidden(constant.map_or(Value::Poison, Value::Constant)))
    }
}
