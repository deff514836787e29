#![deny(missing_docs, warnings)]
//! After a mistake, nothing is said about generated code.

use monograd::prelude::*;

network!({
    pub struct Net;

    const WIDTH: usize = 16;

    let x = Input(8);
    Dens(WIDTH);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {
    println!("{:?}", Net::new(1).clone());
}
