//! A place in the tokens of one group.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

use crate::ast::Extent;

/// Operators of more than one character, longest first, for naming what was found.
const OPERATORS: [&str; 26] = [
    "<<=", ">>=", "...", "..=", "|>", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>", "==", "!=", "<=",
    ">=", "&&", "||", "->", "=>", "::", "..", "**",
];

/// The tokens of one group and the place of the next one.
pub(super) struct Cursor {
    trees: Vec<TokenTree>,
    /// The index of the next token.
    pub(super) at: usize,
    start: Span,
    end: Span,
    delimiter: Delimiter,
}

impl Cursor {
    /// At the first token of a group.
    pub(super) fn of(group: &Group) -> Self {
        let mut cursor = Self::new(group.stream());
        cursor.start = group.span_open();
        cursor.end = group.span_close();
        cursor.delimiter = group.delimiter();
        cursor
    }

    /// At the first token of a stream.
    pub(super) fn new(stream: TokenStream) -> Self {
        let trees = transparent(stream);
        let start = trees.first().map_or_else(Span::call_site, first_span);
        let end = trees.last().map_or_else(Span::call_site, last_span);
        let delimiter = Delimiter::None;
        Self { trees, at: 0, start, end, delimiter }
    }

    /// The next token.
    pub(super) fn peek(&self) -> Option<&TokenTree> {
        self.trees.get(self.at)
    }

    /// The token `ahead` of the next one.
    pub(super) fn peek_ahead(&self, ahead: usize) -> Option<&TokenTree> {
        self.trees.get(self.at + ahead)
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Option<TokenTree> {
        let tree = self.trees.get(self.at).cloned();
        self.at += usize::from(tree.is_some());
        tree
    }

    /// Whether all tokens are taken.
    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.trees.len()
    }

    /// The identifier or keyword `ahead` of the next token.
    pub(super) fn ident_ahead(&self, ahead: usize) -> Option<&Ident> {
        match self.peek_ahead(ahead) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    /// The next token as text, if it is an identifier or a keyword.
    pub(super) fn word(&self) -> Option<String> {
        self.ident_ahead(0).map(Ident::to_string)
    }

    /// Whether the next token is this identifier or keyword.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.ident_ahead(0).is_some_and(|ident| ident == word)
    }

    /// Whether these characters come next, joined.
    pub(super) fn is_punct(&self, text: &str) -> bool {
        self.is_punct_ahead(0, text)
    }

