//! A second output that is not listed.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    let h = x.Dense(8, activation = relu);
    let rating = h.Dense(1);
    let finished = h.Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
