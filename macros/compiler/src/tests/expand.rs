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
