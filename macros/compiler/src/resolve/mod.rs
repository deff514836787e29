//! Ast → Graph: names resolved, constants computed, blocks and loops unrolled.
//!
//! The declaration is interpreted statement by statement. A value that cannot be known because of an earlier mistake is
//! poison: nothing more is said about what depends on it.

mod attribute;
mod block;
mod call;
mod entry;
mod environment;
mod foreign;
mod limit;
mod loss;
mod misplaced;
mod node;
mod option_value;
mod parameter;
mod repetition;
mod settings;
mod unknown;
mod unused;
mod unused_block;
mod value;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use monograd_schema::Activation;
use proc_macro2::Ident;

use crate::ast::{Assign, Ast, Block, Body, Expr, Extent, Let, Shared, Statement, TensorType};
use crate::constant::Constant;
use crate::diagnostics::Diagnostics;
use crate::graph::{BlockUse, Claim, Graph, Mention, NodeId, OwnerId, Site};
use crate::text;
use environment::Environment;
pub use environment::Imported;
pub(crate) use environment::{CONSTANTS, METHODS};

/// Resolves a declaration.
pub fn resolve(ast: &Ast, imported: &[Imported], diagnostics: &mut Diagnostics) -> Graph {
    let mut resolver = Resolver {
        imports_all: ast.imports_all,
        environments: Environment::collect(ast, imported, diagnostics),
        diagnostics,
        graph: Graph::default(),
        paths: HashMap::new(),
        steps: 0,
        depth: 0,
        is_too_large: false,
        statics: HashMap::new(),
        open_statics: Vec::new(),
        blocks: Vec::new(),
        inputs: Vec::new(),
        implicit: Vec::new(),
        has_output_setting: false,
        tensors_of_loss: Vec::new(),
        has_misplaced_setting: false,
        names: HashMap::new(),
        ends: HashMap::new(),
        used: HashSet::new(),
        wants_real: false,
        wants_bool: false,
        later: HashMap::new(),
        truncated: None,
        reported: HashSet::new(),
        entered: HashSet::new(),
    };
    let mut frame = Frame::new(0, String::new(), None);
    resolver.network_constants(ast);
    let last = resolver.body(&mut frame, &ast.body);
    resolver.settings(&mut frame, ast, last);
    resolver.check_unused();
    resolver.note_unused_definitions(ast);
    resolver.read_unused_definitions(ast);
    resolver.graph
}

struct Resolver<'a> {
    diagnostics: &'a mut Diagnostics,
    graph: Graph,
    environments: Vec<Environment<'a>>,
    /// Whether any name may have been meant by `use path::*;`, which is reported.
    imports_all: bool,
    /// Paths in use, so that each owner has its own, with the number to try next.
    paths: HashMap<String, usize>,
    /// Repetitions and uses of blocks so far.
    steps: usize,
    /// How deep expressions and bodies are nested, those of blocks and constants included.
    depth: usize,
    /// Whether the network has been reported as too large or too deep.
    is_too_large: bool,
    /// Owners of `static` layers, in the order in which one use makes them.
    statics: HashMap<String, Vec<OwnerId>>,
    /// The `static` layers being resolved, to find recursion.
    open_statics: Vec<String>,
    /// The blocks being unrolled, to find recursion.
    blocks: Vec<(usize, String)>,
    /// Names and nodes of the network's inputs.
    inputs: Vec<NodeId>,
    /// Calls without a receiver, as the node that they make next, and the value before that each takes.
    implicit: Vec<(NodeId, NodeId)>,
    /// Whether `output = …;` is written.
    has_output_setting: bool,
    /// The names of tensors that the terms of the loss read.
    tensors_of_loss: Vec<String>,
    /// Whether a setting stands where none is expected.
    has_misplaced_setting: bool,
    /// The variable that each value was given to first.
    names: HashMap<NodeId, Ident>,
    /// The first node after the braces that such a variable is declared in.
    ends: HashMap<NodeId, NodeId>,
    /// Blocks and shared layers that are used.
    used: HashSet<String>,
    /// Whether a real number is expected, so that a division of whole numbers that leaves a rest is a mistake.
    wants_real: bool,
    /// Whether `true` or `false` is expected.
    wants_bool: bool,
    /// While the network's constants are computed, the names that `let` declares, and whether each is a tensor.
    later: HashMap<String, bool>,
    /// The first such division, and what to write.
    truncated: Option<(Extent, String)>,
    /// Mistakes reported so far: those of a block are said once, not at each use.
    reported: HashSet<(String, String)>,
    /// The declaration's own blocks whose body a use has led into.
    entered: HashSet<String>,
}

