//! The header of a network: `/// Docs. pub struct Net;`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::attribute::Attributes;
use super::foreign;
use super::parser::{Parse, Parser, is_camel_case};

/// Types that the generated code uses by their names, which a struct of the same name would hide.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8",
    "usize",
];

/// Everything before the first statement.
pub(super) struct Header {
    /// Docs and other attributes.
    pub(super) attributes: Attributes,
    /// `pub`, `pub(crate)` or nothing.
    pub(super) visibility: TokenStream,
    /// The name of the struct.
    pub(super) name: Ident,
}

impl Parser<'_> {
    /// The header, which is looked for further down if it does not stand first.
    pub(super) fn header(&mut self) -> Parse<Header> {
        if self.cursor.is_empty() {
            let message = "this network is empty";
            let help = "write `pub struct Net;` and its layers";
            return Err(self.error_with_help(self.cursor.here(), message, help));
        }
        self.cursor.open_invisible();
        let start = self.cursor.at;
        let attributes = self.attributes()?;
        self.cursor.open_invisible();
        let visibility = self.visibility();
        if !self.cursor.is_word("struct") {
            return match self.lone_name(!visibility.is_empty()) {
                Some(name) => Ok(Header { attributes, visibility, name }),
                None => self.misplaced_header(start),
            };
        }
        let name = self.struct_name()?;
        Ok(Header { attributes, visibility, name })
    }

    /// `struct Net;`, with whatever does not belong there reported and left out.
    fn struct_name(&mut self) -> Parse<Ident> {
        self.cursor.at += 1;
        let name = self.name("the name of the network after `struct`")?;
        if PRIMITIVES.iter().any(|primitive| name == primitive) {
            let message = format!("`{name}` is a type of Rust's, a network needs another name");
            return Err(self.error_with_help(name.span(), message, "write `struct Net;`"));
        }
        if self.cursor.is_punct("<") {
            let message = format!("`{name}` has generic parameters: every size is a number here");
            let help = format!("write `struct {name};`");
            self.error_with_help(self.cursor.here(), message, help);
            self.skip_angles();
        }
        if self.cursor.is_word("where") {
            let message = format!("`{name}` has a `where`: it has no generic parameters");
            self.error_with_help(self.cursor.here(), message, format!("write `struct {name};`"));
            while !self.cursor.is_empty() && !self.cursor.is_punct(";") {
                self.cursor.at += 1;
            }
        }
        let fields = match self.cursor.eat_group(Delimiter::Brace) {
            None => self.cursor.eat_group(Delimiter::Parenthesis),
            group => group,
        };
        if let Some(fields) = fields {
            let message = format!("`{name}` has fields: a network's struct has none");
            let help = format!("write `struct {name};` and the layers after it");
            self.error_with_help(fields.span_open(), message, help);
            self.cursor.eat(";");
        } else if !self.cursor.eat(";") {
            let message = format!("expected `;` after `struct {name}`");
            self.error(self.cursor.previous(), message);
        }
        Ok(name)
    }

    /// Skips `<…>`.
    pub(super) fn skip_angles(&mut self) {
        let mut depth = 0_usize;
        while let Some(tree) = self.cursor.peek() {
            match tree {
                TokenTree::Punct(punct) => match punct.as_char() {
                    '<' => depth += 1,
                    '>' => depth = depth.saturating_sub(1),
                    ';' => return,
                    _ => {}
                },
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                _ => {}
            }
            self.cursor.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// `pub Net;`: the keyword is missing.
    fn lone_name(&mut self, visible: bool) -> Option<Ident> {
        let name = self.cursor.ident_ahead(0)?.clone();
        if !self.cursor.is_punct_ahead(1, ";") || !(visible || is_camel_case(&name)) {
            return None;
        }
        let name = self.name("a name").ok()?;
        let message = format!("expected `struct` before `{name}`");
        self.error_with_help(name.span(), message, format!("write `struct {name};`"));
        self.cursor.at += 1;
        Some(name)
    }

    /// Reports that something else stands first, and takes the header from where it stands.
    fn misplaced_header(&mut self, start: usize) -> Parse<Header> {
        let extent = self.cursor.extent();
        let message = format!("expected the network's struct, found {}", self.cursor.found());
        let Some(keyword) = self.cursor.find_word("struct") else {
            let help = match self.cursor.word().is_some_and(|word| foreign::is_item(&word) || word == "class") {
                true => "write `pub struct Net;` in its place",
                false => "write `pub struct Net;` first",
            };
            return Err(self.error_with_help(extent, message, help));
        };
        let help = match self.cursor.ident_ahead(keyword - self.cursor.at + 1) {
            Some(name) => format!("move `struct {name};` to the first line"),
            None => "move the struct to the first line".to_owned(),
        };
        self.error_with_help(extent, message, help);
        self.cursor.at = self.cursor.start_of_item(keyword);
        let first = self.cursor.at;
        let attributes = self.attributes()?;
        let visibility = self.visibility();
        let name = self.struct_name()?;
        let end = self.cursor.at;
        self.cursor.at = first;
        self.cursor.cut(end);
        self.cursor.at = start;
        Ok(Header { attributes, visibility, name })
    }
}
