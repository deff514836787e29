//! A constant of the code around the network.

use monograd::prelude::*;

const HIDDEN: usize = 64;

network!({
    struct Net;

    let x = Input(2);
    Dense(HIDDEN);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
