//! Plan → tokens. Nothing is decided here: every number and name comes from the plan.

mod docs;
mod guess;
mod layout;
mod library;
mod model;
mod nodes;
mod stub;
mod value;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::ast::Ast;
use crate::plan::Plan;

pub use library::emit_library;
pub use stub::emit_stub;

/// What all parts of the output are made from.
struct Emitter<'a> {
    ast: &'a Ast,
    plan: &'a Plan,
    /// The hidden module of the runtime that generated code calls.
    private: TokenStream,
    /// The name of each node's descriptor.
    names: Vec<Ident>,
}

/// The struct, its methods and its program. `runtime` is the path of the runtime crate.
pub fn emit(ast: &Ast, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    let private = quote!(#runtime::__private);
    let emitter = Emitter { ast, plan, private, names: descriptor_names(plan) };
    let (structure, methods) = (emitter.structure(), emitter.methods());
    let (descriptors, program, layout) = (emitter.descriptors(), emitter.program(), emitter.layout());
    let conditions = conditions(ast);
    quote! {
        #structure
        #(#conditions)*
        const _: () = {
            #descriptors
            #layout
            #program
            #methods
        };
    }
}

/// The `#[cfg(…)]` attributes of the struct, which hold for all that belongs to it.
fn conditions(ast: &Ast) -> impl Iterator<Item = &TokenStream> {
    ast.attributes.iter().filter(|attribute| attribute.to_string().replace(' ', "").starts_with("#[cfg("))
}

/// Whether the user's attributes derive a trait.
fn derives(ast: &Ast, name: &str) -> bool {
    let written = |attribute: &TokenStream| {
        let text = attribute.to_string();
        text.contains("derive") && text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == name)
    };
    ast.attributes.iter().any(written)
}

/// `DigitsProgram`: the one name of the generated code's own types, which is never that of the network.
fn program_name(ast: &Ast) -> Ident {
    format_ident!("{}Program", ast.name, span = Span::mixed_site())
}

/// `DENSE_1`, from the path; a further use of a shared layer gets a number, and so does a name that is taken already.
fn descriptor_names(plan: &Plan) -> Vec<Ident> {
    let graph = &plan.tape.shaped.graph;
    let mut taken: HashSet<String> = HashSet::from(["LAYOUT".to_string()]);
    taken.extend((0..graph.losses.len()).map(|position| nodes::loss_name(position).to_string()));
    let mut uses = vec![0u32; graph.owners.len()];
    let mut names = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        uses[node.owner] += 1;
        let mut name = graph.owners[node.owner].path.replace('.', "__").to_uppercase();
        if uses[node.owner] > 1 {
            name += &format!("__USE_{}", uses[node.owner]);
        }
        let mut candidate = name.clone();
        let mut number = 1;
        while !taken.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{name}__{number}");
        }
        names.push(Ident::new(&candidate, Span::mixed_site()));
    }
    names
}
