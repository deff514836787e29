//! A misspelt layer.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dens(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
