//! The struct and its methods: thin calls into the runtime.

use std::collections::HashSet;

use monograd_schema::Dtype;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::value::{float, shape_constant, size_literal};
use super::{Emitter, derives, distinct, program_name, stub::string, unplaced};
use crate::ast::ConstKind;
use crate::constant::Constant;
use crate::graph::Output;

impl Emitter<'_> {
    /// It stands outside of the block in which the runtime has a short name.
    pub(super) fn structure(&self, runtime: &TokenStream) -> TokenStream {
        let ast = self.ast;
        let (attributes, visibility, name) = (&ast.attributes, &ast.visibility, &ast.name);
        let docs = self.struct_docs();
        quote! {
            #(#[doc = #docs])*
            #(#attributes)*
            #visibility struct #name {
                model: #runtime::__private::Model,
            }
        }
    }

    pub(super) fn methods(&self) -> TokenStream {
        let (p, name) = (&self.private, unplaced(&self.ast.name));
        let (constants, predict, predict_one) = (self.constants(), self.predict(), self.predict_one());
        let (debug, clone) = (self.debug(), self.clone_impl());
        let program = program_name(self.ast);
        let training = if self.plan.tape.shaped.graph.losses.is_empty() { quote!() } else { self.training() };
        quote! {
            #[automatically_derived]
            impl #name {
                #constants

                /// A network with first values drawn from `seed`: the same seed gives the same bits.
                pub fn new(seed: u64) -> Self {
                    Self { model: #p::Model::seeded(&#program, seed) }
                }

                /// Reads a network that [`Self::save`] has written, with the state of its optimizer.
                ///
                /// # Errors
                /// When the file cannot be read, is damaged, or belongs to another architecture; all differences are named.
                pub fn load(path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<Self, #p::Error> {
                    ::core::result::Result::Ok(Self { model: #p::Model::load(&#program, path.as_ref())? })
                }

                /// Writes the network to a safetensors file. The file is replaced as a whole or not at all.
                ///
                /// # Errors
                /// When the file cannot be written; an older file of the name is then as it was.
                pub fn save(&self, path: impl ::core::convert::AsRef<::std::path::Path>) -> ::core::result::Result<(), #p::Error> {
                    self.model.save(path.as_ref())
                }

                /// Takes the parameters from a safetensors file that another program wrote; `mapping` says which tensor becomes
                /// which of them. The optimizer starts anew.
                ///
                /// # Errors
                /// When the file cannot be read, is damaged, or does not fit: all differences are named, and nothing changes.
                pub fn load_weights(
                    &mut self,
                    path: impl ::core::convert::AsRef<::std::path::Path>,
                    mapping: &#p::Mapping,
                ) -> ::core::result::Result<(), #p::Error> {
                    self.model.load_weights(path.as_ref(), mapping)
                }

                #training
                #predict
                #predict_one

                /// What the network has learned about the columns of tables; nothing unless it was trained on one.
                pub fn preprocessing(&self) -> ::core::option::Option<&#p::Preprocessing> {
                    self.model.preprocessing()
                }

                /// The names of the classes by their indices, of the first target that `Recipe::target_classes` makes.
                pub fn classes(&self) -> &[::std::string::String] {
                    self.model.classes()
                }

                /// How many threads predictions, evaluation and single steps may use, and training where `Fit::threads` says
                /// nothing: 1 or more, one for each processor by default. Results do not depend on it.
                ///
                /// # Errors
                ///
                /// For 0.
                pub fn set_threads(&mut self, threads: usize) -> ::core::result::Result<(), #p::Error> {
                    self.model.set_threads(threads)
                }

                /// Every parameter with its path, shape and values.
                pub fn parameters(&self) -> impl ::core::iter::Iterator<Item = (&'static str, &'static [usize], &[f32])> {
                    self.model.parameters()
                }

                /// Every parameter with its path, shape and values, to be changed.
                pub fn parameters_mut(&mut self) -> impl ::core::iter::Iterator<Item = (&'static str, &'static [usize], &mut [f32])> {
                    self.model.parameters_mut()
                }
            }

            #debug
            #clone

            #[automatically_derived]
            impl #p::Network for #name {
                fn program<T: #p::Float>() -> &'static dyn #p::Program<T> {
                    &#program
                }
                fn model(&self) -> &#p::Model {
                    &self.model
                }
                fn model_mut(&mut self) -> &mut #p::Model {
                    &mut self.model
                }
            }
        }
    }

    /// Prints the table of layers, unless the user derives something else.
    fn debug(&self) -> TokenStream {
        let name = unplaced(&self.ast.name);
        if derives(self.ast, "Debug") {
            return TokenStream::new();
        }
        quote! {
            #[automatically_derived]
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(Self::SUMMARY)
                }
            }
        }
    }

    fn clone_impl(&self) -> TokenStream {
        let name = unplaced(&self.ast.name);
        if derives(self.ast, "Clone") {
            return TokenStream::new();
        }
        quote! {
            #[automatically_derived]
            impl ::core::clone::Clone for #name {
                fn clone(&self) -> Self {
                    Self { model: ::core::clone::Clone::clone(&self.model) }
                }
            }
        }
    }

    fn training(&self) -> TokenStream {
        let p = &self.private;
        quote! {
            /// Trains on a data set, epoch by epoch.
            ///
            /// # Errors
            /// When the data does not fit the network, a setting is invalid, or the loss is NaN or infinite: the
            /// parameters are then the last good ones.
            pub fn fit(&mut self, train: &#p::Dataset<'_>, fit: #p::Fit<'_>) -> ::core::result::Result<#p::History, #p::Error> {
                self.model.fit(train, fit)
            }

            /// The loss and every declared metric over a data set.
            ///
            /// # Errors
            /// When the data does not fit the network.
            pub fn evaluate(&self, test: &#p::Dataset<'_>) -> ::core::result::Result<#p::Evaluation, #p::Error> {
                self.model.evaluate(test)
            }

            /// One forward pass, one backward pass and one update on a batch; gives the loss before the update.
            ///
            /// # Errors
            /// When the batch does not fit the network, or the loss is NaN or infinite: nothing is then updated.
            pub fn train_step<'a>(
                &mut self,
                x: impl #p::IntoColumns<'a>,
                y: impl #p::IntoColumns<'a>,
            ) -> ::core::result::Result<f32, #p::Error> {
                self.model.train_step(x.into_columns()?, y.into_columns()?)
            }
        }
    }

    /// Constants of every network, then those of the declaration.
    fn constants(&self) -> TokenStream {
        let shaped = &self.plan.tape.shaped;
        let shapes: Vec<Vec<usize>> =
            self.input_nodes().map(|id| shaped.tensors[id].shape.extents().to_vec()).collect();
        let (input_type, input) = shape_constant(&shapes);
        let shape = |output: &Output| shaped.tensors[output.node].shape.extents().to_vec();
        let shapes: Vec<Vec<usize>> = shaped.graph.outputs.iter().map(shape).collect();
        let (output_type, output) = shape_constant(&shapes);
        let (total, multiply_adds) = (size_literal(self.plan.total), Literal::u64_unsuffixed(self.plan.multiply_adds));
        let summary = text(&self.summary());
        let own = shaped.graph.constants.iter().map(|constant| {
            let (docs, name) = (&constant.docs, &constant.name);
            let docs = if docs.is_empty() { vec![" A constant of the declaration.".to_string()] } else { docs.clone() };
            let (kind, value) = match (constant.kind, &constant.value) {
                (ConstKind::Size, Constant::Int(value)) => (quote!(usize), size_literal(*value as usize)),
                (ConstKind::Float, Constant::Float(value)) => (quote!(f32), float(*value)),
                (_, Constant::Bool(value)) => (quote!(bool), quote!(#value)),
                _ => return quote!(),
            };
            quote! {
                #(#[doc = #docs])*
                pub const #name: #kind = #value;
            }
        });
        quote! {
            /// The shape of one sample of the input; a tuple of shapes where there are several.
            pub const INPUT_SHAPE: #input_type = #input;
            /// The shape of one sample of the output; a tuple of shapes where there are several.
            pub const OUTPUT_SHAPE: #output_type = #output;
            /// The number of values that the network keeps: weights, biases and the like.
            pub const PARAMETERS: usize = #total;
            /// Multiply-adds of one forward pass of one sample.
            pub const MULTIPLY_ADDS: u64 = #multiply_adds;
            /// The table of layers, to be printed.
            pub const SUMMARY: &'static str = #summary;
            #(#own)*
        }
    }

    fn predict(&self) -> TokenStream {
        let p = &self.private;
        let names = self.output_names();
        let (kind, give) = match names.as_slice() {
            [_] => (quote!(#p::Array), quote!(#(#names)*)),
            _ => {
                let kinds = names.iter().map(|_| quote!(#p::Array));
                (quote!((#(#kinds),*)), quote!((#(#names),*)))
            }
        };
        let bind = quote!([#(#names),*]);
        let outputs = self.plan.tape.shaped.graph.outputs.iter();
        let list = outputs.map(|output| output.name.as_str()).collect::<Vec<_>>().join("`, `");
        let several = (names.len() > 1).then(|| format!(" The outputs are `{list}`, in this order."));
        let several = several.iter();
        let again = several.clone();
        quote! {
            /// What the network says about samples: probabilities for `cross_entropy` and `binary_cross_entropy`, else values.
            ///
            /// `x` is an array with the batch axis first (a tuple of arrays for several inputs), a data set, or a table if the
            /// network was trained on one.
            #(#[doc = #several])*
            ///
            /// # Errors
            /// When `x` does not fit the network.
            pub fn predict<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#kind, #p::Error> {
                let #bind = self.model.predict(x.into_columns()?)?;
                ::core::result::Result::Ok(#give)
            }

            /// Raw scores: [`Self::predict`] without softmax or sigmoid at its end.
            #(#[doc = #again])*
            ///
            /// # Errors
            /// When `x` does not fit the network.
            pub fn predict_raw<'a>(&self, x: impl #p::IntoColumns<'a>) -> ::core::result::Result<#kind, #p::Error> {
                let #bind = self.model.predict_raw(x.into_columns()?)?;
                ::core::result::Result::Ok(#give)
            }
        }
    }

    fn predict_one(&self) -> TokenStream {
        let (shaped, program) = (&self.plan.tape.shaped, program_name(self.ast));
        let (mut arguments, mut columns) = (Vec::new(), Vec::new());
        let mut taken = HashSet::new();
        for (position, id) in self.input_nodes().enumerate() {
            let path = &shaped.graph.owners[shaped.graph.nodes[id].owner].path;
            let name = distinct(safe_name(path, || format!("input_{}", position + 1)), &mut taken);
            let length = size_literal(shaped.tensors[id].shape.elements());
            let kind = if shaped.tensors[id].dtype == Dtype::F32 { quote!(f32) } else { quote!(u32) };
            arguments.push(quote!(#name: &[#kind; #length]));
            columns.push(quote!(::core::convert::From::from(#name)));
        }
        let lengths =
            shaped.graph.outputs.iter().map(|output| size_literal(shaped.tensors[output.node].shape.elements()));
        let lengths: Vec<TokenStream> = lengths.collect();
        let body = match lengths.as_slice() {
            [length] => quote! {
                pub fn predict_one(&self, #(#arguments),*) -> [f32; #length] {
                    let mut result = [0.0; #length];
                    self.model.predict_one(&#program, &[#(#columns),*], &mut [&mut result]);
                    result
                }
            },
            _ => {
                let indices: Vec<Literal> = (0..lengths.len()).map(Literal::usize_unsuffixed).collect();
                quote! {
                    pub fn predict_one(&self, #(#arguments),*) -> (#([f32; #lengths]),*) {
                        let mut result = (#([0.0; #lengths]),*);
                        self.model.predict_one(&#program, &[#(#columns),*], &mut [#(&mut result.#indices),*]);
                        result
                    }
                }
            }
        };
        quote! {
            /// [`Self::predict`] for one sample whose values lie one after the other; allocates nothing after the first call.
            ///
            /// After training on a table it takes no cells: each input is what the recipe makes of a row, in the recipe's order,
            /// standardized and so on already. Answers are in the units of a standardized target. `predict` takes rows as they
            /// are, and `Table::from_rows` makes one without a file.
            #body
        }
    }

    /// Bindings of the generated functions, whose names a static of the surrounding code will not have.
    fn output_names(&self) -> Vec<Ident> {
        let count = self.plan.tape.shaped.graph.outputs.len();
        (1..=count).map(|number| Ident::new(&format!("__output_{number}"), Span::mixed_site())).collect()
    }
}

/// A text of several lines as a raw literal, whose lines rustdoc shows as lines.
fn text(text: &str) -> Literal {
    let raw = format!("r#\"{text}\"#").parse();
    raw.ok().filter(|_| !text.contains("\"#")).unwrap_or_else(|| string(text))
}

/// A name as a variable of generated functions; another for keywords, for names of the generated code's own, and for those in
/// upper case, which a descriptor may have.
fn safe_name(name: &str, other: impl Fn() -> String) -> String {
    let own = matches!(name, "self" | "result") || name == name.to_uppercase();
    let fits = !own && syn::parse_str::<Ident>(name).is_ok();
    if fits { name.to_string() } else { other() }
}
