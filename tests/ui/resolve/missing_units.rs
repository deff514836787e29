//! A required option is missing.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
