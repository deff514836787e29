//! Plan → tokens. Nothing is decided here: every number and name comes from the plan.

mod docs;
mod editor;
mod guess;
mod layout;
mod library;
mod model;
mod nodes;
mod stub;
mod value;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ast::Ast;
use crate::plan::Plan;

pub(crate) use editor::{Shapes, emit_editor};
pub use library::emit_library;
pub use stub::{emit_fallback, emit_stub};

/// What all parts of the output are made from.
struct Emitter<'a> {
    ast: &'a Ast,
    plan: &'a Plan,
    /// The hidden module of the runtime that generated code calls, by the name that it has there.
    private: TokenStream,
    /// The name of each node's descriptor.
    names: Vec<Ident>,
}

/// The struct, its methods and its program. `runtime` is the path of the runtime crate.
pub fn emit(ast: &Ast, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    let short = Ident::new(if ast.name == "p" { "p_" } else { "p" }, Span::mixed_site());
    let emitter = Emitter { ast, plan, private: quote!(#short), names: descriptor_names(plan) };
    let (structure, methods) = (emitter.structure(runtime), emitter.methods());
    let (descriptors, program, layout) = (emitter.descriptors(), emitter.program(), emitter.layout());
    let conditions = conditions(ast);
    quote! {
        #structure
        #(#conditions)*
        #[allow(unexpected_cfgs, reason = "it is an editor's")]
        const _: () = {
            use #runtime::__private as #short;
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

/// A name that no place of the declaration leads to: an editor finds one definition at each place.
fn unplaced(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(Span::call_site());
    name
}

/// `DigitsProgram`: the one name of the generated code's own types, which is never that of the network.
fn program_name(ast: &Ast) -> Ident {
    let name = ast.name.to_string();
    Ident::new(&format!("{}Program", name.trim_start_matches("r#")), Span::mixed_site())
}

/// `DENSE_1`, from the path; a further use of a shared layer gets a number.
fn descriptor_names(plan: &Plan) -> Vec<Ident> {
    let graph = &plan.tape.shaped.graph;
    let mut uses = vec![0u32; graph.owners.len()];
    let mut names = Vec::with_capacity(graph.nodes.len());
    let losses = (1..=graph.losses.len()).map(|term| format!("LOSS_{term}"));
    let mut taken: HashSet<String> = losses.chain(["LAYOUT".to_string()]).collect();
    for (id, node) in graph.nodes.iter().enumerate() {
        uses[node.owner] += 1;
        let mut name = graph.owners[node.owner].path.replace('.', "__").to_uppercase();
        if uses[node.owner] > 1 {
            name += &format!("__USE_{}", uses[node.owner]);
        }
        if syn::parse_str::<Ident>(&name).is_err() {
            name = format!("NODE_{id}"); // Not every letter stays one in upper case.
        }
        names.push(distinct(name, &mut taken));
    }
    names
}

/// A name that nothing else has.
fn distinct(mut name: String, taken: &mut HashSet<String>) -> Ident {
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    Ident::new(&name, Span::mixed_site())
}
