//! The layout: what the loops around the network need to know.

use std::collections::HashMap;

use monograd_schema::{Kind, Role, TargetKind, VERSION};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::value::{entry, extents, fans, size_literal};
use super::{Emitter, stub::string};
use crate::graph::OwnerId;

impl Emitter<'_> {
    pub(super) fn layout(&self) -> TokenStream {
        let (p, plan) = (&self.private, self.plan);
        let graph = &plan.tape.shaped.graph;
        let name = string(&self.ast.name.to_string());
        let architecture = self.architecture();
        let (inputs, outputs) = (self.inputs(), self.outputs());
        let (targets, metrics, (parameters, regularized)) = (self.targets(), self.metrics(), self.parameters());
        let optimizer = match &graph.optimizer {
            Some(optimizer) => {
                let optimizer = entry(p, &optimizer.to_entry());
                quote!(::core::option::Option::Some(#optimizer))
            }
            None => quote!(::core::option::Option::None),
        };
        let (trainable, total) = (size_literal(plan.trainable), size_literal(plan.total));
        let arena = |floats: usize| {
            let (floats, indices) = (size_literal(floats), size_literal(plan.indices_size));
            let (workspace, fixed) = (size_literal(plan.workspace.per_sample), size_literal(plan.workspace.fixed));
            quote!(#p::Arena { floats: #floats, indices: #indices, workspace: #workspace, fixed_workspace: #fixed })
        };
        let (training, prediction) = (arena(plan.training_size), arena(plan.prediction_size));
        let (multiply_adds, rules) = (Literal::u64_unsuffixed(plan.multiply_adds), string(VERSION));
        quote! {
            static LAYOUT: #p::Layout = #p::Layout {
                name: #name,
                file: ::core::file!(),
                architecture: #architecture,
                inputs: &[#inputs],
                outputs: &[#outputs],
                targets: &[#targets],
                metrics: &[#metrics],
                optimizer: #optimizer,
                parameters: &[#parameters],
                regularized: &[#regularized],
                trainable: #trainable,
                total: #total,
                training: #training,
                prediction: #prediction,
                multiply_adds: #multiply_adds,
            };
            const _: () = LAYOUT.check(#rules);
        }
    }

    fn inputs(&self) -> TokenStream {
        let p = &self.private;
        let graph = &self.plan.tape.shaped.graph;
        let inputs = self.input_nodes().map(|id| {
            let (name, tensor) = (string(&graph.owners[graph.nodes[id].owner].path), self.tensor(id));
            quote!(#p::Input { name: #name, tensor: #tensor })
        });
        quote!(#(#inputs),*)
    }

    /// The nodes that are inputs of the network, in order of declaration.
    pub(super) fn input_nodes(&self) -> impl Iterator<Item = usize> {
        let nodes = &self.plan.tape.shaped.graph.nodes;
        (0..nodes.len()).filter(|&id| nodes[id].inputs.is_empty())
    }

    fn outputs(&self) -> TokenStream {
        let p = &self.private;
        let shaped = &self.plan.tape.shaped;
        let outputs = shaped.graph.outputs.iter().zip(&shaped.links).map(|(output, link)| {
            let (name, tensor, link) = (string(&output.name), self.tensor(output.node), format_ident!("{link:?}"));
            quote!(#p::Output { name: #name, tensor: #tensor, link: #p::Link::#link })
        });
        quote!(#(#outputs),*)
    }

    fn targets(&self) -> TokenStream {
        let p = &self.private;
        let shaped = &self.plan.tape.shaped;
        let targets = shaped.graph.outputs.iter().enumerate().filter_map(|(position, output)| {
            let target = shaped.targets[position]?;
            let term = shaped.graph.losses.iter().find(|term| term.output == position)?;
            let (name, shape) = (string(&output.name), extents(target.shape));
            let loss = entry(p, &term.loss.to_entry());
            let kind = match target.kind {
                TargetKind::Values => quote!(Values),
                TargetKind::Classes(classes) => {
                    let classes = size_literal(classes);
                    quote!(Classes(#classes))
                }
            };
            Some(quote! {
                #p::Target { name: #name, shape: #p::Shape::of(#shape), kind: #p::TargetKind::#kind, loss: #loss }
            })
        });
        quote!(#(#targets),*)
    }

    fn metrics(&self) -> TokenStream {
        let p = &self.private;
        let graph = &self.plan.tape.shaped.graph;
        let metrics = graph.metrics.iter().filter_map(|term| {
            let loss = graph.losses.iter().find(|loss| loss.output == term.output)?;
            let (name, metric, loss) =
                (string(&term.text), entry(p, &term.metric.to_entry()), entry(p, &loss.loss.to_entry()));
            let (output, target) = (size_literal(term.output), size_literal(self.target_of(term.output)));
            Some(quote! {
                #p::MetricNode { name: #name, metric: #metric, output: #output, target: #target, loss: #loss }
            })
        });
        quote!(#(#metrics),*)
    }

    /// All of them, and which have a regularizer.
    fn parameters(&self) -> (TokenStream, TokenStream) {
        let (p, plan) = (&self.private, self.plan);
        let shaped = &plan.tape.shaped;
        let mut rows = Vec::new();
        for (owner, owned) in shaped.parameters.iter().enumerate() {
            for ((parameter, &offset), &fused) in owned.iter().zip(&plan.parameters[owner]).zip(&plan.fused[owner]) {
                rows.push((offset, &shaped.graph.owners[owner].path, parameter, fused));
            }
        }
        rows.sort_by_key(|row| row.0);
        let regularized = rows.iter().enumerate().filter(|(_, (_, _, parameter, _))| parameter.regularizer.is_some());
        let regularized = regularized.map(|(number, _)| size_literal(number)).collect::<Vec<_>>();
        let rows = rows.into_iter().map(|(offset, path, parameter, fused)| {
            let (path, shape) = (string(&format!("{path}.{}", parameter.name)), extents(parameter.shape));
            let (offset, fans) = (size_literal(offset), fans(p, parameter.fans));
            let initializer = entry(p, &parameter.initializer.to_entry());
            let regularizer = match &parameter.regularizer {
                Some(regularizer) => {
                    let regularizer = entry(p, &regularizer.to_entry());
                    quote!(::core::option::Option::Some(#regularizer))
                }
                None => quote!(::core::option::Option::None),
            };
            let trainable = parameter.trainable;
            let pytorch = parameter.pytorch.iter().map(|&axis| size_literal(axis));
            quote! {
                #p::Parameter {
                    path: #path,
                    shape: #p::Shape::of(#shape),
                    offset: #offset,
                    initializer: #initializer,
                    fans: #fans,
                    regularizer: #regularizer,
                    trainable: #trainable,
                    fused: #fused,
                    pytorch: &[#(#pytorch),*],
                }
            }
        });
        (quote!(#(#rows),*), quote!(#(#regularized),*))
    }

    /// A hash of what a file's numbers are for: layers, functions, constants, shapes and connections, no names and no options
    /// of training.
    fn architecture(&self) -> u64 {
        let shaped = &self.plan.tape.shaped;
        let mut text = String::new();
        let mut owners: HashMap<OwnerId, usize> = HashMap::new();
        for (node, typed) in shaped.graph.nodes.iter().zip(&shaped.tensors) {
            let (layer, inputs, shape, dtype) = (node.layer.kind().entry.name, &node.inputs, typed.shape, typed.dtype);
            let function = node.layer.final_activation().map(|function| format!("{function:?}"));
            // Owners count by their first use: layers that fusion has removed leave no gap.
            let next = owners.len();
            let owner = *owners.entry(node.owner).or_insert(next);
            text += &format!("{layer} {function:?} {inputs:?} {shape} {dtype} {owner};");
            if node.layer.role() != Role::Training {
                // Initializers and regularizers are entries, and matter in training alone.
                let options = node.layer.kind().entry.attributes.iter().zip(node.layer.values());
                let options = options.filter(|(attribute, _)| !matches!(attribute.kind, Kind::Entry(_)));
                options.for_each(|(attribute, value)| text += &format!("{} {value:?};", attribute.name));
            }
        }
        for (output, link) in shaped.graph.outputs.iter().zip(&shaped.links) {
            text += &format!("{} {link:?};", output.node);
        }
        // FNV-1a, 64 bits.
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}
