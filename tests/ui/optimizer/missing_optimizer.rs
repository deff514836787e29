//! A loss has nothing that makes it small.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
});

fn main() {}
