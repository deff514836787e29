//! A loop of more repetitions than a network can have.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    for _ in 0..5000 {
        Dense(2);
    }
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
