//! A step in the wrong direction.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam(learning_rate = -0.001);
});

fn main() {}
