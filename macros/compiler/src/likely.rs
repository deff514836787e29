//! What is only likely to be a mistake: warnings about a network whose shapes are known.
//!
//! Each rule leaves out what people do on purpose; where it still errs, the network says so by `#[allow(monograd::…)]`.

use monograd_schema::{Activation, Link, Loss, Optimizer, Role, Value};

use crate::ast::{Ast, Extent};
use crate::diagnostics::Diagnostics;
use crate::graph::{Graph, NodeId, Site};
use crate::infer::ShapedGraph;
use crate::warning::Warning;

/// The share of all parameters from which on a layer has nearly all of them.
const NEARLY_ALL: f64 = 0.95;

/// The parameters from which on a layer is large: smaller ones cost little, whatever their share.
const LARGE: usize = 10_000_000;

/// Reports what is likely to be a mistake and is not allowed by the declaration.
pub fn warn(ast: &Ast, shaped: &ShapedGraph, diagnostics: &mut Diagnostics) {
    let mut rules = Rules { ast, shaped, graph: &shaped.graph, diagnostics };
    rules.stacked_linear();
    rules.outputs();
    rules.learning_rate();
    rules.dominant_layer();
    rules.nothing_to_train();
    rules.unused_definitions();
}

struct Rules<'a> {
    ast: &'a Ast,
    shaped: &'a ShapedGraph,
    graph: &'a Graph,
    diagnostics: &'a mut Diagnostics,
}

