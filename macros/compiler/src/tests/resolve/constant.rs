//! `const`: operators, order, types and mistakes.

use super::{constants, graph, mistakes, mistakes_in_full, says, value};

#[test]
fn operators_of_whole_numbers() {
    let sums = [("7 + 2", "9"), ("7 - 2", "5"), ("7 * 2", "14"), ("7 / 2", "3"), ("7 % 2", "1")];
    let shifts = [("3 << 4", "48"), ("48 >> 4", "3"), ("1 << 62", "4611686018427387904"), ("5 >> 64", "0")];
    for (expression, expected) in sums.into_iter().chain(shifts) {
        assert_eq!(value("usize", expression), expected, "{expression}");
    }
}

#[test]
fn operators_of_real_numbers() {
    let sums = [("1.5 + 1.0", "2.5"), ("1.5 - 2.0", "-0.5"), ("1.5 * 2.0", "3.0"), ("3.0 / 2.0", "1.5")];
    for (expression, expected) in sums.into_iter().chain([("3.5 % 2.0", "1.5"), ("-1.5", "-1.5")]) {
        assert_eq!(value("f32", expression), expected, "{expression}");
    }
}

#[test]
fn a_whole_number_beside_a_real_one_is_real() {
    assert_eq!(value("f32", "1 / 2.0"), "0.5");
    assert_eq!(value("f32", "2.0 * 3"), "6.0");
    assert_eq!(value("f32", "4 / 2"), "2.0");
    assert_eq!(value("f32", "3"), "3.0");
}

#[test]
fn a_division_of_whole_numbers_with_a_rest_is_no_real_number() {
    let message = "expected a real number, found a division of whole numbers: 1 / 3 is 0";
    let text = "fn Drop(x: Tensor, rate: f32) -> Tensor { Dropout(rate); }\nlet x = Input(2);\n";
    for (statement, column) in
        [("Dropout(1 / 3);", 8), ("Dropout(0.1 + 1 / 3);", 14), ("Drop(1 / 3);", 5), ("Dense(2) * (1 / 3);", 11)]
    {
        says(&format!("{text}{statement}"), &format!("4:{column} {message}"));
    }
    says("const RATE: f32 = 1 / 3;\nlet x = Input(2);", &format!("2:18 {message}"));
    for whole in ["Dense(7 / 2);", "Dropout(if 7 / 2 == 3 { 0.1 } else { 0.2 });", "Dropout(4 / 2 / 4.0);"] {
        graph(&format!("{text}{whole}"));
    }
    graph("let x = Input(3); let y = x + x.Dense(7 / 2); y * Dropout(0.5);"); // A size within a sum.
    graph("let x = Input(3); x * if 1 < 2 { let n = 7 / 2; x.Dense(n) } else { x };");
    graph("const HALF: usize = 7 / 2; let x = Input(2); Dropout(HALF / 6.0);");
}

#[test]
fn comparisons() {
    let whole = [("1 < 2", true), ("2 <= 2", true), ("1 > 2", false), ("2 >= 3", false), ("2 == 2", true)];
    let other = [("2 != 2", false), ("1.0 < 2", true), ("0.5 == 0.5", true), ("true == false", false)];
    for (expression, expected) in whole.into_iter().chain(other).chain([("true != false", true)]) {
        assert_eq!(value("bool", expression), expected.to_string(), "{expression}");
    }
}

#[test]
fn logic() {
    let both = [("true && false", false), ("true || false", true), ("!true", false), ("!false && true", true)];
    for (expression, expected) in both {
        assert_eq!(value("bool", expression), expected.to_string(), "{expression}");
    }
}

#[test]
fn the_right_side_of_logic_counts_only_where_it_decides() {
    assert_eq!(value("bool", "false && 1 / 0 == 1"), "false");
    assert_eq!(value("bool", "true || 1 / 0 == 1"), "true");
    says("const A: bool = true && 1 / 0 == 1; let x = Input(1);", "2:24 division by zero: 1 / 0");
}

