//! What is said about each mistake, and where.

use super::{header_says, parse, says};

#[test]
fn a_network_needs_a_struct() {
    header_says("", "1:0 this network is empty\nhelp: write `pub struct Net;` and its layers");
    header_says("{}", "1:1 this network is empty\nhelp: write `pub struct Net;` and its layers");
    header_says(
        "let x = Input(2);",
        "1:0 expected the network's struct, found `let`\nhelp: write `pub struct Net;` first",
    );
    header_says(
        "enum Net {} Dense(3);",
        "1:0 expected the network's struct, found `enum`\nhelp: write `pub struct Net;` in its place",
    );
    header_says("struct;", "1:6 expected the name of the network after `struct`, found `;`");
    header_says("struct fn;", "1:7 expected the name of the network after `struct`, found the keyword `fn`");
    header_says("pub Net; Dense(3);", "1:4 expected `struct` before `Net`\nhelp: write `struct Net;`");
    header_says("Net; Dense(3);", "1:0 expected `struct` before `Net`\nhelp: write `struct Net;`");
}

#[test]
fn the_struct_is_a_name_and_a_semicolon() {
    header_says(
        "pub struct Net { x: f32 }\nDense(3);",
        "1:15 `Net` has fields: a network's struct has none\nhelp: write `struct Net;` and the layers after it",
    );
    header_says(
        "struct Net(f32);",
        "1:10 `Net` has fields: a network's struct has none\nhelp: write `struct Net;` and the layers after it",
    );
    header_says(
        "struct Net<T>;",
        "1:10 `Net` has generic parameters: every size is a number here\nhelp: write `struct Net;`",
    );
    header_says("struct Net\nDense(3);", "1:7 expected `;` after `struct Net`");
    header_says(
        "#![allow(x)] struct Net;",
        "1:0 inner attributes and `//!` comments do not exist here\nhelp: write `///` or `#[…]` before the struct",
    );
    header_says(
        "//! Doc\nstruct Net;",
        "1:0 inner attributes and `//!` comments do not exist here\nhelp: write `///` or `#[…]` before the struct",
    );
}

/// What rustc cannot read before a struct would hide the struct.
#[test]
fn attributes_and_visibilities_are_whole() {
    let says = "this is no attribute: expected a path and its arguments, as in `#[derive(Debug)]`";
    for attribute in ["#[(Debug)]", "#[]", "#[derive(Debug) pub]", "#[a::]", "#[a = b]", "#[_]", "#[unsafe(3)]"] {
        header_says(&format!("{attribute} struct Net;"), &format!("1:1 {says}"));
    }
    for attribute in ["#[a]", "#[::a::b(3)]", "#[unsafe(a = 3)]", "#[doc = concat!(\"a\")]", "#[cfg_attr(a, b)]"] {
        let (_, mistakes) = parse(&format!("{attribute} pub(in crate::a) struct Net;"));
        assert_eq!(mistakes, [""; 0]);
    }
    header_says(
        "pub(3) struct Net;",
        "1:3 expected the network's struct, found `( … )`\nhelp: move `struct Net;` to the first line",
    );
}

#[test]
fn the_struct_stands_first_and_alone() {
    header_says(
        "use a::B; struct Net;",
        "1:0 expected the network's struct, found `use`\nhelp: move `struct Net;` to the first line",
    );
    says(
        "struct Two; Dense(3);",
        "2:7 a network has one struct, found a second one\nhelp: describe it in a `network!` of its own",
    );
    says(
        "struct Two { x: f32 } Dense(3);",
        "2:7 a network has one struct, found a second one\nhelp: describe it in a `network!` of its own",
    );
}

