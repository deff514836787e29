//! Graph → ShapedGraph: asks the schema's rule of every layer, in order; a mistake becomes an error at its token.
//!
//! A layer whose input is unknown because of an earlier mistake stays silent.

use monograd_schema::{Activation, Dtype, Link, Parameter, Role, Shape, ShapeError, Target, TargetKind, layers};

use crate::chain;
use crate::diagnostics::Diagnostics;
use crate::graph::{Graph, Node, NodeId, Site};

/// The graph with everything that is known before any number exists.
#[derive(Debug)]
pub struct ShapedGraph {
    /// Layers and connections.
    pub graph: Graph,
    /// One for each node.
    pub tensors: Vec<Typed>,
    /// The parameters of each owner.
    pub parameters: Vec<Vec<Parameter>>,
    /// What each output is compared with, where a loss reads it.
    pub targets: Vec<Option<Target>>,
    /// What `predict` applies to each output.
    pub links: Vec<Link>,
}

/// The shape and element type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Per sample.
    pub shape: Shape,
    /// The element type.
    pub dtype: Dtype,
}

/// Infers all shapes; nothing after a mistake.
pub fn infer(graph: Graph, diagnostics: &mut Diagnostics) -> Option<ShapedGraph> {
    let mut inference = Inference::of_nodes(&graph, diagnostics);
    inference.outputs();
    inference.losses();
    inference.metrics();
    let Inference { tensors, parameters, targets, links, .. } = inference;
    let tensors: Option<Vec<Typed>> = tensors.into_iter().collect();
    let parameters = parameters.into_iter().map(|owned| owned.map_or(vec![], |owned| owned.parameters)).collect();
    tensors.filter(|_| diagnostics.is_empty()).map(|tensors| ShapedGraph { graph, tensors, parameters, targets, links })
}

/// What is known of each value, also after mistakes: for editors.
pub(crate) fn known(graph: &Graph) -> Vec<Option<Typed>> {
    Inference::of_nodes(graph, &mut Diagnostics::default()).tensors
}

struct Inference<'a> {
    graph: &'a Graph,
    tensors: Vec<Option<Typed>>,
    parameters: Vec<Option<Owned>>,
    targets: Vec<Option<Target>>,
    links: Vec<Link>,
    diagnostics: &'a mut Diagnostics,
}

#[derive(Clone)]
struct Owned {
    parameters: Vec<Parameter>,
    first: NodeId,
}

impl<'a> Inference<'a> {
    fn of_nodes(graph: &'a Graph, diagnostics: &'a mut Diagnostics) -> Self {
        let mut inference = Self {
            tensors: Vec::with_capacity(graph.nodes.len()),
            parameters: vec![None; graph.owners.len()],
            targets: vec![None; graph.outputs.len()],
            links: vec![Link::Identity; graph.outputs.len()],
            graph,
            diagnostics,
        };
        for node in 0..graph.nodes.len() {
            let typed = inference.node(node);
            inference.tensors.push(typed);
            if !inference.claims(node) {
                inference.tensors[node] = None; // One mistake, one error.
            }
        }
        inference
    }

    fn node(&mut self, id: NodeId) -> Option<Typed> {
        let graph = self.graph;
        let node = &graph.nodes[id];
        let inputs: Option<Vec<Typed>> = node.inputs.iter().map(|&input| self.tensors[input]).collect();
        let inputs = inputs?;
        let expected = node.layer.input_dtype();
        if let Some(position) = inputs.iter().position(|input| input.dtype != expected) {
            let (layer, found) = (&node.site.text, inputs[position].dtype);
            let from = &graph.nodes[node.inputs[position]].site.text;
            let mut error = ShapeError::new(format!("`{layer}` takes {expected}, found {found} from `{from}`"));
            if found == Dtype::U32 {
                error = error.help(match layers::find("Embedding") {
                    Some(_) => "insert `Embedding(…)` before it",
                    None => "remove `dtype = u32` from the input",
                });
            }
            self.report(id, error);
            return None;
        }
        let shapes: Vec<Shape> = inputs.iter().map(|input| input.shape).collect();
        match node.layer.output_shape(&shapes) {
            Ok(shape) => {
                self.own(id, node, &shapes)?;
                self.check_distribution(id, shape)?;
                Some(Typed { shape, dtype: node.layer.output_dtype() })
            }
            Err(error) => {
                self.report(id, error);
                None
            }
        }
    }

