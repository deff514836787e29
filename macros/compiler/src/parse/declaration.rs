//! The three things that are parsed as a whole: a network, a library, one imported definition.

use std::mem::take;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::cursor::Cursor;
use super::parser::{Parse, Parser, broken};
use crate::ast::{Ast, Library, LibraryItem, Statement};
use crate::diagnostics::Diagnostics;

/// Parses the tokens inside `network!( … )`, with or without braces around them.
///
/// The result is there as soon as the struct's name is known; what could not be understood is
/// [`ExprKind::Broken`](crate::ast::ExprKind::Broken) in it and has been reported. Without a
/// name there is no result, and that is reported.
pub fn parse_network(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Ast> {
    let mut parser = Parser::new(content(tokens), diagnostics);
    let header = parser.header().ok()?;
    let header_is_broken = take(&mut parser.reported);
    let end = parser.cursor.previous();
    let mut body = parser.body();
    if header_is_broken && body.statements.is_empty() && body.tail.is_none() {
        body.statements.push(Statement::Apply(broken(end)));
    }
    Some(Ast {
        attributes: header.attributes.others,
        allowed: header.attributes.allowed,
        docs: header.attributes.docs,
        visibility: header.visibility,
        name: header.name,
        imports: take(&mut parser.imports),
        imports_all: parser.imports_all,
        body,
    })
}

/// Parses the tokens inside `blocks!( … )`, with or without braces around them.
pub fn parse_library(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Library {
    let mut parser = Parser::new(content(tokens), diagnostics);
    let mut items = Vec::new();
    loop {
        while parser.cursor.eat(";") {}
        if parser.cursor.is_empty() {
            return Library { items };
        }
        let start = parser.cursor.at;
        parser.reported = false;
        if parser.library_item(&mut items).is_err() {
            parser.recover(start);
        }
    }
}

/// Parses one definition of a library, as an importing callback hands it over.
pub fn parse_definition(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Statement> {
    let mut parser = Parser::new(content(tokens), diagnostics);
    let mut items = Vec::new();
    let complete = parser.library_item(&mut items);
    if complete.is_ok() && !parser.cursor.is_empty() {
        parser.unexpected("the end of the definition");
    }
    let mut definition = items.pop()?.definition;
    if let Statement::Block(block) = &mut definition {
        block.imported = true;
    }
    Some(definition)
}

impl Parser<'_> {
    /// Adds one block or constant; one whose name is known is added even if it is broken.
    fn library_item(&mut self, items: &mut Vec<LibraryItem>) -> Parse<()> {
        self.cursor.open_invisible();
        let attributes = self.attributes()?;
        self.cursor.open_invisible();
        let visibility = self.visibility();
        let start = self.cursor.at;
        let (definition, complete) = match self.cursor.word().as_deref() {
            Some("fn") => {
                let (block, complete) = self.block(attributes.docs)?;
                (Statement::Block(block), complete)
            }
            Some("const") => {
                let (constant, complete) = self.constant(attributes.docs)?;
                (Statement::Const(constant), complete)
            }
            _ => {
                let found = self.cursor.found();
                let message = format!("`blocks!` holds `fn` and `const` only, found {found}");
                return Err(self.error(self.cursor.extent(), message));
            }
        };
        let mut tokens = attributes.doc_tokens;
        tokens.extend(self.cursor.since(start));
        items.push(LibraryItem { attributes: attributes.others, visibility, definition, tokens });
        complete
    }
}

/// The tokens of a declaration, without the braces that may stand around them.
fn content(tokens: TokenStream) -> Cursor {
    let mut cursor = Cursor::new(tokens);
    loop {
        let single = cursor.peek_ahead(1).is_none();
        match cursor.peek() {
            Some(TokenTree::Group(group)) if single => match group.delimiter() {
                Delimiter::None => cursor = Cursor::new(group.stream()),
                Delimiter::Brace => return Cursor::of(group),
                _ => return cursor,
            },
            _ => return cursor,
        }
    }
}
