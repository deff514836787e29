//! The table of layers: for rustdoc and hovering, and as text for a terminal.

use monograd_schema::{Dtype, Role};

use super::Emitter;

/// The batch that memory is stated for.
const BATCH: usize = 32;

/// One layer in the tables.
struct Row {
    path: String,
    /// The name of the layer or function.
    kind: &'static str,
    /// As written.
    text: String,
    output: String,
    parameters: usize,
    multiply_adds: u64,
    inputs: String,
    line: usize,
}

impl Emitter<'_> {
    /// The user's docs, then the table of layers.
    pub(super) fn struct_docs(&self) -> Vec<String> {
        let mut docs = self.ast.docs.clone();
        if docs.is_empty() {
            docs.push(format!(" The network `{}`.", self.ast.name));
        }
        docs.push(String::new());
        let rows = self.rows();
        // Some editors know no lines; all layers are on the first one then.
        let has_lines = rows.iter().any(|row| row.line != rows[0].line);
        let (head, rule) = if has_lines { (" line |", "---:|") } else { ("", "") };
        docs.push(format!(" |{head} name | layer | output | parameters | multiply-adds |"));
        docs.push(format!(" |{rule}---|---|---|---:|---:|"));
        for row in rows {
            let line = if has_lines { format!(" {} |", row.line) } else { String::new() };
            let (text, output) = (row.text.replace('|', "\\|"), row.output);
            let (parameters, multiply_adds) = (grouped(row.parameters as u64), grouped(row.multiply_adds));
            docs.push(format!(" |{line} `{}` | `{text}` | `{output}` | {parameters} | {multiply_adds} |", row.path));
        }
        docs.push(String::new());
        docs.extend(self.totals().into_iter().map(|line| format!(" {line}  ")));
        docs
    }

    /// The table that `println!("{}", Net::SUMMARY)` prints.
    pub(super) fn summary(&self) -> String {
        let rows = self.rows();
        let is_chain = rows.iter().all(|row| row.inputs.is_empty());
        let mut heads = vec!["Layer (type)", "Output shape", "Parameters", "Multiply-adds"];
        if !is_chain {
            heads.push("Connected to");
        }
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let output = row.output.clone();
                let (parameters, multiply_adds) = (grouped(row.parameters as u64), grouped(row.multiply_adds));
                let name = format!("{} ({})", row.path, row.kind);
                let mut cells = vec![name, output, parameters, multiply_adds];
                if !is_chain {
                    cells.push(row.inputs.clone());
                }
                cells
            })
            .collect();
        let widths: Vec<usize> = (0..heads.len())
            .map(|column| {
                let cells = cells.iter().map(|row| row[column].chars().count());
                cells.chain([heads[column].len()]).max().unwrap_or(0)
            })
            .collect();
        let line = |left: &str, fill: &str, cross: &str, right: &str| {
            let parts: Vec<String> = widths.iter().map(|width| fill.repeat(width + 2)).collect();
            format!("{left}{}{right}\n", parts.join(cross))
        };
        let heads: Vec<String> = heads.into_iter().map(str::to_string).collect();
        let mut text = format!("Network: {}\n", self.ast.name);
        text += &line("┏", "━", "┳", "┓");
        text += &row_text(&heads, &widths, "┃");
        text += &line("┡", "━", "╇", "┩");
        for (position, cells) in cells.iter().enumerate() {
            if position > 0 {
                text += &line("├", "─", "┼", "┤");
            }
            text += &row_text(cells, &widths, "│");
        }
        text += &line("└", "─", "┴", "┘");
        text + &self.totals().join("\n")
    }

    fn totals(&self) -> Vec<String> {
        let plan = self.plan;
        let (total, learned) = (plan.total as u64, plan.trainable as u64);
        let mut lines = vec![format!("Parameters: {} ({})", grouped(total), bytes(4 * total))];
        if total != learned {
            lines.push(format!("Trainable: {}, not trainable: {}", grouped(learned), grouped(total - learned)));
        }
        lines.push(format!("Multiply-adds for one sample: {}", grouped(plan.multiply_adds)));
        if !plan.tape.shaped.graph.losses.is_empty() {
            let (memory, unshared) = (plan.training_bytes(BATCH), 4 * plan.unshared_size as u64 * BATCH as u64);
            let arena = 4 * plan.training_size as u64 * BATCH as u64;
            let (memory, arena, unshared) = (bytes(memory), bytes(arena), bytes(unshared));
            lines.push(format!(
                "Training memory at batch size {BATCH}: {memory}, of it {arena} for activations ({unshared} unshared)"
            ));
        }
        let prediction = bytes(4 * (plan.total + plan.prediction_size) as u64);
        lines.push(format!("Prediction memory for one sample: {prediction}"));
        lines
    }

    fn rows(&self) -> Vec<Row> {
        let shaped = &self.plan.tape.shaped;
        let mut uses = vec![0_usize; shaped.graph.owners.len()];
        let mut paths: Vec<String> = Vec::with_capacity(shaped.graph.nodes.len());
        let mut rows = Vec::new();
        for (id, node) in shaped.graph.nodes.iter().enumerate() {
            let owned = &shaped.parameters[node.owner];
            uses[node.owner] += 1;
            let again = uses[node.owner] > 1;
            let path = &shaped.graph.owners[node.owner].path;
            // A further use of a shared layer has its path and a number.
            paths.push(if again { format!("{path}[{}]", uses[node.owner]) } else { path.clone() });
            let parameters = if again { 0 } else { owned.iter().map(|parameter| parameter.shape.elements()).sum() };
            let shapes: Vec<_> = node.inputs.iter().map(|&input| shaped.tensors[input].shape).collect();
            let follows = node.inputs.is_empty() || node.inputs == [id.wrapping_sub(1)];
            let inputs = if follows {
                String::new()
            } else {
                node.inputs.iter().map(|&input| paths[input].as_str()).collect::<Vec<_>>().join(", ")
            };
            let typed = shaped.tensors[id];
            let mut output = typed.shape.to_string();
            if typed.dtype == Dtype::U32 {
                output += " u32";
            }
            let mut text = node.site.text.clone();
            if let (Some(function), None) = (node.layer.final_activation(), node.layer.as_activation())
                && node.layer.role() == Role::Compute
                && function.name() != "linear"
                && !text.contains("activation")
            {
                text += &format!(" + {}", function.name()); // A function that was fused into the layer.
            }
            let multiply_adds = node.layer.multiply_adds(&shapes);
            let kind = node.layer.as_activation().map_or(node.layer.kind().entry.name, |function| function.name());
            rows.push(Row {
                path: paths[id].clone(),
                kind,
                text,
                output,
                parameters,
                multiply_adds,
                inputs,
                line: node.site.line,
            });
        }
        rows
    }
}

fn row_text(cells: &[String], widths: &[usize], bar: &str) -> String {
    let mut text = bar.to_string();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let gap = " ".repeat(width - cell.chars().count());
        let is_number = column == 2 || column == 3;
        text += &if is_number { format!(" {gap}{cell} {bar}") } else { format!(" {cell}{gap} {bar}") };
    }
    text + "\n"
}

/// `34,826`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `136.04 KiB`
fn bytes(number: u64) -> String {
    let mut value = number as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            return if unit == "B" { format!("{number} B") } else { format!("{value:.2} {unit}") };
        }
        value /= 1024.0;
    }
    format!("{value:.2} TiB")
}
