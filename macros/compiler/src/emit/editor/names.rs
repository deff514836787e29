//! The module in which the names of a declaration are found, one submodule for each catalogue.

use monograd_schema::{Activation, Catalogue, EntryKind, Initializer, Loss, Metric, Optimizer, Regularizer, layers};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Editor, Item, unplaced};

/// All that options and settings take.
const CATALOGUES: [&Catalogue; 6] = [
    Activation::CATALOGUE,
    Initializer::CATALOGUE,
    Regularizer::CATALOGUE,
    Loss::CATALOGUE,
    Optimizer::CATALOGUE,
    Metric::CATALOGUE,
];

impl Editor<'_> {
    /// `names::scope` has what a statement may begin with, `names::loss` and so on the entries of a catalogue.
    pub(super) fn names(&self) -> TokenStream {
        let p = &self.private;
        let layers = layers::LAYERS.iter().map(|kind| &kind.entry).filter(|entry| !entry.name.contains(' '));
        let layers = layers.map(|entry| alias(entry, &quote!(#p::layers)));
        let catalogues = CATALOGUES.iter().map(|catalogue| {
            let (module, kind) = (format_ident!("{}", catalogue.noun), format_ident!("{}", catalogue.type_name));
            let entries = catalogue.entries.iter().map(|entry| alias(entry, &quote!(#p::#kind)));
            quote!(pub mod #module { #(#entries)* })
        });
        let imports = self.items.iter().filter_map(|(name, item)| match item {
            Item::Import(path) => from_scope(path, name),
            _ => None,
        });
        let items = &self.scope;
        quote! {
            #[allow(unused, nonstandard_style, reason = "it is there to be asked about")]
            mod names {
                pub mod layer { #(#layers)* }
                #(#catalogues)*
                pub mod scope {
                    pub use super::layer::*;
                    pub use super::activation::*;
                    pub use #p::editor::setting::*;
                    #(#imports)*
                    #(#items)*
                }
            }
        }
    }
}

/// `pub use …::LeakyRelu as leaky_relu;`
fn alias(entry: &EntryKind, path: &TokenStream) -> TokenStream {
    let (variant, name) = (format_ident!("{}", entry.variant), unplaced(entry.name));
    quote!(pub use #path::#variant as #name;)
}

/// An import once more, from two modules further down; nothing for one that may be another crate's.
fn from_scope(path: &TokenStream, name: &str) -> Option<TokenStream> {
    let name = unplaced(name);
    let first = path.clone().into_iter().next()?.to_string();
    match first.as_str() {
        "crate" => Some(quote!(pub use #path #name;)),
        "super" => Some(quote!(pub use super::super::#path #name;)),
        "self" => Some(quote!(pub use super::super::super::#path #name;)),
        _ => None,
    }
}
