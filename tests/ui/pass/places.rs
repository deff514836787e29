//! Networks beside each other, in functions and among generics, with names of the user's own around them.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, reason = "names are what is tried, and nobody uses them")]

use monograd::prelude::*;

mod names {
    //! Names that generated code uses too.
    pub struct Result;
    pub struct Option;
    pub struct Some;
    pub struct Program;
    pub struct Model;
    pub trait Float {}
    pub trait From {}
    pub const LAYOUT: usize = 1;
    pub const DENSE_1: usize = 1;
    pub mod core {}
    pub mod std {}
    pub mod monograd {}
    pub fn main() {}

    ::monograd::network!({
        #[allow(monograd::clipped_output, monograd::dropped_output)]
        pub(super) struct Net;

        let x = Input(2);
        let result = x.Dense(2, activation = relu);
        Dropout(0.5);

        loss = mse;
        optimizer = Adam();
    });
}

network!({
    struct First;

    const WIDTH: usize = 3;

    let x = Input(2);
    Dense(WIDTH);

    loss = mse;
    optimizer = Adam();
});

network!({
    struct Second;

    const WIDTH: usize = 4;

    let x = Input(2);
    Dense(WIDTH);

    loss = mse;
    optimizer = Adam();
});

network!({
    struct Program;

    let x = Input(2);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

struct Pair<'a, T, const N: usize> {
    first: First,
    rest: [&'a T; N],
}

impl<T: Copy + Into<f32>, const N: usize> Pair<'_, T, N> {
    fn length<U>(&self, _: U) -> usize {
        network!({
            struct T;

            let x = Input(2);
            Dense(5);
        });
        T::new(1).predict_one(&[0.0; 2]).len() + self.rest.len()
    }
}

fn main() {
    network! {
        struct Local;
        let self_ = Input(2);
        Dense(6);
        loss = mse;
        optimizer = Sgd();
    }
    let pair = Pair { first: First::new(1), rest: [&1.0f32; 2] };
    assert_eq!(pair.length('a'), 7);
    assert_eq!((First::WIDTH, Second::WIDTH), (3, 4));
    assert_eq!(pair.first.predict_one(&[0.0; 2]).len(), 3);
    assert_eq!(Second::new(1).predict_one(&[0.0; 2]).len(), 4);
    assert_eq!(Program::new(1).predict_one(&[0.0; 2]).len(), 1);
    assert_eq!(Local::new(1).predict_one(&[0.0; 2]).len(), 6);
    assert_eq!(names::Net::new(1).predict_one(&[0.0; 2]).len(), 2);
}
