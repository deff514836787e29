//! What Rust and Python have and a network has not, each with its own message.

use monograd_schema::{Loss, Metric};
use proc_macro2::{Group, Ident, TokenTree};

use super::cursor::text_of;
use super::parser::{Parse, Parser, Reported, is_camel_case, is_upper_case, is_written_as_constant};
use crate::ast::{Expr, ExprKind, Extent};
use crate::text;

/// Rust's keywords: none of them is a name.
const RESERVED: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Items that stand outside the network.
const ITEMS: [&str; 8] = ["enum", "extern", "impl", "macro_rules", "mod", "trait", "type", "union"];

/// Operators that assign.
const ASSIGNING: [&str; 10] = ["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="];

/// Whether a name is a keyword or `_`.
pub(crate) fn is_reserved(ident: &Ident) -> bool {
    is_reserved_word(&ident.to_string())
}

/// Whether a word is a keyword or `_`.
pub(super) fn is_reserved_word(word: &str) -> bool {
    word == "_" || RESERVED.contains(&word)
}

/// Whether a word stands before a new name in other languages.
pub(super) fn is_binding(word: &str) -> bool {
    ["LET", "Let", "auto", "local", "mut", "my", "tensor", "Tensor", "val", "var"].contains(&word)
}

/// Whether a word starts an item that does not exist in a network.
pub(super) fn is_item(word: &str) -> bool {
    ITEMS.contains(&word)
}

/// Whether a word starts a statement of Python that does not exist in a network.
pub(super) fn is_python(word: &str) -> bool {
    ["class", "def", "import", "from", "with", "del", "assert", "raise", "elif", "pass"].contains(&word)
}

