//! A colon between an option and its value, as in a struct or a dictionary.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, activation: relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