    /// Whether these characters come `ahead` of the next token, joined.
    pub(super) fn is_punct_ahead(&self, ahead: usize, text: &str) -> bool {
        let last = text.len() - 1;
        text.chars().enumerate().all(|(i, wanted)| {
            let tree = self.peek_ahead(ahead + i);
            matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted
                && (i == last || punct.spacing() == Spacing::Joint))
        })
    }

    /// Whether a lone `=` comes `ahead` of the next token.
    pub(super) fn is_equals_ahead(&self, ahead: usize) -> bool {
        self.is_punct_ahead(ahead, "=") && !self.is_punct_ahead(ahead, "==") && !self.is_punct_ahead(ahead, "=>")
    }

    /// Whether a lone `:` comes `ahead` of the next token.
    pub(super) fn is_colon_ahead(&self, ahead: usize) -> bool {
        self.is_punct_ahead(ahead, ":") && !self.is_punct_ahead(ahead, "::")
    }

    /// Takes these characters if they come next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.is_punct(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// The group of this kind `ahead` of the next token.
    pub(super) fn group_ahead(&self, ahead: usize, delimiter: Delimiter) -> Option<Group> {
        match self.peek_ahead(ahead) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group.clone()),
            _ => None,
        }
    }

    /// Whether the last token of all is a comma.
    pub(super) fn ends_with_comma(&self) -> bool {
        matches!(self.trees.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
    }

    /// Takes a group of this kind if it comes next.
    pub(super) fn eat_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        let group = self.group_ahead(0, delimiter);
        self.at += usize::from(group.is_some());
        group
    }

    /// Replaces an invisible group, which a `macro_rules` fragment left, by its tokens.
    pub(super) fn open_invisible(&mut self) {
        while let Some(group) = self.group_ahead(0, Delimiter::None) {
            let at = self.at;
            self.trees.splice(at..=at, transparent(group.stream()));
        }
    }

    /// The place of the next token, or of the group's end.
    pub(super) fn here(&self) -> Span {
        self.peek().map_or(self.end, first_span)
    }

    /// The whole next token, operators of several characters included.
    pub(super) fn extent(&self) -> Extent {
        let length = self.operator().map_or(1, str::len);
        let last = self.peek_ahead(length - 1).map_or(self.end, last_span);
        Extent::new(self.here(), last)
    }

    /// The end of the token before the next one.
    pub(super) fn previous(&self) -> Span {
        match self.at.checked_sub(1).and_then(|i| self.trees.get(i)) {
            Some(tree) => last_span(tree),
            None => self.start,
        }
    }

    /// How the values between the `=` before and the `;` after are written together.
    pub(super) fn assigned_together(&self) -> String {
        let is = |tree: &TokenTree, sign: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign);
        let first = self.trees[..self.at].iter().rposition(|tree| is(tree, '=')).map_or(0, |at| at + 1);
        let last =
            self.trees[self.at..].iter().position(|tree| is(tree, ';')).map_or(self.trees.len(), |at| self.at + at);
        let values = self.trees[first..last].split(|tree| is(tree, ','));
        let values: Vec<String> = values.map(|value| text_of(&value.iter().cloned().collect())).collect();
        let name = first.checked_sub(2).and_then(|at| self.trees.get(at)).map(ToString::to_string);
        match name.as_deref() {
            Some("loss") => format!("losses are added: `{}`", values.join(" + ")),
            Some("output") => format!("several outputs stand in parentheses: `({})`", values.join(", ")),
            _ => format!("several values stand in brackets: `[{}]`", values.join(", ")),
        }
    }

    /// How the tokens from `ahead` of the next one are written, up to a `,`, a `;`, the end of the line or of the group.
    pub(super) fn text_ahead(&self, ahead: usize) -> String {
        let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'));
        let rest = self.trees.get(self.at + ahead..).unwrap_or_default();
        let line = rest.first().map(|first| first_span(first).start().line);
        let same_line = |tree: &&TokenTree| Some(first_span(tree).start().line) == line;
        text_of(&rest.iter().take_while(same_line).take_while(|tree| !is_end(tree)).cloned().collect())
    }

    /// The tokens up to the next `{`, as text.
    pub(super) fn text_before_brace(&self) -> String {
        self.text_before_brace_ahead(0)
    }

    /// The tokens from some `ahead` up to the next `{`, as text.
    pub(super) fn text_before_brace_ahead(&self, ahead: usize) -> String {
        let rest = self.trees.get(self.at + ahead..).unwrap_or_default();
        let is_brace =
            |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        text_of(&rest.iter().take_while(|tree| !is_brace(tree)).cloned().collect())
    }

    /// The name in `name =` just before.
    pub(super) fn assigned_name(&self) -> Option<String> {
        let name = self.trees.get(self.at.checked_sub(2)?).filter(|_| self.is_after_equals())?;
        Some(name.to_string())
    }

    /// Whether `=` stands just before.
    pub(super) fn is_after_equals(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.trees.get(at));
        matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
    }

    /// Whether `;` stands just before.
    pub(super) fn is_after_semicolon(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.trees.get(at));
        matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == ';')
    }

    /// Whether `};` stands just before.
    pub(super) fn is_after_ended_braces(&self) -> bool {
        let braces = self.at.checked_sub(2).and_then(|at| self.trees.get(at));
        let is_brace = matches!(braces, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
        is_brace && self.is_after_semicolon()
    }

    /// The number just before, if it is one.
    pub(super) fn number_before(&self) -> Option<String> {
        match self.trees.get(self.at.checked_sub(1)?)? {
            TokenTree::Literal(literal) if literal.to_string().starts_with(|c: char| c.is_ascii_digit()) => {
                Some(literal.to_string())
            }
            _ => None,
        }
    }

    /// Whether the token before the next one is an identifier.
    pub(super) fn is_after_ident(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|i| self.trees.get(i));
        matches!(before, Some(TokenTree::Ident(_)))
    }

    /// Whether the next token stands on a later line than the one before it.
    pub(super) fn is_on_new_line(&self) -> bool {
        !self.is_empty() && self.here().start().line > self.previous().end().line
    }

    /// The next token in words, for "found …".
    pub(super) fn found(&self) -> String {
        match (self.peek(), self.delimiter) {
            (None, Delimiter::Parenthesis) => "`)`".to_owned(),
            (None, Delimiter::Bracket) => "`]`".to_owned(),
            (None, Delimiter::Brace) => "`}`".to_owned(),
            (None, Delimiter::None) => "the end".to_owned(),
            (Some(tree), _) => match self.operator() {
                Some(operator) => format!("`{operator}`"),
                None => describe(tree),
            },
        }
    }

    fn operator(&self) -> Option<&'static str> {
        OPERATORS.into_iter().find(|text| self.is_punct(text))
    }

    /// The tokens from an index up to the next one.
    pub(super) fn since(&self, start: usize) -> TokenStream {
        let end = self.at.min(self.trees.len());
        let taken = self.trees.get(start..end).unwrap_or_default();
        taken.iter().cloned().collect()
    }

    /// The tokens from the next one on.
    pub(super) fn rest(&self) -> TokenStream {
        self.trees.get(self.at..).unwrap_or_default().iter().cloned().collect()
    }

    /// Takes out the tokens from here up to an index.
    pub(super) fn cut(&mut self, end: usize) {
        let end = end.clamp(self.at, self.trees.len());
        self.trees.drain(self.at..end);
    }

    /// The index of this word, from here on.
    pub(super) fn find_word(&self, word: &str) -> Option<usize> {
        let is_word = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == word);
        let ahead = self.trees.get(self.at..)?.iter().position(is_word)?;
        Some(self.at + ahead)
    }

    /// The index where the attributes and the visibility of an item start.
    pub(super) fn start_of_item(&self, keyword: usize) -> usize {
        let is = |index: usize, wanted: &str| match self.trees.get(index) {
            Some(TokenTree::Ident(ident)) => ident == wanted,
            Some(TokenTree::Punct(punct)) => wanted.starts_with(punct.as_char()),
            Some(TokenTree::Group(group)) => match group.delimiter() {
                Delimiter::Parenthesis => wanted == "(",
                Delimiter::Bracket => wanted == "[",
                _ => false,
            },
            _ => false,
        };
        let mut start = keyword;
        if start >= 2 && is(start - 1, "(") && is(start - 2, "pub") {
            start -= 2;
        } else if start >= 1 && is(start - 1, "pub") {
            start -= 1;
        }
        while start >= 2 && is(start - 1, "[") && is(start - 2, "#") {
            start -= 2;
        }
        start
    }
}

