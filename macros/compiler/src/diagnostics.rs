//! Errors and warnings collected over all stages, printed in source order.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream};
use quote::quote;

use crate::ast::Extent;
use crate::warning::Warning;

/// One mistake: where, and the text of the error with its `shapes` and `help:` lines.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The smallest place that is wrong.
    pub extent: Extent,
    /// What is wrong, on the first line; more lines follow in the form of the style guide.
    pub message: String,
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a mistake; one that is there already at the same place is not repeated.
    pub fn error(&mut self, extent: impl Into<Extent>, message: impl Into<String>) {
        add(&mut self.list, Diagnostic { extent: extent.into(), message: message.into() });
    }

    /// Adds what is only likely to be a mistake, with how to say that it is none.
    pub fn warn(&mut self, warning: Warning, extent: impl Into<Extent>, message: impl std::fmt::Display) {
        let name = warning.name();
        let message = format!("{message}\nnote: `#[allow(monograd::{name})]` before the struct says that it is meant");
        add(&mut self.warnings, Diagnostic { extent: extent.into(), message });
    }

    /// The warnings in source order, taken out.
    pub fn take_warnings(&mut self) -> Vec<Diagnostic> {
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.sort_by_key(|d| position(d.extent.first));
        warnings
    }

    /// Adds a mistake with a remedy on a `help:` line.
    pub fn error_with_help(
        &mut self,
        extent: impl Into<Extent>,
        message: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        self.error(extent, format!("{message}\nhelp: {help}"));
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The number of mistakes so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The mistakes in source order.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| position(d.extent.first));
        self.list
    }
}

/// Adds what is not there already at the same place.
fn add(list: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    let place = |d: &Diagnostic| (format!("{:?}", d.extent.first), format!("{:?}", d.extent.last));
    let known = |d: &Diagnostic| d.message == diagnostic.message && place(d) == place(&diagnostic);
    if !list.iter().any(known) {
        list.push(diagnostic);
    }
}

/// Line and column of a token; tokens of another file sort by their own lines.
pub fn position(span: Span) -> (usize, usize) {
    let start = span.start();
    (start.line, start.column)
}

impl Diagnostic {
    /// The `compile_error!` that shows this mistake at its place on stable rustc.
    pub fn to_tokens(&self) -> TokenStream {
        let Extent { first, last } = self.extent;
        let at = |tree: proc_macro2::TokenTree, span: Span| {
            let mut tree = tree;
            tree.set_span(span);
            TokenStream::from(tree)
        };
        let colon = |spacing| {
            let mut punct = Punct::new(':', spacing);
            punct.set_span(first);
            TokenStream::from(proc_macro2::TokenTree::Punct(punct))
        };
        let mut text = Literal::string(&self.message);
        text.set_span(last);
        let mut body = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, quote!(#text));
        body.set_span(last);
        let core = Ident::new("core", first);
        let name = Ident::new("compile_error", first);
        let bang = at(Punct::new('!', Spacing::Alone).into(), first);
        let (c1, c2) = (colon(Spacing::Joint), colon(Spacing::Alone));
        let (c3, c4) = (colon(Spacing::Joint), colon(Spacing::Alone));
        quote!(#c1 #c2 #core #c3 #c4 #name #bang #body)
    }

    /// The use of a deprecated constant that shows this as a warning at its place on stable rustc, which has no other way.
    pub fn to_warning(&self) -> TokenStream {
        let note = Literal::string(&format!("\n{}", self.message));
        let name = Ident::new("likely_mistake", self.extent.first);
        quote! {
            const _: () = {
                #[deprecated(note = #note)]
                #[allow(non_upper_case_globals, reason = "the name stands in the text of the warning")]
                const likely_mistake: () = ();
                #name
            };
        }
    }
}
