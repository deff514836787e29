//! What is emitted after mistakes: a struct with the whole interface, so that the user sees our errors alone.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::guess;
use super::value::{shape_constant, size_literal};
use super::{derives, unplaced};
use crate::ast::{Ast, Const, ConstKind, Statement};
use crate::constant::Constant;
use crate::resolve::{CONSTANTS, METHODS};

pub(super) fn string(text: &str) -> Literal {
    Literal::string(text)
}

/// A struct whose methods type-check at every reasonable use and are never run.
pub fn emit_stub(ast: &Ast, runtime: &TokenStream) -> TokenStream {
    let p = quote!(#runtime::__private);
    let (visibility, name, implemented) = (&ast.visibility, &ast.name, unplaced(&ast.name));
    let (docs, conditions) = (&ast.docs, Vec::from_iter(super::conditions(ast)));
    let mut taken: HashSet<String> = CONSTANTS.iter().chain(&METHODS).map(ToString::to_string).collect();
    let own = ast.body.statements.iter().filter_map(|statement| match statement {
        Statement::Const(constant) if taken.insert(constant.name.to_string()) => Some(own_constant(ast, constant)),
        _ => None,
    });
    let lengths = guess::lengths(ast);
    let (input, output) = lengths.as_ref().map_or((vec![vec![1]], vec![vec![1]]), |lengths| {
        let inputs = lengths.inputs.iter().map(|(_, extents)| extents.clone()).collect();
        (inputs, lengths.outputs.iter().map(|&length| vec![length]).collect())
    });
    let ((input_type, input), (output_type, output)) = (shape_constant(&input), shape_constant(&output));
    let arrays = lengths.as_ref().map_or(1, |lengths| lengths.outputs.len());
    let arrays = if arrays == 1 { quote!(#p::Array) } else { tuple((0..arrays).map(|_| quote!(#p::Array))) };
    let predict_one = predict_one(lengths);
    let derived = [("Clone", quote!(::core::clone::Clone)), ("Debug", quote!(::core::fmt::Debug))];
    let derived = derived.into_iter().filter(|(name, _)| !derives(ast, name)).map(|(_, path)| path);
    let attributes = &ast.attributes;
    quote! {
        #(#[doc = #docs])*
        #[allow(missing_docs, reason = "its documentation is that of the network, which could not be made")]
        #(#[derive(#derived)])*
        #(#attributes)*
        #visibility struct #name {
            _private: (),
        }
        #(#conditions)*
        #[automatically_derived]
        #[allow(dead_code, missing_docs, unused_variables, clippy::all, reason = "it stands in for code that could not be made")]
        impl #implemented {
            pub const INPUT_SHAPE: #input_type = #input;
            pub const OUTPUT_SHAPE: #output_type = #output;
            pub const PARAMETERS: usize = 1;
            pub const MULTIPLY_ADDS: u64 = 1;
            pub const SUMMARY: &'static str = "";
            #(#own)*
            pub fn new(seed: u64) -> Self {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn load(path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<Self, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn save(&self, path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<(), #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn load_weights(
                &mut self,
                path: impl ::core::convert::AsRef<::std::path::Path>,
                mapping: &#p::Mapping,
            ) -> ::core::result::Result<(), #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn fit(&mut self, train: &#p::Dataset<'_>, fit: #p::Fit<'_>) -> ::core::result::Result<#p::History, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn evaluate(&self, test: &#p::Dataset<'_>) -> ::core::result::Result<#p::Evaluation, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn predict<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#arrays, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn predict_raw<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#arrays, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            #predict_one
            pub fn train_step<'a>(
                &mut self,
                x: impl #p::IntoColumns<'a>,
                y: impl #p::IntoColumns<'a>,
            ) -> ::core::result::Result<f32, #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn preprocessing(&self) -> ::core::option::Option<&#p::Preprocessing> {
                ::core::option::Option::None
            }
            pub fn classes(&self) -> &[::std::string::String] {
                &[]
            }
            pub fn set_threads(&mut self, threads: usize) -> ::core::result::Result<(), #p::Error> {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
            pub fn parameters(&self) -> impl ::core::iter::Iterator<Item = (&'static str, &'static [usize], &[f32])> {
                ::core::iter::empty()
            }
            pub fn parameters_mut(&mut self) -> impl ::core::iter::Iterator<Item = (&'static str, &'static [usize], &mut [f32])> {
                ::core::iter::empty()
            }
        }
    }
}

/// What stands for the network where a path after `use` is wrong, so that rustc's error about the path stays alone: a stub
/// that comes in by a glob, which the network itself shadows.
pub fn emit_fallback(ast: &Ast, runtime: &TokenStream) -> TokenStream {
    let (visibility, module) = (&ast.visibility, format_ident!("__monograd_{}", ast.name));
    let mut ast = Ast { attributes: vec![], visibility: quote!(pub), name: unplaced(&ast.name), ..ast.clone() };
    for statement in &mut ast.body.statements {
        if let Statement::Const(constant) = statement {
            constant.name = unplaced(&constant.name);
        }
    }
    let stub = emit_stub(&ast, runtime);
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, non_snake_case, unreachable_pub, reason = "the path is at fault, and rustc says so")]
        mod #module {
            #stub
        }
        #[doc(hidden)]
        #[allow(unreachable_pub, unused_imports, reason = "the network shadows it once the path is right")]
        #visibility use #module::*;
    }
}

/// Generic where the lengths are not known: uses that only pass the result on still show no error.
fn predict_one(lengths: Option<guess::Lengths>) -> TokenStream {
    let Some(guess::Lengths { inputs, outputs }) = lengths else {
        return quote! {
            pub fn predict_one<const N: usize, const M: usize>(&self, x: &[f32; N]) -> [f32; M] {
                ::core::unreachable!("a declaration with mistakes does not compile")
            }
        };
    };
    let inputs = inputs.iter().enumerate().map(|(position, (dtype, extents))| {
        let length = size_literal(extents.iter().product());
        let (name, dtype) = (format_ident!("x_{position}"), format_ident!("{dtype}"));
        quote!(#name: &[#dtype; #length])
    });
    let outputs: Vec<TokenStream> =
        outputs.into_iter().map(size_literal).map(|length| quote!([f32; #length])).collect();
    let output = if outputs.len() == 1 { quote!(#(#outputs)*) } else { tuple(outputs) };
    quote! {
        pub fn predict_one(&self, #(#inputs),*) -> #output {
            ::core::unreachable!("a declaration with mistakes does not compile")
        }
    }
}

/// A constant of the declaration, of its value where that can be read off.
fn own_constant(ast: &Ast, constant: &Const) -> TokenStream {
    let (name, docs) = (&constant.name, &constant.docs);
    let constant = match (constant.kind, guess::constant(ast, constant)) {
        (ConstKind::Size, Some(Constant::Int(value))) if let Ok(value) = usize::try_from(value) => {
            let value = size_literal(value);
            quote!(pub const #name: usize = #value;)
        }
        (ConstKind::Size, _) => quote!(pub const #name: usize = 1;),
        (ConstKind::Float, _) => quote!(pub const #name: f32 = 1.0;),
        (ConstKind::Bool, _) => quote!(pub const #name: bool = false;),
    };
    quote!(#(#[doc = #docs])* #constant)
}

fn tuple(kinds: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let kinds = kinds.into_iter();
    quote!((#(#kinds),*))
}
