//! Errors collected over all stages, printed in source order.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream};
use quote::quote;

use crate::ast::Extent;

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
}

impl Diagnostics {
    /// Adds a mistake; one that is there already at the same place is not repeated.
    pub fn error(&mut self, extent: impl Into<Extent>, message: impl Into<String>) {
        let diagnostic = Diagnostic { extent: extent.into(), message: message.into() };
        let place = |d: &Diagnostic| (format!("{:?}", d.extent.first), format!("{:?}", d.extent.last));
        let known = |d: &Diagnostic| d.message == diagnostic.message && place(d) == place(&diagnostic);
        if !self.list.iter().any(known) {
            self.list.push(diagnostic);
        }
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
}