#[test]
fn arguments_are_named_with_an_equals_sign() {
    says(
        "Dense { units: 3 };",
        "2:6 `Dense` takes its arguments in parentheses, found `{`\nhelp: write `Dense(units = 3)`",
    );
    says(
        "Dense { units: 3, activation: relu, bias: 1 + 2 }",
        "2:6 `Dense` takes its arguments in parentheses, found `{`\nhelp: write `Dense(units = 3, activation = relu, bias = …)`",
    );
    says("Dense {};", "2:6 `Dense` takes its arguments in parentheses, found `{`\nhelp: write `Dense(…)`");
    says("Dense(units: 3);", "2:11 expected `=` after `units`, found `:`\nhelp: write `units = 3`");
    says("Dense(units = );", "2:6 `units` has no value");
    says("Dense(type = 3);", "2:6 expected the name of an option, found the keyword `type`");
}

#[test]
fn arguments_are_separated_by_one_comma() {
    says("Dense(3,, 4);", "2:8 expected an argument, found `,`\nhelp: remove this comma");
    says("Dense(, 4);", "2:6 expected an argument, found `,`\nhelp: remove this comma");
    says("Dense(3 4);", "2:8 expected `,` before `4`");
    says("Dense(3 activation = relu);", "2:8 expected `,` before `activation`");
    says("Dense(3; 4);", "2:7 expected `,`, found `;`\nhelp: write `,` instead");
    says(
        "[0.1; 3];",
        "2:4 a list names every value: `[value; count]` does not exist here\nhelp: write `[0.1, 0.1, 0.1]`",
    );
}

#[test]
fn arguments_stand_in_parentheses() {
    says("Dense 3;", "2:6 expected `(` after `Dense`, found `3`\nhelp: write `Dense(3)`");
    says(
        "Dense(3)(x);",
        "2:8 a layer is applied with a dot, found a second pair of parentheses\nhelp: write `x.Dense(3)`",
    );
    says("();", "2:1 expected a value, found `)`");
}

#[test]
fn a_value_is_missing() {
    says("let x;", "2:4 `let x` has no value\nhelp: write `let x = …;`");
    says("let x: Tensor<3>;", "2:4 `let x` has no value\nhelp: write `let x = …;`");
    says("let x = ;", "2:8 expected a value, found `;`");
    says("loss = ;", "2:0 `loss` has no value");
    says("const N: usize;", "2:6 `const N` has no value");
    says("static Embed: _;", "2:7 `static Embed` has no layer");
    says("Dense(@);", "2:6 expected a value, found `@`");
    says("x.;", "2:2 expected a layer or a function after `.`, found `;`");
}

#[test]
fn a_let_has_one_name() {
    says(
        "let (a, b) = f(x);",
        "2:4 a `let` names one value, found a pattern\nhelp: write one `let` for every name",
    );
    says(
        "let [a, b] = f(x);",
        "2:4 a `let` names one value, found a pattern\nhelp: write one `let` for every name",
    );
    says("let _ = x;", "2:4 expected a name after `let`, found `_`");
    says(
        "let fn = 3;",
        "2:4 expected a name after `let`, found the keyword `fn`\nhelp: give it another name: `fn_1`",
    );
    says(
        "let try = 3;",
        "2:4 expected a name after `let`, found the keyword `try`\nhelp: give it another name: `try_1`",
    );
    says(
        "let gen = 3;",
        "2:4 expected a name after `let`, found the keyword `gen`\nhelp: give it another name: `gen_1`",
    );
    says("let x 3;", "2:6 expected `=` after `let x`, found `3`");
    says("let x = y = 3;", "2:10 only a name can stand before `=`");
}

#[test]
fn the_type_of_a_let_is_a_shape() {
    says(
        "let x: usize = 3;",
        "2:7 the type of a `let` is `Tensor<…>`, found `usize`\nhelp: write `const X: usize = 3;`",
    );
    says(
        "let x: Foo = y;",
        "2:7 the type of a `let` is `Tensor<…>`, found `Foo`\nhelp: the shape is inferred: write `let x = y;`",
    );
    says(
        "let x: Foo\"a\n\nb\" = y;",
        "2:7 the type of a `let` is `Tensor<…>`, found `Foo\"a…`\nhelp: the shape is inferred: write `let x = y;`",
    );
    says("let x: Tensor<> = y;", "2:14 expected a number, a constant or `{ … }`, found `>`");
    says(
        "let x: Tensor<2 * N> = y;",
        "2:16 expected `,` or `>`, found `*`\nhelp: write a computed extent in braces: `{ 2 * WIDTH }`",
    );
    says("let x: Tensor<[2]> = y;", "2:14 expected a number, a constant or `{ … }`, found `[ … ]`");
}

