//! A loss reads a layer in the middle.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    let h = x.Dense(8, activation = relu);
    let y = h.Dense(1);

    loss = mse(h);
    optimizer = Adam();
});

fn main() {}
