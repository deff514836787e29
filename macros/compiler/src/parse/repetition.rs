//! `for i in 0..3 { … }`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::cursor::Cursor;
use super::parser::{Parse, Parser, Reported};
use crate::ast::{Expr, ExprKind, Extent, For, Over};
use crate::text;

/// What ranges of Rust have.
const ADAPTERS: [&str; 7] = ["enumerate", "filter", "map", "rev", "skip", "step_by", "zip"];

/// What gives the values of a list in Rust.
const ITERATING: [&str; 2] = ["into_iter", "iter"];

impl Parser<'_> {
    /// A `for` with its body.
    pub(super) fn repetition(&mut self) -> Parse<For> {
        let place = self.cursor.here();
        self.cursor.at += 1;
        let names = self.loop_names()?;
        if self.cursor.is_colon_ahead(0) {
            let written: Vec<String> = (1..)
                .map_while(|ahead| self.cursor.ident_ahead(ahead).filter(|word| *word != "in").map(Ident::to_string))
                .collect();
            let message = "the name of a `for` has no type, found `:`";
            let help = format!("remove `: {}`", written.join(" "));
            return Err(self.error_with_help(self.cursor.here(), message, help));
        }
        if matches!(self.cursor.peek(), Some(TokenTree::Literal(_))) {
            let message = format!("expected `in` after the name, found {}", self.cursor.found());
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let help = format!(
                "write `for {} in {} {{ … }}`",
                names.join(", "),
                self.cursor.text_before_brace().replace(" .. ", "..")
            );
            return Err(self.error_with_help(self.cursor.extent(), message, help));
        }
        if !self.cursor.is_word("in") {
            return Err(self.unexpected("`in` after the name"));
        }
        self.cursor.at += 1;
        let over = self.over()?;
        let extent = Extent::new(place, self.cursor.previous());
        let body = self.braced("what `for` runs over")?;
        Ok(For { names, over, body, extent })
    }

    fn loop_names(&mut self) -> Parse<Vec<Ident>> {
        match self.cursor.eat_group(Delimiter::Parenthesis) {
            Some(group)
                if group.stream().into_iter().any(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ';')) =>
            {
                let message = "`for` runs over a range or a list, found `(`";
                Err(self.error_with_help(group.span_open(), message, "write `for i in 0..n { … }`"))
            }
            Some(group) => self.within(&group, |parser| {
                if parser.cursor.is_empty() {
                    return Err(parser.unexpected("a name"));
                }
                parser.separated("a name", Self::loop_name)
            }),
            None => {
                let first = self.loop_name()?;
                if self.cursor.is_punct(",")
                    && let Some(second) = self.cursor.ident_ahead(1)
                {
                    let help = format!("write `for ({first}, {second}) in …`");
                    let message = "several names stand in parentheses, found `,`";
                    return Err(self.error_with_help(self.cursor.here(), message, help));
                }
                Ok(vec![first])
            }
        }
    }

    fn loop_name(&mut self) -> Parse<Ident> {
        match self.cursor.peek() {
            Some(TokenTree::Ident(ident)) if ident == "_" => {
                let ident = ident.clone();
                self.cursor.at += 1;
                Ok(ident)
            }
            Some(TokenTree::Punct(sign)) if sign.as_char() == '&' => {
                let message = "expected a name or `_`, found `&`";
                Err(self.error_with_help(self.cursor.here(), message, "remove it: the values of a list are constants"))
            }
            _ => self.name("a name or `_`"),
        }
    }

    fn over(&mut self) -> Parse<Over> {
        if self.cursor.is_punct("..") {
            let message = "this range has no start";
            let help = "write `0..n`";
            return Err(self.error_with_help(self.cursor.extent(), message, help));
        }
        if self.cursor.group_ahead(0, Delimiter::Brace).is_some() {
            return Err(self.unexpected("a range or a list"));
        }
        self.refuse_parentheses()?;
        let start = self.before_brace()?;
        if !self.cursor.is_punct("..") {
            self.foreign_operator(&start)?;
            return match start.kind {
                // What a name stands for is known later.
                ExprKind::List(_) | ExprKind::Name(_) => Ok(Over::List(start)),
                _ => Err(self.no_range(&start)),
            };
        }
        let operator = self.cursor.extent();
        if self.cursor.eat("...") {
            let message = "expected `..` or `..=`, found `...`";
            let help = format!("write `{}..={}`", text::expression(&start), self.cursor.text_before_brace());
            return Err(self.error_with_help(operator, message, help));
        }
        let inclusive = self.cursor.eat("..=");
        if !inclusive {
            self.cursor.eat("..");
        }
        if self.cursor.is_empty() || self.cursor.group_ahead(0, Delimiter::Brace).is_some() {
            let message = "this range has no end: repetitions are counted while compiling";
            return Err(self.error(operator, message));
        }
        let end = self.before_brace()?;
        if let ExprKind::Call(call) = &end.kind
            && ADAPTERS.iter().any(|adapter| call.function == adapter)
        {
            return Err(self.adapted(&call.function, call.extent));
        }
        self.foreign_operator(&end)?;
        Ok(Over::Range { start, end, inclusive })
    }

    /// Reports `(0..3).rev()`.
    fn adapted(&mut self, adapter: &Ident, place: Extent) -> Reported {
        let message = format!("a range counts up by 1, found `{adapter}`");
        let help = "write a list, `[4, 2, 0]`, or compute the number in the body: `4 - 2 * i`";
        self.error_with_help(place, message, help)
    }

    /// Reports `(0..3)`.
    fn refuse_parentheses(&mut self) -> Parse<()> {
        let Some(group) = self.cursor.group_ahead(0, Delimiter::Parenthesis) else {
            return Ok(());
        };
        let mut inner = Cursor::of(&group);
        while !inner.is_empty() && !inner.is_punct("..") {
            inner.at += 1;
        }
        if !inner.is_empty()
            && self.cursor.is_punct_ahead(1, ".")
            && let Some(adapter) = self.cursor.ident_ahead(2).cloned()
        {
            return Err(self.adapted(&adapter, adapter.span().into()));
        }
        if inner.is_empty() || self.cursor.group_ahead(1, Delimiter::Brace).is_none() {
            return Ok(());
        }
        let message = "a range stands after `in` without parentheses";
        Err(self.error_with_help(group.span_open(), message, "remove the parentheses"))
    }

    fn no_range(&mut self, found: &Expr) -> Reported {
        let message = "`for` runs over a range or a list";
        if let Some(list) = listed(found) {
            return self.error_with_help(found.extent, message, format!("write `{list}`"));
        }
        let end = match &found.kind {
            ExprKind::Int(count) => count.to_string(),
            ExprKind::Call(call) if call.function == "range" => match call.arguments.as_slice() {
                [end] => text::argument(end),
                [start, end] => {
                    let range = format!("{}..{}", text::argument(start), text::argument(end));
                    return self.error_with_help(found.extent, message, format!("write `{range}`"));
                }
                [start, end, step] if let Some(list) = stepped(&start.value, &end.value, &step.value) => {
                    return self.error_with_help(found.extent, message, format!("write `{list}`"));
                }
                _ => "n".to_owned(),
            },
            _ => return self.error(found.extent, message),
        };
        self.error_with_help(found.extent, message, format!("write `0..{end}`"))
    }
}

