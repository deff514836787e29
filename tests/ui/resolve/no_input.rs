//! The network has no input.

use monograd::prelude::*;

network!({
    struct Net;

    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
