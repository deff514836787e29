//! The chain of shapes in a message: how the network came to the shape that does not fit.

use crate::graph::{Graph, NodeId};
use crate::infer::Typed;

/// Layers shown before the failing one.
const SHOWN: usize = 3;

/// The chain up to a layer that fails, with what it needs.
pub fn shapes(graph: &Graph, tensors: &[Option<Typed>], failing: NodeId, needs: Option<&str>) -> String {
    let mut rows = Vec::new();
    let inputs = &graph.nodes[failing].inputs;
    if inputs.len() > 1 {
        let mut seen = Vec::new();
        for &input in inputs {
            if !seen.contains(&input) {
                seen.push(input);
                rows.push(row(graph, tensors, input));
            }
        }
    } else if let Some(&input) = inputs.first() {
        rows = path(graph, tensors, input);
    }
    if let Some(needs) = needs {
        let site = &graph.nodes[failing].site;
        rows.push((format!("line {}", site.line), site.text.clone(), format!("needs {needs}")));
    }
    table(rows)
}

/// The chain up to a value, inclusive.
pub fn shapes_to(graph: &Graph, tensors: &[Option<Typed>], last: NodeId) -> String {
    table(path(graph, tensors, last))
}

type Row = (String, String, String);

fn path(graph: &Graph, tensors: &[Option<Typed>], last: NodeId) -> Vec<Row> {
    let mut nodes = vec![last];
    while let Some(&input) = graph.nodes[nodes[nodes.len() - 1]].inputs.first() {
        nodes.push(input);
    }
    nodes.reverse();
    let hidden = nodes.len().saturating_sub(SHOWN + 1);
    let mut rows = Vec::new();
    for (position, &node) in nodes.iter().enumerate() {
        if hidden > 0 && position == 1 {
            let layers = if hidden == 1 { "layer" } else { "layers" };
            rows.push(("     …".to_string(), format!("{hidden} {layers}"), String::new()));
        }
        if position == 0 || position > hidden {
            rows.push(row(graph, tensors, node));
        }
    }
    rows
}

fn row(graph: &Graph, tensors: &[Option<Typed>], node: NodeId) -> Row {
    let site = &graph.nodes[node].site;
    let shape = tensors[node].map_or(String::new(), |typed| typed.shape.to_string());
    let text = match &site.name {
        Some(name) if !graph.nodes[node].inputs.is_empty() => format!("{name} = {}", site.text),
        _ => site.text.clone(),
    };
    (format!("line {}", site.line), text, shape)
}

fn table(rows: Vec<Row>) -> String {
    let width = |column: fn(&Row) -> &String| rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0);
    let (lines, texts) = (width(|row| &row.0), width(|row| &row.1));
    let mut table = String::new();
    for (position, (line, text, shape)) in rows.iter().enumerate() {
        let label = if position == 0 { "shapes" } else { "" };
        let row = format!("{label:<6}   {line:<lines$}   {text:<texts$}   {shape}");
        table.push('\n');
        table.push_str(row.trim_end());
    }
    table
}
