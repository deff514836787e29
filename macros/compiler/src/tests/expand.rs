//! The whole pipeline: a declaration in, readable code out.

use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::expand::network;

/// The code of a declaration without mistakes, formatted.
fn expanded(declaration: &str) -> String {
    let expansion = network(TokenStream::from_str(declaration).unwrap());
    let errors: Vec<&str> = expansion.errors.iter().map(|error| error.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    prettyplease::unparse(&syn::parse2(expansion.tokens).unwrap())
}

#[test]
fn each_step_is_one_call() {
    let code = expanded(
        "{ pub struct Regression; let x = Input(2); Dense(3, activation = relu); Dense(1); \
         loss = mse; optimizer = Sgd(learning_rate = 0.01); }",
    );
    println!("{code}");
    for call in
        ["step.forward(&DENSE_1);", "step.forward(&DENSE_2);", "step.loss(&LOSS_1);", "step.backward(&DENSE_1);"]
    {
        assert_eq!(code.matches(call).count(), 1, "{call}");
    }
    assert!(!code.contains("unsafe"));
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
