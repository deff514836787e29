//! What is emitted after mistakes: a struct with the whole interface, so that the user sees our errors alone.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ast::Ast;

pub(super) fn string(text: &str) -> Literal {
    Literal::string(text)
}

/// A struct whose methods type-check at every reasonable use and are never run.
pub fn emit_stub(ast: &Ast, runtime: &TokenStream) -> TokenStream {
    let p = quote!(#runtime::__private);
    let (visibility, name) = (&ast.visibility, &ast.name);
    let docs = &ast.docs;
    let own = ast.body.statements.iter().filter_map(|statement| match statement {
        crate::ast::Statement::Const(constant) => {
            let name = &constant.name;
            let (kind, value) = match constant.kind {
                crate::ast::ConstKind::Size => (quote!(usize), quote!(0)),
                crate::ast::ConstKind::Float => (quote!(f32), quote!(0.0)),
                crate::ast::ConstKind::Bool => (quote!(bool), quote!(false)),
            };
            Some(quote!(pub const #name: #kind = #value;))
        }
        _ => None,
    });
    quote! {
        #(#[doc = #docs])*
        #visibility struct #name;
        #[automatically_derived]
        #[allow(unused_variables, missing_docs, clippy::all)]
        impl #name {
            pub const INPUT_SHAPE: [usize; 0] = [];
            pub const OUTPUT_SHAPE: [usize; 0] = [];
            pub const PARAMETERS: usize = 0;
            pub const MULTIPLY_ADDS: u64 = 0;
            pub const SUMMARY: &'static str = "";
            #(#own)*
            pub fn new(seed: u64) -> Self {
                ::core::unimplemented!()
            }
            pub fn load(path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<Self, #p::Error> {
                ::core::unimplemented!()
            }
            pub fn save(&self, path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<(), #p::Error> {
                ::core::unimplemented!()
            }
            pub fn fit(&mut self, train: &#p::Dataset<'_>, fit: #p::Fit<'_>) -> ::core::result::Result<#p::History, #p::Error> {
                ::core::unimplemented!()
            }
            pub fn evaluate(&self, test: &#p::Dataset<'_>) -> ::core::result::Result<#p::Evaluation, #p::Error> {
                ::core::unimplemented!()
            }
            pub fn predict<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#p::Array, #p::Error> {
                ::core::unimplemented!()
            }
            pub fn predict_raw<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#p::Array, #p::Error> {
                ::core::unimplemented!()
            }
            pub fn predict_one<const N: usize, const M: usize>(&self, x: &[f32; N]) -> [f32; M] {
                ::core::unimplemented!()
            }
            pub fn train_step<'a>(
                &mut self,
                x: impl #p::IntoColumns<'a>,
                y: impl #p::IntoColumns<'a>,
            ) -> ::core::result::Result<f32, #p::Error> {
                ::core::unimplemented!()
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
