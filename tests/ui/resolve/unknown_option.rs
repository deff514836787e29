//! An option that does not exist here.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, sparse = true);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