    /// Notes the parameters of a layer; all uses of a shared one must agree.
    fn own(&mut self, id: NodeId, node: &Node, shapes: &[Shape]) -> Option<()> {
        let parameters = node.layer.parameters(shapes);
        for parameter in &parameters {
            if let Err(error) = parameter.initializer.check_shape(parameter.shape) {
                self.report(id, ShapeError::new(error.message));
                return None;
            }
        }
        let Some(owned) = &self.parameters[node.owner] else {
            self.parameters[node.owner] = Some(Owned { parameters, first: id });
            return Some(());
        };
        let other = owned.parameters.iter().zip(&parameters).find(|(first, here)| first.shape != here.shape);
        let Some((first, here)) = other else { return Some(()) };
        let (path, line) = (&self.graph.owners[node.owner].path, self.graph.nodes[owned.first].site.line);
        let message = format!(
            "the shared layer `{path}` would have two shapes of `{}`: {} by its use on line {line}, {} here",
            here.name, first.shape, here.shape,
        );
        self.report(id, ShapeError::new(message));
        None
    }

    /// A function that makes its values add up to 1 gives 1 where there is only one.
    fn check_distribution(&mut self, id: NodeId, shape: Shape) -> Option<()> {
        let graph = self.graph;
        let (node, site) = (&graph.nodes[id], &graph.nodes[id].site);
        let Some(activation) = node.layer.final_activation().filter(|_| shape.rank() > 0 && shape.last() == 1) else {
            return Some(());
        };
        let (always, instead) = match activation {
            Activation::Softmax | Activation::Sparsemax => (1, "sigmoid"),
            Activation::LogSoftmax => (0, "log_sigmoid"),
            _ => return Some(()),
        };
        let has_link =
            |output: usize| graph.losses.iter().any(|term| term.output == output && term.loss.link() != Link::Identity);
        let is_linked =
            graph.outputs.iter().enumerate().any(|(position, output)| output.node == id && has_link(position));
        let help = match is_linked {
            true => format!("{}: `predict` gives a probability all the same", site.without),
            false => format!("write `{instead}` for one probability"),
        };
        let (name, context) = (activation.name(), Site::context(&site.block));
        let message = format!("`{name}` of one value is always {always}{context}\nhelp: {help}");
        let place = site.activation.unwrap_or(site.extent);
        self.diagnostics.error(Site::place(place, &site.block), message);
        None
    }

    fn report(&mut self, id: NodeId, error: ShapeError) {
        let site = &self.graph.nodes[id].site;
        let chain = chain::shapes(self.graph, &self.tensors, id, error.needs.as_deref());
        self.report_at(site, error, &chain);
    }

    fn report_at(&mut self, site: &Site, error: ShapeError, chain: &str) {
        let context = Site::context(&site.block);
        let help = error.help.map_or(String::new(), |help| format!("\nhelp: {help}"));
        let message = format!("{}{chain}{context}{help}", error.message);
        self.diagnostics.error(Site::place(site.extent, &site.block), message);
    }

    fn outputs(&mut self) {
        for output in &self.graph.outputs {
            let Some(Typed { dtype: Dtype::U32, .. }) = self.tensors[output.node] else { continue };
            self.diagnostics.error(output.extent, format!("the output `{}` is u32, expected f32", output.name));
        }
    }

    /// Compares the shapes that the user wrote for a value with the one that follows.
    fn claims(&mut self, node: NodeId) -> bool {
        let graph = self.graph;
        let Some(found) = self.tensors[node] else { return true };
        for claim in graph.claims.iter().filter(|claim| claim.node == node) {
            let shape: Vec<u64> = found.shape.extents().iter().map(|&extent| extent as u64).collect();
            if shape == claim.extents {
                continue;
            }
            let written: Vec<String> = claim.extents.iter().map(u64::to_string).collect();
            let chain = chain::shapes_to(graph, &self.tensors, claim.node);
            let context = Site::context(&claim.block);
            let (name, written, found) = (&claim.name, written.join(", "), found.shape);
            let message = format!("`{name}` is declared as [{written}], found {found}{chain}{context}");
            self.diagnostics.error(Site::place(claim.extent, &claim.block), message);
            return false;
        }
        true
    }