#[test]
fn settings_are_assigned() {
    says("loss: mse;", "2:4 expected `=` after `loss`, found `:`\nhelp: write `loss = mse;`");
    says("loss = mse", "2:7 expected `;` after this assignment");
    says("Dense(3) = 4;", "2:9 only a name can stand before `=`");
}

#[test]
fn constants_have_one_of_three_types() {
    says("const N = 3;", "2:6 `const N` has no type\nhelp: write `const N: usize = 3;`");
    says("const R = 0.1;", "2:6 `const R` has no type\nhelp: write `const R: f32 = 0.1;`");
    says("const N = A + B;", "2:6 `const N` has no type: `usize`, `f32` or `bool`");
    says("const N: i32 = 3;", "2:9 a constant is `usize`, `f32` or `bool`, found `i32`\nhelp: write `usize`");
    says("const N: f64 = 0.5;", "2:9 a constant is `usize`, `f32` or `bool`, found `f64`\nhelp: write `f32`");
    let text = "2:9 a constant is `usize`, `f32` or `bool`, found `&str`";
    says(
        "const N: &str = \"s\";",
        &format!("{text}\nhelp: write the function where it is used: `activation = relu`"),
    );
    says(
        "const N: [usize; 2] = [1, 2];",
        "2:9 a constant is `usize`, `f32` or `bool`, found `[usize; 2]`\nhelp: a list stands where it is used: `for i in [1, 2] { … }`",
    );
    says("const N: = 3;", "2:9 expected a type, found `=`");
    says("const N usize = 3;", "2:8 expected `=` after `const N`, found `usize`");
    says("const _: usize = 3;", "2:6 expected the name of a constant, found `_`");
    says(
        "const fn f() {}",
        "2:0 `const` does not exist here: a block only describes layers\nhelp: remove `const`",
    );
}

#[test]
fn a_shared_layer_has_no_type() {
    says(
        "static Embed: usize = Embedding(3);",
        "2:14 the type of a shared layer is `_`, found `usize`\nhelp: write `static Embed: _ = Embedding(3);`",
    );
    says(
        "static Embed = Embedding(3);",
        "2:7 expected `: _` after `static Embed`\nhelp: write `static Embed: _ = Embedding(3);`",
    );
    says(
        "static mut Embed: _ = Embedding(3);",
        "2:7 a shared layer cannot be `mut`: its weights are trained anyway\nhelp: remove `mut`",
    );
}

#[test]
fn parameters_have_one_of_five_types() {
    says(
        "fn F(x) { x }",
        "2:5 parameter `x` has no type: `Tensor`, `usize`, `f32`, `bool` or `Activation`\nhelp: for a tensor write `x: Tensor`",
    );
    says(
        "fn F(x: Tensor, n: i32) { x }",
        "2:19 a parameter is `Tensor`, `usize`, `f32`, `bool` or `Activation`, found `i32`\nhelp: write `usize`",
    );
    says(
        "fn F(x: Tensor, n: f64) { x }",
        "2:19 a parameter is `Tensor`, `usize`, `f32`, `bool` or `Activation`, found `f64`\nhelp: write `f32`",
    );
    says(
        "fn F(x: &Tensor) { x }",
        "2:8 a parameter is `Tensor`, `usize`, `f32`, `bool` or `Activation`, found `&Tensor`\nhelp: write `Tensor`",
    );
    says(
        "fn F(x: Tensor, n: Vec<f32>) { x }",
        "2:19 a parameter is `Tensor`, `usize`, `f32`, `bool` or `Activation`, found `Vec<f32>`\nhelp: write one parameter for every number: `a: usize, b: usize`",
    );
    says("fn F(x: Tensor, n = 3) { x }", "2:18 expected `:` and a type after `n`, found `=`");
}

