//! A setting is written twice.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(1);

    loss = mse;
    loss = mae;
    optimizer = Adam();
});

fn main() {}
