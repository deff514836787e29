//! Blocks and constants from other modules and crates, and crates that know monograd by another name.

use monograd::prelude::*;
use monograd_fixture::Renamed;

mod local {
    monograd::blocks!({
        /// Twice the same width.
        pub(crate) fn Pair(x: Tensor, width: usize, #[default(relu)] function: Activation) -> Tensor {
            Dense(width, activation = function);
            Dense(width, activation = function);
        }

        const SECRET: usize = 5;
    });

    monograd::network!({
        /// A private definition is seen in its own module.
        pub(super) struct Inner;

        use self::Pair;
        use SECRET;

        let x = Input(SECRET);
        Pair(3);
    });
}

network!({
    /// Both kinds of imports.
    struct Imports;

    use local::Pair;
    use monograd_fixture::towers::Tower;
    use monograd_fixture::towers::WIDTH;

    const INPUTS: usize = 2 * WIDTH;

    let x = Input(INPUTS);
    Pair(WIDTH, function = leaky_relu(0.1));
    Tower();
    Dense(1);
});

#[test]
fn imported_blocks_use_what_is_declared_beside_them() {
    let paths: Vec<&str> =
        Imports::new(1).parameters().map(|(path, _, _)| path).filter(|path| path.ends_with("weight")).collect();
    let expected = [
        "pair_1.dense_1.weight",
        "pair_1.dense_2.weight",
        "tower_1.story_1.dense_1.weight",
        "tower_1.before.dense_1.weight",
        "tower_1.after.dense_1.weight",
        "dense_1.weight",
    ];
    assert_eq!(paths, expected);
    assert_eq!((Imports::INPUTS, Imports::INPUT_SHAPE), (8, [8]));
}

#[test]
fn private_definitions_are_seen_in_their_module() {
    assert_eq!(local::Inner::INPUT_SHAPE, [5]);
}

#[test]
fn a_renamed_dependency_works() {
    assert!(monograd_fixture::train().unwrap().is_finite());
    assert_eq!(Renamed::OUTPUT_SHAPE, [2]);
}

/// Networks are declared inside functions, too, and with braces.
#[test]
fn a_network_is_declared_where_it_is_used() {
    network! {
        struct Local;
        let x = Input(2);
        Dense(2);
    }
    assert_eq!(Local::PARAMETERS, 6);
    assert_eq!(Local::new(1).predict_one(&[0.0, 0.0]), [0.0, 0.0]);
}
