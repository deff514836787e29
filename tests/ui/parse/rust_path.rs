//! A path to a layer, as in Rust.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    nn::Dense(3);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