#[test]
fn parameters_are_names() {
    says(
        "fn F(self, x: Tensor) { x }",
        "2:5 a block has no `self`: it takes its tensors as parameters\nhelp: write `x: Tensor`",
    );
    says(
        "fn F(&mut self) { x }",
        "2:5 a block has no `self`: it takes its tensors as parameters\nhelp: write `x: Tensor`",
    );
    says("fn F(mut x: Tensor) { x }", "2:5 a parameter cannot be `mut`\nhelp: give it a new value with `let`");
    says("fn F(x: Tensor n: usize) { x }", "2:15 expected `,` before `n`");
}

#[test]
fn defaults_stand_in_an_attribute() {
    says(
        "fn F(x: Tensor, n: usize = 3) { x }",
        "2:25 the default of `n` stands in an attribute, found `=`\nhelp: write `#[default(3)] n: usize`",
    );
    says("fn F(x: Tensor, #[foo] n: usize) { x }", "2:18 only `#[default(…)]` stands before a parameter");
    says(
        "fn F(x: Tensor, #[default = 1] n: usize) { x }",
        "2:26 expected `(` after `default`, found `=`\nhelp: write `#[default(…)]`",
    );
}

#[test]
fn blocks_are_not_generic() {
    says(
        "fn F<T>(x: Tensor) { x }",
        "2:4 `F` has generic parameters: sizes are parameters here\nhelp: write `fn F(x: Tensor, size: usize) -> Tensor`",
    );
    says(
        "fn F<const N: usize>(x: Tensor<N>) -> Tensor where N: usize { x }",
        "2:4 `F` has generic parameters: sizes are parameters here\nhelp: write `fn F(x: Tensor, size: usize) -> Tensor`",
    );
    says(
        "fn F(x: Tensor) -> Tensor where T: A { x }",
        "2:26 `where` does not exist here: a block has no generic parameters\nhelp: remove it",
    );
}

#[test]
fn blocks_give_a_tensor() {
    says(
        "fn F(x: Tensor) -> f32 { x }",
        "2:19 a block gives a `Tensor`, found `f32`\nhelp: write `-> Tensor`",
    );
    says(
        "fn F(x: Tensor) -> (Tensor, Tensor) { x }",
        "2:19 a block gives a `Tensor`, found `(Tensor, Tensor)`\nhelp: write `-> Tensor`",
    );
    says("fn F(x: Tensor);", "2:15 expected `{` after the signature of `F`, found `;`");
    says(
        "fn F { x }",
        "2:5 expected `(` after `fn F`, found `{ … }`\nhelp: write a block: `fn F(x: Tensor) -> Tensor { … }`",
    );
    says("fn (x: Tensor) { x }", "2:3 expected the name of a block, found `( … )`");
}

#[test]
fn visibility_belongs_to_libraries() {
    says(
        "pub fn F(x: Tensor) { x }",
        "2:0 everything in a network is private: `pub` belongs to the items of `blocks!`\nhelp: remove `pub`",
    );
    says(
        "pub const N: usize = 3;",
        "2:0 everything in a network is private: `pub` belongs to the items of `blocks!`\nhelp: remove `pub`",
    );
}

#[test]
fn other_items_stand_outside() {
    says("mod a {}", "2:0 `mod` does not exist inside a network\nhelp: write this item outside the macro");
    says(
        "impl Net { fn x() {} }",
        "2:0 `impl` does not exist inside a network\nhelp: write this item outside the macro",
    );
    says("trait A {}", "2:0 `trait` does not exist inside a network\nhelp: write this item outside the macro");
    says(
        "enum A { B }",
        "2:0 `enum` does not exist inside a network\nhelp: write this item outside the macro",
    );
    says("type A = B;", "2:0 `type` does not exist inside a network\nhelp: write this item outside the macro");
    says(
        "macro_rules! a { () => {} }",
        "2:0 `macro_rules` does not exist inside a network\nhelp: write this item outside the macro",
    );
    says("#[cfg(a)] Dense(3);", "2:1 attributes stand only before the network's struct");
}