/// What a name or an expression stands for.
#[derive(Clone, Debug)]
enum Value {
    Tensor(NodeId),
    Constant(Constant),
    Activation(Activation),
    /// Unknown because of a mistake that has been reported.
    Poison,
    /// Nothing: an `if` without `else` whose condition is false.
    Nothing,
}

/// The names and the current tensor of the network or of one use of a block.
struct Frame {
    environment: usize,
    variables: Vec<Variable>,
    /// Names whose braces have ended.
    gone: Vec<String>,
    /// The value that a layer without a receiver takes.
    current: Value,
    /// The path of the block, with a dot at its end.
    prefix: String,
    /// Layers of each type so far, for their paths.
    counters: HashMap<String, usize>,
    block: Option<Rc<BlockUse>>,
    /// Inside a `static`: its name and the number of owners that this use has taken.
    shared: Option<(String, usize)>,
    /// Whether nothing uses the block, so that no value in it is known.
    is_unused: bool,
    /// Names that nobody declares, which have been reported.
    unknown: Vec<String>,
}

struct Variable {
    name: String,
    mutable: bool,
    value: Value,
}

impl Frame {
    fn new(environment: usize, prefix: String, block: Option<Rc<BlockUse>>) -> Self {
        Self {
            environment,
            variables: Vec::new(),
            gone: Vec::new(),
            current: Value::Nothing,
            prefix,
            counters: HashMap::new(),
            block,
            shared: None,
            is_unused: false,
            unknown: Vec::new(),
        }
    }

    fn declare(&mut self, name: &Ident, value: Value, mutable: bool) {
        let value = self.hidden(value);
        self.variables.push(Variable { name: name.to_string(), mutable, value });
    }

    fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|variable| variable.name == name)
    }
}

