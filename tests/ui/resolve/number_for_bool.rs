//! A number as a truth value.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, bias = 0);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
