//! The pipeline, stage by stage. Each stage consumes the last one's type; mistakes are shown between them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::ast::{Ast, Library};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::differentiate::differentiate;
use crate::emit::{Shapes, emit, emit_editor, emit_fallback, emit_library, emit_stub};
use crate::fuse::fuse;
use crate::infer::infer;
use crate::likely;
use crate::parse::{parse_library, parse_network};
use crate::plan::{Plan, plan};
use crate::resolve::{Imported, resolve};

/// What a macro call becomes.
#[derive(Debug)]
pub struct Expansion {
    /// The generated code; after mistakes, a stub with the same interface.
    pub tokens: TokenStream,
    /// The mistakes, in source order.
    pub errors: Vec<Diagnostic>,
    /// What is only likely to be a mistake, in source order.
    pub warnings: Vec<Diagnostic>,
}

impl Expansion {
    /// The code with a `compile_error!` for each mistake, and with the warnings.
    pub fn into_tokens(self) -> TokenStream {
        let errors = self.errors.iter().map(|error| {
            let tokens = error.to_tokens();
            quote!(#tokens)
        });
        let warnings = self.warnings.iter().map(Diagnostic::to_warning);
        let tokens = self.tokens;
        quote!(#(#errors)* #(#warnings)* #tokens)
    }
}

/// `network!`: a declaration, after the path of the runtime in parentheses and, in brackets, what has been imported.
pub fn network(input: TokenStream) -> Expansion {
    let mut diagnostics = Diagnostics::default();
    let Call { runtime, done, declaration } = Call::split(input);
    if matches!(done.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == "editor") {
        return editor(&runtime, &done, declaration);
    }
    let Some(imported) = imported(&done, &mut diagnostics) else {
        let tokens = parse_network(declaration, &mut diagnostics).map(|ast| emit_stub(&ast, &runtime));
        return Expansion { tokens: tokens.unwrap_or_default(), errors: diagnostics.into_sorted(), warnings: vec![] };
    };
    let Some(ast) = parse_network(declaration.clone(), &mut diagnostics) else {
        return Expansion { tokens: TokenStream::new(), errors: diagnostics.into_sorted(), warnings: vec![] };
    };
    let renamed = ast.imports.iter().any(|import| !import.path.to_string().ends_with(&import.name.to_string()));
    if renamed && !diagnostics.is_empty() {
        // What it asks for would come back under its own name, again and again.
        return Expansion { tokens: emit_stub(&ast, &runtime), errors: diagnostics.into_sorted(), warnings: vec![] };
    }
    if let Some(import) = ast.imports.iter().find(|import| imported.iter().all(|known| import.name != known.name)) {
        let path = &import.path;
        let fallback = if done.is_empty() { emit_fallback(&ast, &runtime) } else { TokenStream::new() };
        let tokens = quote!(#path! { (#runtime) [#done] #declaration } #fallback);
        return Expansion { tokens, errors: vec![], warnings: vec![] };
    }
    let tokens = match compile(&ast, &imported, &mut diagnostics) {
        Some(plan) => emit(&ast, &plan, &runtime),
        None => emit_stub(&ast, &runtime),
    };
    let warnings = diagnostics.take_warnings();
    Expansion { tokens, errors: diagnostics.into_sorted(), warnings }
}

/// The declaration for an editor, `[editor]` before it: as much as can be understood, and no word about the rest, which the
/// network itself reports.
fn editor(runtime: &TokenStream, done: &TokenStream, declaration: TokenStream) -> Expansion {
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(declaration.clone(), &mut diagnostics);
    let imported = imported(done, &mut diagnostics).unwrap_or_default();
    let missing = |ast: &Ast| {
        let import = ast.imports.iter().find(|import| imported.iter().all(|known| import.name != known.name));
        import.map(|import| import.path.clone())
    };
    if let Some(path) = ast.as_ref().filter(|_| diagnostics.is_empty()).and_then(missing) {
        return Expansion {
            tokens: quote!(#path! { (#runtime) [#done] #declaration }),
            errors: vec![],
            warnings: vec![],
        };
    }
    let shapes = ast.map_or(Shapes::default(), |ast| Shapes::of(&resolve(&ast, &imported, &mut diagnostics)));
    Expansion { tokens: emit_editor(declaration, &shapes, runtime), errors: vec![], warnings: vec![] }
}

/// All stages between the tree and the tokens; nothing after a mistake.
pub fn compile(ast: &Ast, imported: &[Imported], diagnostics: &mut Diagnostics) -> Option<Plan> {
    let graph = resolve(ast, imported, diagnostics);
    let shaped = infer(graph, diagnostics)?;
    likely::warn(ast, &shaped, diagnostics);
    let shaped = fuse(shaped);
    let tape = differentiate(shaped);
    Some(plan(tape))
}

/// `blocks!`: definitions for networks in other modules and crates, after the path of the runtime in parentheses.
pub fn blocks(input: TokenStream) -> Expansion {
    let mut diagnostics = Diagnostics::default();
    let Call { declaration, .. } = Call::split(input);
    let library = parse_library(declaration.clone(), &mut diagnostics);
    let tokens = emit_library(&library, diagnostics.is_empty().then_some(&declaration));
    Expansion { tokens, errors: diagnostics.into_sorted(), warnings: vec![] }
}

/// The parts of a macro call.
struct Call {
    runtime: TokenStream,
    done: TokenStream,
    declaration: TokenStream,
}

impl Call {
    fn split(input: TokenStream) -> Self {
        let mut trees = input.into_iter().peekable();
        let mut group = |delimiter| match trees.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                let content = group.stream();
                trees.next();
                Some(content)
            }
            _ => None,
        };
        let runtime = group(Delimiter::Parenthesis).unwrap_or_else(|| quote!(::monograd));
        let done = group(Delimiter::Bracket).unwrap_or_default();
        Self { runtime, done, declaration: trees.collect() }
    }
}

/// What callbacks have brought: `{ Name { library } }`, one after the other; nothing after `{ Name }`, which comes from a
/// library with mistakes of its own.
fn imported(done: &TokenStream, diagnostics: &mut Diagnostics) -> Option<Vec<Imported>> {
    let mut imported = Vec::new();
    for tree in done.clone() {
        let TokenTree::Group(group) = tree else { continue };
        let mut parts = group.stream().into_iter();
        let Some(TokenTree::Ident(name)) = parts.next() else { continue };
        if let TokenTree::Group(library) = parts.next()? {
            let mut library: Library = parse_library(library.stream(), diagnostics);
            library.mark_imported();
            imported.push(Imported { name: name.to_string(), library });
        }
    }
    Some(imported)
}