impl Rules<'_> {
    fn warn(&mut self, warning: Warning, extent: Extent, message: String) {
        if !self.ast.allowed.contains(&warning) {
            self.diagnostics.warn(warning, extent, message);
        }
    }

    fn warn_at(&mut self, warning: Warning, site: &Site, extent: Extent, fact: &str, help: &str) {
        let context = Site::context(&site.block);
        self.warn(warning, Site::place(extent, &site.block), format!("{fact}{context}\nhelp: {help}"));
    }

    /// Two products in a row. A narrow one between two wide ones is meant: it makes their product cheaper.
    fn stacked_linear(&mut self) {
        let graph = self.graph;
        for node in &graph.nodes {
            let &[before] = node.inputs.as_slice() else { continue };
            let first = &graph.nodes[before];
            let is_linear = first.layer.final_activation() == Some(Activation::Linear);
            if !(node.layer.is_product() && first.layer.is_product() && is_linear) {
                continue;
            }
            let is_read_elsewhere = self.readers(before) > 1 || self.is_output(before);
            let is_shared = |owner| graph.nodes.iter().filter(|other| other.owner == owner).count() > 1;
            if is_read_elsewhere || is_shared(node.owner) || is_shared(first.owner) {
                continue;
            }
            let last = |id: NodeId| self.shaped.tensors[id].shape.last();
            let (width, narrowest) = (last(before), last(first.inputs[0]).min(last_of(self.shaped, node)));
            if width < narrowest {
                continue;
            }
            let (site, text) = (&first.site, &first.site.text);
            let fact = format!(
                "`{text}` and `{}` are no more than one layer: no activation stands between them",
                node.site.text
            );
            let help = format!("give the first one an activation: `{}`", with_relu(text));
            self.warn_at(Warning::StackedLinear, site, site.extent, &fact, &help);
        }
    }

    fn outputs(&mut self) {
        let graph = self.graph;
        for (position, output) in graph.outputs.iter().enumerate() {
            let mut node = &graph.nodes[output.node];
            while node.layer.role() != Role::Compute
                && let Some(&input) = node.inputs.first()
            {
                if node.layer.role() == Role::Training {
                    let (site, text) = (&node.site, &node.site.text);
                    let fact = format!("`{text}` acts on the output `{}`: a part of it is 0 in training", output.name);
                    let help = "put it before the last layer";
                    self.warn_at(Warning::DroppedOutput, site, site.extent, &fact, help);
                }
                node = &graph.nodes[input];
            }
            let Some(activation) = node.layer.final_activation() else { continue };
            let mut terms = graph.losses.iter().filter(|term| term.output == position);
            let Some((loss, why)) = terms.find_map(|term| Some((&term.loss, unreachable(&activation, &term.loss)?)))
            else {
                continue;
            };
            let (name, loss, site) = (activation.name(), loss.name(), &node.site);
            let fact = format!("`{name}` on the output under `{loss}`: {why}");
            let place = site.activation.unwrap_or(site.extent);
            self.warn_at(Warning::ClippedOutput, site, place, &fact, &site.without);
        }
    }

    fn learning_rate(&mut self) {
        let Some(optimizer) = &self.graph.optimizer else { return };
        let (rate, usual) = (optimizer.learning_rate(), optimizer.usual_learning_rates());
        if usual.contains(&rate) {
            return;
        }
        let (name, low, high) = (optimizer.name(), usual.start(), usual.end());
        let effect = if rate > *high { "training is likely to diverge" } else { "training hardly moves" };
        let fact =
            format!("a `learning_rate` of {rate} is far from what `{name}` usually has, {low:e} to {high}: {effect}");
        let attributes = Optimizer::CATALOGUE.find(name).map_or(&[][..], |kind| kind.attributes);
        let default = attributes.iter().find(|attribute| attribute.name == "learning_rate").and_then(|row| row.default);
        let help = match default.map(|default| default()) {
            Some(Value::Float(default)) => format!("\nhelp: the default is `{default}`"),
            _ => String::new(),
        };
        let place = self.graph.optimizer_place.unwrap_or(self.ast.name.span().into());
        self.warn(Warning::LearningRate, place, format!("{fact}{help}"));
    }

    fn dominant_layer(&mut self) {
        let owned =
            |owner: usize| self.shaped.parameters[owner].iter().map(|parameter| parameter.shape.elements()).sum();
        let sizes: Vec<usize> = (0..self.graph.owners.len()).map(owned).collect();
        let total: usize = sizes.iter().sum();
        let is_only = sizes.iter().filter(|size| **size > 0).count() < 2;
        let Some((owner, &most)) = sizes.iter().enumerate().max_by_key(|(_, size)| **size) else { return };
        if is_only || most < LARGE || (most as f64) < NEARLY_ALL * total as f64 {
            return;
        }
        let Some(node) = self.graph.nodes.iter().find(|node| node.owner == owner) else { return };
        let share = 100 * most as u128 / total as u128;
        let input = node.inputs.first().map(|&input| self.shaped.tensors[input].shape);
        let shape = input.map_or(String::new(), |shape| format!(", its input is {shape}"));
        let fact = format!("`{}` has {most} of {total} parameters, {share} %{shape}", node.site.text);
        let site = &node.site;
        self.warn_at(Warning::DominantLayer, site, site.extent, &fact, "make its input or its output smaller");
    }

    fn nothing_to_train(&mut self) {
        let has_parameters = self.shaped.parameters.iter().any(|owned| !owned.is_empty());
        if self.graph.optimizer.is_none() || has_parameters {
            return;
        }
        let fact = format!("no layer of `{}` has parameters: training changes nothing", self.ast.name);
        let place = self.graph.optimizer_place.unwrap_or(self.ast.name.span().into());
        self.warn(Warning::NothingToTrain, place, format!("{fact}\nhelp: add a layer, such as `Dense(1);`"));
    }

    fn unused_definitions(&mut self) {
        for (name, what) in &self.graph.unused {
            let fact = format!("{what} `{name}` is never used, and no shape in it is checked\nhelp: remove it");
            self.warn(Warning::UnusedDefinition, name.span().into(), fact);
        }
    }

    fn readers(&self, of: NodeId) -> usize {
        self.graph.nodes.iter().flat_map(|node| &node.inputs).filter(|input| **input == of).count()
    }

    fn is_output(&self, id: NodeId) -> bool {
        self.graph.outputs.iter().any(|output| output.node == id)
    }
}

/// What an output with an activation cannot reach, where its loss asks for it.
fn unreachable(activation: &Activation, loss: &Loss) -> Option<&'static str> {
    match (loss.link(), activation.cuts_below_zero(), activation.is_bounded()) {
        (Link::Sigmoid, true, _) => Some("probabilities below ½ cannot be reached"),
        (Link::Softmax, true, _) => Some("scores below 0 cannot be reached, and it learns nothing where it is 0"),
        (Link::Sigmoid | Link::Softmax, _, true) => {
            Some("scores beyond -1 and 1, and so sure answers, cannot be reached")
        }
        (Link::Identity, true, _) if matches!(loss, Loss::Mse) => {
            Some("targets below 0 cannot be reached, and it learns nothing where it is 0")
        }
        _ => None,
    }
}

fn last_of(shaped: &ShapedGraph, node: &crate::graph::Node) -> usize {
    let shapes: Vec<_> = node.inputs.iter().map(|&input| shaped.tensors[input].shape).collect();
    node.layer.output_shape(&shapes).map_or(0, |shape| shape.last())
}

/// A call with an activation: `Dense(64, activation = relu)`.
fn with_relu(text: &str) -> String {
    match text.strip_suffix(')') {
        Some(open) => format!("{open}, activation = relu)"),
        None => format!("{text}.relu()"),
    }
}
