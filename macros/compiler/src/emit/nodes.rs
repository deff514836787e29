//! Descriptors of the layers and losses, and the program: one runtime call a step.

use monograd_schema::{ChainLink, Dtype, Tiny};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::value::{entry, extents, fields, float, size_literal};
use super::{Emitter, program_name, stub::string};
use crate::differentiate::{Backward, Contribution};
use crate::graph::{NodeId, Site};

impl Emitter<'_> {
    /// One constant for each layer that computes and each term of the loss.
    pub(super) fn descriptors(&self) -> TokenStream {
        let plan = self.plan;
        let mut backward: Vec<Option<&Backward>> = vec![None; plan.training.len()];
        for step in &plan.tape.backward {
            backward[step.node] = Some(step);
        }
        let nodes = plan.tape.forward.iter().enumerate().map(|(stream, &id)| self.node(id, stream, backward[id]));
        let losses = (0..plan.tape.losses.len()).map(|term| self.loss(term));
        quote!(#(#nodes)* #(#losses)*)
    }

    fn node(&self, id: NodeId, stream: usize, backward: Option<&Backward>) -> TokenStream {
        let (p, name) = (&self.private, &self.names[id]);
        let shaped = &self.plan.tape.shaped;
        let node = &shaped.graph.nodes[id];
        let kind = node.layer.kind();
        let (path, line) = (string(&shaped.graph.owners[node.owner].path), Literal::usize_unsuffixed(node.site.line));
        let stream = Literal::usize_unsuffixed(stream);
        let inputs = node.inputs.iter().map(|&input| self.tensor(input));
        let d_inputs = node.inputs.iter().enumerate().map(|(position, &input)| {
            let contribution = backward.map_or(Contribution::None, |step| step.inputs[position]);
            match shaped.graph.nodes[input].layer.last_slope() {
                Some(function) if self.plan.slopes[input] => {
                    let (offset, function) = (size_literal(self.plan.gradients[input]), entry(p, &function.to_entry()));
                    quote!(#p::Gradient::Through(#offset, #function))
                }
                _ => self.gradient(contribution, input),
            }
        });
        let output = self.tensor(id);
        let split_from = match self.plan.split_from[id] {
            usize::MAX => quote!(::core::primitive::usize::MAX),
            samples => size_literal(samples),
        };
        let (d_output, slope_taken) = (size_literal(self.plan.gradients[id]), self.plan.slopes[id]);
        let adds = backward.is_some_and(|step| step.adds_to_parameters);
        let owned = shaped.parameters[node.owner].iter().zip(&self.plan.parameters[node.owner]);
        let parameters = owned.zip(&self.plan.fused[node.owner]).map(|((parameter, &offset), &fused)| {
            let (offset, shape) = (size_literal(offset), extents(parameter.shape));
            let slot = match (adds, fused) {
                (true, _) => quote!(shared),
                (_, true) => quote!(fused),
                _ => quote!(new),
            };
            quote!(#p::Slot::#slot(#offset, #shape))
        });
        let shapes: Vec<_> = node.inputs.iter().map(|&input| shaped.tensors[input].shape).collect();
        let saved = node.layer.saved(&shapes).into_iter().zip(&self.plan.saved[id]).map(|(shape, &offset)| {
            let (offset, shape) = (size_literal(offset), extents(shape));
            quote!(#p::Tensor::new(#shape, #offset, 0))
        });
        let (layer, options) =
            (format_ident!("{}", kind.entry.variant), fields(p, kind.entry.attributes, &node.layer.values()));
        quote! {
            const #name: #p::Node<#p::layers::#layer> = #p::Node {
                wiring: #p::Wiring {
                    name: #path,
                    line: #line,
                    stream: #stream,
                    inputs: &[#(#inputs),*],
                    d_inputs: &[#(#d_inputs),*],
                    output: #output,
                    d_output: #d_output,
                    slope_taken: #slope_taken,
                    parameters: &[#(#parameters),*],
                    saved: &[#(#saved),*],
                    split_from: #split_from,
                },
                layer: #p::layers::#layer { #options },
            };
        }
    }

    /// The place of a node's output.
    pub(super) fn tensor(&self, id: NodeId) -> TokenStream {
        let p = &self.private;
        let typed = self.plan.tape.shaped.tensors[id];
        let shape = extents(typed.shape);
        let (training, prediction) = (size_literal(self.plan.training[id]), size_literal(self.plan.prediction[id]));
        match typed.dtype {
            Dtype::F32 => quote!(#p::Tensor::new(#shape, #training, #prediction)),
            Dtype::U32 => quote!(#p::Tensor::indices(#shape, #training, #prediction)),
        }
    }

    fn gradient(&self, contribution: Contribution, of: NodeId) -> TokenStream {
        let (p, offset) = (&self.private, size_literal(self.plan.gradients[of]));
        match contribution {
            Contribution::None => quote!(#p::Gradient::None),
            Contribution::First => quote!(#p::Gradient::Write(#offset)),
            Contribution::Further => quote!(#p::Gradient::Add(#offset)),
        }
    }

    fn loss(&self, position: usize) -> TokenStream {
        let (p, name) = (&self.private, loss_name(position));
        let graph = &self.plan.tape.shaped.graph;
        let term = &graph.losses[position];
        let output = graph.outputs[term.output].node;
        let (text, line) = (string(&term.text), Literal::usize_unsuffixed(term.extent.first.start().line));
        let (loss, weight) = (entry(p, &term.loss.to_entry()), float(term.weight));
        let prediction = self.tensor(output);
        let gradient = self.gradient(self.plan.tape.losses[position], output);
        let target = size_literal(self.target_of(term.output));
        quote! {
            const #name: #p::LossNode = #p::LossNode {
                name: #text,
                line: #line,
                loss: #loss,
                weight: #weight,
                prediction: #prediction,
                d_prediction: #gradient,
                target: #target,
            };
        }
    }

    /// The position of an output's target among all targets.
    pub(super) fn target_of(&self, output: usize) -> usize {
        self.plan.tape.shaped.targets[..output].iter().flatten().count()
    }

    /// The straight-line program. Each call stands at its layer's place, where panics and debuggers point.
    pub(super) fn program(&self) -> TokenStream {
        let (p, tape) = (&self.private, &self.plan.tape);
        let graph = &tape.shaped.graph;
        let site = |id: NodeId| {
            let site = &graph.nodes[id].site;
            Site::place(site.extent, &site.block).first
        };
        let step_of = |id: NodeId, method: &str| match self.plan.tiny[id] {
            None => call(site(id), method, quote!(), &self.names[id]),
            Some(tiny) => {
                let (inputs, units) = sizes(tiny);
                call(site(id), &format!("{method}_tiny"), quote!(::<#inputs, #units, _>), &self.names[id])
            }
        };
        let forward = tape.forward.iter().map(|&id| step_of(id, "forward"));
        let backward = tape.backward.iter().map(|step| step_of(step.node, "backward"));
        let losses = graph
            .losses
            .iter()
            .enumerate()
            .map(|(position, term)| call(term.extent.first, "loss", quote!(), &loss_name(position)));
        let (forward, losses, backward) = (steps(forward), steps(losses), steps(backward));
        let train = self.plan.trained_chain.as_ref().map(|chain| self.train(chain));
        let predict_row = self.plan.predicted_chain.as_ref().map(|chain| self.predict_row(chain));
        let program = program_name(self.ast);
        quote! {
            struct #program;
            // Its calls stand at the places of the layers, where an editor looks for the layers themselves.
            #[cfg(not(rust_analyzer))]
            #[automatically_derived]
            impl<T: #p::Float> #p::Program<T> for #program {
                fn layout(&self) -> &'static #p::Layout {
                    &LAYOUT
                }
                fn forward(&self, step: &mut #p::Step<'_, T>) {
                    #forward
                }
                fn loss(&self, step: &mut #p::Step<'_, T>) {
                    #losses
                }
                fn backward(&self, step: &mut #p::Step<'_, T>) {
                    #backward
                }
                #train
                #predict_row
            }
        }
    }

    fn train(&self, chain: &[(NodeId, ChainLink)]) -> TokenStream {
        let (p, first, loss) = (&self.private, &self.names[chain[0].0], loss_name(0));
        let chain = self.chain(chain, quote!(#p::End::new(&#loss)));
        quote! {
            fn train(&self, step: &mut #p::Step<'_, T>) -> bool {
                step.train(&#first, &#chain)
            }
        }
    }

    fn predict_row(&self, chain: &[(NodeId, ChainLink)]) -> TokenStream {
        let p = &self.private;
        let chain = self.chain(chain, quote!(#p::Predicted));
        quote! {
            fn predict_row(&self, parameters: &[T], x: &[T], y: &mut [T]) -> bool {
                #chain.predict(parameters, x, y)
            }
        }
    }

    /// The network as a chain of links, each with what comes after it.
    fn chain(&self, chain: &[(NodeId, ChainLink)], end: TokenStream) -> TokenStream {
        let p = &self.private;
        chain.iter().rev().fold(end, |rest, &(id, ChainLink { inputs, units, relu })| {
            let offsets = &self.plan.parameters[self.plan.tape.shaped.graph.nodes[id].owner];
            let (inputs, units, weight) = (size_literal(inputs), size_literal(units), size_literal(offsets[0]));
            let bias = offsets.get(1).map_or(quote!({ #p::NO_BIAS }), |&bias| size_literal(bias));
            quote!(#p::Chain::<_, #inputs, #units, #relu, #weight, #bias>::new(#rest))
        })
    }
}

/// The sizes of a tiny layer as arguments.
fn sizes(tiny: Tiny) -> (Literal, Literal) {
    (Literal::usize_unsuffixed(tiny.inputs), Literal::usize_unsuffixed(tiny.units))
}

/// The calls, or something to do with `step` where there are none.
fn steps(calls: impl Iterator<Item = TokenStream>) -> TokenStream {
    let calls: TokenStream = calls.collect();
    if calls.is_empty() { quote!(let _ = step;) } else { calls }
}

fn loss_name(position: usize) -> Ident {
    Ident::new(&format!("LOSS_{}", position + 1), Span::mixed_site())
}

/// `step.forward(&DENSE_1);`, with the method and its parentheses at the layer's place.
fn call(place: Span, method: &str, sizes: TokenStream, descriptor: &Ident) -> TokenStream {
    let (step, method) = (Ident::new("step", Span::call_site()), Ident::new(method, place));
    let argument = quote!(&#descriptor);
    let arguments = quote_spanned!(place=> (#argument));
    quote!(#step.#method #sizes #arguments;)
}