#[test]
fn precedence() {
    let cases = [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 5", "2"),
        ("1 + 1 << 3", "16"),
        ("16 << 1 + 1", "64"),
        ("7 - 5 % 3", "5"),
    ];
    for (expression, expected) in cases {
        assert_eq!(value("usize", expression), expected, "{expression}");
    }
    assert_eq!(value("bool", "1 + 1 == 2 && 3 < 4 || false"), "true");
    assert_eq!(value("f32", "-2.0 * 3.0 + 1.0"), "-5.0");
}

#[test]
fn an_if_is_a_value() {
    assert_eq!(value("usize", "if 1 < 2 { 10 } else { 20 }"), "10");
    assert_eq!(value("usize", "if false { 10 } else if true { 20 } else { 30 }"), "20");
    assert_eq!(value("usize", "if true { 10 } else { 1 / 0 }"), "10");
}

#[test]
fn the_order_of_declarations_does_not_matter() {
    let values = constants("const A: usize = B + C; const B: usize = 2 * C; const C: usize = 5;");
    assert_eq!(values, ["A = 15", "B = 10", "C = 5"]);
}

#[test]
fn a_constant_may_be_declared_after_its_use() {
    assert!(mistakes("let x = Input(2); Dense(UNITS); const UNITS: usize = 3;").is_empty());
}

#[test]
fn a_constant_cannot_depend_on_itself() {
    says("const A: usize = A + 1; let x = Input(1);", "2:6 the constant `A` depends on itself");
    let circle = "const A: usize = B; const B: usize = C; const C: usize = A; let x = Input(A);";
    says(circle, "2:6 the constant `A` depends on itself");
}

#[test]
fn intermediate_values_may_be_negative() {
    assert_eq!(value("usize", "3 - 5 + 4"), "2");
    assert_eq!(value("bool", "3 - 5 < 0"), "true");
    says("const A: usize = 3 - 5; let x = Input(1);", "2:17 `A` is declared as `usize`, found -2");
}

#[test]
fn types_are_checked() {
    let cases = [
        ("const A: usize = 1.5;", "2:17 `A` is declared as `usize`, found 1.5"),
        ("const A: usize = true;", "2:17 `A` is declared as `usize`, found `true`"),
        ("const A: bool = 1;", "2:16 `A` is declared as `bool`, found 1"),
        ("const A: f32 = false;", "2:15 `A` is declared as `f32`, found `false`"),
        ("const A: usize = \"3\";", "2:17 `A` is declared as `usize`, found a string"),
        ("const A: usize = [3];", "2:17 `A` is declared as `usize`, found a list"),
    ];
    for (declaration, message) in cases {
        says(&format!("{declaration} let x = Input(1);"), message);
    }
}

#[test]
fn operands_are_checked() {
    let cases = [
        ("true + false", "2:16 `+` takes numbers, found `true` and `false`"),
        ("1 + true", "2:16 `+` cannot join 1 and `true`"),
        ("1 && 2", "2:16 `&&` takes `true` or `false`, found numbers"),
        ("-true", "2:16 `-` takes a number, found `true`"),
        ("!3", "2:16 `!` takes `true` or `false`, found 3"),
        ("1.5 << 2", "2:16 `<<` takes whole numbers, found 1.5 and 2.0"),
        ("if 1 { true } else { false }", "2:19 a condition is `true` or `false`, found 1"),
    ];
    for (expression, message) in cases {
        says(&format!("const A: bool = {expression}; let x = Input(1);"), message);
    }
}

#[test]
fn overflow_is_reported() {
    let cases = [
        ("4611686018427387904 + 1", "2:17 4611686018427387904 + 1 is too large"),
        ("1 << 63", "2:17 1 << 63 is too large"),
        ("1 << 200", "2:17 1 << 200 is too large"),
        ("4294967296 * 4294967296", "2:17 4294967296 * 4294967296 is too large"),
        (
            "18446744073709551615 * 18446744073709551615 * 18446744073709551615",
            "2:17 18446744073709551615 * 18446744073709551615 is too large",
        ),
    ];
    for (expression, message) in cases {
        says(&format!("const A: usize = {expression}; let x = Input(1);"), message);
    }
    says("const A: f32 = 1e308 * 10.0; let x = Input(1);", "2:15 1e308 * 10.0 is not a finite number");
}

