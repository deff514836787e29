//! The whole pipeline: a declaration in, readable code out.

use std::path::Path;
use std::time::Instant;

use super::{mistakes, tokens};
use crate::expand::network;

/// The code of a declaration without mistakes, formatted.
fn expanded(declaration: &str) -> String {
    let expansion = network(tokens(declaration));
    let errors: Vec<&str> = expansion.errors.iter().map(|error| error.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    prettyplease::unparse(&syn::parse2(expansion.tokens).unwrap())
}

const REGRESSION: &str = "{
    /// 2 → 3 → 1 regression.
    pub struct Regression;

    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.01);
}";

/// The file is written again where `MONOGRAD_WRITE` is set.
#[test]
fn the_code_of_a_small_network_is_as_saved() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/expanded/regression.rs.txt");
    let code = expanded(REGRESSION);
    if std::env::var_os("MONOGRAD_WRITE").is_some() {
        std::fs::write(&path, &code).unwrap();
    }
    let saved = std::fs::read_to_string(&path).unwrap();
    for (number, (saved, line)) in saved.lines().zip(code.lines()).enumerate() {
        assert_eq!(saved, line, "line {} of {}", number + 1, path.display());
    }
    assert_eq!(saved.lines().count(), code.lines().count());
}

#[test]
fn braces_around_the_declaration_change_nothing() {
    assert_eq!(expanded(REGRESSION), expanded(REGRESSION.trim_matches(['{', '}'])));
}

#[test]
fn a_mistake_is_one_compile_error_before_the_stub() {
    let expansion = network(tokens("struct Net; let x = Input(2); Dens(3);"));
    let text = expansion.into_tokens().to_string();
    assert_eq!(text.matches("compile_error !").count(), 1, "{text}");
    assert!(text.starts_with(":: core :: compile_error ! { \"unknown layer `Dens`"), "{text}");
    assert!(text.contains("struct Net"), "{text}");
}

/// A declaration of 2,000 layers in one loop, with a name each, skips, blocks and a shared layer.
fn large() -> String {
    let mut text = "fn Block(x: Tensor, n: usize) -> Tensor { let h = x.Dense(n, activation = relu); h.Dense(64) + x }
         static Shared: _ = Dense(64);
         let x = Input(64);\n"
        .to_string();
    text += "for i in 0..500 { Block(32 + i % 7); Shared(); }\n";
    text + "Dense(1); loss = mse; optimizer = Sgd();"
}

/// The same, written out.
fn long() -> String {
    let mut text = "let x = Input(64);\n".to_string();
    for layer in 0..2000 {
        text += &format!("let layer_{layer} = Dense({}, activation = relu);\n", 32 + layer % 7);
    }
    text + "loss = mse; optimizer = Sgd();"
}

#[test]
fn two_thousand_layers_expand_in_seconds() {
    for (name, statements) in [("large", large()), ("long", long())] {
        let start = Instant::now();
        let expansion = network(tokens(&format!("struct Net;\n{statements}")));
        let time = start.elapsed();
        assert!(expansion.errors.is_empty(), "{:?}", expansion.errors);
        println!("{name}: {time:?}");
        assert!(time.as_secs() < 10, "{name}: {time:?}"); // About half a second, on a busy machine more.
    }
}

#[test]
fn two_thousand_mistakes_are_reported() {
    let text: String = (1..=2000).map(|layer| format!("let y_{layer} = x.Dense({layer}, bais = true);\n")).collect();
    assert_eq!(mistakes(&format!("let x = Input(2);\n{text}")).len(), 2000);
}

#[test]
fn the_same_name_two_thousand_times() {
    let text = format!("struct Net; let h = Input(4); {}", "let h = h.Dense(4);".repeat(2000));
    let code = network(tokens(&text)).tokens.to_string();
    assert!(code.contains("\"h_2001.weight\""));
}

#[test]
fn layers_may_be_named_like_generated_items() {
    let code = expanded(
        "{ struct Program; fn Block(x: Tensor) -> Tensor { Dense(2) } let layout = Input(2); let loss_1 = Dense(3); \
         let r#type = Dense(2); let block_1__dense_1 = Dense(2); Block(); loss = mse; optimizer = Sgd(); }",
    );
    let mut names: Vec<&str> = code.lines().filter_map(|line| line.trim().strip_prefix("const ")).collect();
    names.retain(|name| !name.starts_with('_'));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
    assert!(code.contains("struct ProgramProgram;") && code.contains("path: \"type.weight\""), "{code}");
}

#[test]
fn conditions_hold_for_all_that_is_generated() {
    let code = expanded("{ #[cfg(test)] struct Net; let x = Input(2); Dense(3); }");
    assert_eq!(code.matches("#[cfg(test)]").count(), 2);
}

/// The hash of the architecture of a declaration's statements.
fn architecture(statements: &str) -> String {
    let code = expanded(&format!("struct Net; {statements}"));
    let (_, rest) = code.split_once("architecture: ").unwrap();
    rest.split_once(',').unwrap().0.to_string()
}

#[test]
fn the_architecture_is_what_numbers_are_for() {
    let written = architecture("let x = Input(2); Dense(3, activation = relu); Dense(1);");
    assert_eq!(architecture("let image = Input(2); Dense(3); relu(); Dense(1);"), written);
    assert_eq!(architecture("let x = Input(2); Dense(3, relu, init = he_normal); Dense(1);"), written);
    assert_ne!(architecture("let x = Input(2); Dense(3, activation = tanh); Dense(1);"), written);
    assert_ne!(architecture("let x = Input(2); 2.0 * x;"), architecture("let x = Input(2); 3.0 * x;"));
}
