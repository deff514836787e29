//! What is said about the things that only Rust or Python has.

use super::says;

#[test]
fn rust_control_flow_has_its_remedy() {
    says(
        "while x { Dense(3); }",
        "2:0 `while` does not exist here: repetitions are counted while compiling\nhelp: write `for i in 0..n { … }`",
    );
    says(
        "loop { Dense(3); }",
        "2:0 `loop` does not exist here: repetitions are counted while compiling\nhelp: write `for i in 0..n { … }`",
    );
    says(
        "match x { a => b }",
        "2:0 `match` does not exist here: choices are made with `if`\nhelp: write `if … { … } else { … }`",
    );
    says(
        "let y = match x { a => b };",
        "2:8 `match` does not exist here: choices are made with `if`\nhelp: write `if … { … } else { … }`",
    );
    says("return x;", "2:0 `return` does not exist here: the output is a setting\nhelp: write `output = x;`");
    says(
        "fn F(x: Tensor) -> Tensor { return x.relu(); }",
        "2:28 `return` does not exist here: the value of a block is its last line\nhelp: write `x.relu()` last, without `;`",
    );
    says(
        "break;",
        "2:0 `break` does not exist here: a `for` runs through its whole range\nhelp: write an `if` around what is left out",
    );
    says(
        "continue;",
        "2:0 `continue` does not exist here: a `for` runs through its whole range\nhelp: write an `if` around what is left out",
    );
    says("async { x }", "2:0 `async` does not exist here: a network only describes layers\nhelp: remove it");
    says("if let Some(x) = y { x }", "2:3 `if let` does not exist here: a condition is a constant");
    says("{ x };", "2:0 a block in braces stands only after `if`, `else`, `for` and `fn`");
}

#[test]
fn closures_are_blocks_here() {
    says(
        "let f = |x| x + 1;",
        "2:8 closures do not exist here\nhelp: write a block: `fn Name(x: Tensor) -> Tensor { … }`",
    );
    says(
        "let f = || 1;",
        "2:8 closures do not exist here\nhelp: write a block: `fn Name(x: Tensor) -> Tensor { … }`",
    );
    says(
        "let f = move |x| x;",
        "2:8 closures do not exist here\nhelp: write a block: `fn Name(x: Tensor) -> Tensor { … }`",
    );
}

#[test]
fn there_are_no_references_errors_or_casts() {
    says("Dense(&x);", "2:6 references with `&` do not exist here: tensors are values\nhelp: write `x`");
    says("Dense(&mut x);", "2:6 references with `&` do not exist here: tensors are values\nhelp: write `x`");
    says("x.relu()?;", "2:8 `?` does not exist here: describing a network cannot fail\nhelp: remove it");
    says("let n = 3 as f32;", "2:10 casts with `as` do not exist here\nhelp: remove `as f32`");
    says("x.await;", "2:2 `await` does not exist here\nhelp: remove it");
}

#[test]
fn there_are_no_fields_and_indices() {
    says(
        "x.shape;",
        "2:0 fields do not exist here, found `x.shape`\nnote: a declaration describes layers, it has no values to read",
    );
    says("x.a().b;", "2:6 fields do not exist here, found `.b`\nhelp: a layer or function is called: `.b(…)`");
    says("x.0;", "2:2 a value has no field `0`");
    says("a[0];", "2:1 `a[…]`: indexing does not exist here");
    says(
        "Dense[3];",
        "2:5 `Dense[…]`: indexing does not exist here\nhelp: arguments stand in parentheses: `Dense(3)`",
    );
    says(
        "self;",
        "2:0 `self` does not exist here: a block takes its tensors as parameters\nhelp: write the name of a tensor parameter",
    );
    says(
        "self.fc1 = Dense(3);",
        "2:0 fields do not exist here, found `self.fc1`\nhelp: layers stand where they are applied: `let fc1 = …;`",
    );
    says(
        "self.Dense(3);",
        "2:0 fields do not exist here, found `self.Dense`\nhelp: write the layer itself where it is applied: `Dense(64);`",
    );
}

#[test]
fn there_are_no_paths() {
    says(
        "nn::Linear(3);",
        "2:0 paths do not exist here, found `nn::Linear`\nhelp: write `Dense(3)`: the number of inputs is inferred",
    );
    says(
        "::nn::Linear(3);",
        "2:0 paths do not exist here, found `::nn::Linear`\nhelp: write `Dense(3)`: the number of inputs is inferred",
    );
    says(
        "tf.keras.layers.Dense(3);",
        "2:0 paths do not exist here, found `tf.keras.layers.Dense`\nhelp: write `Dense(3)`",
    );
    says(
        "let d = tf.keras.layers.Dense;",
        "2:8 paths do not exist here, found `tf.keras.layers.Dense`\nhelp: write `Dense(…)`",
    );
    says(
        "Dense::<3>();",
        "2:0 type arguments do not exist here: arguments stand in parentheses\nhelp: write `Dense(…)`",
    );
    says(
        "x.Dense::<3>();",
        "2:2 type arguments do not exist here: arguments stand in parentheses\nhelp: write `.Dense(…)`",
    );
    says(
        "Dense<3>(4);",
        "2:0 type arguments do not exist here: arguments stand in parentheses\nhelp: write `Dense(3)`",
    );
}

#[test]
fn macros_are_not_called() {
    says(
        "println!(\"hello\");",
        "2:0 macros cannot be called here, found `println!`\nhelp: a network is described, not run: print in the code that uses it",
    );
    says(
        "let v = vec![1, 2];",
        "2:8 macros cannot be called here, found `vec!`\nhelp: write a list: `[1, 2]`",
    );
    says("format!(\"a\");", "2:0 macros cannot be called here, found `format!`");
}

#[test]
fn only_some_operators_exist() {
    says("x += 3;", "2:2 `+=` does not exist here\nhelp: write `x = x + 3;`");
    says("a & b;", "2:2 the bit operator `&` does not exist here\nhelp: conditions are combined with `&&`");
    says("a | b;", "2:2 the bit operator `|` does not exist here\nhelp: conditions are combined with `||`");
    says("a ^ b;", "2:2 the bit operator `^` does not exist here");
    says("a ** b;", "2:2 `**` does not exist here");
    says("x |> Dense(3);", "2:2 `|>` does not exist here\nhelp: apply a layer with a dot: `x.Dense(…)`");
    says("x -> Dense(3);", "2:2 `->` does not exist here\nhelp: apply a layer with a dot: `x.Dense(…)`");
    says("+3;", "2:0 `+` has no value before it\nhelp: remove it");
    says("a and b;", "2:2 the operator `and` does not exist here\nhelp: write `&&`");
    says("not a;", "2:0 the operator `not` does not exist here\nhelp: write `!`");
    says("loss == mse;", "2:5 expected `=` after `loss`, found `==`\nhelp: write `loss = mse;`");
    says(
        "a < b < c;",
        "2:6 comparisons cannot be chained, found a second one, `<`\nhelp: combine them with `&&`: `a < b && b < c`",
    );
}

#[test]
fn a_range_stands_only_in_a_for() {
    says("Dense(0..3);", "2:7 a range stands only right after `in` of a `for`: `for i in 0..3 { … }`");
    says("let r = ..3;", "2:8 a range stands only after `in` of a `for`, with a start and an end");
    says(
        "for i in (0..3) { x }",
        "2:9 a range stands after `in` without parentheses\nhelp: remove the parentheses",
    );
}
