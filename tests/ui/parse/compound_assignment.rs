//! An operator that assigns.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    let mut h = x.Dense(2);
    h += x;
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
