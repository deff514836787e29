//! Nodes of the graph, and the paths of who owns their parameters.

use std::sync::Arc;

use monograd_schema::{Inputs, Layer, Role, snake_case};

use super::{Frame, Resolver};
use crate::ast::{Argument, Call, Extent};
use crate::graph::{Node, NodeId, Owner, OwnerId, Site};
use crate::text;

impl Resolver<'_> {
    /// Adds a layer to the graph.
    pub(super) fn node(
        &mut self,
        frame: &mut Frame,
        layer: Arc<dyn Layer>,
        inputs: Vec<NodeId>,
        extent: Extent,
        text: String,
        name: Option<String>,
    ) -> NodeId {
        let place = Site::place(extent, &frame.block);
        let owner = self.owner(frame, layer.as_ref(), name.as_deref());
        let (text, block) = (text::shortened(text), frame.block.clone());
        let site = Site { extent, line: line_of(place), text, name, activation: None, without: String::new(), block };
        self.graph.nodes.push(Node { layer, inputs, owner, site });
        self.graph.nodes.len() - 1
    }

    /// Reports a `name = …` that another layer has; whether nobody has it.
    pub(super) fn is_new_name(&mut self, frame: &Frame, call: &Call, name: &str) -> bool {
        let path = format!("{}{}", frame.prefix, segment(name));
        if frame.shared.is_some() || !self.paths.contains_key(&path) {
            return true;
        }
        let is_name = |argument: &&Argument| argument.name.as_ref().is_some_and(|own| own == "name");
        let place = call.arguments.iter().find(is_name).map_or(call.function.span().into(), |name| name.value.extent);
        let help = "give it another name, or none: paths are numbered then";
        self.error(frame, place, format!("the name `{path}` is taken by a layer before\nhelp: {help}"));
        false
    }

    /// The owner of a layer's parameters: a new one, or within a `static` that of its first use.
    fn owner(&mut self, frame: &mut Frame, layer: &dyn Layer, name: Option<&str>) -> OwnerId {
        let shared = frame.shared.as_mut().map(|(name, taken)| {
            *taken += 1;
            (name.clone(), *taken - 1)
        });
        if let Some((name, position)) = &shared
            && let Some(&owner) = self.statics.get(name).and_then(|owners| owners.get(*position))
        {
            return owner;
        }
        let kind = match layer.as_activation() {
            Some(function) => function.name(),
            None => layer.kind().entry.name,
        };
        let path = match name {
            Some(name) => format!("{}{}", frame.prefix, segment(name)),
            _ if layer.role() == Role::View && layer.kind().inputs == Inputs::None => "input".to_string(),
            _ => self.numbered(frame, &segment(&kind.replace(' ', "_"))),
        };
        let path = self.unique(path);
        self.graph.owners.push(Owner { path });
        let owner = self.graph.owners.len() - 1;
        if let Some((name, _)) = shared {
            self.statics.entry(name).or_default().push(owner);
        }
        owner
    }

    /// The next path of a type within a block: `dense_2`.
    pub(super) fn numbered(&mut self, frame: &mut Frame, kind: &str) -> String {
        let counter = frame.counters.entry(kind.to_string()).or_default();
        *counter += 1;
        format!("{}{kind}_{counter}", frame.prefix)
    }

    /// A path that no one else has: a second `h` is `h_2`.
    pub(super) fn unique(&mut self, path: String) -> String {
        let path = path.replace("r#", "");
        let mut candidate = path.clone();
        while self.paths.contains_key(&candidate) {
            let number = self.paths.get_mut(&path).map_or(2, |next| {
                *next += 1;
                *next - 1
            });
            candidate = format!("{path}_{number}");
        }
        self.paths.insert(candidate.clone(), 2);
        candidate
    }
}

/// A name as a part of a path: `r#Type` is `type`.
pub(super) fn segment(name: &str) -> String {
    snake_case(name.trim_start_matches("r#"))
}

/// The line that a place begins on.
pub(super) fn line_of(extent: Extent) -> usize {
    extent.first.start().line
}