    fn losses(&mut self) {
        let graph = self.graph;
        for term in &graph.losses {
            let output = &graph.outputs[term.output];
            let Some(found) = self.tensors[output.node] else { continue };
            match term.loss.target(found.shape) {
                Err(error) => {
                    let chain = chain::shapes_to(graph, &self.tensors, output.node);
                    let help = error.help.map_or(String::new(), |help| format!("\nhelp: {help}"));
                    self.diagnostics.error(term.extent, format!("{}{chain}{help}", error.message));
                }
                Ok(target) => {
                    if let Some(other) = self.targets[term.output].filter(|other| *other != target) {
                        let first = graph.losses.iter().find(|first| first.output == term.output).unwrap_or(term);
                        let (name, loss, first_loss) = (&output.name, term.loss.name(), first.loss.name());
                        let (kind, first_kind) = (described(target), described(other));
                        let message = format!(
                            "`{loss}` compares `{name}` with {kind}, `{first_loss}` with {first_kind}: an output has one \
                             target\nhelp: give each loss an output of its own, `output = (…, …);`"
                        );
                        self.diagnostics.error(term.extent, message);
                        continue;
                    }
                    self.targets[term.output] = Some(target);
                    if term.loss.link() != Link::Identity {
                        self.links[term.output] = term.loss.link();
                    }
                    self.check_raw_scores(term.loss.link(), term.loss.name(), output.node);
                }
            }
        }
    }

    /// A softmax before a loss that has its own would be applied twice.
    fn check_raw_scores(&mut self, link: Link, loss: &str, node: NodeId) {
        let mut node = &self.graph.nodes[node];
        while node.layer.role() != Role::Compute
            && let Some(&input) = node.inputs.first()
        {
            node = &self.graph.nodes[input];
        }
        let Some(activation) = node.layer.final_activation() else { return };
        let of_softmax = matches!(activation, Activation::Softmax | Activation::LogSoftmax);
        let of_sigmoid = matches!(activation, Activation::Sigmoid | Activation::LogSigmoid);
        let effect = match link {
            Link::Softmax if of_softmax => "be applied twice",
            Link::Sigmoid if of_sigmoid => "be applied twice",
            Link::Softmax | Link::Sigmoid if of_softmax || of_sigmoid => "squeeze them",
            _ => return,
        };
        let (name, without) = (activation.name(), &node.site.without);
        let context = Site::context(&node.site.block);
        let message = format!(
            "`{loss}` takes raw scores, `{name}` before it would {effect}{context}\nhelp: {without}: `predict` gives \
             probabilities all the same",
        );
        let place = node.site.activation.unwrap_or(node.site.extent);
        self.diagnostics.error(Site::place(place, &node.site.block), message);
    }

    fn metrics(&mut self) {
        for metric in &self.graph.metrics {
            let output = &self.graph.outputs[metric.output];
            let Some(found) = self.tensors[output.node] else { continue };
            let Some(term) = self.graph.losses.iter().find(|term| term.output == metric.output) else { continue };
            if let Err(error) = metric.metric.fits(&term.loss, found.shape) {
                let help = error.help.map_or(String::new(), |help| format!("\nhelp: {help}"));
                let has_classes =
                    self.targets[metric.output].is_some_and(|target| matches!(target.kind, TargetKind::Classes(_)));
                let place = metric.number.filter(|_| has_classes).unwrap_or(metric.extent);
                self.diagnostics.error(place, format!("{}{help}", error.message));
            }
        }
    }
}

/// What a target is, for a person.
fn described(target: Target) -> String {
    match target.kind {
        TargetKind::Values => format!("numbers of shape {}", target.shape),
        TargetKind::Classes(classes) => format!("one of {classes} classes"),
    }
}
