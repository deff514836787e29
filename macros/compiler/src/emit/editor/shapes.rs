//! The shapes that the tensors at a place have, in all uses.

use std::collections::HashMap;

use monograd_schema::Dtype;
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::emit::value::size_literal;
use crate::graph::{Graph, NodeId};
use crate::infer::{Typed, known};

/// Shapes by place. Only a span's text tells it from others.
#[derive(Default)]
pub(crate) struct Shapes {
    places: HashMap<String, Vec<Connection>>,
}

/// What goes in and what comes out.
#[derive(PartialEq)]
struct Connection {
    inputs: Vec<Typed>,
    output: Typed,
}

impl Shapes {
    /// Those of a graph, as far as they are known.
    pub(crate) fn of(graph: &Graph) -> Self {
        let known = known(graph);
        let mut shapes = Self::default();
        let mut add = |place: Span, inputs: &[NodeId], value: NodeId| {
            let inputs: Option<Vec<Typed>> = inputs.iter().map(|&input| known[input]).collect();
            let (Some(inputs), Some(output)) = (inputs, known[value]) else { return };
            let connections = shapes.places.entry(format!("{place:?}")).or_default();
            let connection = Connection { inputs, output };
            if !connections.contains(&connection) {
                connections.push(connection);
            }
        };
        for (id, node) in graph.nodes.iter().enumerate() {
            add(node.site.extent.first, &node.inputs, id);
        }
        for mention in &graph.mentions {
            add(mention.place, &mention.inputs, mention.value);
        }
        shapes
    }

    /// The type of the tensor at a place.
    pub(super) fn output(&self, place: Span, private: &TokenStream) -> TokenStream {
        let connections = self.places.get(&format!("{place:?}")).map_or(&[][..], Vec::as_slice);
        various(connections.iter().map(|connection| tensor(connection.output, private)).collect(), private)
    }

    /// The types of what goes into a layer or block, and of what comes out; nothing where they are not known.
    pub(super) fn connection(&self, place: Span, private: &TokenStream) -> Option<(TokenStream, TokenStream)> {
        let connections = self.places.get(&format!("{place:?}"))?;
        let inputs = connections.iter().map(|connection| match connection.inputs.as_slice() {
            &[input] => tensor(input, private),
            inputs => {
                let inputs = inputs.iter().map(|&input| tensor(input, private));
                quote!((#(#inputs),*))
            }
        });
        Some((various(inputs.collect(), private), self.output(place, private)))
    }
}

/// One type, or all of them.
fn various(types: Vec<TokenStream>, private: &TokenStream) -> TokenStream {
    let mut distinct: Vec<&TokenStream> = Vec::new();
    for kind in &types {
        if distinct.iter().all(|known| known.to_string() != kind.to_string()) {
            distinct.push(kind);
        }
    }
    match distinct.as_slice() {
        [] => quote!(#private::editor::Unknown),
        [kind] => quote!(#kind),
        kinds => quote!(#private::editor::Various<(#(#kinds),*)>),
    }
}

/// `Tensor<28, 28, 1>`
fn tensor(typed: Typed, private: &TokenStream) -> TokenStream {
    let extents = typed.shape.extents().iter().map(|&extent| size_literal(extent));
    match typed.dtype {
        Dtype::F32 => quote!(#private::editor::Tensor<#(#extents),*>),
        Dtype::U32 => quote!(#private::editor::Indices<#(#extents),*>),
    }
}
