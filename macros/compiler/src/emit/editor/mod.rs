//! What an editor asks about: each name of a declaration once, as a path, a field or a variable of Rust's, so that hovering,
//! going to a definition, renaming and completing work as they do elsewhere. No compiler sees it: `network!` puts it
//! behind `cfg(rust_analyzer)`.
//!
//! It is made from the tokens, not from the tree: a statement that is half written shows what its words are, and the
//! others are not disturbed. Shapes come from the graph, as far as they are known.

mod block;
mod call;
mod names;
mod shapes;
mod walk;

use std::collections::HashMap;

use monograd_schema::Catalogue;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::parse::is_reserved;

pub(crate) use shapes::Shapes;

/// The code for an editor. `runtime` is the path of the runtime crate.
pub(crate) fn emit_editor(declaration: TokenStream, shapes: &Shapes, runtime: &TokenStream) -> TokenStream {
    let trees = content(declaration);
    let is_struct = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word == "struct");
    let header = trees.iter().position(is_struct);
    let network = match header.map(|at| trees.get(at + 1)) {
        Some(Some(TokenTree::Ident(name))) if !is_reserved(name) => unplaced(&name.to_string()),
        _ => unplaced("Network"),
    };
    let body = &trees[header.map_or(0, |at| (at + 2).min(trees.len()))..];
    let mut editor = Editor {
        private: quote!(#runtime::__private),
        network,
        shapes,
        items: HashMap::new(),
        scope: Vec::new(),
        blocks: Vec::new(),
        variables: Vec::new(),
        options: Vec::new(),
        depth: 0,
    };
    editor.collect(body);
    let statements = editor.walk(body, Context::Statement);
    let (names, blocks) = (editor.names(), &editor.blocks);
    quote! {
        #names
        #[allow(unused, nonstandard_style, reason = "it is there to be asked about")]
        fn network() {
            #statements
        }
        #(#blocks)*
    }
}

/// What a word may mean where it stands.
#[derive(Clone, Copy)]
enum Context {
    /// A layer, a function, a block or a tensor.
    Statement,
    /// An entry of a catalogue.
    Entry(&'static Catalogue),
    /// A constant.
    Constant,
}

/// An item of the declaration.
enum Item {
    /// `const`, which is one of the struct's.
    Constant,
    /// `static`.
    Shared,
    /// `fn`, with its options.
    Block(Vec<(String, Context)>),
    /// `use`, with the path before the name.
    Import(TokenStream),
}

struct Editor<'a> {
    /// The hidden module of the runtime.
    private: TokenStream,
    /// The struct, which has the constants of the declaration.
    network: Ident,
    shapes: &'a Shapes,
    items: HashMap<String, Item>,
    /// The items of the module in which statements find their names.
    scope: Vec<TokenStream>,
    /// The bodies of blocks.
    blocks: Vec<TokenStream>,
    /// Variables so far.
    variables: Vec<String>,
    /// The options of the block that is being walked.
    options: Vec<String>,
    /// How deep groups are nested.
    depth: usize,
}

/// A name that no place of the declaration leads to.
fn unplaced(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        // Not every tokenizer refuses `r#super`.
        Some("self" | "Self" | "super" | "crate" | "_") => Ident::new("unnamed", Span::call_site()),
        Some(keyword) => Ident::new_raw(keyword, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The trees of a declaration, without the braces around it and the invisible groups that a `macro_rules` fragment leaves.
fn content(declaration: TokenStream) -> Vec<TokenTree> {
    let mut trees = visible(declaration);
    while let [TokenTree::Group(group)] = trees.as_slice()
        && group.delimiter() == Delimiter::Brace
    {
        trees = visible(group.stream());
    }
    trees
}

/// The trees of a stream, those of invisible groups included.
fn visible(stream: TokenStream) -> Vec<TokenTree> {
    let mut trees = Vec::new();
    let mut open = vec![stream.into_iter()];
    while let Some(stream) = open.last_mut() {
        match stream.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
                open.push(group.stream().into_iter())
            }
            Some(tree) => trees.push(tree),
            None => drop(open.pop()),
        }
    }
    trees
}
