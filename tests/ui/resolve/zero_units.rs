//! A layer without an output.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(0);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
