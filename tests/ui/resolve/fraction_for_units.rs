//! A number of units that is no whole number.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(2.5);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
