//! `blocks!`: each definition becomes a macro that hands it over to the network that asks for it, and a struct for rustdoc.

use proc_macro2::{Ident, Punct, Spacing, TokenStream};
use quote::{format_ident, quote};

use crate::ast::{Library, Statement};

/// The exports of a library. `text` is the whole of it, which every export carries: blocks may use each other. After
/// mistakes there is none, and networks that ask for it say nothing more.
pub fn emit_library(library: &Library, text: Option<&TokenStream>) -> TokenStream {
    let tokens = text.map(|text| quote!({ #text }));
    let dollar = Punct::new('$', Spacing::Alone);
    let exports = library.items.iter().map(|item| {
        let (name, docs) = match &item.definition {
            Statement::Const(constant) => (&constant.name, &constant.docs),
            Statement::Block(block) => (&block.name, &block.docs),
            _ => return quote!(),
        };
        let (attributes, visibility) = (&item.attributes, &item.visibility);
        let hidden = hidden_name(name, text);
        let is_public = visibility.to_string() == "pub";
        let export = if is_public { quote!(#[macro_export]) } else { quote!() };
        let kind = if matches!(item.definition, Statement::Block(_)) { "block" } else { "constant" };
        let note = format!(" A {kind} for networks: write `use path::{name};` inside `network!`.");
        quote! {
            #[doc(hidden)]
            #export
            macro_rules! #hidden {
                ((#dollar(#dollar runtime:tt)*) [#dollar(#dollar done:tt)*] #dollar(#dollar network:tt)*) => {
                    #dollar(#dollar runtime)*::__network! {
                        (#dollar(#dollar runtime)*)
                        [#dollar(#dollar done)* { #name #tokens }]
                        #dollar(#dollar network)*
                    }
                };
            }
            #(#[doc = #docs])*
            #[doc = ""]
            #[doc = #note]
            #(#attributes)*
            #[allow(non_camel_case_types, dead_code, reason = "it exists for documentation, under the name of a block or constant")]
            #visibility struct #name {
                _private: (),
            }
            #[doc(hidden)]
            #[allow(unused_imports, reason = "whether somebody imports the export is not known here")]
            #visibility use #hidden as #name;
        }
    });
    quote!(#(#exports)*)
}

/// Exported macros live at the crate's root, so the name carries a hash of the text and of its place.
fn hidden_name(name: &Ident, text: Option<&TokenStream>) -> Ident {
    let place = (name.span().file(), name.span().start().line, name.span().start().column);
    let text = format!("{place:?} {}", text.map_or(String::new(), TokenStream::to_string));
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format_ident!("__monograd_{}_{:016x}", name, hash)
}