impl Parser<'_> {
    /// Reports a statement of Python.
    pub(super) fn python_statement(&mut self, word: &str) -> Reported {
        let message = format!("`{word}` does not exist here");
        let name = self.cursor.ident_ahead(1).map(Ident::to_string).unwrap_or_default();
        let help = match word {
            "class" => format!("write `struct {name};` and the layers after it"),
            "def" => "write a block: `fn Name(x: Tensor) -> Tensor { … }`".to_owned(),
            "import" | "from" => "write `use path::Name;` for what a `blocks!` exports".to_owned(),
            "elif" => "write `else if`".to_owned(),
            _ => return self.error(self.cursor.here(), message),
        };
        self.error_with_help(self.cursor.here(), message, help)
    }

    /// Reports an item that stands outside the network.
    pub(super) fn foreign_item(&mut self, word: &str) -> Reported {
        let message = format!("`{word}` does not exist inside a network");
        let help = "write this item outside the macro";
        self.error_with_help(self.cursor.here(), message, help)
    }

    /// Reports an operator after an expression that only Rust or Python has.
    pub(super) fn foreign_operator(&mut self, left: &Expr) -> Parse<()> {
        let extent = self.cursor.extent();
        if let Some(word) = self.cursor.word() {
            return match word.as_str() {
                "as" => Err(self.cast()),
                "and" => Err(self.replaced("and", "&&")),
                "or" => Err(self.replaced("or", "||")),
                "if" if !self.cursor.is_on_new_line() && self.cursor.text_ahead(1).contains(" else ") => {
                    Err(self.conditional_after(left))
                }
                _ => Ok(()),
            };
        }
        let name = match &left.kind {
            ExprKind::Name(name) => name.to_string(),
            _ => "x".to_owned(),
        };
        let is = |text: &&str| self.cursor.is_punct(text);
        if let Some(text) = ASSIGNING.iter().find(|text| is(text)) {
            let message = format!("`{text}` does not exist here");
            let operator = text.trim_end_matches('=');
            let value = self.cursor.text_ahead(text.len());
            let help = format!("write `{name} = {name} {operator} {value};`");
            return Err(self.error_with_help(extent, message, help));
        }
        if let Some(text) = ["|>", "->", "=>"].iter().find(|text| is(text)) {
            let message = format!("`{text}` does not exist here");
            let is_compared = *text == "=>" && is_upper_case(&name);
            let help = match is_compared {
                true => format!("write `{name} >= {}`", self.cursor.text_before_brace_ahead(2)),
                false => format!("apply a layer with a dot: `{name}.Dense(…)`"),
            };
            return Err(self.error_with_help(extent, message, help));
        }
        if is(&"**") {
            let message = "`**` does not exist here";
            return Err(match self.cursor.peek_ahead(2).map(ToString::to_string).as_deref() {
                Some("2") => self.error_with_help(extent, message, format!("write `{name} * {name}`")),
                _ => self.error(extent, message),
            });
        }
        if is(&"@") {
            let message = "`@` does not exist here";
            let help = format!("a product with weights is a layer: `{name}.Dense(…)`");
            return Err(self.error_with_help(extent, message, help));
        }
        if is(&"..") {
            let message = "a range stands only right after `in` of a `for`: `for i in 0..3 { … }`";
            return Err(self.error(extent, message));
        }
        if is(&"?")
            && let Some((then, otherwise)) = self.cursor.text_ahead(1).split_once(':')
        {
            let help =
                format!("write `if {} {{ {} }} else {{ {} }}`", text::expression(left), then.trim(), otherwise.trim());
            return Err(self.error_with_help(extent, "choices are made with `if`, found `?`", help));
        }
        if is(&"?") {
            let message = "`?` does not exist here: describing a network cannot fail";
            return Err(self.error_with_help(extent, message, "remove it"));
        }
        if let Some(text) = ["&", "|", "^"].iter().find(|text| is(text)) {
            let message = format!("the bit operator `{text}` does not exist here");
            let power = self.cursor.text_ahead(1);
            let is_layer = self.cursor.ident_ahead(1).is_some_and(is_camel_case) && self.cursor.peek_ahead(2).is_some();
            return Err(match *text {
                "|" if is_layer => {
                    let help = format!("apply a layer with a dot: `{name}.{power}`");
                    self.error_with_help(extent, message, help)
                }
                "^" if matches!(left.kind, ExprKind::Int(2)) => {
                    self.error_with_help(extent, message, format!("write `1 << {power}`"))
                }
                "^" => self.error(extent, message),
                _ => {
                    let help = format!("conditions are combined with `{text}{text}`");
                    self.error_with_help(extent, message, help)
                }
            });
        }
        Ok(())
    }

    /// Whether an operator comes next that only Rust or Python has.
    pub(super) fn is_foreign_operator(&self) -> bool {
        let mut foreign = ASSIGNING.iter().chain(&["|>", "->", "**"]);
        foreign.any(|text| self.cursor.is_punct(text))
    }

    /// Reports Python's `a if condition else b`.
    fn conditional_after(&mut self, left: &Expr) -> Reported {
        let rest = self.cursor.text_ahead(1);
        let (condition, otherwise) = rest.split_once(" else ").unwrap_or((&rest, "…"));
        let help = format!("write `if {condition} {{ {} }} else {{ {otherwise} }}`", text::expression(left));
        self.error_with_help(self.cursor.here(), "the condition of an `if` stands before its values", help)
    }

    fn replaced(&mut self, found: &str, instead: &str) -> Reported {
        let message = format!("the operator `{found}` does not exist here");
        self.error_with_help(self.cursor.here(), message, format!("write `{instead}`"))
    }

    fn cast(&mut self) -> Reported {
        let message = "casts with `as` do not exist here";
        match self.cursor.ident_ahead(1) {
            Some(target) => {
                let help = format!("remove `as {target}`");
                let extent = Extent::new(self.cursor.here(), target.span());
                self.error_with_help(extent, message, help)
            }
            None => self.error(self.cursor.here(), message),
        }
    }

    /// Reports that no value starts here.
    pub(super) fn foreign_value(&mut self) -> Reported {
        match self.cursor.peek() {
            Some(TokenTree::Ident(ident)) => {
                let word = ident.to_string();
                self.foreign_word(&word)
            }
            Some(TokenTree::Punct(_)) => self.foreign_punct(),
            Some(TokenTree::Group(group)) => {
                let list = text_of(&group.stream());
                let is_colon = |tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':');
                if group.stream().into_iter().any(is_colon) {
                    let group = group.clone();
                    return self.dictionary(&group);
                }
                let message = "a block in braces stands only after `if`, `else`, `for` and `fn`";
                if self.cursor.is_after_equals()
                    && list.starts_with(|letter: char| letter.is_ascii_digit())
                    && !list.contains(',')
                {
                    return self.error_with_help(self.cursor.here(), message, format!("write `{list}`"));
                }
                match self.cursor.is_after_equals() && !list.contains(';') && !list.is_empty() {
                    true => self.error_with_help(
                        self.cursor.here(),
                        message,
                        format!("a list stands in brackets: `[{list}]`"),
                    ),
                    false => self.error(self.cursor.here(), message),
                }
            }
            _ => self.unexpected("a value"),
        }
    }

    /// Reports `{"rating": "mse"}`, which gives each output its loss or metric in Keras.
    fn dictionary(&mut self, group: &Group) -> Reported {
        let message = "dictionaries do not exist here";
        let is = |tree: &TokenTree, sign| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign);
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        let unquoted = |trees: &[TokenTree]| text_of(&trees.iter().cloned().collect()).replace('"', "");
        let term = |pair: &[TokenTree]| {
            let mut sides = pair.splitn(2, |tree| is(tree, ':'));
            let (output, written) = (unquoted(sides.next()?), unquoted(sides.next()?));
            let names = Loss::CATALOGUE.names().chain(Metric::CATALOGUE.names()).collect::<Vec<_>>();
            let ours = text::meant(&written, names).unwrap_or(&written).to_string();
            ours.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then(|| format!("{ours}({output})"))
        };
        let pairs = trees.split(|tree| is(tree, ',')).filter(|pair| !pair.is_empty());
        let terms: Option<Vec<String>> = pairs.map(term).collect();
        match (self.cursor.assigned_name().as_deref(), terms) {
            (Some("loss"), Some(terms)) => {
                let help = format!("write `loss = {};`", terms.join(" + "));
                self.error_with_help(self.cursor.here(), message, help)
            }
            (Some("metrics"), Some(terms)) => {
                let help = format!("write `metrics = [{}];`", terms.join(", "));
                self.error_with_help(self.cursor.here(), message, help)
            }
            _ => self.error(self.cursor.here(), message),
        }
    }

    fn foreign_word(&mut self, word: &str) -> Reported {
        if self.keywords.iter().any(|known| known == word) {
            return Reported; // It was meant as a name.
        }
        let (message, help) = match word {
            "while" | "loop" => ("repetitions are counted while compiling", "write `for i in 0..n { … }`"),
            "match" => ("choices are made with `if`", "write `if … { … } else { … }`"),
            "return" if self.cursor.peek_ahead(1).is_some() => return self.returned(),
            "return" => {
                ("the value of a block is its last line", "write the value last, without `return` and without `;`")
            }
            "break" | "continue" => ("a `for` runs through its whole range", "write an `if` around what is left out"),
            "move" => return self.closure(),
            "unsafe" | "async" => ("a network only describes layers", "remove it"),
            "let" => {
                return self.error(self.cursor.here(), "`let` stands only at the start of a statement");
            }
            "for" => {
                return self.error(self.cursor.here(), "`for` is a statement and has no value");
            }
            "else" if self.cursor.is_after_ended_braces() => {
                let message = "`else` without an `if` before it";
                return self.error_with_help(self.cursor.here(), message, "remove the `;` before it");
            }
            "else" => return self.error(self.cursor.here(), "`else` without an `if` before it"),
            "self" if self.cursor.is_punct_ahead(1, ".") => return self.own_field(),
            "crate" | "super" | "self" | "Self" if self.cursor.is_punct_ahead(1, "::") => {
                return self.path();
            }
            "self" | "Self" => ("a block takes its tensors as parameters", "write the name of a tensor parameter"),
            _ if is_item(word) => return self.foreign_item(word),
            _ => {
                let message = format!("expected a value, found the keyword `{word}`");
                return self.error(self.cursor.here(), message);
            }
        };
        let message = format!("`{word}` does not exist here: {message}");
        self.error_with_help(self.cursor.here(), message, help)
    }

    /// Reports `return y;`.
    fn returned(&mut self) -> Reported {
        let value = self.cursor.text_ahead(1);
        let is_name = value.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let (fact, help) = match (self.is_top(), is_name) {
            (true, true) => ("the output is a setting", format!("write `output = {value};`")),
            (true, false) => ("the output is the value of the last statement", format!("write `{value};`")),
            (false, _) => ("the value of a block is its last line", format!("write `{value}` last, without `;`")),
        };
        self.error_with_help(self.cursor.here(), format!("`return` does not exist here: {fact}"), help)
    }

    fn foreign_punct(&mut self) -> Reported {
        let extent = self.cursor.extent();
        let is = |text| self.cursor.is_punct(text);
        if is("::") {
            return self.path();
        }
        if is("&") {
            let mutable = self.cursor.ident_ahead(1).is_some_and(|ident| ident == "mut");
            let name = self.cursor.ident_ahead(1 + usize::from(mutable));
            let help = match name {
                Some(name) if !is_reserved(name) => format!("write `{name}`"),
                _ => "remove it".to_owned(),
            };
            let message = "references with `&` do not exist here: tensors are values";
            return self.error_with_help(self.cursor.here(), message, help);
        }
        if is("|") {
            return self.closure();
        }
        if is("..") && !is("...") && self.in_call && self.cursor.text_ahead(2).contains("efault") {
            let message = "options that are left out have their defaults, found `..`";
            return self.error_with_help(extent, message, "remove it");
        }
        if is("..") && !is("...") {
            let message = "a range stands only after `in` of a `for`, with a start and an end";
            return self.error(extent, message);
        }
        if is(".") && !is("..") {
            let message = "`.` has no value before it";
            return match self.cursor.is_after_semicolon() {
                true => self.error_with_help(extent, message, "remove the `;` before it"),
                false => self.error(extent, message),
            };
        }
        if is("*") {
            let message = format!("`{}` has no value before it", if is("**") { "**" } else { "*" });
            return match self.cursor.ident_ahead(1).filter(|name| is_written_as_constant(name)) {
                Some(name) => {
                    let help = format!("write `{name}`: constants are values");
                    self.error_with_help(extent, message, help)
                }
                None if self.in_call => {
                    self.error(extent, format!("{message}\nnote: arguments are written one by one, none are unpacked"))
                }
                None => self.error(extent, message),
            };
        }
        if is("+") {
            return self.error_with_help(extent, "`+` has no value before it", "remove it");
        }
        self.unexpected("a value")
    }

    pub(super) fn closure(&mut self) -> Reported {
        if self.cursor.assigned_name().as_deref() == Some("loss") {
            let message = "closures do not exist here\nnote: losses of one's own do not exist yet";
            return self.error(self.cursor.here(), message);
        }
        let help = "write a block: `fn Name(x: Tensor) -> Tensor { … }`";
        self.error_with_help(self.cursor.here(), "closures do not exist here", help)
    }
}
