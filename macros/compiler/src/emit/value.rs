//! Values of the schema as expressions.

use monograd_schema::{Attribute, Dtype, Entry, Fans, Shape, Value};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// A value as an expression that builds it again.
pub(super) fn value(private: &TokenStream, attribute: &Attribute, value: &Value) -> TokenStream {
    let tokens = match value {
        Value::Size(size) => size_literal(*size),
        Value::Integer(number) => signed(*number),
        Value::Float(number) => float(*number),
        Value::Bool(flag) => quote!(#flag),
        Value::Extents(list) => {
            let list = list.iter().map(|&extent| signed(extent));
            quote!(#private::Extents::of(&[#(#list),*]))
        }
        Value::Dtype(Dtype::F32) => quote!(#private::Dtype::F32),
        Value::Dtype(Dtype::U32) => quote!(#private::Dtype::U32),
        Value::Entry(written) => entry(private, written),
        Value::Nothing => return quote!(::core::option::Option::None),
    };
    if attribute.optional { quote!(::core::option::Option::Some(#tokens)) } else { tokens }
}

/// An entry as a variant: `Activation::LeakyRelu { negative_slope: 0.2 }`.
pub(super) fn entry(private: &TokenStream, entry: &Entry) -> TokenStream {
    let (kind, variant) = (format_ident!("{}", entry.catalogue.type_name), format_ident!("{}", entry.kind.variant));
    let fields = fields(private, entry.kind.attributes, &entry.values);
    if entry.values.is_empty() {
        quote!(#private::#kind::#variant)
    } else {
        quote!(#private::#kind::#variant { #fields })
    }
}

/// `units: 3, bias: true`
pub(super) fn fields(private: &TokenStream, attributes: &[Attribute], values: &[Value]) -> TokenStream {
    let fields = attributes.iter().zip(values).map(|(attribute, written)| {
        let (name, written) = (format_ident!("{}", attribute.name), value(private, attribute, written));
        quote!(#name: #written)
    });
    quote!(#(#fields),*)
}

/// `&[28, 28, 1]`
pub(super) fn extents(shape: Shape) -> TokenStream {
    let extents = shape.extents().iter().map(|&extent| size_literal(extent));
    quote!(&[#(#extents),*])
}

pub(super) fn fans(private: &TokenStream, fans: Fans) -> TokenStream {
    let (input, output) = (size_literal(fans.input), size_literal(fans.output));
    quote!(#private::Fans { input: #input, output: #output })
}

pub(super) fn size_literal(size: usize) -> TokenStream {
    let literal = Literal::usize_unsuffixed(size);
    quote!(#literal)
}

fn signed(number: i64) -> TokenStream {
    let literal = Literal::u64_unsuffixed(number.unsigned_abs());
    if number < 0 { quote!(-#literal) } else { quote!(#literal) }
}

pub(super) fn float(number: f64) -> TokenStream {
    if number == f64::INFINITY {
        return quote!(::core::primitive::f64::INFINITY);
    }
    let literal = Literal::f64_unsuffixed(number.abs());
    if number.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) }
}

/// `[usize; 3]` and `[28, 28, 1]`, or tuples of these.
pub(super) fn shape_constant(shapes: &[Vec<usize>]) -> (TokenStream, TokenStream) {
    let kind = |shape: &Vec<usize>| {
        let rank = size_literal(shape.len());
        quote!([usize; #rank])
    };
    let value = |shape: &Vec<usize>| {
        let extents = shape.iter().map(|&extent| size_literal(extent));
        quote!([#(#extents),*])
    };
    match shapes {
        [shape] => (kind(shape), value(shape)),
        _ => {
            let (kinds, values) = (shapes.iter().map(kind), shapes.iter().map(value));
            (quote!((#(#kinds),*)), quote!((#(#values),*)))
        }
    }
}
