//! Calls: the name as a function of its tensors, the options as fields.

use monograd_schema::{Activation, Attribute, EntryKind, Kind, layers};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::walk::{is_equals, is_punct};
use super::{Context, Editor, Item, unplaced, visible};
use crate::parse::is_reserved;

/// What is called.
struct Callee {
    /// The name.
    name: TokenStream,
    /// What has the options as its fields.
    fields: Option<TokenStream>,
    options: Vec<(String, Context)>,
}

impl Editor<'_> {
    /// `Dense(3, activation = relu)`, with or without a receiver before it.
    pub(super) fn call(&mut self, name: &Ident, group: &Group, context: Context, is_method: bool) -> TokenStream {
        let callee = self.callee(name, context, is_method);
        let trees = visible(group.stream());
        // Where the parenthesis is not closed, other statements follow.
        let end = trees.iter().position(|tree| is_punct(tree, ';')).unwrap_or(trees.len());
        let (mut values, mut fields, mut position) = (TokenStream::new(), Vec::new(), 0);
        for argument in trees[..end].split(|tree| is_punct(tree, ',')) {
            match argument {
                [] => {}
                [TokenTree::Ident(option), rest @ ..] if is_equals(rest) && !is_reserved(option) => {
                    let known = callee.options.iter().find(|(name, _)| option == name);
                    let context = known.map_or(Context::Statement, |(_, context)| *context);
                    if option == "name" && known.is_none() {
                        let p = &self.private;
                        values.extend(quote!(use #p::editor::option::#option as _;));
                        continue; // What follows is a name of the user's.
                    }
                    fields.push(option);
                    values.extend(self.deeper(&rest[1..], context));
                }
                [TokenTree::Ident(option)] if callee.fields.is_some() && self.is_unknown(option, &callee, position) => {
                    fields.push(option);
                }
                [TokenTree::Ident(first), ..] if self.variables.contains(&first.to_string()) => {
                    values.extend(self.deeper(argument, Context::Statement));
                }
                _ => {
                    let context = callee.options.get(position).map_or(Context::Statement, |(_, context)| *context);
                    values.extend(self.deeper(argument, context));
                    position += 1;
                }
            }
        }
        let (name, p) = (callee.name, &self.private);
        let fields = match callee.fields {
            Some(owner) if !fields.is_empty() => {
                quote!(let _ = #owner { #(#fields: #p::editor::value(),)* ..#p::editor::value() };)
            }
            _ => quote!(),
        };
        let rest = self.deeper(&trees[end..], Context::Statement);
        quote!(#name #values #fields #rest)
    }

    /// Words of a group.
    fn deeper(&mut self, trees: &[TokenTree], context: Context) -> TokenStream {
        let group = Group::new(proc_macro2::Delimiter::None, trees.iter().cloned().collect());
        self.nested(&group, context)
    }

    fn callee(&self, name: &Ident, context: Context, is_method: bool) -> Callee {
        let (p, text) = (&self.private, name.to_string());
        if let Context::Entry(catalogue) = context
            && !is_method
        {
            let entry = catalogue.find(&text);
            let kind = format_ident!("{}", catalogue.type_name);
            return self.entry_call(self.entry(name, catalogue.noun), entry, &quote!(#p::#kind));
        }
        match self.items.get(&text) {
            Some(Item::Block(options)) => {
                let owner = unplaced(&text);
                let (input, output) = self.shapes.connection(name.span(), p).unwrap_or((quote!(_), quote!(_)));
                let name = quote!(let _ = names::scope::#name::<#input, #output> { ..#p::editor::value() };);
                Callee { name, fields: Some(quote!(names::scope::#owner::<_, _>)), options: options.clone() }
            }
            Some(Item::Shared) => {
                let (input, output) = self.shapes.connection(name.span(), p).unwrap_or((quote!(_), quote!(_)));
                let name = quote!(let _ = names::scope::#name::<#input, #output> { ..#p::editor::value() };);
                Callee { name, fields: None, options: vec![] }
            }
            Some(Item::Import(path)) => {
                let path = unplaced_path(path);
                Callee { name: quote!(use #path #name as _;), fields: None, options: vec![] }
            }
            _ => match layers::find(&text) {
                Some(kind) => {
                    let path = match self.shapes.connection(name.span(), p) {
                        Some((input, output)) => quote!(let _ = names::layer::#name::<#input, #output>;),
                        None => self.entry(name, "layer"),
                    };
                    self.entry_call(path, Some(&kind.entry), &quote!(#p::layers))
                }
                None => {
                    let entry = Activation::CATALOGUE.find(&text);
                    self.entry_call(self.entry(name, "scope"), entry, &quote!(#p::Activation))
                }
            },
        }
    }

    fn entry_call(&self, name: TokenStream, entry: Option<&'static EntryKind>, path: &TokenStream) -> Callee {
        let fields = entry.map(|entry| {
            let variant = format_ident!("{}", entry.variant);
            quote!(#path::#variant)
        });
        let options = entry.map_or(vec![], |entry| entry.attributes.iter().map(option).collect());
        Callee { name, fields, options }
    }

    /// Whether a lone word is nothing that the option at its place takes: the beginning of an option's name.
    fn is_unknown(&self, word: &Ident, callee: &Callee, position: usize) -> bool {
        let text = word.to_string();
        let is_entry = match callee.options.get(position) {
            Some((_, Context::Entry(catalogue))) => catalogue.find(&text).is_some(),
            _ => false,
        };
        let is_own = self.variables.contains(&text) || self.options.contains(&text) || self.items.contains_key(&text);
        !is_entry && !is_own && !is_reserved(word)
    }
}

fn option(attribute: &Attribute) -> (String, Context) {
    let context = match attribute.kind {
        Kind::Entry(catalogue) => Context::Entry(catalogue),
        _ => Context::Constant,
    };
    (attribute.name.to_string(), context)
}

/// A path that no place of the declaration leads to.
fn unplaced_path(path: &TokenStream) -> TokenStream {
    let trees = path.clone().into_iter().map(|mut tree| {
        tree.set_span(proc_macro2::Span::call_site());
        tree
    });
    trees.collect()
}
