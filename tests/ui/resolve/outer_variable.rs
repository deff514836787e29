//! A variable of the code around the network.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(hidden);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