/// The trees of a stream, without the invisible groups around single tokens.
fn transparent(stream: TokenStream) -> Vec<TokenTree> {
    let mut trees = Vec::new();
    'trees: for mut tree in stream {
        while let TokenTree::Group(group) = &tree {
            if group.delimiter() != Delimiter::None {
                break;
            }
            let mut inner = group.stream().into_iter();
            match (inner.next(), inner.next()) {
                (None, _) => continue 'trees,
                (Some(single), None) => tree = single,
                _ => break,
            }
        }
        trees.push(tree);
    }
    trees
}

/// Where a token starts.
pub(super) fn first_span(tree: &TokenTree) -> Span {
    match tree {
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    }
}

/// Where a token ends.
pub(super) fn last_span(tree: &TokenTree) -> Span {
    match tree {
        TokenTree::Group(group) => group.span_close(),
        other => other.span(),
    }
}

/// The place of a group, delimiters included.
pub(super) fn extent_of(group: &Group) -> Extent {
    Extent::new(group.span_open(), group.span_close())
}

/// A token in backticks, groups and long texts shortened.
fn describe(tree: &TokenTree) -> String {
    match tree {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "`( … )`".to_owned(),
            Delimiter::Bracket => "`[ … ]`".to_owned(),
            Delimiter::Brace => "`{ … }`".to_owned(),
            Delimiter::None => "an expression".to_owned(),
        },
        other => format!("`{}`", on_one_line(&other.to_string())),
    }
}

/// The beginning of a text that is long or has several lines. What a terminal would act upon becomes a space.
pub(super) fn on_one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String =
        line.chars().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if line.len() < text.len() || line.chars().nth(40).is_some() {
        shown.truncate(shown.trim_end().len());
        shown.push('…');
    }
    shown
}

/// Tokens as a person writes them on one line: no space before commas and arguments.
pub(super) fn text_of(tokens: &TokenStream) -> String {
    let mut text = String::new();
    let written = tokens.to_string().split_whitespace().collect::<Vec<_>>().join(" ").replace(" . ", ".");
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_name_before = text.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        match (letter, letters.peek()) {
            (' ', Some(',')) => {}
            (' ', Some('(')) if is_name_before => {}
            // A terminal would act upon it.
            _ if letter.is_control() => text.push(' '),
            _ => text.push(letter),
        }
    }
    text
}
