//! Values that nobody reads: most often a forgotten receiver.

use std::rc::Rc;

use super::Resolver;
use crate::ast::{Ast, Statement};
use crate::graph::{NodeId, Site};

impl Resolver<'_> {
    /// Reports each value that is neither read nor an output, unless mistakes hide what reads it.
    pub(super) fn check_unused(&mut self) {
        if !self.diagnostics.is_empty() {
            return;
        }
        let mut used = vec![false; self.graph.nodes.len()];
        for node in &self.graph.nodes {
            for &input in &node.inputs {
                used[input] = true;
            }
        }
        for output in &self.graph.outputs {
            used[output.node] = true;
        }
        for (id, (node, used)) in self.graph.nodes.iter().zip(used).enumerate() {
            if used {
                continue;
            }
            let site = &node.site;
            let name = self.names.get(&id);
            let what = name.map_or(site.text.clone(), ToString::to_string);
            let context = Site::context(&site.block);
            let help = self.remedy(id, &what);
            let place = name.map_or(site.extent, |name| name.span().into());
            let fact = match node.inputs.is_empty() {
                true => format!("the input `{what}` is never used"),
                false => format!("`{what}` is computed but never used"),
            };
            let message = format!("{fact}{context}\nhelp: {help}");
            self.diagnostics.error(Site::place(place, &site.block), message);
        }
    }

    /// Notes blocks and shared layers of the declaration that nothing uses.
    pub(super) fn note_unused_definitions(&mut self, ast: &Ast) {
        for statement in &ast.body.statements {
            let (name, what) = match statement {
                Statement::Block(block) => (&block.name, "the block"),
                Statement::Shared(shared) => (&shared.name, "the shared layer"),
                _ => continue,
            };
            if !self.used.contains(&name.to_string()) {
                self.graph.unused.push((name.clone(), what));
            }
        }
    }

    /// What to do with an unused value: most often the next layer without a receiver was meant to take it.
    fn remedy(&self, unused: NodeId, what: &str) -> String {
        let nodes = &self.graph.nodes;
        let site = &nodes[unused].site;
        let in_same_block = |node: &NodeId| match (&nodes[*node].site.block, &site.block) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let reaches = |name: NodeId, node: NodeId| self.ends.get(&name).is_none_or(|end| node < *end);
        let next = self.implicit.iter().find(|(node, _)| {
            *node > unused && nodes.get(*node).is_some() && in_same_block(node) && reaches(unused, *node)
        });
        if self.ends.contains_key(&unused) && next.is_none() {
            if self.names.iter().any(|(node, name)| *node < unused && !self.ends.contains_key(node) && name == what) {
                return format!(
                    "to change the `{what}` outside declare it by `let mut {what}`, and write `{what} = …;` here"
                );
            }
            return format!("use `{what}` before the braces that it is declared in end, or remove it");
        }
        if let (Some((node, input)), true) = (next, self.names.contains_key(&unused)) {
            let Site { text, line, .. } = &nodes[*node].site;
            let name = self.names.get(input).filter(|_| reaches(*input, *node));
            let before = name.map_or(nodes[*input].site.text.clone(), ToString::to_string);
            if before == what {
                let line = nodes[*input].site.line;
                return format!("the `{what}` of line {line} hides it: give one of them another name");
            }
            return format!(
                "`{text}` on line {line} takes the value before it, `{before}`: write `{what}.{text}` or \
                 `concat({what}, {before}).{text}`"
            );
        }
        let outputs: Option<Vec<String>> =
            self.graph.outputs.iter().map(|output| self.names.get(&output.node).map(ToString::to_string)).collect();
        match outputs {
            Some(names) if site.block.is_none() && self.names.contains_key(&unused) => {
                format!("remove it, or make it an output: `output = ({what}, {});`", names.join(", "))
            }
            _ => "remove it, or use its value".to_string(),
        }
    }
}
