//! A misspelt initializer.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, init = he_norml);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
