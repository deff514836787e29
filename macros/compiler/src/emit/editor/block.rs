//! Blocks: a struct whose fields are the options, and a method in which the body sees them.

use monograd_schema::Activation;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::walk::{group, is_punct, is_word, name_of};
use super::{Context, Editor, unplaced, visible};
use crate::parse::is_reserved;

/// One parameter of a block, as far as it is written.
struct Parameter {
    default: Option<Group>,
    name: Ident,
    /// What stands after the colon.
    kind: Vec<TokenTree>,
}

impl Parameter {
    fn is_tensor(&self) -> bool {
        is_word(self.kind.first(), "Tensor")
    }

    fn context(&self) -> Context {
        match self.kind.first() {
            Some(kind) if is_word(Some(kind), "Activation") => Context::Entry(Activation::CATALOGUE),
            _ => Context::Constant,
        }
    }
}

impl Editor<'_> {
    /// The options of a block.
    pub(super) fn signature(&self, group: &Group) -> Vec<(String, Context)> {
        let options = parameters(group).into_iter().filter(|parameter| !parameter.is_tensor());
        options.map(|parameter| (parameter.name.to_string(), parameter.context())).collect()
    }

    /// `fn Residual(x: Tensor, width: usize) -> Tensor { … }`, after what stands before it.
    pub(super) fn block(&mut self, before: &[TokenTree], rest: &[TokenTree]) -> (TokenStream, usize) {
        let nothing = (TokenStream::new(), 0);
        let (Some(name), Some(list)) =
            (name_of(rest.first()), rest.get(1..).and_then(|rest| group(rest, Delimiter::Parenthesis)))
        else {
            return nothing;
        };
        let Some((end, body)) = braces(rest) else { return nothing };
        let (options, variables) = (std::mem::take(&mut self.options), std::mem::take(&mut self.variables));
        let mut types = self.walk(&rest[2..end], Context::Constant);
        let (mut fields, mut tensors) = (Vec::new(), Vec::new());
        for parameter in parameters(list) {
            let (name, context) = (&parameter.name, parameter.context());
            if let Some(default) = &parameter.default {
                types.extend(self.nested(default, context));
            }
            if parameter.is_tensor() {
                types.extend(self.walk(&parameter.kind, Context::Constant));
                let kind = self.shapes.output(name.span(), &self.private);
                self.variables.push(name.to_string());
                tensors.push(quote!(#name: #kind));
            } else {
                let kind = self.option_type(&parameter);
                self.options.push(name.to_string());
                fields.push(quote!(pub #name: #kind));
            }
        }
        let docs = docs(before);
        self.scope.push(quote!(#(#docs)* pub struct #name<Input, Output> { #(#fields),* }));
        let body = self.nested(body, Context::Statement);
        (self.options, self.variables) = (options, variables);
        let owner = unplaced(&name.to_string());
        self.blocks.push(quote! {
            #[allow(unused, nonstandard_style, reason = "it is there to be asked about")]
            impl<Input, Output> names::scope::#owner<Input, Output> {
                fn block(self, #(#tensors),*) {
                    #types
                    #body
                }
            }
        });
        (TokenStream::new(), end + 1)
    }

    fn option_type(&self, parameter: &Parameter) -> TokenStream {
        let p = &self.private;
        match name_of(parameter.kind.first()) {
            Some(kind) if kind == "Activation" => quote!(#p::#kind),
            Some(kind) => quote!(#kind),
            None => quote!(()),
        }
    }
}

/// The first braces that are no extent of a type: `-> Tensor<{ 2 * N }> { … }`.
pub(super) fn braces(trees: &[TokenTree]) -> Option<(usize, &Group)> {
    let mut angles = 0_usize;
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && angles == 0 => {
                return Some((at, group));
            }
            tree if is_punct(tree, '<') => angles += 1,
            tree if is_punct(tree, '>') => angles = angles.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The parameters in parentheses: `#[default(3)] name: usize`.
fn parameters(group: &Group) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let trees = visible(group.stream());
    let (mut start, mut angles) = (0, 0_usize);
    for at in 0..=trees.len() {
        match trees.get(at) {
            Some(tree) if is_punct(tree, '<') => angles += 1,
            Some(tree) if is_punct(tree, '>') => angles = angles.saturating_sub(1),
            Some(tree) if angles > 0 || !is_punct(tree, ',') => {}
            _ => {
                parameters.extend(parameter(&trees[start..at]));
                start = at + 1;
            }
        }
    }
    parameters
}

fn parameter(trees: &[TokenTree]) -> Option<Parameter> {
    let (default, rest) = match trees {
        [sign, rest @ ..] if is_punct(sign, '#') => {
            (self::group(rest, Delimiter::Bracket).and_then(default), rest.get(1..)?)
        }
        _ => (None, trees),
    };
    match rest {
        [TokenTree::Ident(name), colon, kind @ ..] if is_punct(colon, ':') && !is_reserved(name) => {
            Some(Parameter { default, name: name.clone(), kind: kind.to_vec() })
        }
        _ => None,
    }
}

/// The value of `#[default(3)]`.
fn default(attribute: &Group) -> Option<Group> {
    let trees = visible(attribute.stream());
    if !is_word(trees.first(), "default") {
        return None;
    }
    self::group(&trees[1..], Delimiter::Parenthesis).cloned()
}

/// The doc comment that ends some trees.
fn docs(before: &[TokenTree]) -> Vec<TokenStream> {
    let mut docs = Vec::new();
    let mut rest = before;
    while let [outer @ .., sign, TokenTree::Group(group)] = rest
        && is_punct(sign, '#')
    {
        if let [word, equals, TokenTree::Literal(line)] = visible(group.stream()).as_slice()
            && is_word(Some(word), "doc")
            && is_punct(equals, '=')
        {
            docs.push(quote!(#[doc = #line]));
        }
        rest = outer;
    }
    docs.reverse();
    docs
}
