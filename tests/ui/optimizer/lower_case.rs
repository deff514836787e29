//! An optimizer in lower case.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = adam(learning_rate = 1e-3);
});

fn main() {}
