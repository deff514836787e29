//! A misspelt layer in a crate that denies all warnings.

#![deny(missing_docs, warnings)]
//! After a mistake, nothing is said about generated code.

use monograd::prelude::*;

/// Networks.
pub mod networks {
    use super::*;

    network!({
        pub struct Net;

        const WIDTH: usize = 2 * 8;

        let x = Input(8);
        Dens(WIDTH);
        Dense(1);

        loss = mse;
        optimizer = Adam();
    });

    network!({
        #[derive(Clone)]
        #[allow(dead_code, reason = "only its mistake matters")]
        pub struct Derived;

        let x = Input(8);
        Dens(16);
        Dense(1);
    });
}

fn main() {
    let wide = [0.0f32; networks::Net::WIDTH];
    println!("{:?} {}", networks::Net::new(1).clone(), wide[15]);
    println!("{:?}", networks::Derived::new(1).clone());
}
