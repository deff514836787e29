//! A misspelt activation.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, activation = rleu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
