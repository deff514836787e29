//! An output is a name.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    let h = x.Dense(8, activation = relu);

    output = h.Dense(1);
    loss = mse;
    optimizer = Adam();
});

fn main() {}