#[test]
fn a_shift_by_a_negative_number_is_none() {
    says("const A: usize = 8 >> (1 - 2); let x = Input(1);", "2:17 8 >> -1 shifts by a negative number");
    says("const A: usize = 8 << (1 - 2); let x = Input(1);", "2:17 8 << -1 shifts by a negative number");
}

#[test]
fn division_by_zero_is_reported() {
    says("const A: usize = 1 / 0; let x = Input(1);", "2:17 division by zero: 1 / 0");
    says("const A: usize = 1 % 0; let x = Input(1);", "2:17 division by zero: 1 % 0");
    says("const A: f32 = 1.0 / 0.0; let x = Input(1);", "2:15 1.0 / 0.0 is not a finite number");
}

/// The constant becomes one of the struct, where rustc would refuse it.
#[test]
fn a_real_constant_fits_f32() {
    says("const A: f32 = 1e300; let x = Input(1);", "2:15 `A` is declared as `f32`, found 1e300");
    says("const A: f32 = 1e20 * 1e20; let x = Input(1);", "2:15 `A` is declared as `f32`, found 1e40");
}

#[test]
fn a_broken_constant_is_reported_once() {
    let uses = "let x = Input(A); Dense(A); Dense(A + 1, bias = A == 2); for i in 0..A { Dense(i); }";
    says(&format!("const A: usize = 1 / 0; {uses}"), "2:17 division by zero: 1 / 0");
}

#[test]
fn mistakes_of_several_constants_are_reported_together() {
    let found = mistakes("const A: usize = 1.5;\nconst B: usize = 1 / 0;\nlet x = Input(1);");
    assert_eq!(found, ["2:17 `A` is declared as `usize`, found 1.5", "3:17 division by zero: 1 / 0"]);
}

#[test]
fn names_are_defined_once() {
    says("const A: usize = 1; const A: usize = 2; let x = Input(A);", "2:26 `A` is defined twice");
    says("const A: usize = 1; static A: _ = Dense(2); let x = Input(A);", "2:27 `A` is defined twice");
}

#[test]
fn names_of_every_network_are_taken() {
    says(
        "const PARAMETERS: usize = 1; let x = Input(1);",
        "2:6 `PARAMETERS` is a constant that every network has, this one needs another name",
    );
}

#[test]
fn a_constant_from_outside_is_explained() {
    let found = mistakes_in_full("let x = Input(SIZE);");
    let help =
        "help: declare it inside, `const SIZE: usize = …;`, or export it with `blocks!` and write `use path::SIZE;`";
    let fact = "2:14 `SIZE` is not known here: a macro cannot read constants outside it";
    assert_eq!(found, [format!("{fact}\n{help}")]);
}

#[test]
fn a_name_nearby_is_proposed() {
    let found = mistakes_in_full("const CLASSES: usize = 3; let x = Input(CLASES);");
    assert_eq!(found, ["2:40 unknown name `CLASES`\nhelp: did you mean `CLASSES`?"]);
}

#[test]
fn constants_inside_a_loop_are_its_own() {
    assert!(mistakes("let x = Input(2); for i in 0..3 { const W: usize = i + 1; Dense(W); }").is_empty());
    says(
        "let x = Input(2); for i in 1..3 { const W: usize = i; Dense(W); } Dense(W);",
        "2:72 `W` is not known here: a macro cannot read constants outside it",
    );
}

#[test]
fn a_constant_is_no_layer() {
    says(
        "const A: usize = 3; let x = Input(2); Dense(A); A;",
        "2:48 this statement is the constant 3, expected a layer",
    );
}

#[test]
fn the_truth_values_of_python_are_understood() {
    let found = mistakes_in_full("let x = Input(2);\nDense(3, bias = False);");
    assert_eq!(found, ["3:16 expected `false`, found `False`\nhelp: write `false`"]);
    says("let x = Input(2);\nif True { Dense(3); }", "3:3 expected `true`, found `True`");
    says("let x = Input(2);\nDense(3, from_logits = True);", "3:9 `Dense` has no option `from_logits`");
}
