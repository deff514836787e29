//! What is understood.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{NETWORKS, network, parse, show_body, statements};
use crate::ast::{ExprKind, ParameterKind, Statement};
use crate::diagnostics::Diagnostics;
use crate::parse::parse_network;

/// The tail of a body that is nothing but this expression.
fn expression(text: &str) -> String {
    statements(text).concat()
}

#[test]
fn the_networks_of_the_design_have_no_mistakes() {
    for text in NETWORKS {
        network(text);
        network(&format!("{{{text}}}"));
    }
}

#[test]
fn braces_around_the_declaration_change_nothing() {
    for text in NETWORKS {
        let bare = show_body(&network(text).body);
        assert_eq!(bare, show_body(&network(&format!("{{{text}}}")).body));
    }
}

#[test]
fn header_has_docs_attributes_and_visibility() {
    let ast = network("/// One.\n/// Two.\n#[derive(Debug)] pub(crate) struct Net; Input(2);");
    assert_eq!(ast.docs, [" One.", " Two."]);
    assert_eq!(ast.attributes.len(), 1);
    assert_eq!(ast.attributes[0].to_string(), quote!(#[derive(Debug)]).to_string());
    assert_eq!(ast.visibility.to_string(), quote!(pub(crate)).to_string());
    assert_eq!(ast.name.to_string(), "Net");
}

#[test]
fn imports_have_a_path_and_a_name() {
    let ast = network("struct Net; use crate::blocks::Tower; use ::zoo::Mlp; use Lone;");
    let imports = ast.imports.iter().map(|i| (i.path.to_string().replace(' ', ""), i.name.to_string()));
    let imports: Vec<(String, String)> = imports.collect();
    let expected = [("crate::blocks::Tower", "Tower"), ("::zoo::Mlp", "Mlp"), ("Lone", "Lone")];
    assert_eq!(imports, expected.map(|(path, name)| (path.to_owned(), name.to_owned())));
}

#[test]
fn statements_have_their_forms() {
    let found = statements(
        "const N: usize = 3; const RATE: f32 = 0.1; const WIDE: bool = true;
         static Embed: _ = Embedding(10, 4);
         let x = Input(2); let mut y = x; y = y.relu(); let h: Tensor<7, N, { 2 * N }> = Dense(3);
         Dense(3); relu(); relu; loss = mse;",
    );
    assert_eq!(
        found,
        [
            "const N: Size = 3",
            "const RATE: Float = 0.1",
            "const WIDE: Bool = true",
            "static Embed = Embedding(10, 4)",
            "let x = Input(2)",
            "let mut y = x",
            "y = y.relu()",
            "let h: Tensor<7, N, (2 * N)> = Dense(3)",
            "Dense(3)",
            "relu()",
            "relu",
            "loss = mse",
        ]
    );
}

#[test]
fn a_tensor_type_may_end_right_before_the_equals_sign() {
    assert_eq!(statements("let h: Tensor<7>= x;"), ["let h: Tensor<7> = x"]);
}

#[test]
fn for_runs_over_ranges_and_lists() {
    assert_eq!(
        statements("for i in 0..3 { Dense(i); } for _ in a..=b {} for (w, k) in [(8, 3), (4, 5)] { Conv(w, k) }"),
        ["for i in 0..3 { Dense(i) }", "for _ in a..=b {  }", "for w k in [(8, 3,), (4, 5,)] { =Conv(w, k) }",]
    );
}

#[test]
fn if_is_a_statement_or_a_value() {
    assert_eq!(statements("if deep { Dense(3); } relu();"), ["if deep { Dense(3) }", "relu()"]);
    assert_eq!(
        statements("let n = if a { 1 } else if b { 2 } else { 3 };"),
        ["let n = if a { =1 } else { =if b { =2 } else { =3 } }"]
    );
    assert_eq!(statements("if a { x } else { y }"), ["=if a { =x } else { =y }"]);
    assert_eq!(statements("if a { x } else { y }.relu()"), ["=if a { =x } else { =y }.relu()"]);
    assert_eq!(statements("if a {} (x + y).relu()"), ["if a {  }", "=(x + y).relu()"]);
}

#[test]
fn a_condition_ends_at_its_brace() {
    assert_eq!(statements("if a == B { x }"), ["=if (a == B) { =x }"]);
    assert_eq!(statements("for i in 0..N { Dense(i); }"), ["for i in 0..N { Dense(i) }"]);
}

#[test]
fn blocks_have_parameters_and_defaults() {
    let ast = network(
        "struct Net;
         /// Two convolutions.
         fn Conv(
            x: Tensor<7, { 2 * N }>, y: Tensor, filters: usize, #[default(1 + 2)] stride: usize,
            rate: f32, wide: bool, activation: Activation,
         ) -> Tensor<7> { x }",
    );
    let Statement::Block(block) = &ast.body.statements[0] else {
        panic!("no block");
    };
    assert_eq!(block.docs, [" Two convolutions."]);
    assert!(!block.imported);
    let kinds = block.parameters.iter().map(|parameter| {
        let kind = match &parameter.kind {
            ParameterKind::Tensor(kind) => super::show_kind(kind),
            ParameterKind::Size => "usize".to_owned(),
            ParameterKind::Float => "f32".to_owned(),
            ParameterKind::Bool => "bool".to_owned(),
            ParameterKind::Activation => "Activation".to_owned(),
        };
        let default = parameter.default.as_ref().map(|value| format!(" = {}", super::show(value)));
        format!("{}: {kind}{}", parameter.name, default.unwrap_or_default())
    });
    let kinds: Vec<String> = kinds.collect();
    assert_eq!(
        kinds,
        [
            "x: Tensor<7, (2 * N)>",
            "y: Tensor",
            "filters: usize",
            "stride: usize = (1 + 2)",
            "rate: f32",
            "wide: bool",
            "activation: Activation",
        ]
    );
    assert_eq!(block.output.as_ref().map(super::show_kind), Some("Tensor<7>".to_owned()));
    assert_eq!(show_body(&block.body), ["=x"]);
}

#[test]
fn products_bind_tighter_than_sums_and_sums_tighter_than_shifts() {
    assert_eq!(expression("a + b * c - d"), "=((a + (b * c)) - d)");
    assert_eq!(expression("a / b % c"), "=((a / b) % c)");
    assert_eq!(expression("1 << a + b"), "=(1 << (a + b))");
    assert_eq!(expression("a - b - c"), "=((a - b) - c)");
}

#[test]
fn comparisons_bind_tighter_than_and_and_and_tighter_than_or() {
    assert_eq!(expression("a || b && c == d"), "=(a || (b && (c == d)))");
    assert_eq!(expression("a < b << 1 || c >= d"), "=((a < (b << 1)) || (c >= d))");
    assert_eq!(expression("a != b && c <= d && e > f"), "=(((a != b) && (c <= d)) && (e > f))");
}

#[test]
fn unary_operators_bind_tighter_than_products_and_looser_than_calls() {
    assert_eq!(expression("-a * b"), "=((-a) * b)");
    assert_eq!(expression("-x.relu()"), "=(-x.relu())");
    assert_eq!(expression("!a && - -b == c"), "=((!a) && ((-(-b)) == c))");
    assert_eq!(expression("a>-b&&!c"), "=((a > (-b)) && (!c))");
}

#[test]
fn parentheses_group_and_tuples_have_commas() {
    assert_eq!(expression("(a + b) * c"), "=((a + b) * c)");
    assert_eq!(expression("(a, b)"), "=(a, b,)");
    assert_eq!(expression("(a,)"), "=(a,)");
    assert_eq!(expression("[a, b,]"), "=[a, b]");
    assert_eq!(expression("[]"), "=[]");
}

#[test]
fn calls_have_receivers_and_named_arguments() {
    assert_eq!(expression("x.Dense(3, activation = relu,).relu()"), "=x.Dense(3, activation = relu).relu()");
    assert_eq!(expression("Dense(3, \"relu\")"), "=Dense(3, \"relu\")");
    assert_eq!(expression("f(a == b, c = -1)"), "=f((a == b), c = (-1))");
    assert_eq!(expression("Pad(size =-1)"), "=Pad(size = (-1))");
    assert_eq!(expression("1.relu()"), "=1.relu()");
}

#[test]
fn a_call_lies_between_its_name_and_its_parenthesis() {
    let ast = network("struct Net; input.Dense(3)");
    let Some(tail) = ast.body.tail else {
        panic!("no tail");
    };
    assert_eq!((tail.extent.first.start().column, tail.extent.last.end().column), (12, 26));
    let ExprKind::Call(call) = tail.kind else {
        panic!("no call");
    };
    assert_eq!((call.extent.first.start().column, call.extent.last.end().column), (18, 26));
}

#[test]
fn literals_have_suffixes_underscores_and_bases() {
    assert_eq!(expression("[3usize, 1_000, 0xff, 0b101u8]"), "=[3, 1000, 255, 5]");
    assert_eq!(expression("[1e-3, 0.5f32, 2f64, 1_0.5, 3.]"), "=[0.001, 0.5, 2.0, 10.5, 3.0]");
    assert_eq!(expression("18446744073709551615"), "=18446744073709551615");
    assert_eq!(expression("[true, false]"), "=[true, false]");
}

#[test]
fn invisible_groups_are_looked_through() {
    let invisible = |tokens: TokenStream| TokenTree::from(Group::new(Delimiter::None, tokens));
    let five = invisible(quote!(5));
    let sum = invisible(quote!(2 + 3));
    let minus = invisible(quote!(-1));
    let visibility = invisible(quote!(pub(crate)));
    let nothing = invisible(TokenStream::new());
    let statement = invisible(quote!(let y = #five;));
    let shape = invisible(quote!(Tensor<#five>));
    let input = quote! {
        #visibility struct Net;
        Dense(#five, #sum * 2, #minus);
        #nothing #statement
        let z: #shape = #sum.relu();
    };
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(input, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(
        ast.map(|ast| show_body(&ast.body)).unwrap_or_default(),
        ["Dense(5, ((2 + 3) * 2), (-1))", "let y = 5", "let z: Tensor<5> = (2 + 3).relu()"]
    );
}

/// A literal may hold what a terminal acts upon.
#[test]
fn found_texts_are_shown_on_one_line() {
    let (_, messages) = parse("struct Net; let y = concat(x, b = 2 \"\tone\u{1b}[31m \n two\");");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("before `\" one [31m…`"), "{messages:?}");
    let (_, messages) = parse("struct Net; let x = Input(2); x.\"one\ntwo\";");
    assert!(messages.iter().any(|message| message.contains("no field `\"one…`")), "{messages:?}");
    let (_, messages) = parse("struct Net; const N: u(3, a = \"b \n\u{1b}c\") = 3;");
    assert!(messages[0].contains("found `u(3, a = \"b  c\")`"), "{messages:?}");
}

/// As `$(#[$attribute])*` of a `macro_rules` macro leaves them.
#[test]
fn invisible_groups_in_attributes_are_looked_through() {
    let invisible = |tokens: TokenStream| TokenTree::from(Group::new(Delimiter::None, tokens));
    let (derive, doc, text) =
        (invisible(quote!(derive(Debug))), invisible(quote!(doc = "A.")), invisible(quote!("B.")));
    let mut diagnostics = Diagnostics::default();
    let input = quote!(#[#derive] #[#doc] #[doc = #text] #[deprecated = #text] struct Net; Dense(1););
    let ast = parse_network(input, &mut diagnostics).unwrap();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(ast.docs, ["A.", "B."]);
    assert_eq!(ast.attributes.len(), 2);
}

/// rustc does not look through them everywhere.
#[test]
fn attributes_are_handed_on_without_invisible_groups() {
    let invisible = |tokens: TokenStream| TokenTree::from(Group::new(Delimiter::None, tokens));
    let (nothing, arguments) = (invisible(TokenStream::new()), invisible(quote!((test))));
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(quote!(#[cfg #nothing #arguments] struct Net; Dense(1);), &mut diagnostics).unwrap();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let attributes: TokenStream = ast.attributes.into_iter().collect();
    let Some(TokenTree::Group(attribute)) = attributes.into_iter().nth(1) else { panic!("an attribute") };
    assert_eq!(attribute.stream().into_iter().count(), 2);
}

#[test]
fn the_value_of_an_attribute_is_a_literal_or_a_macro() {
    for value in ["x \"a\"", ":: \"a\"", "x::y \"a\"", "x(1)", "!", "\"a\" \"b\"", ""] {
        let (_, messages) = parse(&format!("#[doc = {value}] struct Net; Dense(1);"));
        assert!(messages.iter().any(|message| message.contains("this is no attribute")), "{value}: {messages:?}");
    }
    for value in ["\"a\"", "concat!(\"a\", \"b\")", "std::concat!(\"a\")"] {
        let (_, messages) = parse(&format!("#[deprecated = {value}] struct Net; Dense(1);"));
        assert!(messages.is_empty(), "{value}: {messages:?}");
    }
}

/// Arguments need a bracket that one can see.
#[test]
fn an_invisible_group_is_no_argument_of_an_attribute() {
    let arguments = TokenTree::from(Group::new(Delimiter::None, quote!(f(test))));
    for attribute in [quote!(#[cfg #arguments]), quote!(#[deprecated = concat! #arguments])] {
        let mut diagnostics = Diagnostics::default();
        parse_network(quote!(#attribute struct Net; Dense(1);), &mut diagnostics);
        let messages: Vec<_> = diagnostics.into_sorted().into_iter().map(|error| error.message).collect();
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].starts_with("this is no attribute"), "{messages:?}");
    }
}

#[test]
fn literals_of_other_macros_may_carry_a_sign() {
    let negative = proc_macro2::Literal::i32_unsuffixed(-3);
    let mut diagnostics = Diagnostics::default();
    let ast = parse_network(quote!(struct Net; #negative), &mut diagnostics);
    assert_eq!(ast.map(|ast| show_body(&ast.body)).unwrap_or_default(), ["=(-3)"]);
}

#[test]
fn doc_comments_may_stand_before_any_statement() {
    assert_eq!(statements("/// The first layer.\nDense(3); /// Nothing follows."), ["Dense(3)"]);
}

#[test]
fn a_lone_semicolon_is_nothing() {
    assert_eq!(statements("; Dense(3);; for _ in 0..2 {};").len(), 2);
}

#[test]
fn a_declaration_without_statements_is_complete() {
    let (ast, messages) = parse("struct Net;");
    assert!(ast.is_some() && messages.is_empty());
}