/// The numbers of Python's `range(0, 10, 2)`, where these are few.
fn stepped(start: &Expr, end: &Expr, step: &Expr) -> Option<String> {
    let (ExprKind::Int(start), ExprKind::Int(end), ExprKind::Int(step @ 1..)) = (&start.kind, &end.kind, &step.kind)
    else {
        return None;
    };
    let numbers: Vec<String> =
        (*start..*end).step_by(usize::try_from(*step).ok()?).take(13).map(|number| number.to_string()).collect();
    (numbers.len() <= 12).then(|| format!("[{}]", numbers.join(", ")))
}

/// The pairs that are meant by `zip([3, 5], [relu, tanh])` and `[3, 5].iter().zip([relu, tanh])`.
fn zipped(found: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &found.kind else { return None };
    let (first, second) = match (&call.receiver, call.arguments.as_slice()) {
        (Some(first), [second]) => (&**first, &second.value),
        (None, [first, second]) => (&first.value, &second.value),
        _ => return None,
    };
    let (ExprKind::List(first), ExprKind::List(second), true) =
        (&iterated(first).kind, &iterated(second).kind, call.function == "zip")
    else {
        return None;
    };
    let pairs = first.iter().zip(second);
    let pairs = pairs.map(|(first, second)| format!("({}, {})", text::expression(first), text::expression(second)));
    Some(format!("[{}]", pairs.collect::<Vec<_>>().join(", ")))
}

/// What `iter()` and its like are called on.
fn iterated(mut expr: &Expr) -> &Expr {
    while let ExprKind::Call(call) = &expr.kind
        && let (Some(receiver), [], true) =
            (&call.receiver, call.arguments.as_slice(), ITERATING.iter().any(|name| call.function == name))
    {
        expr = receiver;
    }
    expr
}

/// The list that is meant by `[3, 5].iter()`, `enumerate([3, 5])` and `[3, 5].iter().enumerate()`.
fn listed(found: &Expr) -> Option<String> {
    if let Some(pairs) = zipped(found) {
        return Some(pairs);
    }
    let (mut expr, mut counted) = (found, false);
    while let ExprKind::Call(call) = &expr.kind {
        counted |= call.function == "enumerate";
        let iterates = call.function == "enumerate" || ITERATING.iter().any(|name| call.function == name);
        expr = match (&call.receiver, call.arguments.as_slice()) {
            (Some(receiver), []) if iterates => receiver,
            (None, [list]) if call.function == "enumerate" => &list.value,
            _ => return None,
        };
    }
    if let (ExprKind::Name(_), false) = (&expr.kind, counted) {
        return Some(text::expression(expr)).filter(|_| !std::ptr::eq(expr, found));
    }
    let ExprKind::List(items) = &expr.kind else { return None };
    if !counted {
        return Some(text::expression(expr));
    }
    let pairs = items.iter().enumerate().map(|(position, item)| format!("({position}, {})", text::expression(item)));
    Some(format!("[{}]", pairs.collect::<Vec<_>>().join(", ")))
}