#[test]
fn items_stand_at_the_top() {
    says("for i in 0..2 { use a::B; }", "2:16 `use` stands at the top of the network, not inside braces");
    says(
        "for i in 0..2 { fn F(x: Tensor) { x } }",
        "2:16 a block is declared at the top of the network, not inside braces",
    );
    says(
        "for i in 0..2 { static E: _ = Dense(3); }",
        "2:16 a shared layer is declared at the top of the network, not inside braces",
    );
}

#[test]
fn a_text_of_several_lines_is_shown_on_one() {
    says("x \"one\n\ntwo\";", "2:2 expected `(` after `x`, found `\"one…`\nhelp: write `x(…)`");
}

#[test]
fn an_import_names_one_thing() {
    says(
        "use a::{B, C};",
        "2:7 `use` imports one name, found a list\nhelp: write one `use` for every name: `use a::B; use a::C;`",
    );
    says(
        "use a::*;",
        "2:7 `use` imports one name, found `*`\nhelp: write one `use` for every name: `use a::Name;`",
    );
    says("use a::B as C;", "2:9 an import keeps its name: `as` does not exist here\nhelp: remove `as C`");
    says("use;", "2:3 expected a name after `use`, found `;`");
}

#[test]
fn an_if_has_a_condition_and_braces() {
    says("if { x }", "2:0 this `if` has no condition");
    says("if x = 3 { x }", "2:5 expected `==`, found `=`\nhelp: compare with `==`");
    says("if a x else y;", "2:5 expected `{` after the condition, found `x`");
    says("if a { x } elif b { y }", "2:11 expected `else if`, found `elif`\nhelp: write `else if`");
    says("else { x }", "2:0 `else` without an `if` before it");
    says("let n = if a { 1 } else 2;", "2:24 expected `{` after `else`, found `2`");
}

#[test]
fn a_for_runs_over_a_range_or_a_list() {
    says("for i in range(3) { x }", "2:9 `for` runs over a range or a list\nhelp: write `0..3`");
    says("for i in 0.. { x }", "2:10 this range has no end: repetitions are counted while compiling");
    says("for i in ..3 { x }", "2:9 this range has no start\nhelp: write `0..n`");
    says("for i in 0...3 { x }", "2:10 expected `..` or `..=`, found `...`\nhelp: write `0..=3`");
    says("for i 0..3 { x }", "2:6 expected `in` after the name, found `0`\nhelp: write `for i in 0..3 { … }`");
    says(
        "for &i in 0..3 { x }",
        "2:4 expected a name or `_`, found `&`\nhelp: remove it: the values of a list are constants",
    );
    says(
        "for i in 0..3 Dense(3);",
        "2:14 expected `{` after what `for` runs over, found `Dense`\nhelp: write `{ Dense(3); }`",
    );
    says("'outer: for i in 0..3 { Dense(i); }", "2:0 labels do not exist here\nhelp: remove it");
}

#[test]
fn numbers_fit() {
    says("99999999999999999999;", "2:0 the integer is larger than 18446744073709551615");
    says("1e999;", "2:0 the number is larger than 1.7976931348623157e308");
    says("1e40f32;", "2:0 the number is larger than 3.4028235e38");
    says("3px;", "2:0 `px` is no suffix of an integer\nhelp: write `3`");
}

#[test]
fn characters_and_bytes_are_no_values() {
    says("Dense('a');", "2:6 expected a number, a name or a layer: characters do not exist here");
    says("Dense(b'a');", "2:6 expected a number, a name or a layer: characters do not exist here");
    says("Dense(b\"a\");", "2:6 expected a number, a name or a layer: byte strings do not exist here");
    says("Dense(c\"a\");", "2:6 expected a number, a name or a layer: C strings do not exist here");
}
