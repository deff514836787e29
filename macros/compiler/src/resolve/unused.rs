//! Values that nobody reads: most often a forgotten receiver.

use super::Resolver;
use crate::graph::Site;

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
        for (node, used) in self.graph.nodes.iter().zip(used) {
            if used {
                continue;
            }
            let site = &node.site;
            let what = site.name.as_ref().unwrap_or(&site.text);
            let context = Site::context(&site.block);
            let message = format!(
                "`{what}` is computed but never used{context}\nhelp: a layer without a receiver takes the value of the \
                 statement before it; use `{what}` or remove it",
            );
            self.diagnostics.error(Site::place(site.extent, &site.block), message);
        }
    }
}
