//! A new name without `let`.

use monograd::prelude::*;

network!({
    struct Net;

    x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