impl Resolver<'_> {
    /// Runs the statements and gives the value: the tail, or the current tensor.
    fn body(&mut self, frame: &mut Frame, body: &Body) -> Value {
        self.depth += 1;
        let wants_real = std::mem::replace(&mut self.wants_real, false); // That is for the value.
        for statement in &body.statements {
            self.statement(frame, statement);
        }
        self.wants_real = wants_real;
        self.depth -= 1;
        if let Some(tail) = &body.tail {
            let value = self.expression(frame, tail, None);
            if let Value::Tensor(_) | Value::Poison = value {
                frame.current = value.clone();
            }
            return value;
        }
        frame.current.clone()
    }

    /// Forgets the variables from a position on.
    fn end_scope(&mut self, frame: &mut Frame, outer: usize) {
        for Variable { name, value, .. } in frame.variables.drain(outer..) {
            if let Value::Tensor(node) = value
                && self.names.get(&node).is_some_and(|first| *first == name)
            {
                self.ends.insert(node, self.graph.nodes.len());
            }
            if !frame.gone.contains(&name) {
                frame.gone.push(name);
            }
        }
    }

    /// Runs a nested body: what it declares ends with it.
    fn nested(&mut self, frame: &mut Frame, body: &Body) -> Value {
        let outer = frame.variables.len();
        let value = self.body(frame, body);
        self.end_scope(frame, outer);
        value
    }

    fn statement(&mut self, frame: &mut Frame, statement: &Statement) {
        match statement {
            Statement::Const(constant) if !self.is_network_constant(frame, constant) => {
                let value = self.constant_of(frame, constant).map_or(frame.unknown_constant(), Value::Constant);
                frame.declare(&constant.name, value, false);
            }
            Statement::Block(Block { name, .. }) | Statement::Shared(Shared { name, .. })
                if !self.environments[frame.environment].calls(&name.to_string()) =>
            {
                frame.declare(name, Value::Poison, false); // It stands inside braces, which is reported.
            }
            Statement::Const(_) | Statement::Block(_) | Statement::Shared(_) => {}
            Statement::Let(statement) => self.let_statement(frame, statement),
            Statement::Assign(statement) => self.assign(frame, statement),
            Statement::For(statement) => self.repeat(frame, statement),
            Statement::Apply(expr) => {
                let value = self.expression(frame, expr, None);
                self.take_as_current(frame, expr, value);
            }
        }
    }

    fn take_as_current(&mut self, frame: &mut Frame, expr: &Expr, value: Value) {
        match value {
            Value::Tensor(_) | Value::Poison => frame.current = value,
            Value::Nothing | Value::Constant(Constant::Unknown) => {}
            Value::Constant(constant) => {
                let text = constant.text();
                self.error(frame, expr.extent, format!("this statement is the constant {text}, expected a layer"));
            }
            Value::Activation(function) => {
                let name = function.name();
                let message = format!("`{name}` is not applied to anything\nhelp: write `{name}();`");
                self.error(frame, expr.extent, message);
            }
        }
    }

    fn let_statement(&mut self, frame: &mut Frame, statement: &Let) {
        if self.refuse_setting(frame, statement)
            || self.refuse_unapplied(frame, statement)
            || self.refuse_named_function(frame, statement)
        {
            if self.is_tensor(frame, &statement.value) {
                frame.current = Value::Poison;
            }
            return frame.declare(&statement.name, Value::Poison, statement.mutable);
        }
        let value = self.expression(frame, &statement.value, Some(&statement.name));
        match (&statement.kind, &value) {
            (Some(kind), Value::Tensor(node)) => self.claim(frame, *node, &statement.name.to_string(), kind),
            (Some(kind), _) if frame.is_unused => drop(self.extents(frame, kind)),
            _ => {}
        }
        let value = self.something(frame, &statement.value, value);
        if let Value::Tensor(node) = value {
            self.names.entry(node).or_insert_with(|| statement.name.clone());
            self.mention(&statement.name, vec![], node);
        }
        if let Value::Tensor(_) | Value::Poison = value {
            frame.current = value.clone();
        }
        frame.declare(&statement.name, value, statement.mutable);
    }

    /// Notes what a name stands for, for editors.
    fn mention(&mut self, name: &Ident, inputs: Vec<NodeId>, value: NodeId) {
        self.graph.mentions.push(Mention { place: name.span(), inputs, value });
    }

    /// Notes a shape that the user wrote, to be compared once shapes are known.
    fn claim(&mut self, frame: &mut Frame, node: NodeId, name: &str, kind: &TensorType) {
        let Some(extents) = self.extents(frame, kind) else { return };
        let block = frame.block.clone();
        self.graph.claims.push(Claim { node, name: name.to_string(), extents, extent: kind.extent, block });
    }

    /// The extents of a shape that the user wrote.
    fn extents(&mut self, frame: &mut Frame, kind: &TensorType) -> Option<Vec<u64>> {
        let written = kind.extents.as_ref()?;
        if self.refuse_element_type(frame, written) {
            return None;
        }
        written.iter().map(|expr| self.size(frame, expr).map(|extent| extent as u64)).collect()
    }

    /// The value of a variable, which is not nothing.
    fn something(&mut self, frame: &Frame, expr: &Expr, value: Value) -> Value {
        let Value::Nothing = value else { return value };
        self.error(frame, expr.extent, "an `if` without `else` gives no value where its condition is false");
        Value::Poison
    }

    fn assign(&mut self, frame: &mut Frame, statement: &Assign) {
        let name = statement.name.to_string();
        if frame.block.is_none() && settings::is_setting(&name) {
            return; // Read once the body is complete, also where a variable has the same name.
        }
        let Some(position) = frame.variables.iter().rposition(|variable| variable.name == name) else {
            if settings::meant(&name).is_none() && self.is_tensor(frame, &statement.value) {
                return self.forgotten_let(frame, statement);
            }
            return self.unknown_setting(frame, statement);
        };
        let value = self.expression(frame, &statement.value, Some(&statement.name));
        if !frame.variables[position].mutable && !matches!(value, Value::Poison) {
            let message = format!("`{name}` cannot be assigned twice\nhelp: declare it with `let mut {name}`");
            self.error(frame, statement.name.span(), message);
            frame.variables[position].mutable = true; // Said once is enough.
        }
        let value = self.something(frame, &statement.value, value);
        if let Value::Tensor(_) | Value::Poison = value {
            frame.current = value.clone();
        }
        frame.variables[position].value = frame.hidden(value);
    }

    /// `h = Dense(3);` without `let`, reported and understood.
    fn forgotten_let(&mut self, frame: &mut Frame, statement: &Assign) {
        let (name, value) = (&statement.name, text::expression(&statement.value));
        let message = format!("`{name}` is not declared\nhelp: write `let {name} = {value};`");
        self.error(frame, name.span(), message);
        let value = self.expression(frame, &statement.value, Some(name));
        frame.current = value.clone();
        frame.declare(name, value, true);
    }

    /// Reports a mistake, in an imported block at its use, with the block's name.
    fn error(&mut self, frame: &Frame, extent: impl Into<Extent>, message: impl AsRef<str>) {
        let (fact, more) = match message.as_ref().split_once('\n') {
            Some((fact, more)) => (fact, format!("\n{more}")),
            None => (message.as_ref(), String::new()),
        };
        let extent = extent.into();
        if frame.block.is_some() && !self.reported.insert((format!("{:?}", extent.first), fact.to_string())) {
            return;
        }
        let context = Site::context(&frame.block);
        // Outside of blocks, only the constants of a library stand in its environment.
        let import = self.environments[frame.environment].import.filter(|_| frame.block.is_none());
        let place = import.unwrap_or_else(|| Site::place(extent, &frame.block));
        self.diagnostics.error(place, format!("{fact}{context}{more}"));
    }
}
